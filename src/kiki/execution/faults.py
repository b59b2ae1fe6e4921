"""Errors of the file system as Kiki's own.

Called by every module here that writes.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiki.model.errors import KikiError, TemporaryError, UsageError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_CLOSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def fault(error: OSError, path: Path | str) -> KikiError:
    """The error for *error* at *path*: full, not writable, or something else that may pass."""
    if error.errno in _FULL:
        return TemporaryError("execution.disk_full", path=str(path))
    why = error.strerror or type(error).__name__
    if error.errno in _CLOSED:
        return UsageError("execution.folder_unwritable", path=str(path), why=why)
    return TemporaryError("execution.folder_failed", path=str(path), why=why)


@contextmanager
def guarded(path: Path | str) -> Iterator[None]:
    """Turn an OSError of the block into Kiki's error about *path*."""
    try:
        yield
    except OSError as error:
        raise fault(error, path) from error
