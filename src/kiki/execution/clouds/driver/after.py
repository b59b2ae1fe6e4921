"""How the stacks of a program are right after a run: which ones they are, and what failed in them.

Asked as ``after``. Answer: ``stacks``, each with title, id, updated, status, reason and failures.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import acts, stacks
    from kiki.execution.clouds.driver.connection import Cloud
    from kiki.execution.clouds.driver.program import Step, doings, steps
else:
    import acts
    import stacks
    from connection import Cloud
    from program import Step, doings, steps


def answer(cloud: Cloud, order: dict[str, Any], say: Callable[[Any], None]) -> dict[str, Any]:
    """See the module."""
    known = [_seen(cloud, step) for step in steps(order)]
    return {"stacks": known + [acts.seen(cloud, doing) for doing in doings(order)]}


def _seen(cloud: Cloud, step: Step) -> dict[str, Any]:
    home = cloud.within(step.project, step.domain)
    stack = stacks.find(home, step.name) if home else None
    if home is None or stack is None:
        return {"title": step.title, "id": "", "params": {}}
    failed = stacks.failures(home, stack) if stack.failed else []
    params = {"status": stack.status, "reason": stack.reason, "failures": failed}
    return {"title": step.title, "id": stack.id, "updated": stack.updated, "params": params}
