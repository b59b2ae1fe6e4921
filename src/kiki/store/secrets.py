"""Secret values in SQLite, sealed with AES-256-GCM and bound to their name and version.

Called by ``service`` and, through it, the executor. Values leave through ``value`` only.
"""

from collections.abc import Callable

from kiki.model.errors import NotFoundError
from kiki.store.changes import has_sealed
from kiki.store.database import Database
from kiki.store.ids import new_id
from kiki.store.keys import Keys
from kiki.store.sealed import seal, unseal

_PUT = "INSERT INTO secrets (name, version, created, sealed) VALUES (?, ?, ?, ?)"
_NEWEST = "SELECT version FROM secrets WHERE name = ? ORDER BY ordinal DESC LIMIT 1"
_SEALED = "SELECT sealed FROM secrets WHERE name = ? AND version = ?"
_NAMES = "SELECT DISTINCT name FROM secrets ORDER BY name"


class SqliteSecrets:
    """The Secrets port. *now* gives RFC 3339 UTC with milliseconds."""

    def __init__(self, database: Database, keys: Keys, now: Callable[[], str]) -> None:
        self._database = database
        self._keys = keys
        self._now = now

    def put(self, name: str, value: str) -> str:
        """Store a new version; its id. Ids are never used again, so that what was approved with
        one can't come to mean another value."""
        created = self._now()
        version = new_id(created)
        with self._database.writing() as connection:
            key = self._keys.data(create=not has_sealed(connection))
            sealed = seal(key, value.encode(), "secret", name, version)
            connection.execute(_PUT, (name, version, created, sealed))
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
        with self._database.reading() as connection:
            row = connection.execute(_SEALED, (name, version)).fetchone()
        if row is None:
            self.current(name)
            raise NotFoundError("secret.version_unknown", name=name, version=version)
        key = self._keys.data(create=False)
        return unseal(key, row[0], "secret", name, version).decode()

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        with self._database.reading() as connection:
            return tuple(name for (name,) in connection.execute(_NAMES))
