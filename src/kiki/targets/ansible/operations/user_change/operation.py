"""Change users that are there: login shell, password.

Called by ``understand`` (fields) and ``compose`` (tasks). Nobody is created: the play stops where a
user is missing. A password's hash has a salt of the host and the user, so that a second run finds
it as it is.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.model.secret import variable
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import OptionalPath, SecretName, UserNames
from kiki.targets.ansible.tasks import BEFORE, Before, Found, Reverse, Task, Was

RISK: Risk = "medium"

_FIELDS = 7  # of a line in passwd(5)
_NONE = "/bin/sh"  # what an empty shell means there


class Fields(Record, frozen=True):
    """*password* is the name of a secret; what is empty stays as it is."""

    names: UserNames
    shell: OptionalPath = ""
    password: SecretName = ""

    def __post_init__(self) -> None:
        """ValueError when nothing is to be changed."""
        if not (self.shell or self.password):
            raise ValueError("say what is to change: the shell or the password")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks for the users, and a task for each."""
    made = (_task(fields, name) for name in fields.names)
    return (*account_checks("user", fields.names, ensured), *made)


def _task(fields: Fields, name: str) -> Task:
    what = " and ".join(each for each in ("shell", "password") if getattr(fields, each))
    return Task(
        name=f"Change {what} of user {name}",
        module="ansible.builtin.user",
        args={"name": name, **_shell(fields.shell), **_password(name, fields.password)},
        verb="update",
        items=((name, name),),
        needs=(f"user:{name}", "package:*"),
        secrets=(fields.password,) if fields.password else (),
        before=_before(name, fields.shell) if fields.shell and not fields.password else None,
        reverses=(_reverse(fields, name),),
    )


def _shell(shell: str) -> dict[str, Any]:
    return {"shell": shell} if shell else {}


def _password(name: str, secret: str) -> dict[str, Any]:
    if not secret:
        return {}
    salt = f"(inventory_hostname ~ ':{name}') | hash('sha256') | truncate(16, true, '')"
    return {"password": f"{{{{ {variable(secret)} | password_hash('sha512', {salt}) }}}}"}


def _before(name: str, shell: str) -> Before:
    """The account's line in passwd(5): its last field is the shell."""
    look = Task(
        name=f"Look at user {name} before it changes",
        module="ansible.builtin.command",
        args={"cmd": f"getent passwd {name}"},
        verb="none",
        into=BEFORE,
    )
    return Before(looks=(look,), read=_was, after={"shell": shell})


def _was(found: tuple[Found, ...]) -> Was:
    fields = str(found[0].kept.get("stdout", "")).strip().split(":")
    if len(fields) != _FIELDS:
        return Was(unread="ansible.before_not_seen")
    return Was(values={"shell": fields[-1] or _NONE})


def _reverse(fields: Fields, name: str) -> Reverse:
    if fields.password:
        return Reverse(kind="impossible", reason="ansible.undo_password_unknown")
    return Reverse(
        kind="exact", operation="user_change", fields={"names": [name]}, before=("shell",)
    )
