"""Values of Secrets that a change writes over: under which names they are kept for its undo.

Called by ``planned``, ``undoing`` and ``target``. A value never is in a plan: only its name, made
of exactly which state of which object has it. The executor asks the cluster for the values right
before the apply and has them sealed (``execution/clusters/driver/hold.py``).
"""

from typing import Any

from kiki.model.plan import Plan
from kiki.model.records import digest
from kiki.model.run import HOLD
from kiki.model.secret import HELD, HELD_LENGTH


def names(one: dict[str, Any]) -> dict[str, str]:
    """The name for each key that the driver says is written over."""
    state = [str(one["uid"]), str(one.get("version", ""))]
    return {key: _name([*state, key]) for key in one.get("held", [])}


def _name(parts: list[str]) -> str:
    return f"{HELD}-{digest(parts).rpartition(':')[2][:HELD_LENGTH]}"


def wanted(plan: Plan | None) -> dict[str, Any]:
    """What the run of *plan* has to be told: the Secrets whose values are to be kept."""
    actions = plan.changes if plan is not None else ()
    held = [
        {**one.before["object"], "uid": one.before["uid"], "held": one.before["held"]}
        for one in actions
        if one.before.get("held")
    ]
    return {HOLD: held} if held else {}
