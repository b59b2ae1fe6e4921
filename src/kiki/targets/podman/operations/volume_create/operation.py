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
    """For each a look, and an empty volume where there is none."""
    return tuple(task for name in fields.names for task in created("volume", name))
