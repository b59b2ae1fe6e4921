"""What of a change is kept in plain columns, and the digest that ties a row to the ledger.

Called by ``store.changes``, ``store.ledger`` and ``store.memory``. The columns are what lists are
made from; everything else of a change is in its sealed document.
"""

import sqlite3
import unicodedata
from collections.abc import Mapping
from typing import Any

from kiki.model.change import Change
from kiki.model.records import digest, digest_bytes

_ALL = """
SELECT id, state, target, requester, created, updated, version, name, message, searched, document,
project FROM changes
"""


def plain_columns(change: Change) -> dict[str, Any]:
    """The plain columns of *change*: all but the document."""
    return {
        "id": change.id,
        "state": change.state,
        "target": " ".join(sorted(_targets(change))),
        "requester": change.request.requester,
        "created": change.created,
        "updated": change.updated,
        "version": change.version,
        "name": _name(change),
        "message": change.request.message,
        "searched": searchable(change.request.message),
        "project": change.request.project,
    }


def searchable(text: str) -> str:
    """*text* as it is compared when searching: NFC, without case."""
    return unicodedata.normalize("NFC", text).casefold()


def row_digest(row: Mapping[str, Any]) -> str:
    """Digest over a row's columns, the sealed document included: needs no key to check. The default
    project is left out, as rows from before there were projects have their digests without it."""
    told = {name: value for name, value in row.items() if value or name != "project"}
    return digest({**told, "document": digest_bytes(row["document"])})


def row_digests(connection: sqlite3.Connection) -> dict[str, str]:
    """The digest of every change's row as it is now, by id."""
    cursor = connection.execute(_ALL)
    names = [column[0] for column in cursor.description]
    return {row[0]: row_digest(dict(zip(names, row, strict=True))) for row in cursor}


def _targets(change: Change) -> set[str]:
    """The targets of its stages, or the one that it was asked or read for."""
    staged = {stage.target for stage in change.stages}
    asked = change.request.target or ""
    read = change.reading.intent.target if change.reading and change.reading.intent else asked
    return staged or ({read} if read else set())


def _name(change: Change) -> str:
    read = change.reading.intent.name if change.reading and change.reading.intent else ""
    return change.request.name or read
