"""Take a line out of a file.

Called by ``understand`` (fields) and ``compose`` (tasks). Only lines that are exactly the same go,
all of them; a file that is not there has none.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, Line, check_no_folder
from kiki.targets.ansible.files import bringers
from kiki.targets.ansible.tasks import Reverse, Task, Variable, literal

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*line* as it stands in the file at *path*, the whole of it."""

    path: AbsolutePath
    line: Line

    def __post_init__(self) -> None:
        """ValueError for the name of a folder and for text that no UTF-8 file can hold."""
        check_no_folder(self.path)
        self.line.encode()


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    path = fields.path
    line = Variable(name="file_line_gone", value=literal(fields.line), about=f"Line out of {path}")
    return (
        Task(
            name=f"Remove a line from {path}",
            module="ansible.builtin.lineinfile",
            args={"path": path, "line": line, "state": "absent"},
            verb="delete",
            items=((path, path),),
            needs=bringers(path),
            reverses=(_back(path, fields.line),),
        ),
    )


def _back(path: str, line: str) -> Reverse:
    return Reverse(
        kind="compensating",
        reason="ansible.undo_line_place",
        operation="line_set",
        fields={"path": path, "line": line},
    )
