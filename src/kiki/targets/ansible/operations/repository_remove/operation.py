"""Remove a repository of packages that has a file of its own.

Called by ``understand`` (fields) and ``compose`` (tasks). Installed packages and keys stay.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import repositories
from kiki.targets.ansible.fields import UnitName
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*name* of the repository and of its file."""

    name: UnitName


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task for each family."""
    return repositories.removal(fields.name)
