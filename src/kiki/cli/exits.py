"""The one place that says how a command ends.

Called by the commands and the dispatcher. The codes are in ``model.exits``; docs/exit-codes.md
has the same tables, and a test compares them.
"""

from collections.abc import Iterable

from kiki.model.change import Change
from kiki.model.errors import KikiError, StateError
from kiki.model.exits import Exit
from kiki.model.finding import Finding
from kiki.model.intent import Reading
from kiki.model.lifecycle import State

STATES: dict[State, Exit] = {
    "draft": Exit.FAILED,
    "asking": Exit.QUESTION,
    "refused": Exit.REFUSED,
    "invalid": Exit.CHECK_FAILED,
    "checked": Exit.DONE,
    "answered": Exit.DONE,
    "planned": Exit.AWAITING_APPROVAL,
    "awaiting_approval": Exit.AWAITING_APPROVAL,
    "approved": Exit.DONE,
    "applying": Exit.TEMPORARY,
    "verifying": Exit.TEMPORARY,
    "applied": Exit.DONE,
    "partly_applied": Exit.PARTLY,
    "failed": Exit.FAILED,
    "rejected": Exit.REJECTED,
    "cancelled": Exit.CANCELLED,
    "interrupted": Exit.FAILED,
    "stale": Exit.STALE,
    "undone": Exit.DONE,
}


# Causes of a failed task that the next try may not meet.
_PASSES = ("execution.registry_away",)

# Refusals of a message that says nothing: the command line is wrong, and no request was refused.
_SAYS_NOTHING = ("understand.empty", "understand.not_text")


def exit_of(change: Change) -> Exit:
    """How a command ends that leaves *change* in its state."""
    if change.state == "refused" and change.reading and _says_nothing(change.reading):
        return Exit.USAGE
    if change.state == "failed" and (_unreachable_only(change) or _passing(change)):
        return Exit.TEMPORARY
    return STATES[change.state]


def _unreachable_only(change: Change) -> bool:
    outcome = change.stages[0].outcome if change.stages else None
    if outcome is None or not outcome.unreachable:
        return False
    return not (outcome.failed or outcome.changed or outcome.unchanged)


def _passing(change: Change) -> bool:
    """Whether it failed, and changed nothing, for a cause outside of the host that may pass."""
    outcome = change.stages[0].outcome if change.stages else None
    return bool(outcome and outcome.params.get("cause") in _PASSES and not outcome.changed)


def exit_of_error(error: KikiError) -> Exit:
    """How a command ends that raised *error*. A change that is in the wrong state for the command
    ends it as that state does, where the state is a refusal of its own."""
    if isinstance(error, StateError):
        state = error.params.get("state")
        if state in ("rejected", "stale", "awaiting_approval"):
            return STATES[state]  # type: ignore[index]
    return error.exit


def exit_of_findings(findings: Iterable[Finding]) -> Exit:
    """How a command ends that gave *findings* and recorded nothing."""
    codes = [finding.code for finding in findings if finding.severity == "error"]
    if any(code.startswith("policy.") for code in codes):
        return Exit.REFUSED
    return Exit.CHECK_FAILED if codes else Exit.DONE


def exit_of_reading(reading: Reading) -> Exit:
    """How a command ends that read a message and went no further."""
    if reading.question is not None:
        return Exit.QUESTION
    if _says_nothing(reading):
        return Exit.USAGE
    return Exit.REFUSED if reading.intent is None else Exit.DONE


def _says_nothing(reading: Reading) -> bool:
    return reading.refusal is not None and reading.refusal.code in _SAYS_NOTHING
