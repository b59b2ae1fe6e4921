"""List the secrets of podman that hosts have.

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
    """What ``podman secret ls`` says; podman 4 knows no JSON here but by a template."""
    return asked("secrets", "secrets", "secret_list", fields, ["secret", "ls"])
