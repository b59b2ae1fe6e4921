"""A connection that takes the adapters' statements and gives PostgreSQL its own.

Called by ``store.postgres.database``. Translates what ``store.sql`` names and nothing else; the
adapters' statements are constants, so each is translated once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import psycopg

_NAMED = re.compile(r"(?<![:\w]):([a-z_]+)")
_AT_ONCE = 2000
"""Rows that a stream fetches at a time."""


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
        """Run one statement for each of the rows, without waiting for each answer."""
        with self._connection.cursor() as cursor:
            cursor.executemany(spoken(statement), values)

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


def _has_values(statement: str) -> bool:
    return "?" in statement or _NAMED.search(statement) is not None
