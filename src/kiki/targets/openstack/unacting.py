"""How acts are taken back: by the act that goes the other way, to the status that the plan saw.

Called by ``undoing``. Things are named by their ids, which the plan knows.
"""

from typing import Any

from kiki.model.change import Ran, Undo
from kiki.model.intent import Operation
from kiki.model.plan import Action, Plan
from kiki.targets.port import UndoPlan

_REVERSE = {
    "start": "stop", "stop": "start", "pause": "resume", "suspend": "resume", "resume": "suspend",
}  # fmt: skip
_REASON = "openstack.undo_act"
_REASONS = {"delete": "openstack.undo_deleted"}


def acts(plan: Plan | None) -> list[Action]:
    """The actions of *plan* that are acts, and do something."""
    found = [one for one in plan.actions if one.before.get("thing")] if plan else []
    return [one for one in found if one.verb not in ("none", "error")]


def expected(plan: Plan) -> UndoPlan:
    """What can be said before an apply: the first that has no way back says why."""
    undos = [_undo(one) for one in acts(plan)]
    lost = [one for one in undos if one.kind == "impossible"]
    return UndoPlan(undo=lost[0] if lost else Undo(kind="exact"))


def take_back(runs: tuple[Ran, ...]) -> UndoPlan:
    """The way back from all of *runs*, the last act first."""
    every = [(one, ran) for ran in reversed(runs) for one in acts(ran.plan)]
    done = {one.task: (one, ran) for one, ran in every if _did(one, ran)}
    if not done:
        return UndoPlan(undo=Undo(kind="impossible", reason="undo.nothing"))
    operations = []
    for action, ran in reversed(list(done.values())):
        undo = _undo(action)
        if undo.kind == "impossible":
            return UndoPlan(undo=undo)
        operation = _operation(action, ran)
        if operation is None:
            params = {"object": action.task}
            reason = "openstack.undo_unsure"
            return UndoPlan(undo=Undo(kind="impossible", reason=reason, params=params))
        operations.append(operation)
    hosts = tuple(dict.fromkeys(one.subject for one, _ in done.values()))
    return UndoPlan(undo=Undo(kind="exact"), operations=tuple(operations), hosts=hosts)


def moved(now: Plan) -> tuple[str, ...]:
    """The cloud, when *now* would do again what was done: somebody has changed it since."""
    return tuple(dict.fromkeys(one.subject for one in acts(now) if _undo(one).kind == "exact"))


def _undo(action: Action) -> Undo:
    thing = action.before["thing"]
    if _known(thing):
        return Undo(kind="exact")
    reason = _REASONS.get(thing["act"], _REASON)
    return Undo(kind="impossible", reason=reason, params={"object": action.task})


def _known(thing: dict[str, Any]) -> bool:
    return _power(thing) or thing["act"] in _BACK


def _power(thing: dict[str, Any]) -> bool:
    return thing["sort"] in ("servers", "stacks") and thing["act"] in _REVERSE


def _operation(action: Action, ran: Ran) -> Operation | None:
    """The operation that goes back; None where it is not known what was made."""
    thing = action.before["thing"]
    if _power(thing):
        kind = "openstack.server_act" if thing["sort"] == "servers" else "openstack.stack_act"
        paused = thing["was"].get("status") == "PAUSED"
        other = "pause" if paused else _REVERSE[thing["act"]]
        fields = {"name": thing["id"], "action": other}
        return Operation(kind=kind, fields=fields)
    return _BACK[thing["act"]](thing, _mark(action, ran))


def _resized(thing: dict[str, Any], mark: str) -> Operation:
    fields = {"name": thing["id"], "flavor": thing["was"]["flavor"]}
    return Operation(kind="openstack.server_resize", fields=fields)


def _made(thing: dict[str, Any], mark: str) -> Operation | None:
    fields = {"name": mark, "resource": "images"}
    return Operation(kind="openstack.thing_delete", fields=fields) if mark else None


def _grouped(thing: dict[str, Any], mark: str) -> Operation:
    action = "remove" if thing["act"] == "add_group" else "add"
    fields = {"name": thing["id"], "group": thing["told"]["group"], "action": action}
    return Operation(kind="openstack.server_security_group", fields=fields)


def _addressed(thing: dict[str, Any], mark: str) -> Operation | None:
    kind, fields = "openstack.floating_ip_use", {"address": thing["name"]}
    if thing["act"] == "attach_address":
        return Operation(kind=kind, fields={**fields, "action": "detach"})
    server = thing["was"].get("server")  # what is no server's is led back by hand
    told = {**fields, "action": "attach", "server": server}
    return Operation(kind=kind, fields=told) if server else None


def _switched(thing: dict[str, Any], mark: str) -> Operation:
    action = "disable" if thing["act"] == "enable" else "enable"
    return Operation(kind="openstack.user_switch", fields={"name": thing["id"], "action": action})


_BACK = {
    "resize": _resized, "snapshot": _made, "add_group": _grouped, "remove_group": _grouped,
    "attach_address": _addressed, "detach_address": _addressed, "enable": _switched,
    "disable": _switched,
}  # fmt: skip


def _did(action: Action, ran: Ran) -> bool:
    """Whether a run did it, or may have."""
    done = ran.outcome.done if ran.outcome is not None else None
    if done is None:
        return True
    each = done.get(action.subject)
    return each is not None and (not each.heard or action.task in each.changed + each.unsure)


def _mark(action: Action, ran: Ran) -> str:
    """The id of what a run made."""
    done = ran.outcome.done if ran.outcome is not None else None
    each = (done or {}).get(action.subject)
    return each.marks.get(action.task, "") if each else ""
