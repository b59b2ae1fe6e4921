"""The ledger in SQLite.

Called by ``service`` through the port, and by ``store.changes``, which appends inside its own
transaction. SQL triggers refuse to alter or remove a record; ``verify`` finds what was done to
the file behind SQLite's back.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, Select, insert, select, update

from kiki.model.errors import RecordError
from kiki.model.ledger import LedgerFault, LedgerHead, LedgerRecord
from kiki.model.records import canonical
from kiki.store import chain
from kiki.store.database import Database
from kiki.store.keys import Keys
from kiki.store.rows import row_digests
from kiki.store.schema import ledger, ledger_head

_COLUMNS = ("sequence", "at", "actor", "event", "subject", "data", "previous", "hash")
_ROWS = select(*(ledger.c[name] for name in _COLUMNS))
_ALL = _ROWS.order_by(ledger.c.sequence)
_RECENT = _ROWS.order_by(ledger.c.sequence.desc())


class SqliteLedger:
    """The Ledger port. *now* gives RFC 3339 UTC with milliseconds."""

    def __init__(self, database: Database, keys: Keys, now: Callable[[], str]) -> None:
        self._database = database
        self._keys = keys
        self._now = now

    def append(self, actor: str, event: str, subject: str, data: dict[str, Any]) -> LedgerRecord:
        """Append one record in its own transaction."""
        with self._database.writing() as connection:
            return self.append_in(connection, actor, event, subject, data)

    def append_in(
        self, connection: Connection, actor: str, event: str, subject: str, data: dict[str, Any]
    ) -> LedgerRecord:
        """Append one record and its signed head in the caller's writing transaction."""
        head = _head(connection)
        key = self._signing_key(head)
        last = _last(connection)
        link = chain.following(last, self._now(), actor, event, subject, data)
        assert link.record is not None  # it was just made
        connection.execute(insert(ledger), _row_of(link.record, link.hash))
        _write_head(connection, chain.signed(link, key), first=head is None)
        return link.record

    def records(self, subject: str = "", last: int = 0) -> tuple[LedgerRecord, ...]:
        """All records, or those about *subject*, in order; with *last* only that many."""
        wanted = _RECENT.where(ledger.c.subject == subject) if subject else _RECENT
        with self._database.reading() as connection:
            links = _links(connection, wanted.limit(last) if last else wanted)
            return tuple(_readable(link) for link in links)[::-1]

    def head(self) -> LedgerHead | None:
        """The signed head; None for an empty ledger."""
        with self._database.reading() as connection:
            return _head(connection)

    def verify(self) -> tuple[LedgerFault, ...]:
        """Every fault of the chain, of its head, and of change rows that differ from it."""
        with self._database.reading() as connection:
            head = _head(connection)
            key = self._public_key() if head else None
            return chain.faults(_links(connection, _ALL), head, key, row_digests(connection))

    def _signing_key(self, head: LedgerHead | None) -> Ed25519PrivateKey:
        """The key, made now if this is the first record; never another one than the head's."""
        key = self._keys.ledger(create=head is None)
        if head is not None and head.key != chain.public_text(key.public_key()):
            raise RecordError("ledger.wrong_key", sequence=head.sequence)
        return key

    def _public_key(self) -> Ed25519PublicKey | None:
        try:
            return self._keys.ledger(create=False).public_key()
        except RecordError:  # missing or unreadable: a fault like others, not the end of the walk
            return None


def _links(connection: Connection, wanted: Select[Any]) -> Iterator[chain.Link]:
    streamed = connection.execution_options(yield_per=1000)
    for row in streamed.execute(wanted):
        yield _link_of(row)


def _last(connection: Connection) -> chain.Link | None:
    row = connection.execute(_RECENT.limit(1)).first()
    return None if row is None else _link_of(row)


def _link_of(row: Sequence[Any]) -> chain.Link:
    sequence, at, actor, event, subject, data, previous, stored = row
    try:
        fields = msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, TypeError):
        return chain.Link(sequence=sequence, hash=stored, record=None)
    record = LedgerRecord(
        sequence=sequence,
        at=at,
        actor=actor,
        event=event,
        subject=subject,
        data=fields,
        previous=previous,
    )
    return chain.Link(sequence=sequence, hash=stored, record=record)


def _readable(link: chain.Link) -> LedgerRecord:
    if link.record is None:
        raise RecordError("ledger.unreadable", sequence=link.sequence)
    return link.record


def _row_of(record: LedgerRecord, stored: str) -> dict[str, Any]:
    row = {name: getattr(record, name) for name in _COLUMNS if name not in ("data", "hash")}
    return {**row, "data": canonical(record.data).decode(), "hash": stored}


def _head(connection: Connection) -> LedgerHead | None:
    columns = (ledger_head.c.sequence, ledger_head.c.hash, ledger_head.c.signature)
    row = connection.execute(select(*columns, ledger_head.c.key)).first()
    if row is None:
        return None
    return LedgerHead(sequence=row[0], hash=row[1], signature=row[2], key=row[3])


def _write_head(connection: Connection, head: LedgerHead, *, first: bool) -> None:
    values = msgspec.structs.asdict(head)
    if first:
        connection.execute(insert(ledger_head), {"only": 1, **values})
    else:
        connection.execute(update(ledger_head).values(**values))
