"""Turning what the database raises into Kiki's own errors.

Called by ``store.database`` around everything that it does, so that no foreign exception leaves
the ports.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiki.model.errors import KikiError, RecordError, TemporaryError, UsageError

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_READONLY = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN})


@contextmanager
def database_failures(path: Path) -> Iterator[None]:
    """Raise Kiki's error for what sqlite3 raises about the database at *path*."""
    try:
        yield
    except sqlite3.Error as failure:
        raise _translated(failure, path) from failure


def _translated(failure: sqlite3.Error, path: Path) -> KikiError:
    # The low byte is the primary result code: https://sqlite.org/rescode.html
    code = getattr(failure, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return TemporaryError("store.disk_full", path=str(path))
    if code in _BUSY:
        return TemporaryError("store.locked", path=str(path))
    if code in _READONLY:
        return UsageError("store.readonly", path=str(path))
    if code == sqlite3.SQLITE_IOERR:
        return TemporaryError("store.io", path=str(path), detail=str(failure))
    return RecordError("store.corrupt", path=str(path), detail=str(failure))
