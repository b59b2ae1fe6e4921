"""Drop a database of MariaDB or PostgreSQL, after a dump of it.

Called by ``understand`` (fields) and ``compose`` (tasks). Nothing takes it back but a person, with
the dump.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import databases
from kiki.targets.ansible.databases import Engine
from kiki.targets.ansible.fields import DatabaseName
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """One database by its name."""

    engine: Engine
    name: DatabaseName

    def __post_init__(self) -> None:
        """ValueError for a database of the server's own."""
        databases.check_not_own(self.name)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Library, look, dump, drop."""
    reached = databases.reached(fields.engine, ensured)
    return (*reached, *databases.removal(fields.engine, fields.name))
