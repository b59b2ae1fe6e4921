"""Tasks that see that users and groups are there.

Called by the operations on users and those that name an owner or groups. Without them check mode
promises what the run then can't do: the modules look a user up only when they really write. What an
earlier task ensures (``group:<name>``; ``user:<name>``, which brings a group of that name) is not
looked up.
"""

from typing import Literal

from kiki.targets.ansible.tasks import Reverse, Task, listing

# In base-passwd (Debian) and setup (RedHat): on every host of the family.
_ALWAYS_THERE = frozenset(("adm", "root", "sudo", "users", "wheel"))


def account_checks(
    sort: Literal["user", "group"], names: tuple[str, ...], ensured: frozenset[str]
) -> tuple[Task, ...]:
    """A task for each of *names* that stops the play on a host without it."""
    asked = (name for name in dict.fromkeys(names) if name and name not in _ALWAYS_THERE)
    facts = ("user", "group") if sort == "group" else ("user",)  # a user brings a group
    return tuple(
        _check(sort, name)
        for name in asked
        if not any(f"{fact}:{name}" in ensured for fact in facts)
    )


def _check(sort: str, name: str) -> Task:
    return Task(
        name=f"Check that {sort} {name} exists",
        module="ansible.builtin.getent",
        args={"database": "passwd" if sort == "user" else "group", "key": name},
        verb="none",
        needs=("package:*",),
    )


# The day after 1 January 1970: shadow(5) says that 0 may be read as "never".
_PAST = 86400


def expiry_tasks(
    names: tuple[str, ...], ensured: frozenset[str], *, locked: bool
) -> tuple[Task, ...]:
    """Looks for the users, and a task after which their accounts have expired (*locked*), or do
    not expire."""
    title = "Lock" if locked else "Unlock"
    back = "user_unlock" if locked else "user_lock"
    return (
        *account_checks("user", names, ensured),
        Task(
            name=f"{title} {'user' if len(names) == 1 else 'users'} {listing(names)}",
            module="ansible.builtin.user",
            args={"state": "present", "expires": _PAST if locked else -1},
            verb="update",
            each=tuple({"name": name} for name in names),
            var=f"{title.lower()}_users",
            about=f"Users to {title.lower()}",
            items=tuple((name, name) for name in names),
            needs=(*(f"user:{name}" for name in names), "package:*"),
            reverses=(
                Reverse(
                    kind="compensating",
                    reason="ansible.undo_expiry_lost",
                    operation=back,
                    items="names",
                ),
            ),
        ),
    )
