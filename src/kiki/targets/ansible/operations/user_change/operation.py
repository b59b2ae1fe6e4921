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
from kiki.targets.ansible.tasks import Reverse, Task, listing

RISK: Risk = "medium"


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
    """Looks for the users, and one task."""
    who = "user" if len(fields.names) == 1 else "users"
    return (
        *account_checks("user", fields.names, ensured),
        Task(
            name=f"Change {_what(fields)} of {who} {listing(fields.names)}",
            module="ansible.builtin.user",
            args={"state": "present", **_choices(fields)},
            verb="update",
            each=tuple(_each(name, fields.password) for name in fields.names),
            var="change_users",
            about=f"Users to change ({_what(fields)})",
            items=tuple((name, name) for name in fields.names),
            needs=(*(f"user:{name}" for name in fields.names), "package:*"),
            secrets=(fields.password,) if fields.password else (),
            reverses=(Reverse(kind="impossible", reason="ansible.undo_shell_unknown"),),
        ),
    )


def _what(fields: Fields) -> str:
    return " and ".join(name for name in ("shell", "password") if getattr(fields, name))


def _choices(fields: Fields) -> dict[str, Any]:
    return {"shell": fields.shell} if fields.shell else {}


def _each(name: str, secret: str) -> dict[str, Any]:
    if not secret:
        return {"name": name}
    salt = f"(inventory_hostname ~ ':{name}') | hash('sha256') | truncate(16, true, '')"
    hashed = f"{{{{ {variable(secret)} | password_hash('sha512', {salt}) }}}}"
    return {"name": name, "password": hashed}
