"""Let somebody use a database of MariaDB or PostgreSQL.

Called by ``understand`` (fields) and ``compose`` (tasks). The password is set when the account is
made and never changed after; its value is a variable at run time.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import database_users, databases
from kiki.targets.ansible.database_users import HERE, Rights
from kiki.targets.ansible.databases import Engine
from kiki.targets.ansible.fields import Client, DatabaseName, OptionalDatabase, SecretName
from kiki.targets.ansible.tasks import Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*password* is the name of a secret. *rights* are those on *database*; *hosts* are where a
    user of MariaDB may come from."""

    engine: Engine
    name: DatabaseName
    password: SecretName
    database: OptionalDatabase = ""
    rights: Rights = "all"
    hosts: tuple[Client, ...] = ()

    def __post_init__(self) -> None:
        """ValueError for an account of the server's own, without a password, and for what
        PostgreSQL has not."""
        database_users.check_not_own(self.name)
        database_users.check_hosts(self.engine, self.hosts)
        if not self.password:
            raise ValueError("a user of a database needs a password")
        if self.engine == "postgresql" and self.rights != "all":
            raise ValueError("only all rights can be given on a database of PostgreSQL")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Library, account, rights."""
    engine, name, hosts = fields.engine, fields.name, fields.hosts or HERE
    found = [*databases.reached(engine, ensured)]
    found += database_users.creation(engine, name, fields.password, hosts, fields.database, ensured)
    if fields.database:
        found += database_users.granting(
            engine, name, hosts, fields.database, fields.rights, ensured
        )
    return tuple(found)
