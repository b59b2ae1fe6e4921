"""What the adapters ask of a database, whichever it is.

Called by ``store.changes``, ``store.ledger``, ``store.people``, ``store.ring`` and
``store.secrets``. SQLite (``store.database``) and PostgreSQL (``store.postgres``) are behind it.
Statements are written in what both understand, with SQLite's placeholders (``?`` and ``:name``)
and ``instr``; PostgreSQL's adapter translates those three, and nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

NO_LIMIT = 2**62
"""As ``LIMIT``: all rows. PostgreSQL takes no negative one."""


class Rows(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows it wrote."""
        ...

    def fetchone(self) -> Any:
        """The next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """All further rows."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection within one transaction."""

    def execute(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = (), /) -> Rows:
        """Run one statement."""
        ...

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> Any:
        """Run one statement for each of the rows."""
        ...


class Database(Protocol):
    """Transactions over one record."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one moment of the database."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that is alone in writing from its first statement on; durable when left."""
        ...

    def forget(self) -> None:
        """Bring what was removed out of the journal, too, where the database can."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


def streamed(connection: Connection, statement: str) -> Iterable[Any]:
    """The rows of a statement without values, a few at a time: a ledger may be larger than memory.
    SQLite's cursors do that by themselves."""
    stream = getattr(connection, "stream", connection.execute)
    rows: Iterable[Any] = stream(statement)
    return rows
