"""Secret values in a database, sealed by a data key and bound to their name and version.

Called by ``service`` and, through it, the executor. Values leave through ``value`` only.
"""

from collections.abc import Callable

import msgspec

from kiki.model.errors import NotFoundError, UsageError
from kiki.model.secret import MasterRotation, SecretVersion
from kiki.store.ids import new_id
from kiki.store.key_sources import OwnFile, Source, source
from kiki.store.ledger import SqlLedger
from kiki.store.master_keys import MasterKey
from kiki.store.ring import Ring, Wrapped
from kiki.store.sealed import sealed_by
from kiki.store.sql import Connection, Database

_PUT = "INSERT INTO secrets (name, version, created, sealed) VALUES (?, ?, ?, ?)"
_NEWEST = "SELECT version FROM secrets WHERE name = ? ORDER BY ordinal DESC LIMIT 1"
_SEALED = "SELECT sealed FROM secrets WHERE name = ? AND version = ?"
_NAMES = "SELECT DISTINCT name FROM secrets ORDER BY name"
_VERSIONS = """
SELECT name, version, created, sealed FROM secrets
WHERE ? IN ('', name) ORDER BY name, ordinal
"""
_ALL = "SELECT ordinal, name, version, sealed FROM secrets ORDER BY ordinal"
_SEAL_ANEW = "UPDATE secrets SET sealed = ? WHERE ordinal = ?"
_REMOVE = "DELETE FROM secrets WHERE name = ? AND ? IN ('', version)"


class SqlSecrets:
    """The Secrets port. *now* gives RFC 3339 UTC with milliseconds."""

    def __init__(
        self, database: Database, ring: Ring, ledger: SqlLedger, now: Callable[[], str]
    ) -> None:
        self._database = database
        self._ring = ring
        self._ledger = ledger
        self._now = now

    def put(self, name: str, value: str, actor: str = "") -> str:
        """Store a new version; its id. Ids are never used again, so that what was approved with
        one can't come to mean another value."""
        created = self._now()
        version = new_id(created)
        self._ring.prepare()
        with self._database.writing() as connection:
            sealed = self._ring.seal(connection, value.encode(), "secret", name, version)
            connection.execute(_PUT, (name, version, created, sealed))
            if actor:
                self._record(connection, actor, "secret_set", name, version)
        return version

    def current(self, name: str) -> str:
        """The newest version's id. NotFoundError ``secret.unknown``."""
        with self._database.reading() as connection:
            row = connection.execute(_NEWEST, (name,)).fetchone()
        if row is None:
            raise NotFoundError("secret.unknown", name=name)
        return str(row[0])

    def value(self, name: str, version: str) -> str:
        """The value. NotFoundError ``secret.unknown`` or ``secret.version_unknown``."""
        self._ring.prepare()
        with self._database.reading() as connection:
            row = connection.execute(_SEALED, (name, version)).fetchone()
            if row is not None:
                return self._ring.unseal(connection, row[0], "secret", name, version).decode()
        self.current(name)
        raise NotFoundError("secret.version_unknown", name=name, version=version)

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        with self._database.reading() as connection:
            return tuple(name for (name,) in connection.execute(_NAMES))

    def versions(self, name: str = "") -> tuple[SecretVersion, ...]:
        """All versions, or those of one name: by name, oldest first. Opens nothing."""
        with self._database.reading() as connection:
            masters = self._ring.masters(connection)
            return tuple(
                _told(masters, *row) for row in connection.execute(_VERSIONS, (name,)).fetchall()
            )

    def remove(self, name: str, actor: str, version: str = "") -> tuple[str, ...]:
        """Remove all versions of a name, or one; the ids that are gone, oldest first. Their bytes
        are gone from the file, too. NotFoundError as for ``value``."""
        with self._database.writing() as connection:
            there = [row[1] for row in connection.execute(_VERSIONS, (name,))]
            gone = tuple(one for one in there if version in ("", one))
            connection.execute(_REMOVE, (name, version))
            for one in gone:
                self._record(connection, actor, "secret_removed", name, one)
        if gone:
            self._database.forget()
            return gone
        self.current(name)
        raise NotFoundError("secret.version_unknown", name=name, version=version)

    def rotate_master(self, to: str, actor: str) -> MasterRotation:
        """Bring the data keys under the master key that *to* names, the state folder's own file
        under a new key when it is empty; seal the secrets with a new data key. One transaction: cut
        at any point, either all of it counts or nothing."""
        ring = self._ring
        target = self._target(to)
        ring.prepare()
        target_key = None if isinstance(target, OwnFile) else target.read()
        with self._database.writing() as connection:
            ring.open(connection)
            master = target_key or MasterKey(target.name, ring.keys.prepare())
            before = ring.rewrap(connection, master)
            ring.add(connection, master)
            count = self._seal_anew(connection)
            made = MasterRotation(
                before=before.master,
                before_id=before.master_id,
                after=master.name,
                after_id=master.id,
                data_keys=len(ring.masters(connection)),
                secrets=count,
            )
            data = msgspec.structs.asdict(made)
            self._ledger.append_in(connection, actor, "master_key", "master-key", data)
        if target_key is None:
            ring.keys.promote(master.id)
        else:
            ring.keys.drop_master()
        ring.source = target
        self._database.forget()
        return made

    def _target(self, to: str) -> Source:
        if not to and not isinstance(self._ring.source, OwnFile):
            raise UsageError("store.master_key_elsewhere", source=self._ring.source.name)
        return source(to, self._ring.keys)

    def _seal_anew(self, connection: Connection) -> int:
        """Seal every secret with the newest data key; how many there are."""
        rows = connection.execute(_ALL).fetchall()
        for ordinal, name, version, sealed in rows:
            plain = self._ring.unseal(connection, sealed, "secret", name, version)
            again = self._ring.seal(connection, plain, "secret", name, version)
            connection.execute(_SEAL_ANEW, (again, ordinal))
        return len(rows)

    def _record(
        self, connection: Connection, actor: str, event: str, name: str, version: str
    ) -> None:
        data = {"name": name, "version": version}
        self._ledger.append_in(connection, actor, event, f"secret:{name}", data)


def _told(
    masters: dict[str, Wrapped], name: str, version: str, created: str, sealed: bytes
) -> SecretVersion:
    """A row without its value. A key of schema 0001 has no row of its own yet."""
    data_key = sealed_by(sealed, "secret", name, version).hex()
    wrapped = masters.get(data_key)
    return SecretVersion(
        name=name,
        version=version,
        created=created,
        data_key=data_key,
        master=wrapped.master if wrapped else OwnFile.name,
        master_id=wrapped.master_id if wrapped else data_key,
    )
