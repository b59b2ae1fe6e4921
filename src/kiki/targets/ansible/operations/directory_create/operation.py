"""Create a directory, its parents included.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import AbsolutePath, Mode, Owner, without_slash
from kiki.targets.ansible.files import directory_task, owned
from kiki.targets.ansible.tasks import Task

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """*mode* is octal; an empty *owner* or *group* leaves it to the host."""

    path: AbsolutePath
    mode: Mode = "0755"
    owner: Owner = ""
    group: Owner = ""


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """See that owner and group are there, where that is not certain, and create."""
    rights: dict[str, Any] = {"mode": fields.mode}
    rights |= owned(fields)
    return (
        *account_checks("user", (fields.owner,), ensured),
        *account_checks("group", (fields.group,), ensured),
        directory_task(without_slash(fields.path), rights),
    )
