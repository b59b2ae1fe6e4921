"""Changes in SQLite: each row is written in one transaction with its ledger record.

Called by ``service`` through the port. The change itself is sealed, as its plans hold diffs of
files on hosts; plain columns hold what lists need.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec

from kiki.model.agent import ChangeFilter, Sight
from kiki.model.change import Change
from kiki.model.errors import NotFoundError, RecordError, StateError
from kiki.model.lifecycle import RUNNING
from kiki.model.people import project_of
from kiki.store.chain import DOCUMENT
from kiki.store.database import Database
from kiki.store.ids import typed
from kiki.store.ledger import SqliteLedger
from kiki.store.port import Held
from kiki.store.ring import Ring
from kiki.store.rows import plain_columns, row_digest, searchable

_CREATE = """
INSERT INTO changes
(id, state, target, requester, created, updated, version, name, message, searched, document,
project)
VALUES (:id, :state, :target, :requester, :created, :updated, :version, :name, :message, :searched,
:document, :project)
"""
_SAVE = """
UPDATE changes SET state = :state, target = :target, requester = :requester, created = :created,
updated = :updated, version = :version, name = :name, message = :message, searched = :searched,
document = :document, project = :project WHERE id = :id
"""
_VERSION = "SELECT version FROM changes WHERE id = ?"
_EXACT = "SELECT id, version, document FROM changes WHERE id = ?"
# Every character of an id sorts before the tilde, so this is a range of the index.
_STARTING = """
SELECT id, version, document FROM changes
WHERE :prefix <> '' AND id >= :prefix AND id < :prefix || '~' ORDER BY ordinal DESC LIMIT :limit
"""
_MATCHING = """
SELECT id, version, document FROM changes
WHERE (:state = '' OR state = :state)
AND (:requester = '' OR requester = :requester)
AND (:target = '' OR instr(' ' || target || ' ', ' ' || :target || ' '))
AND (:text = '' OR instr(searched, :text))
AND created >= :since
AND (:project = '' OR project = :named)
AND (:sees_all = 1 OR instr(:seen, ' ' || project || ' ') OR (requester = :viewer
AND (:own_all = 1 OR instr(:own, ' ' || project || ' '))))
ORDER BY ordinal DESC LIMIT :limit
"""
_IN_STATE = "SELECT ordinal, id, version, document FROM changes WHERE state = ?"
_LOCK = "INSERT INTO locks (name, change_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_UNLOCK = "DELETE FROM locks WHERE change_id = ?"
_HELD = "SELECT name, change_id FROM locks WHERE change_id <> ? ORDER BY name"
_HOLDER = "SELECT change_id FROM locks WHERE name = ?"

_NO_LIMIT = -1
_NAMED = 5
"""How many candidates an ambiguous prefix names."""


class SqliteChanges:
    """The Changes port. *now* gives RFC 3339 UTC with milliseconds."""

    def __init__(
        self, database: Database, ring: Ring, ledger: SqliteLedger, now: Callable[[], str]
    ) -> None:
        self._database = database
        self._ring = ring
        self._ledger = ledger
        self._now = now

    def create(self, change: Change, actor: str, event: str, data: dict[str, Any]) -> Change:
        """Store a new change with its first record. StateError ``change.exists``."""
        self._ring.prepare()
        with self._database.writing() as connection:
            if _version(connection, change.id) is not None:
                raise StateError("change.exists", id=change.id)
            row = self._row(connection, change)
            connection.execute(_CREATE, row)
            self._ledger.append_in(connection, actor, event, change.id, _pinned(data, row))
        return change

    def save(self, change: Change, actor: str, event: str, data: dict[str, Any]) -> Change:
        """Write the change as its next version, with a record, if nobody wrote in between."""
        moved = msgspec.structs.replace(change, version=change.version + 1)
        self._ring.prepare()
        with self._database.writing() as connection:
            _require_version(connection, change)
            row = self._row(connection, moved)
            connection.execute(_SAVE, row)
            self._ledger.append_in(connection, actor, event, change.id, _pinned(data, row))
        return moved

    def get(self, change_id: str) -> Change:
        """By id or unique prefix, as a person types it."""
        with self._database.reading() as connection:
            row = connection.execute(_EXACT, (change_id.strip(),)).fetchone()
            return self._change(connection, row or _only(connection, change_id))

    def find(self, wanted: ChangeFilter) -> tuple[Change, ...]:
        """Matching changes, newest first."""
        asked = msgspec.structs.asdict(wanted)
        asked["text"] = searchable(wanted.text)
        asked["limit"] = wanted.limit if wanted.limit > 0 else _NO_LIMIT
        asked |= {"named": project_of(wanted.project)} | _sight(asked.pop("sight"))
        with self._database.reading() as connection:
            rows = connection.execute(_MATCHING, asked)
            return tuple(self._change(connection, row) for row in rows)

    def running(self) -> tuple[Change, ...]:
        """Changes in a RUNNING state, oldest first."""
        with self._database.reading() as connection:
            rows = [row for state in RUNNING for row in connection.execute(_IN_STATE, (state,))]
            return tuple(self._change(connection, row[1:]) for row in sorted(rows))

    def lock(self, names: Collection[str], change_id: str) -> Held | None:
        """Take all the locks, unless another change holds one of them: the first of those."""
        at, wanted = self._now(), set(names)
        with self._database.writing() as connection:
            for name, holder in connection.execute(_HELD, (change_id,)).fetchall():
                if name in wanted:
                    return Held(name, holder)
            connection.executemany(_LOCK, ((name, change_id, at) for name in sorted(wanted)))
        return None

    def unlock(self, change_id: str) -> None:
        """Give back every lock that this change holds."""
        with self._database.writing() as connection:
            connection.execute(_UNLOCK, (change_id,))

    def holder(self, name: str) -> str:
        """The id of the change that holds the lock, or an empty string."""
        with self._database.reading() as connection:
            return _holder(connection, name)

    def _row(self, connection: sqlite3.Connection, change: Change) -> dict[str, Any]:
        plain = msgspec.json.encode(change)
        document = self._ring.seal(connection, plain, "change", change.id, str(change.version))
        return {**plain_columns(change), "document": document}

    def _change(self, connection: sqlite3.Connection, row: Sequence[Any]) -> Change:
        change_id, version, document = row
        plain = self._ring.unseal(connection, document, "change", change_id, str(version))
        try:
            return msgspec.json.decode(plain, type=Change)
        except msgspec.DecodeError as failure:
            raise RecordError("change.unreadable", id=change_id, detail=str(failure)) from None


def _sight(sight: Sight | None) -> dict[str, Any]:
    """What is shown to whom, as the query compares it."""
    shown = sight or Sight(viewer="", projects=None)
    return {
        "viewer": shown.viewer,
        "sees_all": int(shown.projects is None),
        "own_all": int(shown.own is None),
        "seen": _listed(shown.projects or ()),
        "own": _listed(shown.own or ()),
    }


def _listed(projects: Sequence[str]) -> str:
    """Each with a blank before and after it: the default one is two blanks, and no other is."""
    return "".join(f" {project_of(name)} ," for name in projects)


def _pinned(data: dict[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """*data* with what ties the ledger to the row."""
    fixed = {"state": row["state"], "version": row["version"], DOCUMENT: row_digest(row)}
    return {**data, **fixed}


def _only(connection: sqlite3.Connection, asked: str) -> Sequence[Any]:
    """The one change whose id starts so; NotFoundError for none or several."""
    starting = {"prefix": typed(asked), "limit": _NAMED + 1}
    rows = connection.execute(_STARTING, starting).fetchall()
    if not rows:
        raise NotFoundError("change.unknown", id=asked)
    if len(rows) > 1:
        named = ", ".join(row[0] for row in rows[:_NAMED])
        raise NotFoundError("change.ambiguous", id=asked, candidates=named)
    return tuple(rows[0])


def _version(connection: sqlite3.Connection, change_id: str) -> int | None:
    row = connection.execute(_VERSION, (change_id,)).fetchone()
    return None if row is None else int(row[0])


def _require_version(connection: sqlite3.Connection, change: Change) -> None:
    """The transaction writes alone, so what is compared here can't move before it is set."""
    stored = _version(connection, change.id)
    if stored is None:
        raise NotFoundError("change.unknown", id=change.id)
    if stored != change.version:
        raise StateError("change.moved", id=change.id, version=change.version, stored=stored)


def _holder(connection: sqlite3.Connection, name: str) -> str:
    row = connection.execute(_HOLDER, (name,)).fetchone()
    return "" if row is None else str(row[0])
