"""Bringing a PostgreSQL database to the newest schema with alembic.

Called by ``store.postgres.database`` when the version differs, and only then imported: SQLAlchemy
and alembic take longer to import than a whole command may last. The steps are those of SQLite.
"""

from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Integer, String, Text, create_engine, event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import NullPool

from kiki.store import stepping
from kiki.store.postgres.address import Address

_WAIT_S = 60.0
"""How long one of several that start at once waits for the one that migrates."""


def to_newest(address: Address, lock: int) -> None:
    """Run the missing steps in one transaction that is alone in writing: of two processes at once
    the second finds nothing left to do. psycopg.Error as PostgreSQL says."""
    stepping.run(_engine(address, lock), psycopg.Error)


def _engine(address: Address, lock: int) -> Engine:
    from kiki.store.postgres.database import connect  # noqa: PLC0415 -- that module calls this one

    def made() -> Any:
        connection = connect(address, _WAIT_S)
        connection.autocommit = False  # SQLAlchemy begins and ends it
        return connection

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock})")

    engine = create_engine(
        "postgresql+psycopg://", creator=made, poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "begin", begin)
    return engine


# Names and times are compared byte by byte, as SQLite does it, whatever language the database was
# made for: ranges of ids and orders of names depend on it.
@compiles(Text, "postgresql")
def _text(kind: Text, compiler: Any, **given: Any) -> str:
    return f'{compiler.visit_TEXT(kind, **given)} COLLATE "C"'


@compiles(String, "postgresql")
def _string(kind: String, compiler: Any, **given: Any) -> str:
    return f'{compiler.visit_VARCHAR(kind, **given)} COLLATE "C"'


# What counts records is not to end at two thousand million.
@compiles(Integer, "postgresql")
def _integer(kind: Integer, compiler: Any, **given: Any) -> str:
    return str(compiler.visit_BIGINT(kind, **given))
