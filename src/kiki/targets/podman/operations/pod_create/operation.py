"""Create a pod, empty and not started.

Called by ``understand`` (fields) and ``compose`` (tasks). Containers come into it by
``container_run`` with its name, and start it. One that is there is left as it is.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.fields import Name, OptionalName, Published, check_published
from kiki.targets.podman.looks import fact
from kiki.targets.podman.made import created

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """*ports* are ``host:container``, for all of the pod's containers."""

    name: Name
    ports: tuple[Published, ...] = ()
    network: OptionalName = ""

    def __post_init__(self) -> None:
        """ValueError for a number that is no port."""
        check_published(self.ports)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look, and the pod where there is none."""
    options = [word for port in fields.ports for word in ("--publish", port)]
    options += ["--network", fields.network] if fields.network else []
    needs = (fact("network", fields.network),) if fields.network else ()
    return created("pod", fields.name, tuple(options), needs)
