"""Changes in SQLite: each row is written in one transaction with its ledger record.

Called by ``service`` through the port. The change itself is sealed, as its plans hold diffs of
files on hosts; plain columns hold what lists need.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, delete, insert, literal, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from kiki.model.agent import ChangeFilter
from kiki.model.change import Change
from kiki.model.errors import NotFoundError, RecordError, StateError
from kiki.model.lifecycle import RUNNING
from kiki.store.chain import DOCUMENT
from kiki.store.database import Database
from kiki.store.ids import typed
from kiki.store.keys import Keys
from kiki.store.ledger import SqliteLedger
from kiki.store.rows import plain_columns, row_digest, searchable
from kiki.store.schema import changes, locks, secrets
from kiki.store.sealed import seal, unseal

_DOCUMENTS = select(changes.c.id, changes.c.version, changes.c.document)
_NAMED = 5
"""How many candidates an ambiguous prefix names."""


class SqliteChanges:
    """The Changes port. *now* gives RFC 3339 UTC with milliseconds."""

    def __init__(
        self, database: Database, keys: Keys, ledger: SqliteLedger, now: Callable[[], str]
    ) -> None:
        self._database = database
        self._keys = keys
        self._ledger = ledger
        self._now = now

    def create(self, change: Change, actor: str, event: str, data: dict[str, Any]) -> Change:
        """Store a new change with its first record. StateError ``change.exists``."""
        with self._database.writing() as connection:
            if _version(connection, change.id) is not None:
                raise StateError("change.exists", id=change.id)
            row = self._row(connection, change)
            connection.execute(insert(changes), row)
            self._record(connection, change, row, actor, event, data)
        return change

    def save(self, change: Change, actor: str, event: str, data: dict[str, Any]) -> Change:
        """Write the change as its next version, with a record, if nobody wrote in between."""
        moved = msgspec.structs.replace(change, version=change.version + 1)
        with self._database.writing() as connection:
            _require_version(connection, change)
            row = self._row(connection, moved)
            connection.execute(update(changes).where(changes.c.id == change.id).values(**row))
            self._record(connection, moved, row, actor, event, data)
        return moved

    def get(self, change_id: str) -> Change:
        """By id or unique prefix, as a person types it."""
        prefix = typed(change_id)
        exact = _DOCUMENTS.where(changes.c.id == change_id.strip())
        starting = _DOCUMENTS.where(literal(prefix) != "", _starts_with(prefix))
        with self._database.reading() as connection:
            row = connection.execute(exact).first() or _only(connection, starting, change_id)
            return self._change(row)

    def find(self, wanted: ChangeFilter) -> tuple[Change, ...]:
        """Matching changes, newest first."""
        with self._database.reading() as connection:
            return self._changes(connection, _matching(wanted))

    def running(self) -> tuple[Change, ...]:
        """Changes in a RUNNING state, oldest first."""
        wanted = _DOCUMENTS.where(changes.c.state.in_(sorted(RUNNING)))
        with self._database.reading() as connection:
            return self._changes(connection, wanted.order_by(changes.c.ordinal))

    def lock(self, name: str, change_id: str) -> bool:
        """Take the lock; whether this change holds it now."""
        taken = sqlite_insert(locks).values(name=name, change_id=change_id, at=self._now())
        with self._database.writing() as connection:
            connection.execute(taken.on_conflict_do_nothing())
            return _holder(connection, name) == change_id

    def unlock(self, name: str, change_id: str) -> None:
        """Give the lock back, if this change holds it."""
        held = (locks.c.name == name) & (locks.c.change_id == change_id)
        with self._database.writing() as connection:
            connection.execute(delete(locks).where(held))

    def holder(self, name: str) -> str:
        """The id of the change that holds the lock, or an empty string."""
        with self._database.reading() as connection:
            return _holder(connection, name)

    def _record(
        self,
        connection: Connection,
        change: Change,
        row: dict[str, Any],
        actor: str,
        event: str,
        data: dict[str, Any],
    ) -> None:
        pinned = {"state": change.state, "version": change.version, DOCUMENT: row_digest(row)}
        self._ledger.append_in(connection, actor, event, change.id, {**data, **pinned})

    def _row(self, connection: Connection, change: Change) -> dict[str, Any]:
        key = self._keys.data(create=not has_sealed(connection))
        plain = msgspec.json.encode(change)
        document = seal(key, plain, "change", change.id, str(change.version))
        return {**plain_columns(change), "document": document}

    def _changes(self, connection: Connection, wanted: Select[Any]) -> tuple[Change, ...]:
        return tuple(self._change(row) for row in connection.execute(wanted))

    def _change(self, row: Sequence[Any]) -> Change:
        change_id, version, document = row
        key = self._keys.data(create=False)
        plain = unseal(key, document, "change", change_id, str(version))
        try:
            return msgspec.json.decode(plain, type=Change)
        except msgspec.DecodeError as failure:
            raise RecordError("change.unreadable", id=change_id, detail=str(failure)) from None


def has_sealed(connection: Connection) -> bool:
    """Whether anything is stored that the present data key sealed."""
    tables = (changes, secrets)
    return any(connection.execute(select(table.c.ordinal).limit(1)).first() for table in tables)


def _matching(wanted: ChangeFilter) -> Select[Any]:
    query = _DOCUMENTS.order_by(changes.c.ordinal.desc())
    if wanted.state:
        query = query.where(changes.c.state == wanted.state)
    if wanted.target:
        padded = literal(" ") + changes.c.target + " "
        query = query.where(padded.contains(f" {wanted.target} ", autoescape=True))
    if wanted.requester:
        query = query.where(changes.c.requester == wanted.requester)
    if wanted.since:
        query = query.where(changes.c.created >= wanted.since)
    if wanted.text:
        query = query.where(changes.c.searched.contains(searchable(wanted.text), autoescape=True))
    return query.limit(wanted.limit) if wanted.limit > 0 else query


def _starts_with(prefix: str) -> Any:
    return changes.c.id.startswith(prefix, autoescape=True)


def _only(connection: Connection, wanted: Select[Any], asked: str) -> Sequence[Any]:
    """The one row of *wanted*; NotFoundError for none or several."""
    rows = connection.execute(wanted.order_by(changes.c.ordinal.desc()).limit(_NAMED + 1)).all()
    if not rows:
        raise NotFoundError("change.unknown", id=asked)
    if len(rows) > 1:
        named = ", ".join(row[0] for row in rows[:_NAMED])
        raise NotFoundError("change.ambiguous", id=asked, candidates=named)
    return rows[0]


def _version(connection: Connection, change_id: str) -> int | None:
    wanted = select(changes.c.version).where(changes.c.id == change_id)
    return connection.execute(wanted).scalar_one_or_none()


def _require_version(connection: Connection, change: Change) -> None:
    """The transaction writes alone, so what is compared here can't move before it is set."""
    stored = _version(connection, change.id)
    if stored is None:
        raise NotFoundError("change.unknown", id=change.id)
    if stored != change.version:
        raise StateError("change.moved", id=change.id, version=change.version, stored=stored)


def _holder(connection: Connection, name: str) -> str:
    wanted = select(locks.c.change_id).where(locks.c.name == name)
    return connection.execute(wanted).scalar_one_or_none() or ""
