"""What an apply and the look after it left, from Ansible's events and the cluster's answer.

Called by ``target``. The one host is the cluster; its tasks are the objects.
"""

import re
from typing import Any

from kiki.model.change import Done, Outcome
from kiki.model.inventory import Inventory
from kiki.model.run import RunEvent, RunResult
from kiki.targets.ending import Ending, Reason, begun, lost
from kiki.targets.ending import outcome as together

UID = "result.metadata.uid"
_SAID = 1500
_HELD = re.compile(r"Failed to delete pod (?P<pod>\S+) due to: (?P<why>.*)")  # k8s_drain's words


def outcome(applied: RunResult, again: RunResult | None, inventory: Inventory) -> Outcome:
    """See ``targets.port``."""
    host = inventory.hosts[0]
    ending = Ending(
        failure=_failure(applied),
        found=_verification(again, host) if again is not None else ("", {}),
        done=_done(applied, again, host),
    )
    return together(applied, again, inventory, ending)


def _done(applied: RunResult, again: RunResult | None, host: str) -> dict[str, Done] | None:
    """What was done to which object, with the uid of each; None when not all was heard. A Secret's
    task tells nothing: its uid is what the look after it saw."""
    if lost(applied):
        return None
    told = [event for event in applied.events if event.host and event.task]
    changed = [event for event in told if event.kind == "changed"]
    unsure = [event.task for event in told if event.kind in ("failed", "unreachable")]
    unsure += begun(applied.events) if not applied.stats else []
    seen = _seen(again, host)
    marks = {event.task: uid for event in changed if (uid := _uid(event) or seen.get(event.task))}
    if not changed and not unsure:
        return {}
    tasks = tuple(dict.fromkeys(event.task for event in changed))
    left = tuple(task for task in dict.fromkeys(unsure) if task not in tasks)
    return {host: Done(changed=tasks, unsure=left, marks=marks)}


def _seen(again: RunResult | None, host: str) -> dict[str, str]:
    said: Any = again.reports.get(host, {}) if again is not None else {}
    return {one["title"]: one["uid"] for one in said.get("objects", []) if one["uid"]}


def _uid(event: RunEvent) -> str:
    kept = event.result.get("kept")
    found = kept.get(UID) if isinstance(kept, dict) else None
    return found if isinstance(found, str) else ""


def _failure(result: RunResult) -> Reason:
    if result.status == "successful":
        return "", {}
    if result.status in ("cancelled", "timeout"):
        return f"k8s.run_{result.status}", {}
    for event in result.events:
        if event.kind in ("failed", "unreachable"):
            message = " ".join(str(event.result.get("msg") or event.message).split())
            return _failed(event.task or "-", message[:_SAID])
    return "k8s.run_failed", {"object": "-", "message": result.output[-_SAID:].strip()}


def _failed(task: str, message: str) -> Reason:
    """A drain has taken its node out of scheduling before any pod is asked to go."""
    held = _HELD.match(message)
    if held is None:
        return "k8s.run_failed", {"object": task, "message": message}
    return "k8s.run_not_drained", {"object": task, "pod": held["pod"], "message": held["why"]}


def _verification(again: RunResult, host: str) -> Reason:
    """Why it is not as it should be: a workload that is not up says more than a second change."""
    if again.status == "cancelled":
        return "k8s.run_cancelled", {}
    said: Any = again.reports.get(host, {})
    for one in said.get("down", []):
        return one["code"], {"object": one["title"], **one["params"]}
    for one in said.get("objects", []):
        if one["verb"] != "none":
            return "k8s.verify_changed", {"object": one["title"]}
    return "", {}
