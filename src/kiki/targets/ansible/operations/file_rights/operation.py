"""Set mode, owner or group of a file or directory that is there.

Called by ``understand`` (fields) and ``compose`` (tasks). What is not there stops the play, in
check mode, too.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import (
    AbsolutePath,
    OptionalMode,
    Owner,
    four_digits,
    without_slash,
)
from kiki.targets.ansible.files import bringers, owned, owners, rights_before
from kiki.targets.ansible.kept import RIGHTS
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*mode* is octal; what is empty is left as it is. *recurse*: and of everything below."""

    path: AbsolutePath
    mode: OptionalMode = ""
    owner: Owner = ""
    group: Owner = ""
    recurse: bool = False

    def __post_init__(self) -> None:
        """ValueError when nothing is to be set, or when it would shut the directories below."""
        if not (self.mode or self.owner or self.group):
            raise ValueError("neither a mode nor an owner nor a group is said")
        if self.recurse and any(_shuts(digit) for digit in self.mode[-3:]):
            raise ValueError("this mode would also shut every directory below: no x beside r")


def _shuts(digit: str) -> bool:
    """Whether a directory with this digit can be listed and not entered."""
    return int(digit) & 5 == 4


_BELOW = Reverse(kind="impossible", reason="ansible.undo_rights_below")


def _back(path: str) -> Reverse:
    return Reverse(kind="exact", operation="file_rights", fields={"path": path}, before=RIGHTS)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """See that owner and group are there, where that is not certain, and set."""
    path = without_slash(fields.path)
    rights: dict[str, Any] = {"mode": four_digits(fields.mode)} if fields.mode else {}
    rights |= owned(fields)
    below = {"state": "directory", "recurse": True} if fields.recurse else {}
    title = f"Set rights of {path}" + (" and everything in it" if fields.recurse else "")
    return (
        *account_checks("user", (fields.owner,), ensured),
        *account_checks("group", (fields.group,), ensured),
        Task(
            name=title,
            module="ansible.builtin.file",
            args={"path": path, **below, **rights},
            verb="update",
            items=((path, path),),
            needs=(*bringers(path), *owners(rights)),
            before=None if fields.recurse else rights_before(path, rights),
            reverses=(_BELOW,) if fields.recurse else (_back(path),),
        ),
    )
