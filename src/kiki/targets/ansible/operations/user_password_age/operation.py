"""Set after how many days the passwords of users expire.

Called by ``understand`` (fields) and ``compose`` (tasks). Nobody is created: the play stops where a
user is missing. It is the maximum of shadow(5), as chage(1) sets it: the days count from the
password's last change, so that one that is older expires at once.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import UserNames
from kiki.targets.ansible.tasks import BEFORE, Before, Found, Reverse, Task, Was

RISK: Risk = "high"  # whoever has not changed it for longer is asked to before anything else
MOST = 99_999  # what shadow(5) takes for "never"
_FIELDS = 7  # of a line of passwd(1) --status
_MAXIMUM = 4


class Fields(Record, frozen=True):
    """*names* of users that are there; *days* after which they have to change their passwords."""

    names: UserNames
    days: Annotated[int, Meta(ge=1, le=MOST)]


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks for the users, and a task for each."""
    made = (_task(name, fields.days) for name in fields.names)
    return (*account_checks("user", fields.names, ensured), *made)


def _task(name: str, days: int) -> Task:
    return Task(
        name=f"Let the password of user {name} expire after {days} days",
        module="ansible.builtin.user",
        args={"name": name, "password_expire_max": days},
        verb="update",
        items=((name, name),),
        needs=(f"user:{name}", "package:*"),
        before=_before(name, days),
        reverses=(
            Reverse(
                kind="exact",
                operation="user_password_age",
                fields={"names": [name]},
                before=("days",),
            ),
        ),
    )


def _before(name: str, days: int) -> Before:
    """What passwd(1) says of the account: name, state, last change, minimum, maximum, warning and
    inactivity. The password's hash is in none of it."""
    look = Task(
        name=f"Look at the password age of user {name} before it changes",
        module="ansible.builtin.command",
        args={"cmd": f"passwd --status {name}"},
        verb="none",
        into=BEFORE,
    )
    return Before(looks=(look,), read=_was, after={"days": days})


def _was(found: tuple[Found, ...]) -> Was:
    said = str(found[0].kept.get("stdout", "")).split("(")[0].split()
    if len(said) != _FIELDS or not said[_MAXIMUM].isdigit() or not 1 <= int(said[_MAXIMUM]) <= MOST:
        return Was(unread="ansible.before_not_seen")
    return Was(values={"days": int(said[_MAXIMUM])})
