"""Tasks that see that users and groups are there.

Called by the operations that name an owner or groups. Without them check mode promises what the
run then can't do: the modules look a user up only when they really write. What an earlier task
ensures (``user:<name>``, which brings a group of that name) is not looked up.
"""

from typing import Literal

from kiki.targets.ansible.tasks import Task

# In base-passwd (Debian) and setup (RedHat): on every host of the family.
_ALWAYS_THERE = frozenset(("adm", "root", "sudo", "users", "wheel"))


def account_checks(
    sort: Literal["user", "group"], names: tuple[str, ...], ensured: frozenset[str]
) -> tuple[Task, ...]:
    """A task for each of *names* that stops the play on a host without it."""
    asked = (name for name in dict.fromkeys(names) if name and name not in _ALWAYS_THERE)
    return tuple(_check(sort, name) for name in asked if f"user:{name}" not in ensured)


def _check(sort: str, name: str) -> Task:
    return Task(
        name=f"Check that {sort} {name} exists",
        module="ansible.builtin.getent",
        args={"database": "passwd" if sort == "user" else "group", "key": name},
        verb="none",
        needs=("package:*",),
    )
