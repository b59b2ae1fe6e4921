"""The three standard streams, and what they can do.

Called by everything in the CLI that shows or asks. Writing never ends the program when the reader
has gone (``kiki changes | head``): a run that is under way must not die of it. A full disk behind
stdout is said.
"""

import errno
import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import TextIO

from kiki.model.errors import TemporaryError, UsageError

DEFAULT_WIDTH = 100
CLEAR_LINE = "\r\x1b[K"


class Screen:
    """Where text goes. *plain* means no colours, whatever the terminal can do."""

    def __init__(self, out: TextIO, err: TextIO, source: TextIO | None, *, plain: bool) -> None:
        self._out, self._err, self._in = out, err, source
        self._live = ""
        self._gone: set[int] = set()
        self.colour_out = not plain and _terminal(out)
        self.colour_err = not plain and _terminal(err)
        self.live = _terminal(err) and not plain
        self.typing = _terminal(source)
        self.interactive = self.typing and _terminal(err)
        self.width = _width(out if _terminal(out) else err)

    def out(self, text: str) -> None:
        """Write *text* and a line end to stdout."""
        self.raw(text + "\n")

    def raw(self, text: str) -> None:
        """Write *text* as it is to stdout; TemporaryError when the disk behind it is full."""
        self._clear()
        self._write(self._out, text)

    def err(self, text: str) -> None:
        """Write *text* and a line end to stderr."""
        self._clear()
        self._write(self._err, text + "\n")

    def status(self, text: str) -> None:
        """Show *text* as the one line at the bottom that the next text replaces; on a terminal
        only."""
        if self.live:
            self._live = text
            self._write(self._err, CLEAR_LINE + text)

    def ask(self, prompt: str) -> str:
        """One line from the terminal, asked on stderr; EOFError at its end."""
        self._clear()
        self._write(self._err, prompt)
        line = self._in.readline() if self._in else ""
        if not line:
            raise EOFError
        return line.strip()

    def read_all(self, *, marked: bool = False) -> str:
        """Everything on stdin. UsageError ``cli.stdin_not_text`` when it is not UTF-8, or U+FFFD
        for what is not when it is to be *marked*."""
        if marked and isinstance(self._in, TextIOWrapper):
            self._in.reconfigure(encoding="utf-8", errors="replace")
        try:
            text = self._in.read() if self._in else ""
            text.encode()
        except UnicodeError as error:
            raise UsageError("cli.stdin_not_text") from error
        return text

    def close(self) -> None:
        """Flush, so that nothing fails after the exit code is decided."""
        self._clear()
        for stream in (self._out, self._err):
            self._guarded(stream, stream.flush)
        if id(self._out) in self._gone and self._out is sys.stdout:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def _clear(self) -> None:
        if self._live:
            self._live = ""
            self._write(self._err, CLEAR_LINE)

    def _write(self, stream: TextIO, text: str) -> None:
        def write() -> None:
            stream.write(text)
            stream.flush()

        if id(stream) not in self._gone:
            self._guarded(stream, write)

    def _guarded(self, stream: TextIO, work: Callable[[], object]) -> None:
        try:
            work()
        except BrokenPipeError:
            self._gone.add(id(stream))
        except OSError as error:
            self._gone.add(id(stream))
            if stream is self._out and error.errno != errno.EIO:  # EIO: the terminal is closed
                reason = error.strerror or str(error)
                raise TemporaryError("cli.stdout_failed", reason=reason) from error


def standard(*, plain: bool) -> Screen:
    """The process's own streams, as UTF-8 whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        _as_utf8(stream)
    return Screen(sys.stdout, sys.stderr, sys.stdin, plain=plain)


def _as_utf8(stream: TextIO) -> None:
    encoding = getattr(stream, "encoding", "") or ""
    if encoding.lower().replace("-", "") != "utf8" and hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _width(stream: TextIO) -> int:
    try:
        return max(40, os.get_terminal_size(stream.fileno()).columns)
    except (OSError, ValueError):
        return DEFAULT_WIDTH
