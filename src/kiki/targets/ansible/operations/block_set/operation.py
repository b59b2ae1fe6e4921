"""Have a block of lines in a file, between two comments that name it.

Called by ``understand`` (fields) and ``compose`` (tasks). The file has to be there; a block of that
name is replaced where it stands, a new one comes to the end; nothing else is changed.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.blocks import Comment, before, check_text, marker
from kiki.targets.ansible.fields import AbsolutePath, BlockName, Lines, check_no_folder
from kiki.targets.ansible.files import bringers
from kiki.targets.ansible.tasks import Reverse, Task, Variable, literal

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*block* as it is to stand in the file at *path*, between ``# BEGIN name`` and ``# END name``;
    *comment* is what comments of that file begin with."""

    path: AbsolutePath
    name: BlockName
    block: Lines
    comment: Comment = "#"

    def __post_init__(self) -> None:
        """ValueError for the name of a folder, for text that no UTF-8 file can hold, and for a
        block that would end early."""
        check_no_folder(self.path)
        self.block.encode()
        check_text(self.block, self.name, self.comment)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    path, name = fields.path, fields.name
    text = Variable(name="file_block", value=literal(fields.block), about=f"Block {name} of {path}")
    mine = {"path": path, "name": name, "comment": fields.comment}
    gone = Reverse(kind="exact", operation="block_remove", fields=mine, only=("create",))
    again = Reverse(
        kind="exact", operation="block_set", fields=mine, only=("update",), before=("block",)
    )
    return (
        Task(
            name=f"Set the block {name} in {path}",
            module="ansible.builtin.blockinfile",
            args={"path": path, "marker": marker(name, fields.comment), "block": text},
            verb="update",
            items=((path, path),),
            needs=bringers(path),
            before=before(path, name, fields.comment),
            reverses=(gone, again),
        ),
    )
