"""Bring a database server: MariaDB or PostgreSQL.

Called by ``understand`` (fields) and ``compose`` (tasks). It listens on the host itself only.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import databases
from kiki.targets.ansible.databases import Engine
from kiki.targets.ansible.tasks import Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*engine*: which server."""

    engine: Engine


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Package, data, service."""
    return databases.server(fields.engine, ensured)
