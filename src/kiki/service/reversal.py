"""Redoing and undoing: new changes that are planned and approved like any other. Which hosts an
apply that did not come to its end left.

Called by ``local``. What is taken back are all applies of a change that began, also those that were
cut or stopped: of each its plan and, where it is known, what it did.
"""

from typing import NamedTuple

from msgspec.structs import replace

from kiki.model.change import Change, Ran, Stage
from kiki.model.errors import StateError
from kiki.model.intent import Assumption, Intent, Later, Reading
from kiki.model.ledger import LedgerRecord
from kiki.model.lifecycle import allowed
from kiki.model.plan import Plan
from kiki.model.request import Request
from kiki.model.rollout import FIRST, Rollout
from kiki.service import keeping, planning, submission
from kiki.service.journal import Journal
from kiki.service.parts import Parts
from kiki.targets import registry
from kiki.targets.port import UndoPlan

# Of these the last one says whether an apply began of the plan that the stage has now.
_TURNS = frozenset(("replan", "plan", "start"))
_STOPPED = frozenset(("job.cancelled", "ansible.run_cancelled", "ansible.run_timeout"))


def redo(parts: Parts, change: Change) -> Change:
    """A draft with the same request and the same, recorded reading. A ticket is for one change:
    this one needs its own."""
    recorded = change.reading if change.reading and change.reading.intent else None
    request = replace(keeping.renewed(parts, change.request), ticket="")
    return submission.draft(parts, request, redoes=change.id, reading=recorded)


class Way(NamedTuple):
    """How one change is taken back: what is asked, and how that is read."""

    change: Change
    request: Request
    reading: Reading


def undo(parts: Parts, change: Change) -> Change:
    """A draft whose operations take *change* back on the hosts that it changed: first what its
    later stages did, the last one first."""
    later = [_way(parts, one) for one in _later(parts, change)]
    own = _way(parts, change)
    ways = [one for one in later if one.reading.intent and one.reading.intent.operations]
    if own.reading.intent and own.reading.intent.operations:
        ways.append(own)
    if not ways:
        _undoable(parts, change)
        back = _back(parts, change)
        reason = back.undo.reason or "undo.nothing"
        raise StateError("undo.impossible", **back.undo.params, id=change.id, reason=reason)
    first = _saying(ways[0], [_left(parts, one.change) for one in later if one not in ways])
    if len(ways) == 1:
        reading, request = first.reading, first.request
    else:
        reading = replace(first.reading, later=tuple(map(_as_later, ways[1:])))
        secrets = {name: one for way in ways for name, one in way.request.secrets.items()}
        request = replace(first.request, secrets=secrets)
    return submission.draft(parts, request, undoes=first.change.id, reading=reading)


def _left(parts: Parts, change: Change) -> Assumption:
    """What is said of a later stage that nothing takes back."""
    reason = _back(parts, change).undo.reason or "undo.nothing"
    return Assumption(
        code="undo.stage_left",
        params={"stage": change.stage.name, "id": change.id, "reason": reason},
    )


def _saying(way: Way, more: list[Assumption]) -> Way:
    """*way*, which also says *more* before it is approved."""
    intent = way.reading.intent
    if intent is None or not more:
        return way
    told = replace(intent, assumptions=(*more, *intent.assumptions))
    return way._replace(reading=replace(way.reading, intent=told))


def _later(parts: Parts, change: Change) -> list[Change]:
    """The changes of its later stages that began and stand, the newest first."""
    if not change.later:
        return []
    from kiki.service import foreseeing  # noqa: PLC0415 -- lazy: most changes have one stage

    found = sorted(foreseeing.children(parts, change), key=_made, reverse=True)
    return [one for one in found if runs_of(parts, one) and "undo" in allowed(one.state)]


def _made(change: Change) -> tuple[str, str]:
    return change.created, change.id


def _as_later(way: Way) -> Later:
    intent = way.reading.intent
    assert intent is not None
    return Later(name=intent.name, intent=intent, scope=way.request.scope, undoes=way.change.id)


def _back(parts: Parts, change: Change) -> UndoPlan:
    stage, runs = _undoable(parts, change)
    return registry.target(stage.target).take_back(planning.intent_of(change), runs)


def _way(parts: Parts, change: Change) -> Way:
    """How *change* itself, without its later stages, is taken back; perhaps by nothing."""
    stage, runs = _undoable(parts, change)
    intent = planning.intent_of(change)
    back = registry.target(stage.target).take_back(intent, runs)
    # The tags chose among tasks that are not those of the way back.
    limit = ",".join(back.hosts) or change.request.scope.limit
    scope = replace(change.request.scope, limit=limit, tags=(), rollout=_rollout(change, back))
    request = replace(change.request, message="", flags={}, answers={}, scope=scope, ticket="")
    reverse = Intent(
        target=stage.target,
        name="undo-" + intent.name,
        operations=back.operations,
        reader="undo",
        assumptions=(*_less_than_exact(back), *back.notes, *_unrecorded(parts, change, runs)),
    )
    if not reverse.operations:
        return Way(change, request, Reading(reader="undo", intent=reverse))
    held = keeping.held(parts, registry.target(stage.target).secrets(reverse), request)
    request = replace(request, secrets=request.secrets | held)
    return Way(change, request, Reading(reader="undo", intent=reverse))


def _rollout(change: Change, back: UndoPlan) -> Rollout:
    """In the same steps; another host goes first when the one that did has nothing to give back."""
    rollout = change.request.scope.rollout
    stays = rollout.canary in ("", FIRST, *back.hosts)
    return rollout if stays else replace(rollout, canary=FIRST)


def rest(parts: Parts, change: Change) -> tuple[str, ...]:
    """The hosts that the last apply of *change* did not bring to a good end; StateError when none
    ever began, or when there are none."""
    runs = runs_of(parts, change)
    if not runs:
        raise StateError("resume.not_begun", id=change.id, state=change.state)
    found = _unfinished(runs[-1])
    if not found:
        raise StateError("resume.nothing_left", id=change.id, state=change.state)
    return found


def _unfinished(ran: Ran) -> tuple[str, ...]:
    """All that the plan was for when the run was cut, or stopped by an older Kiki, which did not
    say what was left."""
    outcome = ran.outcome
    if outcome is None:
        return ran.plan.hosts
    bad = {*outcome.failed, *outcome.unreachable, *outcome.unsure, *outcome.left}
    if not bad and outcome.reason in _STOPPED:
        return ran.plan.hosts
    return tuple(host for host in ran.plan.hosts if host in bad)


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
    stage = change.stage
    if not began(parts, change):
        return stage.earlier
    return (*stage.earlier, Ran(plan=_lean(change.stage.plan), outcome=stage.outcome))


def began(parts: Parts, change: Change) -> bool:
    """Whether an apply began of the plan that the change has now."""
    events = [record.event for record in _records(parts, change)]
    return next((event for event in reversed(events) if event in _TURNS), "") == "start"


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
