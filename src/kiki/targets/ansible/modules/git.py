"""The git module: whether a change makes a working copy.

Called through ``known``. Its result has no ``before`` where there was none.
"""

from kiki.model.plan import Verb
from kiki.model.run import RunEvent
from kiki.targets.ansible.modules.known import Items, Module
from kiki.targets.ansible.tasks import Task


def _verb(event: RunEvent, items: Items, task: Task | None) -> Verb:
    return "update" if event.result.get("kept", {}).get("before") else "create"


MODULES = {"git": Module(kept=("before",), verb=_verb)}
