"""Modules of containers.podman: what a change of them does.

Called through ``known``. Their ``actions`` tell in words what was, or would be, done.
"""

from kiki.model.plan import Verb
from kiki.model.run import RunEvent
from kiki.targets.ansible.modules.known import Items, Module
from kiki.targets.ansible.tasks import Task


def _verb(event: RunEvent, items: Items, task: Task | None) -> Verb:
    actions = event.result.get("kept", {}).get("actions") or ()
    if any(str(action).startswith("recreated ") for action in actions):
        return "replace"
    return task.verb if task is not None else "update"


MODULES = {"podman_container": Module(kept=("actions",), verb=_verb)}
