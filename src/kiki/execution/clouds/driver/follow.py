"""What happens to the stacks of a program while it runs, resource by resource.

Asked as ``follow``, beside a run: it is ended with it, and answers only when there is nothing to
follow. Each event of a resource that has ended is said: task, status and reason.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import stacks
    from kiki.execution.clouds.driver.connection import Cloud
    from kiki.execution.clouds.driver.faults import Fault
    from kiki.execution.clouds.driver.program import Step, steps
else:
    import stacks
    from connection import Cloud
    from faults import Fault
    from program import Step, steps

_PAUSE_S = 2.0
_TRIES = 15  # until the run has laid its program out


def answer(cloud: Cloud, order: dict[str, Any], say: Callable[[Any], None]) -> dict[str, Any]:
    """See the module."""
    listed = _steps(order)
    seen = {str(one["id"]) for step in listed for one in _events(cloud, step)}
    while listed:
        for step in listed:
            for event in _events(cloud, step):
                if event["id"] not in seen:
                    seen.add(str(event["id"]))
                    _tell(event, step, say)
        time.sleep(_PAUSE_S)
    return {}


def _steps(order: dict[str, Any]) -> list[Step]:
    for _ in range(_TRIES):
        try:
            return steps(order)
        except (Fault, IndexError):
            time.sleep(_PAUSE_S)
    return []


def _events(cloud: Cloud, step: Step) -> list[dict[str, Any]]:
    """The events of a stack and of those nested in it, oldest first."""
    try:
        home = cloud.within(step.project, step.domain)
    except Fault:  # its project is made, and is not open yet
        return []
    stack = stacks.find(home, step.name) if home else None
    if home is None or stack is None:
        return []
    told = home.found("orchestration", f"{stack.path}/events?nested_depth=5&sort_dir=asc")
    return list(told["events"]) if told else []


def _where(event: dict[str, Any]) -> tuple[str, str]:
    """The name and the id of the stack that an event is of."""
    links = {str(one["rel"]): str(one["href"]) for one in event.get("links") or ()}
    *_, name, uid = ("", "", *links.get("stack", "").split("/"))
    return name, uid


def _tell(event: dict[str, Any], step: Step, say: Callable[[Any], None]) -> None:
    """Say an event, if something has ended; the stack itself the run tells of."""
    status, where = str(event["resource_status"]), _where(event)
    if status.endswith("_IN_PROGRESS") or where[1] == str(event["physical_resource_id"]):
        return
    # A nested stack is called after its parent, its resource and something by chance.
    inside = where[0].removeprefix(f"{step.stack}-") if where[0] != step.stack else ""
    parent = f"{inside.rpartition('-')[0]}/" if inside else ""
    name = f"{parent}{event['resource_name']}"
    reason = " ".join(str(event.get("resource_status_reason") or "").split())
    failed = status.endswith("_FAILED")
    say({"task": f"{name} {status}", "failed": failed, "reason": reason if failed else ""})
