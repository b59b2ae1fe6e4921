"""Records of the ledger.

Called by ``show`` and ``audit log``.
"""

from collections.abc import Sequence
from typing import Any

from kiki.cli.layout import one_line, table
from kiki.cli.look import Look
from kiki.model.ledger import LedgerRecord

_LOUD = "break_glass"  # an approval by its own requester, against the rule of four eyes


def human(records: Sequence[LedgerRecord], look: Look, *, subjects: bool = False) -> str:
    """One line a record: number, time, who, what happened, and the state after it."""
    return table([_row(record, look, subjects) for record in records], indent="  ")


def _row(record: LedgerRecord, look: Look, subjects: bool) -> list[str]:
    state = str(record.data.get("state", ""))
    event = look.label("event_break_glass") if record.event == _LOUD else one_line(record.event)
    row = [str(record.sequence), record.at, one_line(record.actor), event]
    if subjects:
        row.append(one_line(record.subject))
    return [*row, look.say(f"state.{state}") if state else ""]


def as_json(records: Sequence[LedgerRecord]) -> list[dict[str, Any]]:
    """Keys of each: sequence, at, actor, event, subject, data, previous, hash."""
    return [
        {
            "sequence": record.sequence,
            "at": record.at,
            "actor": record.actor,
            "event": record.event,
            "subject": record.subject,
            "data": record.data,
            "previous": record.previous,
            "hash": record.hash(),
        }
        for record in records
    ]
