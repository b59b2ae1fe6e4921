"""Mount the file system of a container on its host.

Called by ``understand`` (fields) and ``compose`` (tasks). Podman itself counts how often it was
asked; here it is mounted or it is not. A container that runs has its file system mounted already.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Names
from kiki.targets.podman.looks import fact, there
from kiki.targets.podman.mounting import MOUNTED, looked

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """*names* of containers."""

    names: Names


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each a look, and the command where it is not mounted."""
    return tuple(
        task
        for name in fields.names
        for task in (*there("container", name, ensured, looked(name)), _mount(name))
    )


def _mount(name: str) -> Task:
    return podman(
        f"Mount container {name}",
        ["mount", name],
        "update",
        when=(f"not ({MOUNTED})",),
        needs=(fact("container", name),),
        reverses=(
            Reverse(kind="exact", operation="podman.container_unmount", fields={"names": [name]}),
        ),
    )
