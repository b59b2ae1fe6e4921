"""Make a database in MariaDB or PostgreSQL.

Called by ``understand`` (fields) and ``compose`` (tasks). The server must be there, or come with
the same request; a database that is there is left as it is.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import database_users, databases
from kiki.targets.ansible.databases import Encoding, Engine
from kiki.targets.ansible.fields import DatabaseName, OptionalDatabase
from kiki.targets.ansible.tasks import Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*owner* is a role of PostgreSQL, which is made if it is not there. *install*: the server is
    brought, too."""

    engine: Engine
    name: DatabaseName
    owner: OptionalDatabase = ""
    encoding: Encoding = "utf8"
    install: bool = False

    def __post_init__(self) -> None:
        """ValueError for a database of the server's own, and for an owner in MariaDB."""
        databases.check_not_own(self.name)
        if self.owner and self.engine != "postgresql":
            raise ValueError("MariaDB's databases have no owner: give a user rights instead")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Library, owner, database."""
    found = [*databases.reached(fields.engine, ensured, install=fields.install)]
    if fields.owner:
        found += database_users.owner(fields.owner, ensured)
    found += databases.creation(fields.engine, fields.name, fields.encoding)
    if fields.owner:
        found += databases.owning(fields.name, fields.owner)
    return tuple(found)
