"""What a file's lines were before one of them is set, as far as the way back needs it.

Called by ``line_set``. Only lines with the text that is looked for are read, never the whole file.
"""

from collections.abc import Callable

from kiki.targets.ansible.tasks import BEFORE, Before, Found, Task, Variable, Was, literal


def replacing(path: str, begins: str, line: str) -> Before:
    """A look at the lines that have *begins* in them: the last that begins so is replaced."""
    sought = Variable(name="file_line_sought", value=literal(begins), about=f"Part of {path}")
    look = Task(
        name=f"Look at the line that {path} has",
        module="ansible.builtin.command",
        args={"argv": ["grep", "-F", "-e", sought, "--", path]},
        verb="none",
        into=BEFORE,
    )
    return Before(looks=(look,), read=_reader(begins, line), after={"line": line})


def _reader(begins: str, line: str) -> Callable[[tuple[Found, ...]], Was]:
    def read(found: tuple[Found, ...]) -> Was:
        """grep ends with 0 if there are such lines and with 1 if there are none."""
        kept = found[0].kept
        if kept.get("rc") not in (0, 1):
            return Was(unread="ansible.before_not_seen")
        lines = [
            each for each in str(kept.get("stdout", "")).split("\n") if each.startswith(begins)
        ]
        if not lines:
            return Was(verb="create")
        return Was(verb="update", values={"line": lines[-1], "begins": line})

    return read
