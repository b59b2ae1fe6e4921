"""The ledger in a database.

Called by ``service`` through the port, and by ``store.changes``, which appends inside its own
transaction. SQL triggers refuse to alter or remove a record; ``verify`` finds what was done to
it behind their back.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiki.model.errors import RecordError
from kiki.model.ledger import (
    KeptRecord,
    LedgerExport,
    LedgerFault,
    LedgerFilter,
    LedgerHead,
    LedgerRecord,
)
from kiki.model.records import canonical
from kiki.store import chain
from kiki.store.anchors.keeping import NOWHERE, Anchors
from kiki.store.keys import Keys
from kiki.store.rows import row_digests
from kiki.store.sql import NO_LIMIT, Connection, Database, streamed

_IN_ORDER = """
SELECT sequence, at, actor, event, subject, data, previous, hash FROM ledger ORDER BY sequence
"""
_NEWEST_FIRST = """
SELECT sequence, at, actor, event, subject, data, previous, hash FROM ledger
WHERE :subject = '' OR subject = :subject ORDER BY sequence DESC LIMIT :last
"""
# Without a text nothing is compared; ``instr`` knows no wildcards that a name could hold.
_MATCHING = """
SELECT sequence, at, actor, event, subject, data, previous, hash FROM ledger
WHERE (:who = '' OR actor = :who) AND at >= :since AND (:until = '' OR at <= :until)
AND (:text = '' OR instr(event, :text) > 0 OR instr(subject, :text) > 0
OR instr(data, :text) > 0)
ORDER BY sequence
"""
_APPEND = """
INSERT INTO ledger (sequence, at, actor, event, subject, data, previous, hash)
VALUES (:sequence, :at, :actor, :event, :subject, :data, :previous, :hash)
"""
_HEAD = "SELECT sequence, hash, signature, key FROM ledger_head"
_FIRST_HEAD = """
INSERT INTO ledger_head ("only", sequence, hash, signature, key)
VALUES (1, :sequence, :hash, :signature, :key)
"""
_NEXT_HEAD = """
UPDATE ledger_head SET sequence = :sequence, hash = :hash, signature = :signature, key = :key
"""


class SqlLedger:
    """The Ledger port. *now* gives RFC 3339 UTC with milliseconds."""

    def __init__(
        self, database: Database, keys: Keys, now: Callable[[], str], anchors: Anchors = NOWHERE
    ) -> None:
        self._database = database
        self._keys = keys
        self._now = now
        self._anchors = anchors

    def append(self, actor: str, event: str, subject: str, data: dict[str, Any]) -> LedgerRecord:
        """Append one record in its own transaction."""
        with self._database.writing() as connection:
            return self.append_in(connection, actor, event, subject, data)

    def append_in(
        self,
        connection: Connection,
        actor: str,
        event: str,
        subject: str,
        data: dict[str, Any],
    ) -> LedgerRecord:
        """Append one record and its signed head in the caller's writing transaction."""
        head = _head(connection)
        key = self._signing_key(head)
        link = chain.following(_last(connection), self._now(), actor, event, subject, data)
        assert link.record is not None  # it was just made
        connection.execute(_APPEND, _row_of(link.record, link.hash))
        signed = msgspec.structs.asdict(chain.signed(link, key))
        connection.execute(_NEXT_HEAD if head else _FIRST_HEAD, signed)
        self._anchors.note(event, link.sequence)
        return link.record

    def records(self, subject: str = "", last: int = 0) -> tuple[LedgerRecord, ...]:
        """All records, or those about *subject*, in order; with *last* only that many."""
        wanted = {"subject": subject, "last": last or NO_LIMIT}
        with self._database.reading() as connection:
            links = map(_link_of, connection.execute(_NEWEST_FIRST, wanted))
            return tuple(_readable(link) for link in links)[::-1]

    def head(self) -> LedgerHead | None:
        """The signed head; None for an empty ledger."""
        with self._database.reading() as connection:
            return _head(connection)

    def head_in(self, connection: Connection) -> LedgerHead | None:
        """The signed head as the caller's transaction sees it."""
        return _head(connection)

    def search(self, wanted: LedgerFilter) -> tuple[LedgerRecord, ...]:
        """The records by this person, of this time and with this text."""
        asked = {name: getattr(wanted, name) for name in ("who", "since", "until", "text")}
        with self._database.reading() as connection:
            links = map(_link_of, connection.execute(_MATCHING, asked))
            return tuple(_readable(link) for link in links)

    def export(self) -> LedgerExport:
        """All records with their hashes and the head, of one moment."""
        with self._database.reading() as connection:
            kept = tuple(
                KeptRecord(record=_readable(link), hash=link.hash) for link in _Stored(connection)
            )
            return LedgerExport(records=kept, head=_head(connection))

    def verify(self) -> tuple[LedgerFault, ...]:
        """Every fault of the chain, of its head, and of change rows that differ from it."""
        with self._database.reading() as connection:
            head = _head(connection)
            key = self._public_key() if head else None
            if head is None and _last(connection) is None and self._keys.begun:
                return (LedgerFault(code="ledger.emptied", sequence=0),)
            anchored, away = self._anchors.read() if head else ((), ())
            rows = row_digests(connection)
            return (*chain.faults(_Stored(connection), head, key, rows, anchored), *away)

    def _signing_key(self, head: LedgerHead | None) -> Ed25519PrivateKey:
        """The key, made now if this is the first record; never another one than the head's."""
        key = self._keys.ledger(create=head is None)
        if head is not None and not self._keys.begun:
            self._keys.begin()  # not before the first record is sure to be there
        if head is not None and head.key != chain.public_text(key.public_key()):
            raise RecordError("ledger.wrong_key", sequence=head.sequence)
        return key

    def _public_key(self) -> Ed25519PublicKey | None:
        try:
            return self._keys.ledger(create=False).public_key()
        except RecordError:  # missing or unreadable: a fault like others, not the end of the walk
            return None


class _Stored:
    """The stored links in order, as often as they are gone through."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __iter__(self) -> Iterator[chain.Link]:
        return map(_link_of, streamed(self._connection, _IN_ORDER))


def _last(connection: Connection) -> chain.Link | None:
    row = connection.execute(_NEWEST_FIRST, {"subject": "", "last": 1}).fetchone()
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
    row = msgspec.structs.asdict(record)
    return {**row, "data": canonical(record.data).decode(), "hash": stored}


def _head(connection: Connection) -> LedgerHead | None:
    row = connection.execute(_HEAD).fetchone()
    if row is None:
        return None
    return LedgerHead(sequence=row[0], hash=row[1], signature=row[2], key=row[3])
