"""Remove secrets that podman keeps.

Called by ``understand`` (fields) and ``compose`` (tasks). Containers that use one keep what they
have until they are made anew.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Names
from kiki.targets.podman.looks import THERE, fact, state_of

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*names* of secrets."""

    names: Names


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each a look, and the removal: podman's module does not know check mode."""
    return tuple(task for name in fields.names for task in (state_of("secret", name), _gone(name)))


def _gone(name: str) -> Task:
    return podman(
        f"Remove secret {name}",
        ["secret", "rm", name],
        "delete",
        when=(THERE,),
        breaks=frozenset((fact("secret", name),)),
        reverses=(Reverse(kind="impossible", reason="podman.undo_secret_removed"),),
    )
