"""Proving the record: the chain, its signed head, and every change against its last record.

Called by ``local``. On one person's machine, where keys and database are the same user's, this
finds accidents and careless edits; only a head kept elsewhere proves more.
"""

from kiki.model.agent import ChangeFilter
from kiki.model.ledger import LedgerFault, LedgerRecord
from kiki.service.journal import digest_of
from kiki.service.parts import Parts

_ALL = 1_000_000


def audit(parts: Parts) -> tuple[LedgerFault, ...]:
    """Every fault found; empty when the record holds."""
    kept = parts.store()
    return kept.ledger.verify() + _rows(parts, _last_records(kept.ledger.records()))


def _last_records(records: tuple[LedgerRecord, ...]) -> dict[str, LedgerRecord]:
    return {record.subject: record for record in records if "change" in record.data}


def _rows(parts: Parts, last: dict[str, LedgerRecord]) -> tuple[LedgerFault, ...]:
    changes = {change.id: change for change in parts.store().changes.find(ChangeFilter(limit=_ALL))}
    faults = [
        LedgerFault(code="ledger.row_missing", sequence=record.sequence, params={"id": subject})
        for subject, record in last.items()
        if subject not in changes
    ]
    for change in changes.values():
        record = last.get(change.id)
        if record is None:
            faults.append(
                LedgerFault(code="ledger.row_unknown", sequence=0, params={"id": change.id})
            )
        elif record.data["change"] != digest_of(change):
            faults.append(
                LedgerFault(
                    code="ledger.row_altered", sequence=record.sequence, params={"id": change.id}
                )
            )
    return tuple(faults)
