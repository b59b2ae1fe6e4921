"""Remove a symbolic link; what it leads to stays.

Called by ``understand`` (fields) and ``compose`` (tasks). The play looks first, and stops at what
is no link.
"""

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, check_no_folder
from kiki.targets.ansible.files import looking, removal_task, stopping
from kiki.targets.ansible.links import removing
from kiki.targets.ansible.tasks import FOUND, Reverse, Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*path* of the link."""

    path: AbsolutePath

    def __post_init__(self) -> None:
        """ValueError for a path that leads into what the link leads to."""
        check_no_folder(self.path, "link")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Look, stop at what is no link, remove."""
    path = fields.path
    test = f"{FOUND}.stat.islnk | default(true)"
    stop = stopping(f"Check that {path} is a link", test, f"{path} is not a link")
    made = Reverse(kind="exact", operation="link_create", fields={"path": path}, before=("target",))
    removal = removal_task(path, "Remove link", "ansible.before_link")
    return looking(path), stop, replace(removal, before=removing(path), reverses=(made,))
