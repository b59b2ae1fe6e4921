"""Turning what the operating system and the database raise into Kiki's own errors.

Called by every module of ``store`` that does I/O, so that no foreign exception leaves the ports.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kiki.model.errors import KikiError, RecordError, TemporaryError, UsageError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_READONLY = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN})


@contextmanager
def database_failures(path: Path) -> Iterator[None]:
    """Raise Kiki's error for what SQLAlchemy or sqlite3 raise about the database at *path*."""
    try:
        yield
    except DBAPIError as failure:
        raise _from_sqlite(failure.orig, path) from failure
    except sqlite3.Error as failure:
        raise _from_sqlite(failure, path) from failure
    except PoolTimeout as failure:
        raise TemporaryError("store.locked", path=str(path)) from failure
    except SQLAlchemyError as failure:
        raise RecordError("store.corrupt", path=str(path), detail=str(failure)) from failure


@contextmanager
def file_failures(path: Path) -> Iterator[None]:
    """Raise Kiki's error for an OSError about *path*."""
    try:
        yield
    except OSError as failure:
        raise _from_system(failure, path) from failure


def _from_sqlite(failure: BaseException | None, path: Path) -> KikiError:
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


def _from_system(failure: OSError, path: Path) -> KikiError:
    if failure.errno in _FULL:
        return TemporaryError("store.disk_full", path=str(path))
    if failure.errno in _DENIED:
        return UsageError("store.readonly", path=str(path))
    detail = failure.strerror or type(failure).__name__
    return UsageError("store.unusable", path=str(path), detail=detail)
