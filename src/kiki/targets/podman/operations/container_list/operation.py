"""List the containers of hosts, also those that are stopped.

Called by ``understand`` (fields) and ``compose`` (tasks). It only reads.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.listing import asked

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """Nothing to choose."""


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """What ``podman ps`` says."""
    words = ["ps", "--all", "--format=json"]
    return asked("containers", "containers", "container_list", fields, words)
