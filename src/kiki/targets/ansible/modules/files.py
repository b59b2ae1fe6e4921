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
_NEW_JOB = re.compile(r"^\+#Ansible: ", re.MULTILINE)
_JOB_GONE = re.compile(r"^-#Ansible: ", re.MULTILINE)
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


def _line(event: RunEvent, items: Items, task: Task | None) -> Verb:
    """Of our own task *create* means that the line is new; the file was there."""
    added = str(event.result.get("msg", "")).startswith("line added")
    if task is not None and task.verb == "update":
        return "create" if added else "update"
    return task.verb if task is not None else _verb(event, items, task)


def _fetched(event: RunEvent, items: Items, task: Task | None) -> Verb:
    """The sum of what was there before is in the result, if something was."""
    kept = event.result.get("kept")
    return "create" if kept is not None and not kept.get("checksum_dest") else "update"


def _job(event: RunEvent, items: Items, task: Task | None) -> Verb:
    """Above each job stands a comment with its name, which is new with the job."""
    if _JOB_GONE.search(event.diff):
        return "delete"
    return "create" if _NEW_JOB.search(event.diff) else "update"


_WRITES = Module(verb=_verb)
MODULES = {
    **dict.fromkeys(("copy", "template", "file", "blockinfile"), _WRITES),
    "lineinfile": Module(verb=_line),
    "get_url": Module(kept=("checksum_dest",), verb=_fetched),
    "cron": Module(verb=_job),
}
