"""A connection that takes the adapters' statements and gives PostgreSQL its own.

Called by ``store.postgres.database``. Translates what ``store.sql`` names and nothing else; the
adapters' statements are constants, so each is translated once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import psycopg

_NAMED = re.compile(r"(?<![:\w]):([a-z_]+)")
_VALUES = re.compile(r"VALUES\s*(\([?,\s]*\))")
_AT_ONCE = 2000
"""Rows that a stream fetches at a time."""
_AT_ONCE_IN = 500
"""Rows that one insertion has; PostgreSQL takes 65,535 values in a statement."""


class Speaking:
    """One connection, within one transaction."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    def execute(
        self, statement: str, values: Sequence[Any] | Mapping[str, Any] = (), /
    ) -> "psycopg.Cursor[Any]":
        """Run one statement."""
        return self._connection.execute(spoken(statement), values or None)

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> None:
        """Run one statement for each of the rows; an insertion for many of them at once, as each
        statement costs more than its row."""
        rows = iter(values)
        while some := list(islice(rows, _AT_ONCE_IN)):
            for_all, joined = for_rows(statement, len(some))
            if joined:
                self._connection.execute(for_all, [value for row in some for value in row])
            else:
                with self._connection.cursor() as cursor:
                    cursor.executemany(for_all, some)

    def stream(self, statement: str) -> Iterable[Any]:
        """The rows of a statement without values, fetched a few at a time."""
        with self._connection.cursor(name="kiki") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(spoken(statement))
            yield from cursor


@lru_cache(maxsize=512)
def spoken(statement: str) -> bytes:
    """*statement* with psycopg's placeholders and PostgreSQL's function; bytes, as psycopg takes
    constants only."""
    escaped = statement.replace("%", "%%") if _has_values(statement) else statement
    placed = _NAMED.sub(r"%(\1)s", escaped.replace("?", "%s"))
    return placed.replace("instr(", "strpos(").encode()


@lru_cache(maxsize=512)
def for_rows(statement: str, count: int) -> tuple[bytes, bool]:
    """*statement* as it is spoken, with *count* rows of values in the place of one, and whether it
    is an insertion, in which that can be."""
    row = _VALUES.search(statement) if statement.lstrip().upper().startswith("INSERT") else None
    if row is None:
        return spoken(statement), False
    many = ", ".join([row[1]] * count)
    return spoken(statement[: row.start(1)] + many + statement[row.end(1) :]), True


def _has_values(statement: str) -> bool:
    return "?" in statement or _NAMED.search(statement) is not None
