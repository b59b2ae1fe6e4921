"""Show the processes that run in a container.

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
    """What ``podman top`` says."""
    words = ["podman", "top", fields.name, "user", "pid", "ppid", "pcpu", "etime", "args"]
    return wanted(f"the processes of {fields.name}", "processes", "container_top", fields, words)
