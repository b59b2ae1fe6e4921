"""The database file: opening it safely, its transactions, and its schema's version.

Called by ``store.opening`` and the SQLite adapters. It knows no table's meaning. Plain ``sqlite3``:
every command that keeps something comes through here, and SQLAlchemy takes longer to import than
such a command may last (docs/decisions/0006-the-record.md).
"""

import os
import sqlite3
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiki.model.errors import RecordError, UsageError
from kiki.store.failures import database_failures
from kiki.store.files import file_failures

REVISION = "0004"
"""The newest migration. A database at another one is migrated, or refused when it is newer."""

WAIT_S = 10.0
"""How long a writer waits for another one before ``store.locked``."""

_PAUSE_S = 0.01

_JOURNAL = "PRAGMA journal_mode = WAL"
_SETTINGS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is removed is overwritten, though it was sealed
)
_HAS_VERSION = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
_VERSION = "SELECT version_num FROM alembic_version"


class Database:
    """One SQLite file with a schema that is up to date.

    Raises UsageError ``store.newer_schema``, ``store.readonly``; TemporaryError
    ``store.disk_full``, ``store.locked``, ``store.io``; RecordError ``store.corrupt``.
    """

    def __init__(self, path: Path, wait_s: float = WAIT_S) -> None:
        self.path = path
        self._wait_s = wait_s
        # Connections that nobody uses now: opening one costs more than a small transaction.
        self._idle: deque[sqlite3.Connection] = deque()
        with file_failures(path):
            _make_private(path)
        try:
            self._bring_up_to_date()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A transaction that sees one moment of the database."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is alone in writing from its first statement on; durable when left."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def forget(self) -> None:
        """Bring what was removed out of the journal, too. Does nothing while others read: their
        last one does it then, or the next who asks."""
        with database_failures(self.path):
            connection = self._connection()
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._idle.append(connection)

    def close(self) -> None:
        """Close every connection."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with database_failures(self.path):
            connection = self._connection()
            try:
                connection.execute(begin)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                _undo(connection)
                raise
            finally:
                self._idle.append(connection)

    def _connection(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return connect(self.path, self._wait_s)

    def _bring_up_to_date(self) -> None:
        with self.reading() as connection:
            current = self._is_current(connection)
        if current:
            return
        from kiki.store.migrate import to_newest  # noqa: PLC0415 -- lazy: alembic is slow

        with database_failures(self.path):
            to_newest(self.path, self._wait_s)
        with self.reading() as connection:
            self._is_current(connection)

    def _is_current(self, connection: sqlite3.Connection) -> bool:
        """Whether the schema is ours; UsageError when it is newer than this code."""
        version = _version(connection)
        if version is not None and not version.isdigit():
            raise RecordError("store.corrupt", path=str(self.path), detail=f"schema {version!r}")
        if version is not None and version > REVISION:
            raise UsageError(
                "store.newer_schema", path=str(self.path), found=version, known=REVISION
            )
        return version == REVISION


def connect(path: Path, wait_s: float) -> sqlite3.Connection:
    """A connection that begins no transaction by itself."""
    connection = sqlite3.connect(
        path, timeout=wait_s, isolation_level=None, check_same_thread=False
    )
    try:
        _switch_journal(connection, wait_s)
        for setting in _SETTINGS:
            connection.execute(setting)
    except BaseException:
        connection.close()
        raise
    return connection


def _switch_journal(connection: sqlite3.Connection, wait_s: float) -> None:
    """Have a journal beside the file. In a file that is new SQLite does not wait for another one
    who writes, whatever its timeout is (https://sqlite.org/c3ref/busy_handler.html): so it is asked
    again."""
    end = time.monotonic() + wait_s
    while True:
        try:
            connection.execute(_JOURNAL)
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(_PAUSE_S)


def _version(connection: sqlite3.Connection) -> str | None:
    """The schema's version; None for an empty file."""
    if connection.execute(_HAS_VERSION).fetchone() is None:
        return None
    row = connection.execute(_VERSION).fetchone()
    return None if row is None else str(row[0])


def _undo(connection: sqlite3.Connection) -> None:
    """Roll back, unless SQLite already did: after a full disk, say."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _make_private(path: Path) -> None:
    """Make the file before SQLite does, so that it never is readable by others; SQLite gives its
    journal files the same mode."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
