"""Modules that write files: whether a change makes one, changes it or takes it away.

Called through ``known``. Their diffs say it, as ``execution.diffs`` writes them.
"""

import re

from kiki.model.plan import Verb
from kiki.model.run import RunEvent
from kiki.targets.ansible.modules.known import Items, Module
from kiki.targets.ansible.tasks import Task

_ABSENT_BEFORE = re.compile(r'^-\s*"state": "absent"', re.MULTILINE)
_ABSENT_AFTER = re.compile(r'^\+\s*"state": "absent"', re.MULTILINE)
_NEW_FILE = re.compile(r"^--- before\n\+\+\+ .*\n@@ -0,0 ", re.MULTILINE)


def _verb(event: RunEvent, items: Items, task: Task | None) -> Verb:
    if _ABSENT_AFTER.search(event.diff):
        return "delete"
    if _ABSENT_BEFORE.search(event.diff) or _NEW_FILE.search(event.diff):
        return "create"
    # An empty new file differs in nothing that a diff could show.
    if not event.diff and task is not None and task.args.get("content") is not None:
        return "create"
    return "update"


_WRITES = Module(verb=_verb)
MODULES = dict.fromkeys(("copy", "template", "file", "lineinfile", "blockinfile"), _WRITES)
