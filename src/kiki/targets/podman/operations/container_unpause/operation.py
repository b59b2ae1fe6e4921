"""Have paused containers go on.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.fields import Names
from kiki.targets.podman.states import turned

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*names* of containers."""

    names: Names


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each a look, and the command where it is paused."""
    return tuple(
        task
        for name in fields.names
        for task in turned("Unpause", ("unpause",), name, "paused", "container_pause", ensured)
    )
