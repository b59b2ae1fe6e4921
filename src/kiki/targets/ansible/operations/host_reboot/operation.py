"""Reboot hosts, and wait until they answer again.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "high"
TIMEOUT_S = 600


class Fields(Record, frozen=True):
    """Nothing to choose."""


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task that acts every time."""
    return (
        Task(
            name="Reboot, and wait for an answer",
            module="ansible.builtin.reboot",
            args={"reboot_timeout": TIMEOUT_S},
            verb="run",
            acts=True,
            reverses=(Reverse(kind="impossible", reason="ansible.undo_acted"),),
        ),
    )
