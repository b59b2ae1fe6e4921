"""Remove networks of containers.

Called by ``understand`` (fields) and ``compose`` (tasks). One that a container uses is not removed.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.fields import Names
from kiki.targets.podman.made import removed

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*names* of networks."""

    names: Names


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each a look, and the removal."""
    return tuple(
        task
        for name in fields.names
        for task in removed("network", name, "podman.undo_network_removed")
    )
