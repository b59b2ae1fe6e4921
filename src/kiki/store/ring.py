"""The data keys of a record: they seal changes and secrets, and a named master key wraps them.

Called by ``store.changes`` and ``store.secrets``, always inside a transaction of theirs. What is
sealed names its data key; the data key's row names the master key. Values stay sealed as they are
when the master key is exchanged: only the wrapping is made anew (docs/secrets.md).

Schema 0001 had one key, in the state folder's file, that sealed everything itself. It is taken in
as the first data key when the record is next written, wrapped by what it itself now is: the default
master key.
"""

import secrets
from datetime import UTC, datetime
from typing import NamedTuple

from kiki.model.errors import RecordError, UsageError
from kiki.store.key_sources import OwnFile, Source
from kiki.store.keys import LENGTH, Keys
from kiki.store.master_keys import MasterKey
from kiki.store.sealed import key_id, seal, sealed_by, unseal
from kiki.store.sql import Connection, Database

_ROWS = "SELECT id, wrapped, master, master_id FROM data_keys ORDER BY ordinal"
_NEWEST = "SELECT id FROM data_keys ORDER BY ordinal DESC LIMIT 1"
_ADD = """
INSERT INTO data_keys (id, created, wrapped, master, master_id)
VALUES (?, ?, ?, ?, ?)
"""
_REWRAP = "UPDATE data_keys SET wrapped = ?, master = ?, master_id = ? WHERE id = ?"
_HAS_SEALED = "SELECT EXISTS (SELECT 1 FROM changes) OR EXISTS (SELECT 1 FROM secrets)"
_ANY_SEALED = """
SELECT document FROM changes UNION ALL SELECT sealed FROM secrets LIMIT 1
"""
_WRONG = "store.master_key_wrong"


class Wrapped(NamedTuple):
    """A row of ``data_keys``: ids in hexadecimal digits."""

    id: str
    wrapped: bytes
    master: str
    master_id: str


class Ring:
    """The data keys of the record in *database*; *source* is where its master key comes from.

    Raises what the source raises; RecordError ``store.master_key_wrong`` when the source has
    another key than the record was wrapped with, and ``store.sealed_by_other_key``.
    """

    def __init__(self, database: Database, keys: Keys, source: Source) -> None:
        self._database = database
        self.keys = keys
        self.source = source
        self._opened: dict[bytes, bytes] = {}
        self._swept = False

    def prepare(self) -> None:
        """Ask for the master key before a transaction is begun, where that may take a while: a
        site's command must not keep other writers waiting."""
        if not self._opened and not isinstance(self.source, OwnFile):
            self.source.read()

    def seal(self, connection: Connection, plain: bytes, *purpose: str) -> bytes:
        """*plain* sealed with the newest data key, in the caller's writing transaction."""
        return seal(self._newest(connection), plain, *purpose)

    def unseal(self, connection: Connection, sealed: bytes, *purpose: str) -> bytes:
        """What was sealed, in any transaction of the caller's."""
        wanted = sealed_by(sealed, *purpose)
        if wanted not in self._opened:  # also when another process has added one
            self._load_now(connection)
        key = self._opened.get(wanted)
        if key is None:
            raise RecordError("store.sealed_by_other_key", what=" ".join(purpose))
        return unseal(key, sealed, *purpose)

    def masters(self, connection: Connection) -> dict[str, Wrapped]:
        """The data keys as they are stored, by id; opens none."""
        return {row.id: row for row in _rows(connection)}

    def add(self, connection: Connection, master: MasterKey) -> bytes:
        """A new data key, which seals from now on."""
        return self._keep(connection, secrets.token_bytes(LENGTH), master)

    def open(self, connection: Connection) -> None:
        """Open every data key with the master key that counts now, in the caller's writing
        transaction."""
        self._newest(connection)
        self._load(connection)

    def rewrap(self, connection: Connection, master: MasterKey) -> Wrapped:
        """Wrap every data key, opened before, with *master* and try each; how the newest was
        wrapped until now. UsageError ``store.master_key_same``."""
        before = _rows(connection)
        if before[-1].master_id == master.id:
            raise UsageError("store.master_key_same", source=master.name)
        for row in before:
            key = self._opened[bytes.fromhex(row.id)]
            wrapped = master.wrap(key)
            if master.unwrap(wrapped, row.id) != key:
                raise RecordError("store.seal_broken", what=f"data key {row.id}")
            connection.execute(_REWRAP, (wrapped, master.name, master.id, row.id))
        return before[-1]

    def _newest(self, connection: Connection) -> bytes:
        row = connection.execute(_NEWEST).fetchone()
        if row is None:
            return self._begin(connection)
        newest = bytes.fromhex(row[0])
        if newest not in self._opened:
            self._load(connection)
        self._sweep()
        return self._opened[newest]

    def _sweep(self) -> None:
        """Remove the default master key that a move, cut after it counted, has left."""
        if not self._swept and not isinstance(self.source, OwnFile):
            self.keys.drop_master()
        self._swept = True

    def _begin(self, connection: Connection) -> bytes:
        """The first data keys: the old one of a record that has none yet, and a new one."""
        if not connection.execute(_HAS_SEALED).fetchone()[0]:
            return self.add(connection, self.source.read(create=True))
        master = self._only(connection)
        self._keep(connection, master.key, master)
        return self.add(connection, master)

    def _only(self, connection: Connection) -> MasterKey:
        """The one key of a record of schema 0001, in the state folder's file."""
        sealed = connection.execute(_ANY_SEALED).fetchone()[0]
        wanted = sealed_by(sealed, "change").hex()
        if not isinstance(self.source, OwnFile):
            raise self._wrong("", OwnFile.name, wanted)
        master = self.source.read(wanted)
        if master.id != wanted:
            raise self._wrong(master.id, OwnFile.name, wanted)
        return master

    def _keep(self, connection: Connection, key: bytes, master: MasterKey) -> bytes:
        row = (key_id(key).hex(), _now(), master.wrap(key), master.name, master.id)
        connection.execute(_ADD, row)
        self._opened[key_id(key)] = key
        return key

    def _load_now(self, connection: Connection) -> None:
        """As ``_load``; when the master key was exchanged after the caller's transaction began,
        what the record says since then counts."""
        try:
            self._load(connection)
        except RecordError as error:
            if error.code != _WRONG:
                raise
            with self._database.reading() as later:
                self._load(later)

    def _load(self, connection: Connection) -> None:
        """Open every data key that is stored."""
        rows = _rows(connection)
        if not rows:
            if connection.execute(_HAS_SEALED).fetchone()[0]:
                key = self._only(connection).key
                self._opened[key_id(key)] = key
            return
        master = self._master(rows[-1])
        for row in rows:
            if master.id != row.master_id:
                raise self._wrong(master.id, row.master, row.master_id)
            self._opened[bytes.fromhex(row.id)] = master.unwrap(row.wrapped, row.id)

    def _master(self, row: Wrapped) -> MasterKey:
        """What the source has. That the folder's own file is gone after a move is no loss."""
        try:
            return self.source.read(row.master_id)
        except RecordError as error:
            if error.code == "store.key_missing" and row.master != self.source.name:
                raise self._wrong("", row.master, row.master_id) from None
            raise

    def _wrong(self, found: str, by: str, wanted: str) -> RecordError:
        source = self.source.name
        return RecordError(
            "store.master_key_wrong", source=source, found=found or "-", by=by, wanted=wanted
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _rows(connection: Connection) -> list[Wrapped]:
    return [Wrapped(*row) for row in connection.execute(_ROWS)]
