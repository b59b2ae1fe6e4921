"""The database file: opening it safely, its transactions, and its schema's version.

Called by ``store.opening`` and the SQLite adapters. It knows no table's meaning.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from kiki.model.errors import RecordError, UsageError
from kiki.store.failures import database_failures
from kiki.store.files import file_failures
from kiki.store.schema import REVISION

WAIT_S = 10.0
"""How long a writer waits for another one before ``store.locked``."""

_BEGIN = "kiki_begin"


class Database:
    """One SQLite file with a schema that is up to date.

    Raises UsageError ``store.newer_schema``, ``store.readonly``; TemporaryError
    ``store.disk_full``, ``store.locked``, ``store.io``; RecordError ``store.corrupt``.
    """

    def __init__(self, path: Path, wait_s: float = WAIT_S) -> None:
        self.path = path
        with file_failures(path):
            _make_private(path)
        self._engine = _engine(path, wait_s)
        try:
            self._bring_up_to_date()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the database."""
        with database_failures(self.path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is alone in writing from its first statement on; durable when left."""
        with database_failures(self.path), self._engine.connect() as connection:
            alone = connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
            with alone.begin():
                yield alone

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _bring_up_to_date(self) -> None:
        with self.reading() as connection:
            if self._is_current(connection):
                return
        with self.writing() as connection:
            if not self._is_current(connection):  # another process may have been faster
                from kiki.store.migrate import to_newest  # noqa: PLC0415 -- lazy: alembic is slow

                to_newest(connection)

    def _is_current(self, connection: Connection) -> bool:
        """Whether the schema is ours; UsageError when it is newer than this code."""
        version = _version(connection)
        if version is not None and not version.isdigit():
            raise RecordError("store.corrupt", path=str(self.path), detail=f"schema {version!r}")
        if version is not None and version > REVISION:
            raise UsageError(
                "store.newer_schema", path=str(self.path), found=version, known=REVISION
            )
        return version == REVISION


def _version(connection: Connection) -> str | None:
    """The schema's version; None for an empty file."""
    table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    if connection.exec_driver_sql(table).first() is None:
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])


def _make_private(path: Path) -> None:
    """Make the file before SQLite does, so that it never is readable by others; SQLite gives its
    journal files the same mode."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _engine(path: Path, wait_s: float) -> Engine:
    url = URL.create("sqlite", database=str(path))
    # The driver must not begin transactions by itself: the listener below does, as asked.
    options = {"isolation_level": None, "timeout": wait_s, "check_same_thread": False}
    engine = create_engine(url, connect_args=options, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
