"""Create or replace a file.

Called by ``understand`` (fields) and ``compose`` (tasks). The content is
written byte by byte, whatever it looks like. The folder must be there.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import AbsolutePath, Mode, Owner, check_no_folder
from kiki.targets.ansible.files import file_task, folder_checks, owned, reloading
from kiki.targets.ansible.tasks import Task

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """*mode* is octal; an empty *owner* or *group* leaves it to the host."""

    path: AbsolutePath
    content: str = ""
    mode: Mode = "0644"
    owner: Owner = ""
    group: Owner = ""

    def __post_init__(self) -> None:
        """ValueError for the name of a folder and for text that no UTF-8 file can hold."""
        check_no_folder(self.path)
        self.content.encode()


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """See that directory, owner and group are there, where that is not certain, and write."""
    rights: dict[str, Any] = {"mode": fields.mode}
    rights |= owned(fields)
    return (
        *folder_checks(fields.path, ensured),
        *account_checks("user", (fields.owner,), ensured),
        *account_checks("group", (fields.group,), ensured),
        file_task(fields.path, fields.content, rights),
        *reloading(fields.path),
    )
