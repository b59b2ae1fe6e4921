"""Create a pod, empty and not started.

Called by ``understand`` (fields) and ``compose`` (tasks). Containers come into it by
``container_run`` with its name, and start it.
"""

from typing import Any

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
    """The pod."""
    args: dict[str, Any] = {"state": "created"}
    if fields.ports:
        args["publish"] = list(fields.ports)
    if fields.network:
        args["network"] = [fields.network]
    needs = (fact("network", fields.network),) if fields.network else ()
    return (created("pod", fields.name, args, needs=needs),)
