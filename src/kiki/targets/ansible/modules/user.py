"""The user module: whether a change makes a user.

Called through ``known``. Its result has no word for it, but has ``append`` only for users that were
there.
"""

from kiki.model.plan import Verb
from kiki.model.run import RunEvent
from kiki.targets.ansible.modules.known import Items, Module
from kiki.targets.ansible.tasks import Task


def _verb(event: RunEvent, items: Items, task: Task | None) -> Verb:
    if task is None or task.verb != "create":
        return task.verb if task is not None else "update"
    # Of a loop only the items know.
    changed = tuple(item for item in items if item.result.get("status") == "changed")
    return "create" if all(_is_new(each) for each in changed or (event,)) else "update"


def _is_new(event: RunEvent) -> bool:
    kept = event.result.get("kept")
    return kept is not None and "append" not in kept


MODULES = {"user": Module(kept=("append",), verb=_verb)}
