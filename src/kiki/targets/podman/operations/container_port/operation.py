"""Show which ports of a container are published, and where on the host.

Called by ``understand`` (fields) and ``compose`` (tasks). It only reads.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.details import wanted
from kiki.targets.podman.fields import Name

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """*name* of the container."""

    name: Name


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """What ``podman port`` says."""
    words = ["podman", "port", fields.name]
    return wanted(f"the ports of {fields.name}", "ports", "container_port", fields, words)
