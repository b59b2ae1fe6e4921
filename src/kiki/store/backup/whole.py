"""A record with everything that belongs to it, opened for a backup or for being put back.

Called by ``store.backup.writing`` and ``store.backup.restoring``.
"""

from collections.abc import Callable
from pathlib import Path

from kiki.model.records import Record
from kiki.store.key_sources import source
from kiki.store.keys import Keys
from kiki.store.ledger import SqlLedger
from kiki.store.opening import DATABASE, open_database
from kiki.store.ring import Ring


class Where(Record, frozen=True):
    """A record as the settings name it."""

    state_dir: str
    master_key: str = ""
    database: str = ""
    password_file: str = ""


class Whole:
    """Its parts. *shown* names the database in errors."""

    def __init__(self, where: Where, now: Callable[[], str]) -> None:
        self.folder = Path(where.state_dir)
        self.keys = Keys(self.folder / "keys")
        self.shown = where.database.partition("?")[0] or str(self.folder / DATABASE)
        master = source(where.master_key, self.keys)
        self.database = open_database(
            self.folder, url=where.database, password_file=where.password_file
        )
        self.ring = Ring(self.database, self.keys, master)
        self.ledger = SqlLedger(self.database, self.keys, now)
