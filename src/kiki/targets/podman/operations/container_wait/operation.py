"""Wait until a container has ended, five minutes at most, and show its exit code.

Called by ``understand`` (fields) and ``compose`` (tasks). It only reads.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.details import wanted
from kiki.targets.podman.fields import Name

RISK: Risk = "low"

WAITING = ["timeout", "300", "podman", "wait"]


class Fields(Record, frozen=True):
    """*name* of the container."""

    name: Name


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """What ``podman wait`` says; it has no limit of its own."""
    words = [*WAITING, fields.name]
    return wanted(f"the end of {fields.name}", "end", "container_wait", fields, words)
