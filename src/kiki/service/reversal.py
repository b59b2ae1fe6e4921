"""Redoing and undoing: new changes that are planned and approved like any other.

Called by ``local``. What is taken back are all applies of a change that began, also those that were
cut or stopped: of each its plan and, where it is known, what it did.
"""

from msgspec.structs import replace

from kiki.model.change import Change, Ran, Stage
from kiki.model.errors import StateError
from kiki.model.intent import Assumption, Intent, Reading
from kiki.model.ledger import LedgerRecord
from kiki.model.lifecycle import allowed
from kiki.model.plan import Plan
from kiki.service import keeping, planning, submission
from kiki.service.journal import Journal
from kiki.service.parts import Parts
from kiki.targets import registry
from kiki.targets.port import UndoPlan

# Of these the last one says whether an apply began of the plan that the stage has now.
_TURNS = frozenset(("replan", "plan", "start"))


def redo(parts: Parts, change: Change) -> Change:
    """A draft with the same request and the same, recorded reading."""
    recorded = change.reading if change.reading and change.reading.intent else None
    request = keeping.renewed(parts, change.request)
    return submission.draft(parts, request, redoes=change.id, reading=recorded)


def undo(parts: Parts, change: Change) -> Change:
    """A draft whose operations take *change* back on the hosts that it changed."""
    stage, runs = _undoable(parts, change)
    intent = planning.intent_of(change)
    back = registry.target(stage.target).take_back(intent, runs)
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
        assumptions=(*_less_than_exact(back), *back.notes, *_unrecorded(parts, change, runs)),
    )
    reading = Reading(reader="undo", intent=reverse)
    return submission.draft(parts, request, undoes=change.id, reading=reading)


def _undoable(parts: Parts, change: Change) -> tuple[Stage, tuple[Ran, ...]]:
    """The stage and its applies; StateError when none ever began, or when it can't be done from
    the change's state."""
    runs = runs_of(parts, change)
    if change.state == "undone":
        raise StateError("undo.undone", id=change.id, by=change.undone_by)
    if not runs:
        raise StateError("undo.not_applied", id=change.id, state=change.state)
    if change.state == "rejected":
        raise StateError("undo.rejected", id=change.id)
    if "undo" not in allowed(change.state):
        raise StateError("undo.not_now", id=change.id, state=change.state)
    return change.stage, runs


def runs_of(parts: Parts, change: Change) -> tuple[Ran, ...]:
    """The applies of *change* that began, oldest first; those from before Kiki kept earlier ones
    are missing."""
    if not change.stages or change.stage.plan is None:
        return ()
    stage, events = change.stage, [record.event for record in _records(parts, change)]
    last = next((event for event in reversed(events) if event in _TURNS), "")
    if last != "start":
        return stage.earlier
    return (*stage.earlier, Ran(plan=_lean(change.stage.plan), outcome=stage.outcome))


def _records(parts: Parts, change: Change) -> tuple[LedgerRecord, ...]:
    return parts.store().ledger.records(change.id)


def _lean(plan: Plan) -> Plan:
    """What an undo needs of a plan: no diffs, which may be long."""
    return replace(plan, actions=tuple(replace(action, diff="") for action in plan.changes))


def _less_than_exact(back: UndoPlan) -> tuple[Assumption, ...]:
    """What the way back leaves as it is."""
    if back.undo.kind == "exact" or not back.undo.reason:
        return ()
    return (Assumption(code=back.undo.reason, params=back.undo.params),)


def _unrecorded(parts: Parts, change: Change, runs: tuple[Ran, ...]) -> tuple[Assumption, ...]:
    """What is said when applies of *change* began whose plan is not known any more."""
    began = sum(record.event == "start" for record in _records(parts, change))
    count = began - len(runs)
    if count <= 0:
        return ()
    return (Assumption(code="undo.earlier_runs", params={"id": change.id, "count": str(count)}),)


def close_undone(parts: Parts, change: Change) -> Change:
    """When *change* took another one back and is applied, mark that one as undone; not if that
    one ran again since."""
    if change.state == "applied" and change.undoes:
        original = parts.store().changes.get(change.undoes)
        if "undo" in allowed(original.state) and not _ran_since(parts, original, change):
            Journal(parts).move(original, "undo", undone_by=change.id)
    return change


def _ran_since(parts: Parts, original: Change, change: Change) -> bool:
    """Whether an apply of *original* began after *change* was made."""
    made = _records(parts, change)[0].sequence
    started = (record for record in _records(parts, original) if record.event == "start")
    return any(record.sequence > made for record in started)
