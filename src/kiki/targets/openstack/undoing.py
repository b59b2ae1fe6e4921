"""How applies are taken back: the stack that they made is deleted, the one that they changed gets
what it was made of before.

Called by ``target``. Of each run the plan says what there was before, and its outcome what was
done. Only a stack whose id is known is touched: a name may be another stack's by now.
"""

from typing import Any

from kiki.model.change import Done, Ran, Undo
from kiki.model.intent import Operation
from kiki.model.plan import Action, Plan
from kiki.targets.openstack import unacting
from kiki.targets.openstack.back import KIND
from kiki.targets.port import UndoPlan

_HALF_GONE = "DELETE_FAILED"  # by an undo that something was in the way of
_WHY = ("hidden", "files")


def expected(plan: Plan | None) -> UndoPlan:
    """What can be said before an apply: as exact as the least exact stack."""
    if plan and unacting.acts(plan):
        return unacting.expected(plan)
    undos = [_undo(one, plan) for one in _stacks(plan) if one.verb not in ("create", "none")]
    return UndoPlan(undo=_least(undos))


def _least(undos: list[Undo]) -> Undo:
    for kind in ("impossible", "compensating"):
        for one in undos:
            if one.kind == kind:
                return one
    return Undo(kind="exact")


def take_back(runs: tuple[Ran, ...]) -> UndoPlan:
    """The way back from all of *runs*, oldest first: each stack to what it was before the first
    one, the last stack first."""
    if any(unacting.acts(ran.plan) for ran in runs):
        return unacting.take_back(runs)
    names = dict.fromkeys(_name(one) for ran in runs for one in _acted(ran))
    backs = [_back(name, runs) for name in reversed(names)]
    if not backs:
        return UndoPlan(undo=Undo(kind="impossible", reason="undo.nothing"))
    undo = _least([one.undo for one in backs])
    if undo.kind == "impossible":
        return UndoPlan(undo=undo)
    operations = tuple(one for back in backs for one in back.operations)
    return UndoPlan(undo=undo, operations=operations, hosts=backs[0].hosts)


def _back(name: str, runs: tuple[Ran, ...]) -> UndoPlan:
    """The way back for the stack *name*."""
    acted = [(ran, one) for ran in runs for one in _acted(ran) if _name(one) == name]
    first, stack = acted[0]
    if stack.verb == "create":
        return _deleted(runs, stack)
    undo = _undo(stack, first.plan)
    if undo.kind == "impossible":
        return UndoPlan(undo=undo)
    known, back = stack.before["stack"], stack.before["back"]
    told = {key: back[key] for key in ("template", "parameters", "defaults")}
    fields = {**_known(stack), "id": known["id"], **told}
    return UndoPlan(
        undo=undo, operations=(Operation(kind=KIND, fields=fields),), hosts=(stack.subject,)
    )


def moved(runs: tuple[Ran, ...], now: Plan) -> tuple[str, ...]:
    """The cloud, when *now* would change again what *runs* did, or is of another stack of that
    name: somebody has changed it since. One that failed is as it was left."""
    if unacting.acts(now):
        return unacting.moved(now)
    found = [one.subject for one in _stacks(now) if _has_moved(one, runs)]
    return tuple(dict.fromkeys(found))


def _has_moved(stack: Action, runs: tuple[Ran, ...]) -> bool:
    acted = [ran for ran in runs if any(_name(one) == _name(stack) for one in _acted(ran))]
    if not acted or stack.verb == "none":
        return False
    known = {uid for ran in acted for uid in _ids(ran, stack)}
    about = stack.before.get("stack", {})
    same = about.get("id", "") in known
    if same and about.get("status") == _HALF_GONE:
        return False
    left = acted[-1].outcome
    failed = left is None or bool(left.failed) or left.verified == "failed"
    return not (failed and (same or not known))


def _stacks(plan: Plan | None) -> list[Action]:
    """The actions of stacks themselves."""
    return [one for one in plan.actions if "stack" in one.before] if plan else []


def _name(stack: Action) -> str:
    return str(stack.before["stack"]["name"])


def _known(stack: Action) -> dict[str, str]:
    """Which stack it is, and of which project."""
    about = stack.before["stack"]
    where = {key: str(about[key]) for key in ("project", "domain") if about.get(key)}
    return {"stack": str(about["name"]), **where}


def _undo(stack: Action, plan: Plan | None) -> Undo:
    """How exact the way back from an update is: what is deleted or replaced is made anew."""
    back: dict[str, Any] = stack.before.get("back") or {"why": "files"}
    params = {"object": stack.task}
    if stack.verb == "delete":
        return Undo(kind="impossible", reason="openstack.undo_deleted", params=params)
    if back.get("why") in _WHY:
        reason = f"openstack.undo_{back['why']}"
        return Undo(kind="impossible", reason=reason, params=params)
    lost = [one.task for one in (plan.actions if plan else ()) if one.verb in ("delete", "replace")]
    if lost:
        return Undo(
            kind="compensating", reason="openstack.undo_anew", params={"object": ", ".join(lost)}
        )
    return Undo(kind="exact")


def _acted(ran: Ran) -> list[Action]:
    """The actions of the stacks that a run did, or may have."""
    stacks = [one for one in _stacks(ran.plan) if one.verb not in ("none", "error")]
    done = ran.outcome.done if ran.outcome is not None else None
    if done is None:
        return stacks
    return [one for one in stacks if _did(done.get(one.subject), one)]


def _did(done: Done | None, action: Action) -> bool:
    return done is not None and (not done.heard or action.task in done.changed + done.unsure)


def _ids(ran: Ran, stack: Action) -> tuple[str, ...]:
    """The ids that *stack* had after a run."""
    done = ran.outcome.done if ran.outcome is not None else None
    marks = [each.marks.get(stack.task) for each in (done or {}).values()]
    return tuple(uid for uid in marks if uid)


def _deleted(runs: tuple[Ran, ...], stack: Action) -> UndoPlan:
    ids = [uid for ran in runs for uid in _ids(ran, stack)]
    if not ids:
        reason, params = "openstack.undo_unsure", {"object": stack.task}
        return UndoPlan(undo=Undo(kind="impossible", reason=reason, params=params))
    fields = {**_known(stack), "id": ids[-1]}
    operations = (Operation(kind=KIND, fields=fields),)
    return UndoPlan(undo=Undo(kind="exact"), operations=operations, hosts=(stack.subject,))
