"""What plans found on hosts, for tasks that have to act upon exactly that: how large a volume was
when it was approved that it grows by so much.

Called by ``target``. Counted from what a host has when it runs, a second run would do it again, and
so would one after a cut. An earlier run's plan holds on where that run did it or may have done it;
else what the newer plan found does.
"""

from collections.abc import Iterable
from typing import Any

from kiki.model.change import Ran
from kiki.model.intent import Intent
from kiki.model.plan import Action, Plan
from kiki.targets.ansible.compose import Step, steps_of
from kiki.targets.ansible.ran import acted

Planned = dict[str, dict[str, Any]]


def planned(intent: Intent, runs: tuple[Ran, ...], approved: Plan | None) -> Planned:
    """What tasks are told of what there was before, by host."""
    steps = {step.task.name: step for step in steps_of(intent)}
    telling = {title: step for title, step in steps.items() if _tells(step)}
    found: Planned = {}
    for ran in runs if telling else ():
        _take(found, telling, acted(ran))
    if approved is not None and telling:
        _take(found, telling, approved.changes)
    return found


def _tells(step: Step) -> bool:
    return step.task.before is not None and step.task.before.told is not None


def _take(found: Planned, steps: dict[str, Step], actions: Iterable[Action]) -> None:
    """Add to *found* what *actions* say, where an older plan said nothing."""
    for action in actions:
        step = steps.get(action.task)
        before = step.task.before if step is not None else None
        if before is not None and before.told is not None and action.before:
            name, value = before.told(action.before)
            found.setdefault(action.subject, {}).setdefault(name, value)
