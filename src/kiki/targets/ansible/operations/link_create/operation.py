"""Have a symbolic link.

Called by ``understand`` (fields) and ``compose`` (tasks). A link that leads elsewhere is turned; a
file or a directory in its place is left alone, and stops the play.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, check_no_folder
from kiki.targets.ansible.files import above, bringers, folder_checks
from kiki.targets.ansible.links import turning
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*path* of the link, and the *target* that it leads to, which has to be there."""

    path: AbsolutePath
    target: AbsolutePath

    def __post_init__(self) -> None:
        """ValueError for the name of a folder, and for a link to itself."""
        check_no_folder(self.path, "link")
        if self.path == self.target.rstrip("/"):
            raise ValueError("a link can't lead to itself")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """See that the directory is there, and link."""
    path, target = fields.path, fields.target
    gone = Reverse(kind="exact", operation="link_remove", fields={"path": path}, only=("create",))
    turned = Reverse(
        kind="exact",
        operation="link_create",
        fields={"path": path},
        only=("update",),
        before=("target",),
    )
    return (
        *folder_checks(path, ensured),
        Task(
            name=f"Link {path}",
            module="ansible.builtin.file",
            args={"path": path, "src": target, "state": "link"},
            verb="update",
            items=((path, path),),
            ensures=frozenset((f"path:{path}",)),
            needs=(*above(path), *bringers(target)),
            beside=bringers(target),
            before=turning(path, target),
            reverses=(gone, turned),
        ),
    )
