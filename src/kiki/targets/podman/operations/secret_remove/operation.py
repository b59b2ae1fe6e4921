"""Remove secrets that podman keeps.

Called by ``understand`` (fields) and ``compose`` (tasks). Containers that use one keep what
they have until they are made anew.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.fields import Names
from kiki.targets.podman.made import removed

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*names* of secrets."""

    names: Names


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each a look, and the removal."""
    return tuple(
        task
        for name in fields.names
        for task in removed("secret", name, "podman.undo_secret_removed")
    )
