"""Handing values to Ansible through named pipes.

Called by ``runner``. A value goes from Kiki's memory through the kernel into Ansible's: it is in
no argument, no environment and no file. Each pipe is read once.
"""

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from kiki.execution.faults import guarded


class Pipe:
    """A named pipe that gives *text* to its first reader."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._data = text.encode()
        with guarded(path):
            os.mkfifo(path, 0o600)
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._writer.start()

    def close(self) -> None:
        """Take the pipe away, whether or not anybody has read it."""
        while self._writer.is_alive():  # it waits for a reader, or for one to read on
            with contextlib.suppress(OSError):
                reader = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
                self._writer.join(0.02)
                os.close(reader)
            self._writer.join(0.02)
        self.path.unlink(missing_ok=True)

    def _write(self) -> None:
        with contextlib.suppress(OSError), self.path.open("wb", buffering=0) as pipe:
            rest = self._data
            while rest:
                rest = rest[pipe.write(rest) :]


def variables(values: Mapping[str, str], nested: Mapping[str, Mapping[str, str]]) -> str:
    """A YAML file of extra variables, each value marked so that Ansible never takes it for a
    template: a password may contain ``{{``."""
    return "".join(_lines(values, nested))


def _lines(values: Mapping[str, str], nested: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for name, value in values.items():
        yield f"{name}: !unsafe {_quoted(value)}\n"
    for name, group in nested.items():
        inside = ", ".join(
            f"{_quoted(key)}: !unsafe {_quoted(text)}" for key, text in group.items()
        )
        yield f"{name}: {{{inside}}}\n"


def _quoted(text: str) -> str:
    """A YAML double-quoted text of printable ASCII."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return char if " " <= char <= "~" else f"\\U{ord(char):08x}"
