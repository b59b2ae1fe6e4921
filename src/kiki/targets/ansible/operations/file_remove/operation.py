"""Remove a file.

Called by ``understand`` (fields) and ``compose`` (tasks). Ansible's own
module would remove a whole directory as readily, so the play looks first and stops at one.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath
from kiki.targets.ansible.files import removal_task
from kiki.targets.ansible.tasks import FOUND, Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*path* of a file or link, not of a directory."""

    path: AbsolutePath

    def __post_init__(self) -> None:
        """ValueError for the name of a folder."""
        if self.path.endswith("/"):
            raise ValueError("the path of a file can't end with a slash")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Look, stop at a directory, remove."""
    look = Task(
        name=f"Look at {fields.path}",
        module="ansible.builtin.stat",
        args={"path": fields.path, "get_checksum": False, "get_mime": False},
        verb="none",
        register=True,
    )
    stop = Task(
        name=f"Check that {fields.path} is not a directory",
        module="ansible.builtin.assert",
        args={
            "that": [f"not ({FOUND}.stat.isdir | default(false))"],
            "fail_msg": f"{fields.path} is a directory, not a file",
            "quiet": True,
        },
        verb="none",
    )
    return look, stop, removal_task(fields.path, "Remove file", "ansible.undo_file_gone")
