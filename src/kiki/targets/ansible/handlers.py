"""The tasks of a role, with its follow-ups as handlers.

Called by ``role``. A playbook has a follow-up as a task with a condition; in a role whoever uses it
may notify it, too. It is done at its place among the tasks, as in a playbook, and not at the end.
"""

from typing import Any

from msgspec.structs import replace

from kiki.model.profile import Profile
from kiki.targets.ansible import render
from kiki.targets.ansible.compose import Step
from kiki.targets.ansible.tasks import ACTION_TAG


def with_handlers(
    steps: tuple[Step, ...], profile: Profile, place: render.Place, role: str
) -> tuple[list[Any], list[Any]]:
    """The tasks and the handlers of *role* as YAML data."""
    groups = render.host_groups(steps)
    notified = _notified(steps)
    tasks, handlers = list[Any](render.family_check(steps)), list[Any]()
    for step in steps:
        told = notified.get(step.task.name, [])
        made = render.task_of(_plain(step), groups.get(step.hosts, ""), profile, place, role)
        made |= {"notify": told} if told else {}
        if step.causes:
            handlers.append(made | {"changed_when": True})
            tasks += [_catching_up(step, groups.get(step.hosts, ""), role), _now(step)]
        else:
            tasks.append(made)
    return tasks, handlers


def _notified(steps: tuple[Step, ...]) -> dict[str, list[str]]:
    """The follow-ups of each task that causes any, by their titles."""
    found: dict[str, list[str]] = {}
    for step in steps:
        for _, title in step.causes:
            found.setdefault(title, []).append(step.task.name)
    return found


def _plain(step: Step) -> Step:
    """*step* without what a follow-up asks: Ansible itself tells a handler. Without a cause in the
    play it stays the task that is never done."""
    task = replace(step.task, follows=()) if step.causes else step.task
    return replace(step, task=task, cause="", causes=())


def _catching_up(step: Step, group: str, role: str) -> dict[str, Any]:
    """Notifies where an earlier run was cut between cause and follow-up."""
    here = render.condition(_plain(step), group, role).get("when", [])
    terms = [here] if isinstance(here, str) else here
    left = f"{role}_causes | intersect({role}_left) | length > 0"
    return {
        "name": f"{step.task.name}, left by a run that was cut",
        "ansible.builtin.debug": {"msg": step.task.name},
        "when": [*terms, left] if terms else left,
        "vars": render.causes(step, role),
        "changed_when": True,
        "notify": [step.task.name],
    } | _tags(step)


def _now(step: Step) -> dict[str, Any]:
    name = f"{step.task.name}, where something changed"
    return {"name": name, "ansible.builtin.meta": "flush_handlers"} | _tags(step)


def _tags(step: Step) -> dict[str, Any]:
    return {"tags": [ACTION_TAG]} if step.task.acts else {}
