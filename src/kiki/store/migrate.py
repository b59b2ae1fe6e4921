"""Bringing a database to the newest schema with alembic.

Called by ``store.database`` when the version differs, and only then imported: SQLAlchemy and
alembic take longer to import than a whole command may last.
"""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from kiki.store import stepping
from kiki.store.database import connect


def to_newest(path: Path, wait_s: float) -> None:
    """Run the missing steps in one transaction that is alone in writing: of two processes at once
    the second finds nothing left to do. sqlite3.Error as SQLite says."""
    stepping.run(_engine(path, wait_s), sqlite3.Error)


def _engine(path: Path, wait_s: float) -> Engine:
    engine = create_engine(
        "sqlite://", creator=lambda: connect(path, wait_s), poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
