"""Remove packages.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages
from kiki.targets.ansible.fields import PackageNames
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*names* as in either family."""

    names: PackageNames


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task for each family."""
    return packages.remove(fields.names)
