"""What an archive is made of: its list of contents, and the rows of tables as lines.

Called by ``store.backup.writing`` and ``store.backup.restoring``. An archive is a zip file with
``manifest.json`` (this module's ``Manifest``), ``tables/TABLE.jsonl`` (the names of the columns,
then a row a line), ``keys/ledger.sealed`` and ``runs/...``. Nothing here does I/O.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import LargeBinary, Table

from kiki.model.errors import RecordError
from kiki.model.ledger import LedgerHead
from kiki.model.records import Record
from kiki.store.schema import metadata

MANIFEST = "manifest.json"
LEDGER_KEY = "keys/ledger.sealed"
PURPOSE = ("ledger key", "backup")
"""What the ledger's key is sealed for; it opens nowhere else."""

_NAME = re.compile(r"tables/[a-z_]+\.jsonl|keys/ledger\.sealed|runs/[^\0\\]+")
_EMPTY = ("", ".", "..")


class Content(Record, frozen=True):
    """One file of the archive."""

    size: int
    sha256: str


class Manifest(Record, frozen=True):
    """What an archive says of itself. *schema* is the newest migration of the database that it was
    made from; *head* the signed end of the ledger that is in it; *left_out* counts links and other
    things in run folders that are no plain files."""

    format: Literal["kiki-backup"]
    version: Literal[1]
    kiki: str
    schema: str
    created: str
    head: LedgerHead | None
    left_out: int
    files: dict[str, Content]


def tables() -> tuple[Table, ...]:
    """The tables of the record, each after those that it needs."""
    return tuple(metadata.sorted_tables)


def columns(table: Table) -> tuple[str, ...]:
    """The columns that are kept: all but the numbers that a database gives rows by itself."""
    own = table.autoincrement_column
    return tuple(str(column.name) for column in table.columns if column is not own)


def statement(table: Table) -> str:
    """What reads the table's rows in the order in which they are to be put back."""
    first = next(iter(table.primary_key.columns)).name
    return f'SELECT {_named(columns(table))} FROM {table.name} ORDER BY "{first}"'  # noqa: S608


def insertion(table: Table, names: Sequence[str]) -> str:
    """What puts a row back."""
    places = ", ".join("?" for _ in names)
    return f"INSERT INTO {table.name} ({_named(names)}) VALUES ({places})"  # noqa: S608


def lines(table: Table, rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The table as the archive has it."""
    yield msgspec.json.encode(columns(table)) + b"\n"
    for row in rows:
        yield msgspec.json.encode(tuple(row)) + b"\n"  # bytes become base64


def rows_of(table: Table, found: Iterable[bytes]) -> Iterator[list[Any]]:
    """The rows again; the first item is the names of their columns. RecordError
    ``store.backup_damaged`` for what no such table is."""
    kinds = {column.name: column.type for column in table.columns}
    sealed: list[bool] | None = None
    try:
        for line in found:
            row = msgspec.json.decode(line, type=list[Any])
            if sealed is None:
                sealed = [isinstance(kinds[name], LargeBinary) for name in row]
                yield row
            else:
                yield [base64.b64decode(v) if s else v for v, s in zip(row, sealed, strict=True)]
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError) as error:
        raise RecordError("store.backup_damaged", name=table.name) from error


def sensible(name: str) -> bool:
    """Whether an archive may have a file of this name: below its own folders, never outside."""
    parts = name.split("/")
    return _NAME.fullmatch(name) is not None and not any(part in _EMPTY for part in parts)


def _named(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
