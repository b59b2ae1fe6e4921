"""Copy a file on the host to another place there.

Called by ``understand`` (fields) and ``compose`` (tasks). A directory is not copied: the play looks
first, and stops at one.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import AbsolutePath, OptionalMode, Owner, four_digits
from kiki.targets.ansible.files import (
    above,
    bringers,
    folder_checks,
    looking,
    owned,
    owners,
    stopping,
)
from kiki.targets.ansible.kept import keeping_unlike, ways_back_unlike
from kiki.targets.ansible.tasks import FOUND, Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*path* of the copy of *source*; without a *mode* it has the same as the original."""

    path: AbsolutePath
    source: AbsolutePath
    mode: OptionalMode = ""
    owner: Owner = ""
    group: Owner = ""

    def __post_init__(self) -> None:
        """ValueError for the name of a folder, and for a copy of a file to itself."""
        if self.path.endswith("/") or self.source.endswith("/"):
            raise ValueError("the path of a file can't end with a slash")
        if self.path == self.source:
            raise ValueError("a file can't be copied to itself")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """See that the original is a file and that the directory is there, and copy."""
    path, source = fields.path, fields.source
    rights: dict[str, Any] = {"mode": four_digits(fields.mode) if fields.mode else "preserve"}
    rights |= owned(fields)
    test, fail = f"{FOUND}.stat.isreg | default(false)", f"{source} is not a file"
    return (
        looking(source, follow=True),
        stopping(f"Check that {source} is a file", test, fail, bringers(source)),
        *folder_checks(path, ensured),
        *account_checks("user", (fields.owner,), ensured),
        *account_checks("group", (fields.group,), ensured),
        Task(
            name=f"Copy {source} to {path}",
            module="ansible.builtin.copy",
            args={"src": source, "dest": path, "remote_src": True, **rights},
            verb="update",
            items=((path, path),),
            ensures=frozenset((f"path:{path}",)),
            needs=(*above(path), *bringers(source), *owners(rights)),
            beside=(*bringers(source), *owners(rights)),
            before=keeping_unlike(path, source),
            reverses=ways_back_unlike(path),
        ),
    )
