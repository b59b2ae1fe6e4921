"""Take away what Kiki said of how logs are rotated.

Called by ``understand`` (fields) and ``compose`` (tasks). Files of others and logs stay.
"""

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import logs
from kiki.targets.ansible.fields import LogPath
from kiki.targets.ansible.files import removal_task
from kiki.targets.ansible.tasks import Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*path* as ``logrotate_set`` was told it."""

    path: LogPath


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task; the file is kept for the way back."""
    task = removal_task(logs.file_of(fields.path), "Remove")
    return (replace(task, name=f"Rotate {fields.path} no longer"),)
