"""Faults of the ledger.

Called by ``audit verify``.
"""

from collections.abc import Sequence
from typing import Any

from kiki.cli.look import Look
from kiki.model.ledger import LedgerFault


def human(faults: Sequence[LedgerFault], look: Look) -> str:
    """One line a fault, or that the record holds."""
    if not faults:
        return look.paint(look.label("record_holds"), "green")
    return "\n".join(
        [look.paint(look.label("record_broken"), "red"), *(_one(f, look) for f in faults)]
    )


def _one(fault: LedgerFault, look: Look) -> str:
    found = look.message(fault.code, sequence=fault.sequence, **fault.params)
    line = f"  #{fault.sequence}  {found.text}" if fault.sequence else f"  {found.text}"
    return f"{line}\n    {found.help}" if found.help else line


def as_json(faults: Sequence[LedgerFault], look: Look) -> dict[str, Any]:
    """Keys: holds, faults (code, sequence, params, text)."""
    listed = [
        {
            "code": fault.code,
            "sequence": fault.sequence,
            "params": fault.params,
            "text": look.say(fault.code, sequence=fault.sequence, **fault.params),
        }
        for fault in faults
    ]
    return {"holds": not faults, "faults": listed}
