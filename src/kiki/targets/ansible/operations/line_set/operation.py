"""Have a line in a file: added at its end, or in the place of the one that begins as said.

Called by ``understand`` (fields) and ``compose`` (tasks). The file has to be
there; nothing else in it is changed.
"""

import re
from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, Line, OptionalLine, check_no_folder
from kiki.targets.ansible.files import bringers
from kiki.targets.ansible.lines import replacing
from kiki.targets.ansible.tasks import Reverse, Task, Variable, literal

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*line* as it is to stand in the file at *path*. With *begins* it takes the place of the last
    line that begins with this text, and is added only where there is none."""

    path: AbsolutePath
    line: Line
    begins: OptionalLine = ""

    def __post_init__(self) -> None:
        """ValueError for the name of a folder and for text that no UTF-8 file can hold."""
        check_no_folder(self.path)
        (self.line + self.begins).encode()


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    path, line = fields.path, fields.line
    wanted = Variable(name="file_line", value=literal(line), about=f"Line in {path}")
    args: dict[str, Any] = {"path": path, "line": wanted}
    if fields.begins:
        pattern = literal("^" + re.escape(fields.begins))
        args["regexp"] = Variable(name="file_line_begins", value=pattern, about="What it replaces")
    gone = Reverse(
        kind="exact",
        operation="line_remove",
        fields={"path": path, "line": line},
        only=("create",),
    )
    again = Reverse(
        kind="exact",
        operation="line_set",
        fields={"path": path},
        only=("update",),
        before=("line", "begins"),
    )
    return (
        Task(
            name=f"Set a line in {path}",
            module="ansible.builtin.lineinfile",
            args=args,
            verb="update",
            items=((path, path),),
            needs=bringers(path),
            before=replacing(path, fields.begins, line) if fields.begins else None,
            reverses=(gone, again),
        ),
    )
