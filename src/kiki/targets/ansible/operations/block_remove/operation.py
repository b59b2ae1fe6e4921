"""Take a block of lines out of a file, with the comments around it.

Called by ``understand`` (fields) and ``compose`` (tasks). Only what stands between the comments
that ``block_set`` writes is found.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.blocks import Comment, before, marker
from kiki.targets.ansible.fields import AbsolutePath, BlockName, check_no_folder
from kiki.targets.ansible.files import bringers
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*name* of the block in the file at *path*; *comment* as in ``block_set``."""

    path: AbsolutePath
    name: BlockName
    comment: Comment = "#"

    def __post_init__(self) -> None:
        """ValueError for the name of a folder."""
        check_no_folder(self.path)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    path, name = fields.path, fields.name
    back = Reverse(
        kind="compensating",
        reason="ansible.undo_block_place",
        operation="block_set",
        fields={"path": path, "name": name, "comment": fields.comment},
        before=("block",),
    )
    return (
        Task(
            name=f"Remove the block {name} from {path}",
            module="ansible.builtin.blockinfile",
            args={"path": path, "marker": marker(name, fields.comment), "state": "absent"},
            verb="delete",
            items=((path, path),),
            needs=bringers(path),
            before=before(path, name, fields.comment),
            reverses=(back,),
        ),
    )
