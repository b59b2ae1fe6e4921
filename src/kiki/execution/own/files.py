"""The files of the user's own that a request names, read on this machine.

Made by ``wiring`` for the command line, where whoever asks may read them anyway. Only plain files
of text up to a limit: a device or a pipe does not hold us up. What a folder's links lead out of it
to is refused.
"""

import os
import stat
from pathlib import Path
from typing import Literal

from kiki.execution.own import kustomizing
from kiki.model.errors import UsageError

MAX_SIZE = 5_000_000
"""Bytes of one file; what is read is kept with the change."""


class OwnFiles:
    """Implements ``targets.port.Files``."""

    def sort(self, path: str) -> Literal["file", "folder"]:
        """See the port. UsageError ``files.missing``, ``files.no_plain``, ``files.unreadable``."""
        try:
            mode = _place(path).stat().st_mode
        except (OSError, ValueError) as error:
            raise _unreadable(path, error) from error
        if stat.S_ISDIR(mode):
            return "folder"
        if stat.S_ISREG(mode):
            return "file"
        raise UsageError("files.no_plain", path=path)

    def names(self, folder: str) -> tuple[str, ...]:
        """See the port. UsageError ``files.missing``, ``files.unreadable``."""
        try:
            entries = list(_place(folder).iterdir())
        except (OSError, ValueError) as error:
            raise _unreadable(folder, error) from error
        return tuple(sorted(one.name + ("/" if one.is_dir() else "") for one in entries))

    def read(self, path: str, within: str = "") -> str:
        """See the port. UsageError ``files.<what>``, ``documents.binary``."""
        whole = _place(path).resolve()
        if within and not whole.is_relative_to(_place(within).resolve()):
            raise UsageError("files.outside", path=path, folder=within)
        data = _bytes(whole, path)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UsageError("documents.binary", file=path, offset=error.start) from error
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def built(self, folder: str) -> str:
        """See the port, and ``kustomizing.build``."""
        text = kustomizing.build(_place(folder).absolute(), folder)
        if len(text) > MAX_SIZE:
            raise _too_large(folder, len(text))
        return text


def _place(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # "~nobody/x"
        return Path(path)


def _bytes(whole: Path, path: str) -> bytes:
    try:
        handle = os.open(whole, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise UsageError("files.no_plain", path=path)
        data = file.read(MAX_SIZE + 1)
    if len(data) > MAX_SIZE:
        raise _too_large(path, max(about.st_size, len(data)))
    return data


def _too_large(path: str, size: int) -> UsageError:
    return UsageError("files.too_large", path=path, size=str(size), limit=str(MAX_SIZE))


def _unreadable(path: str, error: OSError | ValueError) -> UsageError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return UsageError("files.missing", path=path)
    why = getattr(error, "strerror", None) or str(error)
    return UsageError("files.unreadable", path=path, why=why)
