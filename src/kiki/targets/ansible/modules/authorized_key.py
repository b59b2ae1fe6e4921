"""The authorized_key module: whether a change adds a key or changes one.

Called through ``known``. A key that is there with other options or another comment is replaced,
which its diff shows as a line that goes.
"""

import re

from kiki.model.plan import Verb
from kiki.model.run import RunEvent
from kiki.targets.ansible.modules.known import Items, Module
from kiki.targets.ansible.tasks import Task

_GONE = re.compile(r"^-(?!--)", re.MULTILINE)


def _verb(event: RunEvent, items: Items, task: Task | None) -> Verb:
    if task is None or task.verb != "create":
        return task.verb if task is not None else "update"
    return "update" if _GONE.search(event.diff) else "create"


MODULES = {"authorized_key": Module(verb=_verb)}
