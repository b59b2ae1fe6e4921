"""How applies are taken back: the stack that they made is deleted, the one that they changed gets
what it was made of before.

Called by ``target``. Of each run the plan says what there was before, and its outcome what was
done. Only a stack whose id is known is touched: a name may be another stack's by now.
"""

from typing import Any

from kiki.model.change import Done, Ran, Undo
from kiki.model.intent import Operation
from kiki.model.plan import Action, Plan
from kiki.targets.openstack.back import KIND
from kiki.targets.port import UndoPlan

_HALF_GONE = "DELETE_FAILED"  # by an undo that something was in the way of
_WHY = ("hidden", "files")


def expected(plan: Plan | None) -> UndoPlan:
    """What can be said before an apply."""
    stack = _stack(plan)
    if stack is None or stack.verb == "create":
        return UndoPlan(undo=Undo(kind="exact"))
    return UndoPlan(undo=_undo(stack, plan))


def take_back(runs: tuple[Ran, ...]) -> UndoPlan:
    """The way back from all of *runs*, oldest first: to what there was before the first one."""
    acted = [(ran, stack) for ran in runs if (stack := _acted(ran)) is not None]
    if not acted:
        return UndoPlan(undo=Undo(kind="impossible", reason="undo.nothing"))
    first, stack = acted[0]
    if stack.verb == "create":
        return _deleted(runs, stack)
    undo = _undo(stack, first.plan)
    if undo.kind == "impossible":
        return UndoPlan(undo=undo)
    known, back = stack.before["stack"], stack.before["back"]
    told = {key: back[key] for key in ("template", "parameters", "defaults")}
    fields = {"stack": known["name"], "id": known["id"], **told}
    return UndoPlan(
        undo=undo, operations=(Operation(kind=KIND, fields=fields),), hosts=(stack.subject,)
    )


def moved(runs: tuple[Ran, ...], now: Plan) -> tuple[str, ...]:
    """The cloud, when *now* would change again what *runs* did, or is of another stack of that
    name: somebody has changed it since. One that failed is as it was left."""
    acted = [ran for ran in runs if _acted(ran) is not None]
    stack = _stack(now)
    if not acted or stack is None or stack.verb == "none":
        return ()
    known = {uid for ran in acted for uid in _ids(ran)}
    about = stack.before.get("stack", {})
    same = about.get("id", "") in known
    if same and about.get("status") == _HALF_GONE:
        return ()
    left = acted[-1].outcome
    failed = left is None or bool(left.failed) or left.verified == "failed"
    return () if failed and (same or not known) else (stack.subject,)


def _stack(plan: Plan | None) -> Action | None:
    """The action of the stack itself, which is the first one."""
    return next((one for one in plan.actions if "stack" in one.before), None) if plan else None


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


def _acted(ran: Ran) -> Action | None:
    """The stack's action of a run that did it, or may have."""
    stack = _stack(ran.plan)
    if stack is None or stack.verb in ("none", "error"):
        return None
    done = ran.outcome.done if ran.outcome is not None else None
    if done is None:
        return stack
    return stack if _did(done.get(stack.subject), stack) else None


def _did(done: Done | None, action: Action) -> bool:
    return done is not None and (not done.heard or action.task in done.changed + done.unsure)


def _ids(ran: Ran) -> tuple[str, ...]:
    done = ran.outcome.done if ran.outcome is not None else None
    return tuple(uid for each in (done or {}).values() for uid in each.marks.values())


def _deleted(runs: tuple[Ran, ...], stack: Action) -> UndoPlan:
    ids = [uid for ran in runs for uid in _ids(ran)]
    if not ids:
        reason, params = "openstack.undo_unsure", {"object": stack.task}
        return UndoPlan(undo=Undo(kind="impossible", reason=reason, params=params))
    fields = {"stack": stack.before["stack"]["name"], "id": ids[-1]}
    operations = (Operation(kind=KIND, fields=fields),)
    return UndoPlan(undo=Undo(kind="exact"), operations=operations, hosts=(stack.subject,))
