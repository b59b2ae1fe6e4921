"""Secret values in SQLite, sealed with AES-256-GCM and bound to their name and version.

Called by ``service`` and, through it, the executor. Values leave through ``value`` only.
"""

from collections.abc import Callable

from sqlalchemy import insert, select

from kiki.model.errors import NotFoundError
from kiki.store.changes import has_sealed
from kiki.store.database import Database
from kiki.store.ids import new_id
from kiki.store.keys import Keys
from kiki.store.schema import secrets
from kiki.store.sealed import seal, unseal


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
            row = {"name": name, "version": version, "created": created, "sealed": sealed}
            connection.execute(insert(secrets), row)
        return version

    def current(self, name: str) -> str:
        """The newest version's id. NotFoundError ``secret.unknown``."""
        newest = select(secrets.c.version).where(secrets.c.name == name)
        with self._database.reading() as connection:
            row = connection.execute(newest.order_by(secrets.c.ordinal.desc()).limit(1)).first()
        if row is None:
            raise NotFoundError("secret.unknown", name=name)
        return str(row.version)

    def value(self, name: str, version: str) -> str:
        """The value. NotFoundError ``secret.unknown`` or ``secret.version_unknown``."""
        wanted = select(secrets.c.sealed).where(
            secrets.c.name == name, secrets.c.version == version
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            self.current(name)
            raise NotFoundError("secret.version_unknown", name=name, version=version)
        key = self._keys.data(create=False)
        return unseal(key, row.sealed, "secret", name, version).decode()

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        wanted = select(secrets.c.name).distinct().order_by(secrets.c.name)
        with self._database.reading() as connection:
            return tuple(connection.execute(wanted).scalars())
