"""Remove a directory and everything in it.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, without_slash
from kiki.targets.ansible.files import looking, removal_task, stopping
from kiki.targets.ansible.tasks import FOUND, Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*path* of the directory; never the root."""

    path: AbsolutePath


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Look, stop at a file, remove."""
    path = without_slash(fields.path)
    test = f"{FOUND}.stat.isdir | default(true)"
    fail = f"{path} is a file, not a directory"
    stop = stopping(f"Check that {path} is not a file", test, fail)
    removal = removal_task(path, "Remove directory", "ansible.undo_directory_gone")
    return looking(path), stop, removal
