"""The ledger in a file, as JSON or CSV, and whether such a file verifies.

Called by ``wiring`` for ``kiki audit export`` and ``kiki audit verify FILE``. Pure: needs no state
folder, so that a file can be checked anywhere. The file's own text is data of whoever sent it."""

import base64
import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiki.model.errors import RecordError, UsageError
from kiki.model.ledger import KeptRecord, LedgerExport, LedgerFault, LedgerHead, LedgerRecord
from kiki.model.records import Record, canonical
from kiki.store import chain

Format = Literal["json", "csv"]
COLUMNS = ("sequence", "at", "actor", "event", "subject", "data", "previous", "hash")
_HEAD = "head"  # in the first column of the CSV's last row
# What spreadsheets would run; the apostrophe keeps it a text, and is taken off when it is read.
_FORMULA = tuple("=+-@\t\r'")


class _Line(Record, frozen=True):
    sequence: int
    at: str
    actor: str
    event: str
    subject: str
    data: dict[str, Any]
    previous: str
    hash: str


class _File(Record, frozen=True):
    format: Literal["kiki-ledger"]
    version: Literal[1]
    records: tuple[_Line, ...]
    head: LedgerHead | None


def text(export: LedgerExport, wanted: Format) -> str:
    """The file. The same ledger gives the same bytes."""
    return _csv(export) if wanted == "csv" else _json(export)


def _json(export: LedgerExport) -> str:
    """One record a line, so that two exports can be compared with diff."""
    lines = ",\n".join(canonical(_fields(one)).decode() for one in export.records)
    head = canonical(export.head).decode()
    return f'{{"format":"kiki-ledger","version":1,"head":{head},"records":[\n{lines}\n]}}\n'


def _fields(one: KeptRecord) -> dict[str, Any]:
    return {**msgspec.structs.asdict(one.record), "hash": one.hash}


def _csv(export: LedgerExport) -> str:
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\n")
    rows.writerow(COLUMNS)
    for one in export.records:
        fields = _fields(one) | {"data": canonical(one.record.data).decode()}
        rows.writerow([_shielded(str(fields[name])) for name in COLUMNS])
    if export.head is not None:
        rows.writerow([_HEAD, "", "", "", "", canonical(export.head).decode(), "", ""])
    return made.getvalue()


def _shielded(value: str) -> str:
    return "'" + value if value.startswith(_FORMULA) else value


def faults(data: bytes, key: str = "") -> tuple[tuple[LedgerFault, ...], LedgerExport]:
    """All that does not hold in an exported file, and what is in it. *key* is the public key that
    it has to be signed with, in base64; without one the file's own is believed. RecordError
    ``ledger.export_unreadable``, UsageError ``ledger.bad_key``."""
    export = _read(data)
    ordered, misplaced = _in_order(export.records)
    links = [chain.Link(sequence=one.record.sequence, hash=one.hash, record=one.record)
             for one in ordered]  # fmt: skip
    found = chain.faults(links, export.head, _key(key, export.head), None)
    return (*misplaced, *found), export


def _in_order(
    records: Iterable[KeptRecord],
) -> tuple[list[KeptRecord], tuple[LedgerFault, ...]]:
    """The records by number, each once, and a fault for each that stands elsewhere or twice."""
    found: dict[int, KeptRecord] = {}
    told, last = [], 0
    for one in records:
        number = one.record.sequence
        if number in found:
            told.append(LedgerFault(code="ledger.twice", sequence=number))
        elif number < last:
            told.append(LedgerFault(code="ledger.out_of_order", sequence=number,
                                    params={"after": str(last)}))  # fmt: skip
        found.setdefault(number, one)
        last = number
    return [found[number] for number in sorted(found)], tuple(told)


def _key(given: str, head: LedgerHead | None) -> Ed25519PublicKey | None:
    try:
        if given:
            return _public(given)
        return _public(head.key) if head is not None else None
    except ValueError:
        if given:
            raise UsageError("ledger.bad_key") from None
        return None


def _public(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))


def _read(data: bytes) -> LedgerExport:
    try:
        return _from_json(data) if data.lstrip()[:1] == b"{" else _from_csv(data)
    except (msgspec.MsgspecError, ValueError, csv.Error) as error:
        raise RecordError("ledger.export_unreadable", detail=str(error)[:200]) from error


def _from_json(data: bytes) -> LedgerExport:
    file = msgspec.json.decode(data, type=_File)
    return LedgerExport(records=tuple(map(_kept, file.records)), head=file.head)


def _kept(line: _Line) -> KeptRecord:
    fields = {name: getattr(line, name) for name in LedgerRecord.__struct_fields__}
    return KeptRecord(record=LedgerRecord(**fields), hash=line.hash)


def _from_csv(data: bytes) -> LedgerExport:
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    if tuple(next(rows, ())) != COLUMNS:
        raise ValueError("line 1: " + ",".join(COLUMNS))
    head, records = None, []
    csv.field_size_limit(1 << 30)
    for row in _whole(rows):
        if row[0] == _HEAD:
            head = msgspec.json.decode(row[5], type=LedgerHead)
        else:
            records.append(_of_row(row))
    return LedgerExport(records=tuple(records), head=head)


def _whole(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=2):
        if len(row) != len(COLUMNS):
            raise ValueError(f"row {number}: {len(row)} columns")
        yield [value[1:] if re.match(r"'[=+\-@\t\r']", value) else value for value in row]


def _of_row(row: list[str]) -> KeptRecord:
    sequence, at, actor, event, subject, data, previous, stored = row
    record = LedgerRecord(
        sequence=int(sequence),
        at=at,
        actor=actor,
        event=event,
        subject=subject,
        data=msgspec.json.decode(data, type=dict[str, Any]),
        previous=previous,
    )
    return KeptRecord(record=record, hash=stored)
