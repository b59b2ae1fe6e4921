"""Remove a file.

Called by ``understand`` (fields) and ``compose`` (tasks). Ansible's own module would remove a whole
directory as readily, so the play looks first and stops at one.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, check_no_folder
from kiki.targets.ansible.files import looking, reloading, removal_task, stopping
from kiki.targets.ansible.quadlets import forgotten
from kiki.targets.ansible.tasks import FOUND, Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*path* of a file or link, not of a directory."""

    path: AbsolutePath

    def __post_init__(self) -> None:
        """ValueError for the name of a folder."""
        check_no_folder(self.path)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Look, stop at a directory, remove."""
    path = fields.path
    test = f"not ({FOUND}.stat.isdir | default(false))"
    fail = f"{path} is a directory, not a file"
    stop = stopping(f"Check that {path} is not a directory", test, fail)
    gone = removal_task(path, "Remove file")
    return looking(path), stop, gone, *reloading(path), *forgotten(path)
