"""Redoing and undoing: new changes that are planned and approved like any other.

Called by ``local``.
"""

from msgspec.structs import replace

from kiki.model.agent import Listener
from kiki.model.change import Change
from kiki.model.errors import StateError
from kiki.model.intent import Intent, Reading
from kiki.service import planning, submission
from kiki.service.journal import Journal
from kiki.service.parts import Parts
from kiki.targets import registry

_UNDOABLE = ("applied", "partly_applied")


def redo(parts: Parts, change: Change, listener: Listener) -> Change:
    """A new change with the same request and the same, recorded reading."""
    new = submission.draft(parts, change.request, redoes=change.id)
    recorded = change.reading if change.reading and change.reading.intent else None
    return submission.settle_reading(parts, new, listener, recorded)


def undo(parts: Parts, change: Change, listener: Listener) -> Change:
    """A new change whose operations take *change* back on the hosts that it changed."""
    if change.state not in _UNDOABLE:
        raise StateError("undo.not_applied", id=change.id, state=change.state)
    stage = change.stage
    intent = planning.intent_of(change)
    back = registry.target(stage.target).undo(intent, stage.plan, stage.outcome)
    if not back.operations:
        reason = back.undo.reason or "undo.nothing"
        raise StateError("undo.impossible", id=change.id, reason=reason)
    scope = replace(change.request.scope, limit=",".join(back.hosts) or change.request.scope.limit)
    request = replace(change.request, message="", flags={}, answers={}, scope=scope)
    new = submission.draft(parts, request, undoes=change.id)
    reverse = Intent(
        target=stage.target, name="undo-" + intent.name, operations=back.operations, reader="undo"
    )
    return submission.settle_reading(parts, new, listener, Reading(reader="undo", intent=reverse))


def close_undone(parts: Parts, change: Change) -> Change:
    """When *change* took another one back and is applied, mark that one as undone."""
    if change.state == "applied" and change.undoes:
        original = parts.store().changes.get(change.undoes)
        if original.state in _UNDOABLE:
            Journal(parts).move(original, "undo", undone_by=change.id)
    return change
