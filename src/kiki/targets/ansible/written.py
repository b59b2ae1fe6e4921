"""The paths that operations make, write or remove on hosts, for policy to judge.

Called by ``target``. What is kept for the way back is Kiki's own and not among them.
"""

from collections.abc import Iterable
from typing import Any

from kiki.model.intent import Intent
from kiki.targets.ansible.compose import steps_of
from kiki.targets.ansible.tasks import Task

_NAMES = ("path", "dest")


def written(intent: Intent) -> tuple[tuple[str, ...], ...]:
    """For each operation of *intent* its paths, each once, in order."""
    found: list[dict[str, None]] = [{} for _ in intent.operations]
    for step in steps_of(intent):
        found[step.operation] |= dict.fromkeys(_of(step.task))
    return tuple(map(tuple, found))


def _of(task: Task) -> Iterable[str]:
    if task.verb == "none":
        return ()
    if task.writes is not None:
        return task.writes
    arguments: list[dict[str, Any]] = [task.args, *task.each]
    named = (each[name] for each in arguments for name in _NAMES if name in each)
    return [value for value in named if isinstance(value, str)]
