"""Ask every host whether Ansible can work on it.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """Nothing to choose."""


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task that changes nothing."""
    return (Task(name="Ping", module="ansible.builtin.ping", args={}, verb="none", root=False),)
