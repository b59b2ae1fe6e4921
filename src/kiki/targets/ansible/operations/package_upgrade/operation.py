"""Bring packages to the newest version on offer: those that are named, or all that are installed.

Called by ``understand`` (fields) and ``compose`` (tasks). Nothing that is missing is installed by
name; an upgrade of all may bring new dependencies.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages
from kiki.targets.ansible.fields import PackageName
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """Without *names*, all packages."""

    names: tuple[PackageName, ...] = ()


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task for each family."""
    if fields.names:
        return packages.upgrade(fields.names, ensured)
    return packages.upgrade_all(ensured)
