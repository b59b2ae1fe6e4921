"""The ledger's chain: the next record, its signed head, and everything that can be wrong.

Called by ``store.ledger`` and ``store.memory``. Pure: rows come in, records and faults go out.
"""

import base64
import binascii
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiki.model.ledger import GENESIS, LedgerFault, LedgerHead, LedgerRecord
from kiki.model.records import Record, canonical

CLOCK = "clock"
"""The key of ``data`` that says ``back`` when the clock showed an earlier time than before."""

DOCUMENT = "document"
"""The key of ``data`` that holds the digest of the change's row as it was written."""


class Link(Record, frozen=True):
    """A record as it is stored: beside it the hash that it had when it was appended. *record* is
    None where the stored row can't be read any more."""

    sequence: int
    hash: str
    record: LedgerRecord | None


class Anchored(Record, frozen=True):
    """A head as it is kept outside the record; *place* names where."""

    place: str
    head: LedgerHead


def following(
    last: Link | None, at: str, actor: str, event: str, subject: str, data: Mapping[str, Any]
) -> Link:
    """The link after *last*. A clock that went back is told and noted, never refused."""
    noted = dict(data)
    if last is not None and last.record is not None and at < last.record.at:
        noted[CLOCK] = "back"
    record = LedgerRecord(
        sequence=last.sequence + 1 if last else 1,
        at=at,
        actor=actor,
        event=event,
        subject=subject,
        data=noted,
        previous=last.hash if last else GENESIS,
    )
    return Link(sequence=record.sequence, hash=record.hash(), record=record)


def signed(link: Link, key: Ed25519PrivateKey) -> LedgerHead:
    """The head that says that the chain ends with *link*."""
    signature = key.sign(_statement(link.sequence, link.hash))
    return LedgerHead(
        sequence=link.sequence,
        hash=link.hash,
        signature=base64.b64encode(signature).decode(),
        key=public_text(key.public_key()),
    )


