"""Create volumes.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.fields import Names
from kiki.targets.podman.made import created

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """*names* of volumes."""

    names: Names


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each the volume, empty; one that is there stays as it is."""
    return tuple(created("volume", name, {"state": "present"}) for name in fields.names)
