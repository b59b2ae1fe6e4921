"""Turn swap on again, now and at every boot.

Called by ``understand`` (fields), ``compose`` (tasks) and as the way back from ``swap_off``. Swap
space is not made by this: what is named has to be one.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import Swaps
from kiki.targets.ansible.swaps import turning_on
from kiki.targets.ansible.tasks import Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*sources* as fstab has them: devices, files, ``UUID=...``. Without *now* only the entries
    that ``swap_off`` commented out come back."""

    sources: Swaps
    now: bool = True


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The entries, and for each source a look whether it is on."""
    return turning_on(tuple(dict.fromkeys(fields.sources)), fields.now)
