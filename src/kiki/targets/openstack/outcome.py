"""What an apply and the look after it left, from Ansible's events and the cloud's answers.

Called by ``target``. The one host is the cloud; its tasks are the stacks.
"""

from typing import Any

from kiki.model.change import Done, Outcome
from kiki.model.finding import Finding
from kiki.model.inventory import Inventory
from kiki.model.run import RunEvent, RunResult
from kiki.targets.ending import Ending, Reason, begun, lost
from kiki.targets.ending import outcome as together
from kiki.targets.openstack.program import OUTCOME

_SAID = 1500
_PLANNED = " is as it was planned"  # the end of a title in ``program``
_ASIDE = (_PLANNED, OUTCOME)


def outcome(applied: RunResult, again: RunResult | None, inventory: Inventory) -> Outcome:
    """See ``targets.port``."""
    host = inventory.hosts[0]
    ending = Ending(
        failure=_failure(applied, host),
        found=_verification(again, host) if again is not None else ("", {}),
        done=_done(applied, host),
        remarks=_outputs(again, host),
    )
    return together(applied, again, inventory, ending)


def _done(applied: RunResult, host: str) -> dict[str, Done] | None:
    """What was done to the stack, with its id; None when not all was heard."""
    if lost(applied):
        return None
    told = [event for event in applied.events if event.host and event.task]
    changed = [event.task for event in told if event.kind == "changed"]
    unsure = [event.task for event in told if event.kind in ("failed", "unreachable")]
    unsure += begun(applied.events) if not applied.stats else []
    stacks = _stacks(applied, host)
    unsure = [task for task in dict.fromkeys(unsure) if task in stacks and task not in changed]
    unsure = [task for task in unsure if not stacks[task].get("absent")]
    marks = {task: one["id"] for task, one in stacks.items() if one["id"]}
    if not changed and not unsure:
        return {}
    return {host: Done(changed=tuple(changed), unsure=tuple(unsure), marks=marks)}


def _stacks(applied: RunResult, host: str) -> dict[str, dict[str, Any]]:
    """The stacks after the run, by title; without an answer only what Ansible told of."""
    said: Any = applied.reports.get(host, {})
    listed = said.get("stacks") if isinstance(said, dict) else None
    if listed is None:
        titles = {event.task for event in applied.events if event.task.startswith("Stack ")}
        return {one: {"id": "", "params": {}} for one in titles if not one.endswith(_ASIDE)}
    return {one["title"]: {**one, "absent": not one["id"]} for one in listed}


def _failure(result: RunResult, host: str) -> Reason:
    if result.status == "successful":
        return "", {}
    if result.status in ("cancelled", "timeout"):
        return f"openstack.run_{result.status}", {}
    stacks = _stacks(result, host)
    for event in result.events:
        if event.kind in ("failed", "unreachable"):
            return _failed(event, stacks)
    for task, one in stacks.items():
        found = _broken(task, one["params"])
        if found is not None:
            return found
    message = result.output[-_SAID:].strip()
    return "openstack.run_failed", {"object": "-", "message": message}


def _failed(event: RunEvent, stacks: dict[str, dict[str, Any]]) -> Reason:
    """Which resource failed, and why, where Heat says it; else what the module says."""
    if event.task.endswith(_PLANNED):
        return "openstack.run_moved", {"object": event.task.removesuffix(_PLANNED)}
    if event.task.endswith(OUTCOME):
        said = str(event.result.get("stdout") or "-")[:_SAID]
        about = {"object": event.task.removesuffix(OUTCOME), "message": said}
        return "openstack.run_differs", about
    found = _broken(event.task, stacks.get(event.task, {}).get("params") or {})
    if found is not None:
        return found
    text = " ".join(str(event.result.get("msg") or event.message).split())
    return "openstack.run_failed", {"object": event.task, "message": text[:_SAID]}


def _broken(task: str, params: dict[str, Any]) -> Reason | None:
    """What failed in a stack, as Heat says it."""
    for one in params.get("failures") or ():
        about = {"object": task, "status": str(params["status"])}
        return "openstack.run_resource", {**about, **{key: str(one[key]) for key in one}}
    if str(params.get("status", "")).endswith("_FAILED"):
        about = {"status": str(params["status"]), "message": str(params["reason"])[:_SAID]}
        return "openstack.run_stack", {"object": task, **about}
    return None


def _verification(again: RunResult, host: str) -> Reason:
    """Why it is not as it should be: what is not up says more than a second change."""
    if again.status == "cancelled":
        return "openstack.run_cancelled", {}
    said: Any = again.reports.get(host, {})
    for one in said.get("down", []):
        return one["code"], {"object": one["title"], **one["params"]}
    for one in said.get("objects", []):
        if one["verb"] == "error" and one["problems"]:
            wrong = one["problems"][0]
            params = {key: str(value) for key, value in wrong["params"].items()}
            return wrong["code"], {"object": one["title"], **params}
        if one["verb"] != "none":
            return "openstack.verify_changed", {"object": one["title"]}
    return "", {}


def _outputs(again: RunResult | None, host: str) -> tuple[Finding, ...]:
    """What the stack gives, to be seen."""
    said: Any = again.reports.get(host, {}) if again is not None else {}
    return tuple(
        Finding(
            code="openstack.output",
            severity="info",
            params={"name": str(one["name"]), "value": str(one["value"])},
        )
        for one in said.get("outputs", [])
    )
