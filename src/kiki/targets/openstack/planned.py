"""From what a cloud says of a stack to a plan.

Called by ``target``. The driver's answer (``execution/clouds/driver/check.py``) comes as the report
of the cloud's one host. Nothing of it is trusted to be more than text.
"""

from typing import Any

from kiki.model.finding import Finding
from kiki.model.inventory import Inventory
from kiki.model.plan import Action, Plan, Risk, Verb
from kiki.model.run import RunResult
from kiki.targets.openstack.program import MODULE

_TO_COME = "openstack.live_to_come"
_SAID = (
    "openstack.live_failed_before", "openstack.act_behind", "openstack.act_running",
    "openstack.act_no_group", "openstack.act_not_ours", "openstack.act_in_use",
    "openstack.act_address_used", "openstack.act_last_role",
)  # fmt: skip
"""What is told of a stack, and stops nothing."""
_VERBS: tuple[Verb, ...] = ("create", "update", "replace", "delete", "none", "error")
_LOSING: tuple[Verb, ...] = ("delete", "replace")


def plan(result: RunResult, inventory: Inventory) -> Plan:
    """One action for the stack and one for each of its resources. What can't be done is an
    ``error`` of the stack with a finding for each reason. What is deleted or replaced is lost, and
    the risk of that is high."""
    host = inventory.hosts[0]
    said = result.reports.get(host, {})
    objects = said.get("objects", []) if isinstance(said, dict) else []
    actions = tuple(_action(host, one) for one in objects)
    losing = [one for one in actions if one.verb in _LOSING]
    risk: Risk = "high" if losing else "low"
    return Plan(
        actions=actions,
        hosts=inventory.hosts,
        errored=not objects or any(action.verb == "error" for action in actions),
        risk=risk,
        findings=(*(found for one in objects for found in _findings(one)), *_lost(losing)),
    )


def planned(plan: Plan | None) -> dict[str, dict[str, Any]]:
    """The stacks as they were when *plan* was made, by name."""
    known = [one.before["stack"] for one in (plan.actions if plan else ()) if "stack" in one.before]
    return {str(one["name"]): one for one in known}


def things(plan: Plan | None) -> dict[str, dict[str, Any]]:
    """What the acts of *plan* are done to, as it was when that was made, by step."""
    known = [one.before["thing"] for one in (plan.actions if plan else ()) if "thing" in one.before]
    return {str(one["step"]): one for one in known if one}


def foreseen(plan: Plan | None) -> dict[str, list[str]]:
    """What is to be made of stacks that could not be previewed, by the stack's name."""
    found: dict[str, list[str]] = {}
    name = ""
    for one in plan.actions if plan else ():
        if "stack" in one.before:
            name = str(one.before["stack"]["name"]) if one.reason == _TO_COME else ""
            found |= {name: []} if name else {}
        elif name:
            found[name].append(one.task)
    return found


def _action(host: str, one: dict[str, Any]) -> Action:
    verb: Verb = next((known for known in _VERBS if known == one["verb"]), "error")
    codes = [str(problem["code"]) for problem in one["problems"]]
    before: dict[str, Any] = {}
    if "thing" in one:
        before = {"thing": one["thing"]}
    if "stack" in one:
        before = {"stack": one["stack"], **({"back": one["back"]} if one.get("back") else {})}
    forced = ", ".join(str(name) for name in one.get("forced", ()))
    reason = "openstack.live_see_findings" if codes else one["note"]
    return Action(
        subject=host,
        task=one["title"],
        verb=verb,
        module=MODULE,
        diff=one["diff"],
        reason="openstack.live_forced" if forced else reason,
        message=forced,
        before=before,
    )


def _findings(one: dict[str, Any]) -> list[Finding]:
    return [
        Finding(
            code=problem["code"],
            severity="warning" if problem["code"] in _SAID else "error",
            params={"object": one["title"], **_texts(problem["params"])},
        )
        for problem in one["problems"]
    ]


def _texts(params: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in params.items()}


def _lost(losing: list[Action]) -> list[Finding]:
    """What goes for good, in words: a server that is replaced is another one."""
    found = []
    for verb in _LOSING:
        names = [one.task for one in losing if one.verb == verb]
        if names:
            params = {"count": str(len(names)), "names": ", ".join(names[:10])}
            code = f"openstack.live_{verb}s"
            found.append(Finding(code=code, severity="warning", params=params))
    return found
