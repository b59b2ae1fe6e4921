"""Remove groups.

Called by ``understand`` (fields) and ``compose`` (tasks). A group that is some user's own is not
removed: the run fails there and says whose it is.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import UserNames
from kiki.targets.ansible.tasks import Reverse, Task, listing

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*names* of groups."""

    names: UserNames


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    which = "group" if len(fields.names) == 1 else "groups"
    return (
        Task(
            name=f"Remove {which} {listing(fields.names)}",
            module="ansible.builtin.group",
            args={"state": "absent"},
            verb="delete",
            each=tuple({"name": name} for name in fields.names),
            var="remove_groups",
            about="Groups to remove",
            items=tuple((name, name) for name in fields.names),
            breaks=frozenset(f"group:{name}" for name in fields.names),
            reverses=(Reverse(kind="impossible", reason="ansible.undo_group_gone"),),
        ),
    )
