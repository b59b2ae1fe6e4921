"""Turn all swap off, now and at every boot.

Called by ``understand`` (fields) and ``compose`` (tasks). See ``swaps`` for what stands in fstab
afterwards.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.swaps import turning_off
from kiki.targets.ansible.tasks import Task

# What is swapped out comes back into memory, which may be too small for it.
RISK: Risk = "high"


class Fields(Record, frozen=True):
    """Nothing to choose: all of it."""


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look at what is in use, swapoff, and the entries of fstab."""
    return turning_off()
