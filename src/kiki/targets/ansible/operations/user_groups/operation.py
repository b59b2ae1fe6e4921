"""Add users that are there to groups.

Called by ``understand`` (fields) and ``compose`` (tasks). Nobody is created: the play stops where a
user or a group is missing, unless an earlier operation of the same request makes it.
"""

from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import names
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import UserName, UserNames
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import Reverse, Task, listing

RISK: Risk = "medium"

GroupNames = Annotated[tuple[UserName, ...], Meta(min_length=1, max_length=200)]


class Fields(Record, frozen=True):
    """*groups* are added to those that each of *names* is in."""

    names: UserNames
    groups: GroupNames


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks for the users and groups, then one task, or one for each family where they call a
    group differently."""
    found: list[Task] = [*account_checks("user", fields.names, ensured)]
    for family, groups in names.by_family("groups", fields.groups):
        checks = account_checks("group", groups, ensured)
        found += [replace(check, family=family, name=check.name + _at(family)) for check in checks]
        found.append(_task(fields.names, family, groups))
    return tuple(found)


def _at(family: Family | None) -> str:
    return f" ({family})" if family else ""


def _task(users: tuple[str, ...], family: Family | None, groups: tuple[str, ...]) -> Task:
    place = _at(family)
    who = "user" if len(users) == 1 else "users"
    which = "group" if len(groups) == 1 else "groups"
    return Task(
        name=f"Add {who} {listing(users)} to {which} {listing(groups)}{place}",
        module="ansible.builtin.user",
        args={"state": "present", "groups": list(groups), "append": True},
        verb="update",
        family=family,
        each=tuple({"name": name} for name in users),
        var=f"group_users{f'_{family.lower()}' if family else ''}",
        about=f"Users to add to {which} {listing(groups)}{place}",
        items=tuple((name, name) for name in users),
        needs=(
            *(f"user:{name}" for name in (*users, *groups)),
            *(f"group:{name}" for name in groups),
            "package:*",
        ),
        reverses=(Reverse(kind="impossible", reason="ansible.undo_membership"),),
    )