def public_text(key: Ed25519PublicKey) -> str:
    """The public key in base64, as a head holds it."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def faults(
    links: Iterable[Link],
    head: LedgerHead | None,
    key: Ed25519PublicKey | None,
    documents: Mapping[str, str] | None,
    anchored: Sequence[Anchored] = (),
) -> tuple[LedgerFault, ...]:
    """All that does not hold. *links* can be gone through twice, and may be more than fit into
    memory; the second time is only for telling altered records from moved ones. *documents* maps
    each stored change to its row's digest now; *key* is None when the state folder has lost it.
    Without *documents* (an export) only the chain counts. *anchored* are heads kept elsewhere."""
    kept = {one.head.sequence for one in anchored} | ({head.sequence} if head else set())
    walk = _Walk(kept)
    for link in links:
        walk.step(link)
    rows = walk.row_faults(documents) if documents is not None else ()
    outside = _anchor_faults(walk, anchored, key)
    return (*walk.chain_faults(links), *_head_faults(walk, head, key), *outside, *rows)


class _Walk:
    """One pass over the chain, in the order of sequence numbers. Of the hashes only those of
    *kept* sequence numbers are remembered."""

    def __init__(self, kept: Collection[int]) -> None:
        self._kept = kept
        self._faults: list[LedgerFault] = []
        self._altered: list[Link] = []
        self._last: Link | None = None
        self._rows: dict[str, tuple[str, int]] = {}
        self.hashes: dict[int, str] = {}

    @property
    def length(self) -> int:
        """The last sequence number, 0 for an empty chain."""
        return self._last.sequence if self._last else 0

    def step(self, link: Link) -> None:
        self._compare_with_last(link)
        if link.record is None:
            self._fault("ledger.unreadable", link.sequence)
        elif link.record.hash() != link.hash:
            self._altered.append(link)
        else:
            self._remember_document(link.record)
        if link.sequence in self._kept:
            self.hashes[link.sequence] = link.hash
        self._last = link

    def _compare_with_last(self, link: Link) -> None:
        expected = self.length + 1
        if link.sequence != expected:
            self._fault("ledger.missing", expected, count=str(link.sequence - expected))
        elif link.record is not None and link.record.previous != self._end():
            self._fault("ledger.broken", link.sequence)

    def _end(self) -> str:
        return self._last.hash if self._last else GENESIS

    def _remember_document(self, record: LedgerRecord) -> None:
        document = record.data.get(DOCUMENT)
        if isinstance(document, str):
            self._rows[record.subject] = (document, record.sequence)

    def chain_faults(self, links: Iterable[Link]) -> Iterator[LedgerFault]:
        """Faults of records and links, by sequence."""
        places = _places(links) if self._altered else {}
        told = [*self._faults, *(_told(link, places) for link in self._altered)]
        yield from sorted(told, key=lambda fault: (fault.sequence, fault.code))

    def row_faults(self, documents: Mapping[str, str]) -> Iterator[LedgerFault]:
        """Changes whose rows are not what their last records say."""
        for change, (document, sequence) in self._rows.items():
            if change not in documents:
                yield _fault("ledger.row_missing", sequence, id=change)
            elif documents[change] != document:
                yield _fault("ledger.row_altered", sequence, id=change)
        for change in sorted(set(documents) - set(self._rows)):
            yield _fault("ledger.row_unknown", 0, id=change)

    def _fault(self, code: str, sequence: int, **params: str) -> None:
        self._faults.append(_fault(code, sequence, **params))


def _places(links: Iterable[Link]) -> dict[str, int]:
    """The place of each hash when the links are followed, wherever they are stored."""
    after = {link.record.previous: link.hash for link in links if link.record is not None}
    places: dict[str, int] = {}
    following = after.get(GENESIS)
    while following is not None and following not in places:
        places[following] = len(places) + 1
        following = after.get(following)
    return places


def _told(link: Link, places: Mapping[str, int]) -> LedgerFault:
    """Altered, or whole but moved from another place?"""
    record = link.record
    assert record is not None  # only such links are called altered
    origin = places.get(link.hash, 0)
    if msgspec.structs.replace(record, sequence=origin).hash() == link.hash:
        return _fault("ledger.reordered", link.sequence, origin=str(origin))
    return _fault("ledger.altered", link.sequence, event=record.event)


def _head_faults(
    walk: _Walk, head: LedgerHead | None, key: Ed25519PublicKey | None
) -> Iterator[LedgerFault]:
    if head is None:
        if walk.length:
            yield _fault("ledger.head_missing", walk.length)
        return
    yield from _signature_faults(head, key)
    if head.sequence > walk.length:
        yield _fault("ledger.truncated", walk.length + 1, signed=str(head.sequence))
    elif head.sequence < walk.length:
        yield _fault("ledger.unsigned", head.sequence + 1, last=str(walk.length))
    elif walk.hashes.get(head.sequence) != head.hash:
        yield _fault("ledger.head_differs", head.sequence)


def _anchor_faults(
    walk: _Walk, anchored: Sequence[Anchored], key: Ed25519PublicKey | None
) -> Iterator[LedgerFault]:
    """Of each place the first head that the chain doesn't agree with."""
    told: set[str] = set()
    for one in sorted(anchored, key=lambda one: (one.place, one.head.sequence)):
        if one.place not in told:
            found = tuple(_disagreement(walk, one, key))
            told.update(one.place for _ in found)
            yield from found


def _disagreement(
    walk: _Walk, one: Anchored, key: Ed25519PublicKey | None
) -> Iterator[LedgerFault]:
    head, place = one.head, one.place
    if key is not None and (head.key != public_text(key) or not is_signed(head, key)):
        yield _fault("ledger.anchor_forged", head.sequence, place=place)
    elif head.sequence > walk.length:
        yield _fault("ledger.anchor_ahead", head.sequence, place=place, last=str(walk.length))
    elif walk.hashes.get(head.sequence) != head.hash:
        yield _fault("ledger.anchor_differs", head.sequence, place=place)


def _signature_faults(head: LedgerHead, key: Ed25519PublicKey | None) -> Iterator[LedgerFault]:
    if key is None:
        yield _fault("ledger.key_missing", head.sequence)
    elif head.key != public_text(key):
        yield _fault("ledger.wrong_key", head.sequence, found=head.key, expected=public_text(key))
    elif not is_signed(head, key):
        yield _fault("ledger.head_forged", head.sequence)


def is_signed(head: LedgerHead, key: Ed25519PublicKey) -> bool:
    """Whether the head's signature is that key's."""
    try:
        signature = base64.b64decode(head.signature, validate=True)
        key.verify(signature, _statement(head.sequence, head.hash))
    except (InvalidSignature, binascii.Error):
        return False
    return True


def _statement(sequence: int, last: str) -> bytes:
    return canonical({"sequence": sequence, "hash": last})


def _fault(code: str, sequence: int, **params: str) -> LedgerFault:
    return LedgerFault(code=code, sequence=sequence, params=params)
