"""The risk class of a plan, from the operations that would change something.

Called by ``plan``. The classes of single operations stand in their modules (``RISK``); policy may
raise them further, and is alone in forbidding anything.
"""

from kiki.model.intent import Intent
from kiki.model.plan import Plan, Risk
from kiki.targets.ansible.compose import Step, module_of

MANY_HOSTS = 10
"""From this number of changing hosts on, a plan's risk is one class higher."""

_ORDER: tuple[Risk, ...] = ("low", "medium", "high")


def of_plan(plan: Plan, intent: Intent, steps: dict[str, Step]) -> Risk:
    """The highest class of the operations with changes, one class higher for an incomplete plan
    and for one with many hosts. A task that nobody composed is medium."""
    if not plan.changes:
        return "low"
    level = max(_level(action.task, intent, steps) for action in plan.changes)
    hosts = {action.subject for action in plan.changes}
    raised = level + (not plan.complete) + (len(hosts) >= MANY_HOSTS)
    return _ORDER[min(raised, len(_ORDER) - 1)]


def _level(task: str, intent: Intent, steps: dict[str, Step]) -> int:
    if task not in steps:
        return _ORDER.index("medium")
    return _ORDER.index(module_of(intent.operations[steps[task].operation]).RISK)
