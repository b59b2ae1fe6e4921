"""Remove users.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import UserNames
from kiki.targets.ansible.tasks import Reverse, Task, listing

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*remove_home* removes home and mail, too."""

    names: UserNames
    remove_home: bool = False


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    args: dict[str, Any] = {"state": "absent"}
    if fields.remove_home:
        args["remove"] = True
    return (
        Task(
            name=f"Remove {'user' if len(fields.names) == 1 else 'users'} {listing(fields.names)}",
            module="ansible.builtin.user",
            args=args,
            verb="delete",
            each=tuple({"name": name} for name in fields.names),
            var="remove_users",
            about="Users to remove",
            items=tuple((name, name) for name in fields.names),
            breaks=frozenset(f"user:{name}" for name in fields.names),
            reverses=(Reverse(kind="impossible", reason="ansible.undo_user_gone"),),
        ),
    )
