"""Log in to a registry of images, for the user that Ansible works as.

Called by ``understand`` (fields) and ``compose`` (tasks). The password goes to podman by a pipe.
Who is logged in under this name already stays so, whatever the password.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.model.secret import variable
from kiki.targets.ansible.fields import SecretName
from kiki.targets.ansible.files import stopping
from kiki.targets.ansible.tasks import SEEN, Before, Found, Reverse, Task, Was
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Login, Registry
from kiki.targets.podman.logins import USER, logged_in
from kiki.targets.podman.looks import rootless

RISK: Risk = "medium"
_TRIED = f"{SEEN}login"


class Fields(Record, frozen=True):
    """*password* is the name of a secret."""

    registry: Registry
    user: Login
    password: SecretName

    def __post_init__(self) -> None:
        """ValueError without a password."""
        if not self.password:
            raise ValueError("a login needs a password")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look at who is logged in, and the login where it is somebody else or nobody. Of a task
    with a secret Ansible shows nothing, so what podman says of a failed one is told by another."""
    registry = fields.registry
    login = podman(
        f"Log in to {registry} as {fields.user}",
        ["login", "--username", fields.user, "--password-stdin", registry],
        "update",
        when=(f"{USER} != '{fields.user}'",),
        stdin="{{ " + variable(fields.password) + " }}",
        secrets=(fields.password,),
        before=Before(looks=(logged_in(registry, before=True),), read=_was),
        network=True,
        into=_TRIED,
        fails=("false",),
        reverses=(
            Reverse(
                kind="exact",
                operation="podman.registry_logout",
                fields={"registry": registry},
                only=("create",),
                otherwise="podman.undo_login_replaced",
            ),
        ),
    )
    said = f"{{{{ {_TRIED}.stderr | default('') | trim }}}}"
    accepted = stopping(
        f"Check that {registry} took the login", f"{_TRIED}.rc | default(0) == 0", said
    )
    return logged_in(registry), login, rootless(accepted)


def _was(found: tuple[Found, ...]) -> Was:
    """``podman login --get-login`` fails where nobody is logged in."""
    return Was() if found[0].kept.get("rc") == 0 else Was(verb="create")
