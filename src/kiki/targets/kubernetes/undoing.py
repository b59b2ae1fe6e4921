"""How applies are taken back: what they made is deleted, what they changed gets its old values, and
what they deleted is made again where the plan kept all of it.

Called by ``target``. Of each run the plan says what there was before, and its outcome what was
done. Only an object whose uid is known is deleted: a name may be somebody else's by now.
"""

from collections.abc import Iterable
from typing import Any

from kiki.model.change import Done, Ran, Undo
from kiki.model.intent import Assumption, Operation
from kiki.model.plan import Action, Plan
from kiki.targets.kubernetes.back import KIND
from kiki.targets.port import UndoPlan

_NAMED = 6


def expected(plan: Plan | None) -> UndoPlan:
    """What can be said before an apply. The first thing in the way makes it impossible."""
    changes = plan.changes if plan is not None else ()
    for action in changes:
        if _hopeless(action):
            return _impossible(_why(action), action)
    return UndoPlan(undo=_certain(changes))


def _why(action: Action) -> str:
    if action.verb == "delete":
        return "k8s.undo_deleted"
    if action.before.get("evicted"):
        return "k8s.undo_evicted"
    return "k8s.undo_restarted" if action.before.get("once") else "k8s.undo_not_kept"


def _certain(actions: Iterable[Action]) -> Undo:
    """What is made again is another object: with a uid of its own, and new pods."""
    again = next((action.task for action in actions if action.verb == "delete"), "")
    if again:
        return Undo(kind="compensating", reason="k8s.undo_made_again", params={"object": again})
    drained = next((action.task for action in actions if action.before.get("evicted")), "")
    if drained:
        return Undo(kind="compensating", reason="k8s.undo_uncordons", params={"object": drained})
    rolled = next((action.task for action in actions if action.before.get("rolled")), "")
    if rolled:
        return Undo(kind="compensating", reason="k8s.undo_rolled", params={"object": rolled})
    return Undo(kind="exact")


def take_back(runs: tuple[Ran, ...]) -> UndoPlan:
    """The way back from all of *runs*, oldest first, and what is not certain about it."""
    uids = {title: uid for ran in runs for title, uid in _marks(ran).items()}
    first: dict[str, Action] = {}
    doubtful: dict[str, None] = {}
    for ran in runs:
        for action in _acted(ran):
            first.setdefault(action.task, action)
            if action.task not in uids and action.verb == "create":
                doubtful[action.task] = None
    acted = tuple(first.values())
    wrong = next((action for action in acted if _hopeless(action)), None)
    if wrong is not None:
        return expected(Plan(actions=(wrong,)))
    fields: dict[str, Any] = {
        "deleted": [_deleted(one, uids) for one in acted if one.task in uids and _made(one)],
        "patched": [_patched(one) for one in acted if one.verb == "update"],
        "made": [one.before["kept"] for one in acted if one.verb == "delete"],
    }
    held = {one.task: one.before["held"] for one in acted if one.before.get("held")}
    fields |= {"held": held} if held else {}
    operations = (Operation(kind=KIND, fields=fields),) if any(fields.values()) else ()
    hosts = tuple(dict.fromkeys(action.subject for action in acted))
    undo = _certain(acted) if operations else Undo(kind="impossible", reason="undo.nothing")
    return UndoPlan(undo=undo, operations=operations, hosts=hosts, notes=_notes(doubtful))


def moved(runs: tuple[Ran, ...], now: Plan) -> tuple[str, ...]:
    """The cluster, when *now* would change again what *runs* did: somebody has moved it. Going back
    a revision is another thing each time, and says nothing of that; a node that a drain has closed
    is as it was left, whatever pods it still has."""
    acted = [action for ran in runs for action in _acted(ran)]
    did = {action.task for action in acted if not action.before.get("rolled")}
    again = [
        action
        for action in now.changes
        if action.task in did and action.verb != "unknown" and not _closed(action)
    ]
    return tuple(dict.fromkeys(action.subject for action in again))


def _closed(action: Action) -> bool:
    return bool(action.before.get("evicted")) and "patch" not in action.before


def _acted(ran: Ran) -> list[Action]:
    """The actions of a run's plan that were done, or may have been."""
    planned = [action for action in ran.plan.changes if action.verb != "error"]
    done = ran.outcome.done if ran.outcome is not None else None
    if done is None:
        return planned
    return [action for action in planned if _did(done.get(action.subject), action)]


def _did(done: Done | None, action: Action) -> bool:
    return done is not None and (not done.heard or action.task in done.changed + done.unsure)


def _marks(ran: Ran) -> dict[str, str]:
    done = ran.outcome.done if ran.outcome is not None else None
    return {title: uid for each in (done or {}).values() for title, uid in each.marks.items()}


def _made(action: Action) -> bool:
    return action.verb == "create"


def _hopeless(action: Action) -> bool:
    if action.verb == "delete":
        return "kept" not in action.before
    return action.verb in ("update", "unknown") and "patch" not in action.before


def _deleted(action: Action, uids: dict[str, str]) -> dict[str, Any]:
    return {**action.before["object"], "uid": uids[action.task]}


def _patched(action: Action) -> dict[str, Any]:
    return {**action.before["object"], "patch": action.before["patch"]}


def _impossible(reason: str, action: Action) -> UndoPlan:
    return UndoPlan(undo=Undo(kind="impossible", reason=reason, params={"object": action.task}))


def _notes(doubtful: Iterable[str]) -> tuple[Assumption, ...]:
    """Objects that may have been made by a run of which nobody heard: they are left."""
    names = list(doubtful)
    if not names:
        return ()
    listed = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    return (Assumption(code="k8s.undo_unsure", params={"objects": listed}),)
