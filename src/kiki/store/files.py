"""Files that are whole or not there, and Kiki's own errors for what the system says of them.

Called by ``store.keys``, ``store.bundles``, ``store.runs`` and ``store.opening``. Imports nothing
of the database: it is on the path of every change.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiki.model.errors import KikiError, TemporaryError, UsageError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS})


@contextmanager
def file_failures(path: Path) -> Iterator[None]:
    """Raise TemporaryError ``store.disk_full``, UsageError ``store.readonly`` or
    ``store.unusable`` for an OSError about *path*."""
    try:
        yield
    except OSError as failure:
        raise _translated(failure, path) from failure


def write_whole(path: Path, data: bytes, *, overwrite: bool = False) -> None:
    """Write a file for its owner only, durable when this returns. FileExistsError when it is there
    and not to be overwritten, also when another process was faster; OSError as the system says."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        _write(draft, data)
        if overwrite:
            draft.replace(path)
        else:
            _link(draft, path)
        settle(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Make the folder's entries durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _link(draft: Path, path: Path) -> None:
    """Give the draft its name, unless that is taken: one step, where the file system has links."""
    try:
        path.hardlink_to(draft)
    except OSError as failure:
        if failure.errno not in _NO_LINKS:
            raise
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        draft.replace(path)


def _translated(failure: OSError, path: Path) -> KikiError:
    if failure.errno in _FULL:
        return TemporaryError("store.disk_full", path=str(path))
    if failure.errno in _DENIED:
        return UsageError("store.readonly", path=str(path))
    detail = failure.strerror or type(failure).__name__
    return UsageError("store.unusable", path=str(path), detail=detail)
