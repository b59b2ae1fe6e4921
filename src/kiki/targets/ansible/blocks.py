"""Blocks of lines in a file, between two comments that name them.

Called by the operations on blocks. Of the file only the lines of the block are read, never the
whole of it.
"""

import re
from collections.abc import Callable
from typing import Literal

from kiki.targets.ansible.tasks import BEFORE, Before, Found, Task, Was

Comment = Literal["#", ";", "//", "--"]
"""How a comment begins in the file."""

_MARKS = ("BEGIN", "END")


def marker(name: str, comment: Comment) -> str:
    """The comments around the block, as the module takes them."""
    return f"{comment} {{mark}} {name}"


def check_text(text: str, name: str, comment: Comment) -> None:
    """ValueError for lines of which one is a comment around the block itself."""
    ends = {_end(mark, name, comment) for mark in _MARKS}
    if not ends.isdisjoint(line.strip() for line in text.split("\n")):
        raise ValueError("a block can't hold the comments that are around it")


def before(path: str, name: str, comment: Comment) -> Before:
    """A look at the lines of the block, for ``block_set`` to bring them back."""
    begin, end = (re.sub(r"[./]", r"\\\g<0>", _end(mark, name, comment)) for mark in _MARKS)
    look = Task(
        name=f"Look at the block {name} of {path}",
        module="ansible.builtin.command",
        args={"argv": ["sed", "--sandbox", "-n", f"/^{begin}$/,/^{end}$/p", path]},
        verb="none",
        into=BEFORE,
    )
    return Before(looks=(look,), read=_reader(name, comment))


def _end(mark: str, name: str, comment: Comment) -> str:
    return f"{comment} {mark} {name}"


def _reader(name: str, comment: Comment) -> Callable[[tuple[Found, ...]], Was]:
    begin, end = (_end(mark, name, comment) for mark in _MARKS)

    def read(found: tuple[Found, ...]) -> Was:
        """A block that is there twice, or has no end, can't be brought back as it was."""
        kept = found[0].kept
        if kept.get("rc") != 0:
            return Was(unread="ansible.before_not_seen")
        text = str(kept.get("stdout", ""))
        lines = text.split("\n")
        if not text:
            return Was(verb="create")
        if lines.count(begin) != 1 or lines[-1] != end or not "".join(lines[1:-1]).strip():
            return Was(unread="ansible.before_block")
        return Was(verb="update", values={"block": "\n".join(lines[1:-1])})

    return read
