"""The files of the user's own that a request names, read on this machine.

Made by ``wiring`` for the command line, where whoever asks may read them anyway. Only plain files
of text up to a limit: a device or a pipe is never opened for reading. ``Elsewhere`` stands where
the service is not the user's own process: a path that a client names must not become a look at the
server's disk.
"""

import os
import stat
from typing import Literal, Never

from kiki.model.errors import UsageError

MAX_SIZE = 5_000_000
"""Bytes of one file; what is read is kept with the change."""


class OwnFiles:
    """Implements ``targets.port.Files``."""

    def sort(self, path: str) -> Literal["file", "folder"]:
        """See the port. UsageError ``files.missing``, ``files.no_plain``."""
        mode = _mode(path)
        if stat.S_ISDIR(mode):
            return "folder"
        if stat.S_ISREG(mode):
            return "file"
        raise UsageError("files.no_plain", path=path)

    def names(self, folder: str) -> tuple[str, ...]:
        """See the port. UsageError ``files.unreadable``."""
        try:
            with os.scandir(os.path.expanduser(folder)) as entries:
                found = [entry.name + ("/" if entry.is_dir() else "") for entry in entries]
        except OSError as error:
            raise _unreadable(folder, error) from error
        return tuple(sorted(found))

    def read(self, path: str, within: str = "") -> str:
        """See the port. UsageError ``files.<what>``, ``documents.binary``."""
        whole = os.path.realpath(os.path.expanduser(path))
        if within and not _inside(whole, os.path.realpath(os.path.expanduser(within))):
            raise UsageError("files.outside", path=path, folder=within)
        data = _bytes(whole, path)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UsageError("documents.binary", file=path, offset=error.start) from error
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def built(self, folder: str) -> str:
        """See the port, and ``kustomizing.build``."""
        from kiki.execution.own import kustomizing  # noqa: PLC0415 -- lazy: few are kustomizations

        return kustomizing.build(folder, self)


class Elsewhere:
    """Implements ``targets.port.Files`` where there are none: UsageError ``files.elsewhere``."""

    def sort(self, path: str) -> Literal["file", "folder"]:
        """See the class."""
        return _elsewhere(path)

    def names(self, folder: str) -> tuple[str, ...]:
        """See the class."""
        return _elsewhere(folder)

    def read(self, path: str, within: str = "") -> str:
        """See the class."""
        return _elsewhere(path)

    def built(self, folder: str) -> str:
        """See the class."""
        return _elsewhere(folder)


def _elsewhere(path: str) -> Never:
    raise UsageError("files.elsewhere", path=path)


def _mode(path: str) -> int:
    try:
        return os.stat(os.path.expanduser(path)).st_mode
    except FileNotFoundError as error:
        raise UsageError("files.missing", path=path, folder=os.getcwd()) from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _bytes(whole: str, path: str) -> bytes:
    """The file's bytes; it is opened so that a pipe does not hold us up."""
    try:
        handle = os.open(whole, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise UsageError("files.missing", path=path, folder=os.getcwd()) from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise UsageError("files.no_plain", path=path)
        data = file.read(MAX_SIZE + 1)
    if len(data) > MAX_SIZE:
        size = str(max(about.st_size, len(data)))
        raise UsageError("files.too_large", path=path, size=size, limit=str(MAX_SIZE))
    return data


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _unreadable(path: str, error: OSError | ValueError) -> UsageError:
    why = getattr(error, "strerror", None) or str(error)
    return UsageError("files.unreadable", path=path, why=why)
