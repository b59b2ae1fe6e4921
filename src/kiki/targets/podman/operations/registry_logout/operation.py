"""Log out of a registry of images.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Registry
from kiki.targets.podman.logins import logged_in
from kiki.targets.podman.looks import THERE

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*registry* by its host."""

    registry: Registry


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look at who is logged in, and the logout where somebody is."""
    out = podman(
        f"Log out of {fields.registry}",
        ["logout", fields.registry],
        "update",
        when=(THERE,),
        reverses=(Reverse(kind="impossible", reason="podman.undo_logout"),),
    )
    return logged_in(fields.registry), out
