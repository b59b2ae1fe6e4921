"""Give a container another name.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.files import stopping
from kiki.targets.ansible.tasks import FOUND, SEEN, Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Name
from kiki.targets.podman.looks import THERE, fact, rootless, state_of

RISK: Risk = "medium"
NEW = f"{SEEN}new"


class Fields(Record, frozen=True):
    """*name* as it is, and the *new* one."""

    name: Name
    new: Name


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks for both names, and the new name where only the old one is there."""
    name, new = fields.name, fields.new
    test = f"({THERE}) != ({THERE.replace(FOUND, NEW)})"
    fail = f"Exactly one of the containers {name} and {new} has to be there"
    here = fact("container", name)
    checks = (
        state_of("container", new, into=NEW),
        state_of("container", name),
    )
    renamed = podman(
        f"Rename container {name} to {new}",
        ["rename", name, new],
        "update",
        when=(THERE,),
        needs=(here,),
        ensures=frozenset((fact("container", new),)),
        breaks=frozenset((here,)),
        reverses=(
            Reverse(
                kind="exact",
                operation="podman.container_rename",
                fields={"name": new, "new": name},
            ),
        ),
    )
    title = f"Check that container {name} can be renamed to {new}"
    return (*checks, rootless(stopping(title, test, fail, (here,))), renamed)
