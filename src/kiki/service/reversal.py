"""Redoing and undoing: new changes that are planned and approved like any other.

Called by ``local``.
"""

from msgspec.structs import replace

from kiki.model.change import Change
from kiki.model.errors import StateError
from kiki.model.intent import Assumption, Intent, Reading
from kiki.service import keeping, planning, submission
from kiki.service.journal import Journal
from kiki.service.parts import Parts
from kiki.targets import registry

_UNDOABLE = ("applied", "partly_applied")


def redo(parts: Parts, change: Change) -> Change:
    """A draft with the same request and the same, recorded reading."""
    recorded = change.reading if change.reading and change.reading.intent else None
    request = keeping.renewed(parts, change.request)
    return submission.draft(parts, request, redoes=change.id, reading=recorded)


def undo(parts: Parts, change: Change) -> Change:
    """A draft whose operations take *change* back on the hosts that it changed."""
    if change.state not in _UNDOABLE:
        raise StateError("undo.not_applied", id=change.id, state=change.state)
    stage = change.stage
    intent = planning.intent_of(change)
    back = registry.target(stage.target).undo(intent, stage.plan, stage.outcome)
    if not back.operations:
        reason = back.undo.reason or "undo.nothing"
        raise StateError("undo.impossible", **back.undo.params, id=change.id, reason=reason)
    # The tags chose among tasks that are not those of the way back.
    limit = ",".join(back.hosts) or change.request.scope.limit
    scope = replace(change.request.scope, limit=limit, tags=())
    request = replace(change.request, message="", flags={}, answers={}, scope=scope)
    reverse = Intent(
        target=stage.target,
        name="undo-" + intent.name,
        operations=back.operations,
        reader="undo",
        assumptions=_earlier(parts, change),
    )
    reading = Reading(reader="undo", intent=reverse)
    return submission.draft(parts, request, undoes=change.id, reading=reading)


def _earlier(parts: Parts, change: Change) -> tuple[Assumption, ...]:
    """What is said when earlier runs of *change* may have changed something too: only the last
    one's plan is known, so only that is taken back."""
    records = parts.store().ledger.records(change.id)
    runs = sum(record.event == "start" for record in records)
    if runs < 2:
        return ()
    return (Assumption(code="undo.earlier_runs", params={"id": change.id, "count": str(runs - 1)}),)


def close_undone(parts: Parts, change: Change) -> Change:
    """When *change* took another one back and is applied, mark that one as undone."""
    if change.state == "applied" and change.undoes:
        original = parts.store().changes.get(change.undoes)
        if original.state in _UNDOABLE:
            Journal(parts).move(original, "undo", undone_by=change.id)
    return change
