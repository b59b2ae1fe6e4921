"""Install packages, or bring them to the newest version.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages
from kiki.targets.ansible.fields import PackageNames
from kiki.targets.ansible.tasks import Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*names* as in either family; *state* ``latest`` upgrades what is installed already."""

    names: PackageNames
    state: Literal["present", "latest"] = "present"


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Install what is missing; for ``latest``, upgrade in a task of its own."""
    found = packages.install(fields.names, ensured)
    if fields.state == "present":
        return found
    known = ensured.union(*(task.ensures for task in found))
    return (*found, *packages.upgrade(fields.names, known))
