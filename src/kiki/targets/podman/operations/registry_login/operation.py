"""Log in to a registry of images, for the user that Ansible works as.

Called by ``understand`` (fields) and ``compose`` (tasks). The password goes to podman by a pipe.
Who is logged in under this name already stays so, whatever the password.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.model.secret import variable
from kiki.targets.ansible.fields import SecretName
from kiki.targets.ansible.tasks import Before, Found, Reverse, Task, Was
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Login, Registry
from kiki.targets.podman.logins import USER, logged_in

RISK: Risk = "medium"


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
    """A look at who is logged in, and the login where it is somebody else or nobody."""
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
    return logged_in(registry), login


def _was(found: tuple[Found, ...]) -> Was:
    """``podman login --get-login`` fails where nobody is logged in."""
    return Was() if found[0].kept.get("rc") == 0 else Was(verb="create")
