"""Create groups.

Called by ``understand`` (fields) and ``compose`` (tasks).

"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import UserNames
from kiki.targets.ansible.tasks import Reverse, Task, listing

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """*system* groups have low numbers."""

    names: UserNames
    system: bool = False


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    which = "group" if len(fields.names) == 1 else "groups"
    system: dict[str, Any] = {"system": True} if fields.system else {}
    return (
        Task(
            name=f"Create {which} {listing(fields.names)}",
            module="ansible.builtin.group",
            args={"state": "present", **system},
            verb="create",
            each=tuple({"name": name} for name in fields.names),
            var="create_groups",
            about="Groups to create",
            items=tuple((name, name) for name in fields.names),
            ensures=frozenset(f"group:{name}" for name in fields.names),
            reverses=(Reverse(kind="exact", operation="group_remove", items="names"),),
        ),
    )
