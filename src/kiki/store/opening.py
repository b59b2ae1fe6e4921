"""Opening a state folder: all of the record behind its ports.

Called by ``wiring``. The folder holds ``kiki.db`` with its journal files, unless the record is in
PostgreSQL, ``keys/`` and ``runs/``.
"""

import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from kiki.model.errors import UsageError
from kiki.store.anchors.keeping import NOWHERE, Anchoring, Anchors
from kiki.store.changes import SqlChanges
from kiki.store.database import WAIT_S
from kiki.store.database import Database as SqliteDatabase
from kiki.store.files import file_failures
from kiki.store.key_sources import source
from kiki.store.keys import Keys
from kiki.store.ledger import SqlLedger
from kiki.store.memory import MemoryBook, MemoryChanges, MemoryLedger, MemorySecrets
from kiki.store.people import SqlPeople
from kiki.store.port import Changes, Ledger, People, Secrets
from kiki.store.ring import Ring
from kiki.store.secrets import SqlSecrets
from kiki.store.sql import Database

DATABASE = "kiki.db"


class Store:
    """The ports over one record, and the clock that it is written by. Only the server has *people*;
    in memory there are none."""

    def __init__(
        self,
        changes: Changes,
        ledger: Ledger,
        secrets: Secrets,
        now: Callable[[], str],
        close: Callable[[], None] = lambda: None,
        people: People | None = None,
        anchors: Anchors = NOWHERE,
    ) -> None:
        self.changes = changes
        self.ledger = ledger
        self.secrets = secrets
        self.now = now
        self.close = close
        self.people = people
        self.anchors = anchors


def open_store(
    state_dir: str,
    now: Callable[[], str],
    wait_s: float = WAIT_S,
    master_key: str = "",
    database: str = "",
    password_file: str = "",
    anchors: Sequence[str] = (),
) -> Store:
    """The record in *state_dir*, made if it isn't there. *now* gives RFC 3339 UTC with
    milliseconds; *wait_s* is how long a writer waits for another process; *master_key* names where
    the master key comes from, the folder's own file when it is empty; *database* is the address of
    a PostgreSQL database that holds the record in the place of the folder's file; *anchors* are
    where the ledger's head is kept, too.

    Raises what ``Database`` raises; UsageError ``store.folder_exposed`` for a folder that others
    can enter and that isn't ours to close, and ``store.master_key_unknown``.
    """
    folder = Path(state_dir)
    keys = Keys(folder / "keys")
    master = source(master_key, keys)
    with file_failures(folder):
        _make_private(folder)
    places = _places(anchors)
    opened = open_database(folder, wait_s, database, password_file)
    if anchors:
        plain = SqlLedger(opened, keys, now)
        opened = Anchoring(opened, places, plain.head)
    ring = Ring(opened, keys, master)
    ledger = SqlLedger(opened, keys, now, places)
    changes = SqlChanges(opened, ring, ledger, now)
    secrets = SqlSecrets(opened, ring, ledger, now)
    people = SqlPeople(opened, ledger)
    return Store(changes, ledger, secrets, now, opened.close, people, places)


def _places(anchors: Sequence[str]) -> Anchors:
    if not anchors:
        return NOWHERE
    from kiki.store.anchors.places import place  # noqa: PLC0415 -- lazy: if configured

    return Anchors([place(text) for text in anchors])


def open_database(
    folder: Path, wait_s: float = WAIT_S, url: str = "", password_file: str = ""
) -> Database:
    """The database at *url*, else the file in *folder*; brought to the newest schema."""
    if not url:
        return SqliteDatabase(folder / DATABASE, wait_s)
    from kiki.store.postgres.address import address  # noqa: PLC0415 -- lazy: if configured

    place = address(url, password_file)
    from kiki.store.postgres import driver  # noqa: PLC0415 -- lazy: as above

    driver.found()
    from kiki.store.postgres.database import PostgresDatabase  # noqa: PLC0415 -- lazy: as above

    return PostgresDatabase(place, wait_s)


def memory_store(now: Callable[[], str]) -> Store:
    """A record in memory, gone with the process."""
    book = MemoryBook(now)
    return Store(MemoryChanges(book), MemoryLedger(book), MemorySecrets(book), now)


def _make_private(folder: Path) -> None:
    """Make the folder, for its owner only. One that is there is closed to others if it is empty
    or already holds a record; any other may be shared on purpose and is refused."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not mode & 0o077:
        return
    if any(folder.iterdir()) and not (folder / DATABASE).exists():
        raise UsageError("store.folder_exposed", path=str(folder), mode=f"{mode:04o}")
    folder.chmod(0o700)
