"""The database on a PostgreSQL server: connections, transactions, and its schema's version.

Called by ``store.opening``. The same promises as ``store.database`` (SQLite): whoever writes is
alone in writing, here by an advisory lock that a transaction holds to its end, so that the chain of
the ledger has no gap however many processes write
(https://www.postgresql.org/docs/15/explicit-locking.html#ADVISORY-LOCKS). A server that went away
and came back is found again with the next transaction.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from kiki.model.errors import RecordError, TemporaryError, UsageError
from kiki.store.database import REVISION, WAIT_S
from kiki.store.postgres.address import Address
from kiki.store.postgres.failures import database_failures
from kiki.store.postgres.speaking import Speaking
from kiki.store.turns import Turns

WRITING = 0x6B696B69
"""The advisory lock of whoever writes, migrations among them: "kiki" in ASCII."""

_MOST = 20
"""Connections of one process; PostgreSQL has 100 for everybody unless it was told otherwise."""
_CONNECTING = {
    "client_encoding": "utf8",
    "application_name": "kiki",
    "connect_timeout": 5,
    # A server that fell silent is noticed within a minute, not within TCP's two hours.
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 40000,
}
# Whoever is stopped or cut off in the middle of writing must not keep all others out for ever. What
# a site's server was told of durability stays, unless it was told to have none.
_SESSION = """
SELECT set_config('lock_timeout', %s, false),
set_config('idle_in_transaction_session_timeout', '60s', false),
set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
ELSE current_setting('synchronous_commit') END, false)
"""
_READ = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = b"BEGIN; SELECT pg_advisory_xact_lock(%d)" % WRITING
_HAS_VERSION = "SELECT to_regclass('alembic_version') IS NOT NULL"
_VERSION = "SELECT version_num FROM alembic_version"

Raw = psycopg.Connection[Any]


class PostgresDatabase:
    """One database with a schema that is up to date.

    Raises UsageError ``store.newer_schema``, ``store.readonly``, ``store.refused``,
    ``store.not_utf8``; TemporaryError ``store.gone``, ``store.cut``, ``store.disk_full``,
    ``store.locked``, ``store.io``; RecordError ``store.corrupt``.
    """

    def __init__(self, address: Address, wait_s: float = WAIT_S) -> None:
        self.address = address
        self._wait_s = wait_s
        self._turns = Turns(address.shown, wait_s)
        self._idle: deque[Raw] = deque()
        self._free = threading.BoundedSemaphore(_MOST)
        try:
            self._bring_up_to_date()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Speaking]:
        """A transaction that sees one moment of the database."""
        with self._transaction(_READ) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Speaking]:
        """A transaction that is alone in writing from its first statement on; durable when left."""
        with self._turns.turn(), self._transaction(_WRITE) as connection:
            yield connection

    def forget(self) -> None:
        """Nothing: what was removed is overwritten when the server vacuums, and stays in its
        journal as long as that is kept. It was sealed (docs/secrets.md)."""

    def close(self) -> None:
        """Close every connection that nobody uses now."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _transaction(self, begin: bytes) -> Iterator[Speaking]:
        if not self._free.acquire(timeout=self._wait_s):
            raise TemporaryError("store.locked", path=self.address.shown)
        try:
            with database_failures(self.address.shown):
                connection = self._begun(begin)
                try:
                    yield Speaking(connection)
                    self._commit(connection)
                finally:
                    self._put_back(connection)
        finally:
            self._free.release()

    def _begun(self, begin: bytes) -> Raw:
        """A connection in a new transaction. Of those that were idle each may have died with an
        earlier run of the server; nothing was done on it yet, so another one is as good."""
        while self._idle:
            connection = self._idle.pop()
            try:
                connection.execute(begin)
            except psycopg.OperationalError:
                if not connection.broken:
                    self._put_back(connection)
                    raise
            else:
                return connection
        connection = connect(self.address, self._wait_s)
        try:
            connection.execute(begin)
        except BaseException:
            connection.close()
            raise
        return connection

    def _commit(self, connection: Raw) -> None:
        """Make it durable. When the answer doesn't come nobody knows whether it was written."""
        try:
            ended = connection.execute(b"COMMIT")
        except psycopg.OperationalError as failure:
            if not connection.broken:
                raise
            raise TemporaryError("store.cut", path=self.address.shown) from failure
        if ended.statusmessage != "COMMIT":  # a statement had failed and nobody had said so
            raise RecordError("store.corrupt", path=self.address.shown, detail="ROLLBACK")

    def _put_back(self, connection: Raw) -> None:
        """Keep it for the next one, rolled back if it isn't through."""
        try:
            if connection.info.transaction_status != TransactionStatus.IDLE:
                connection.execute(b"ROLLBACK")
        except psycopg.Error:
            connection.close()
        if not connection.closed:
            self._idle.append(connection)

    def _bring_up_to_date(self) -> None:
        if self._is_current():
            return
        from kiki.store.postgres.migrate import to_newest  # noqa: PLC0415 -- lazy: alembic is slow

        with database_failures(self.address.shown):
            to_newest(self.address, WRITING)
        self._is_current()

    def _is_current(self) -> bool:
        """Whether the schema is ours; UsageError when it is newer than this code."""
        with self.reading() as connection:
            encoding = connection.execute("SHOW server_encoding").fetchone()[0]  # type: ignore[index]
            version = _version(connection)
        path = self.address.shown
        if encoding != "UTF8":
            raise UsageError("store.not_utf8", path=path, encoding=encoding)
        if version is not None and not version.isdigit():
            raise RecordError("store.corrupt", path=path, detail=f"schema {version!r}")
        if version is not None and version > REVISION:
            raise UsageError("store.newer_schema", path=path, found=version, known=REVISION)
        return version == REVISION


def connect(address: Address, wait_s: float) -> Raw:
    """A connection that begins no transaction by itself."""
    given: dict[str, Any] = dict(_CONNECTING)
    if address.password_file:
        given["password"] = address.password()
    connection = psycopg.connect(address.url, autocommit=True, **given)
    try:
        connection.execute(_SESSION, (f"{max(1, round(wait_s * 1000))}ms",))
    except BaseException:
        connection.close()
        raise
    return connection


def _version(connection: Speaking) -> str | None:
    """The schema's version; None for an empty database."""
    has = connection.execute(_HAS_VERSION).fetchone()
    if has is None or not has[0]:
        return None
    row = connection.execute(_VERSION).fetchone()
    return None if row is None else str(row[0])
