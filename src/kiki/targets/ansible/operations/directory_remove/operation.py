"""Remove a directory and everything in it.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, without_slash
from kiki.targets.ansible.files import removal_task
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*path* of the directory; never the root."""

    path: AbsolutePath


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    path = without_slash(fields.path)
    return (removal_task(path, "Remove directory", "ansible.undo_directory_gone"),)
