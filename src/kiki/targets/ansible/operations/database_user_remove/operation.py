"""Let somebody use a database server no more.

Called by ``understand`` (fields) and ``compose`` (tasks). A role of PostgreSQL that owns something,
or has rights elsewhere than on *database*, is not removed: the host says what is in the way.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import database_users, databases
from kiki.targets.ansible.database_users import HERE
from kiki.targets.ansible.databases import Engine
from kiki.targets.ansible.fields import Client, DatabaseName, OptionalDatabase
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*database*: on which a role of PostgreSQL has rights. *hosts*: of MariaDB's user."""

    engine: Engine
    name: DatabaseName
    database: OptionalDatabase = ""
    hosts: tuple[Client, ...] = ()

    def __post_init__(self) -> None:
        """ValueError for an account of the server's own, and for hosts where there are none."""
        database_users.check_not_own(self.name)
        database_users.check_hosts(self.engine, self.hosts)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Library, rights, account."""
    reached = databases.reached(fields.engine, ensured)
    removed = database_users.removal(
        fields.engine, fields.name, fields.hosts or HERE, fields.database
    )
    return (*reached, *removed)
