"""Records of the ledger.

Called by ``show`` and ``audit log``.
"""

from collections.abc import Sequence
from typing import Any

from kiki.cli.layout import one_line, table
from kiki.cli.look import Look
from kiki.model.ledger import LedgerRecord

# An approval by its own requester, and an apply in a closed window: both against the rules.
_LOUD = ("break_glass", "window_override")


def human(records: Sequence[LedgerRecord], look: Look, *, subjects: bool = False) -> str:
    """One line a record: number, time, who, what happened, and the state after it."""
    return table([_row(record, look, subjects) for record in records], indent="  ")


def _row(record: LedgerRecord, look: Look, subjects: bool) -> list[str]:
    state = str(record.data.get("state", ""))
    event = one_line(record.event)
    if record.event in _LOUD:
        event = look.label(f"event_{record.event}")
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
