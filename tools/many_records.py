"""Makes a record with very many ledger records in a state folder, for ``make bench``.

Called by ``bench_load``, and by hand: ``python tools/many_records.py STATE COUNT``. The records are
as the service writes them (a change is asked, planned, approved and run), chained and signed; they
are written in one transaction, which nothing but this does.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from kiki.model.change import Change
from kiki.model.records import canonical
from kiki.model.request import Request
from kiki.store import chain
from kiki.store.ids import new_id
from kiki.store.keys import Keys
from kiki.store.opening import open_database

START = datetime(2020, 1, 1, tzinfo=UTC)
EVENTS = ("request", "read", "check_pass", "plan", "approve", "start", "apply_pass", "verify_pass")
_APPEND = "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_HEAD = "INSERT INTO ledger_head VALUES (1, ?, ?, ?, ?)"


def make(state: Path, count: int, database: str = "", password_file: str = "") -> None:
    """Fill a state folder, which must be new, with *count* records."""
    keys = Keys(state / "keys")
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = open_database(state, 60.0, database, password_file)
    last: list[chain.Link] = []
    with opened.writing() as connection:
        connection.executemany(_APPEND, _rows(count, last))
        head = chain.signed(last[0], keys.ledger(create=True))
        connection.execute(_HEAD, (head.sequence, head.hash, head.signature, head.key))
    keys.begin()
    opened.close()


def _rows(count: int, last: list[chain.Link]) -> Iterator[tuple[Any, ...]]:
    link: chain.Link | None = None
    for number in range(count):
        link = chain.following(link, *_told(number))
        record = link.record
        assert record is not None  # it was just made
        fields = msgspec.structs.astuple(record)
        yield (*fields[:5], canonical(record.data).decode(), record.previous, link.hash)
    assert link is not None
    last[:] = [link]


def _told(number: int) -> tuple[str, str, str, str, dict[str, Any]]:
    change, step = divmod(number, len(EVENTS))
    at = (START + timedelta(seconds=number)).isoformat(timespec="milliseconds")
    digest = f"sha256:{number:064x}"
    data = {"state": "checked", "version": step, "artifact": digest, "hosts": ["web1", "web2"]}
    who = f"person{change % 40}"
    return at.replace("+00:00", "Z"), who, EVENTS[step], f"{change:014x}", data


def change(now: str) -> tuple[Change, str, str, dict[str, Any]]:
    """A change, and how it is recorded."""
    asked = Request(message="nginx", requester="load")
    made = Change(id=new_id(now), state="checked", request=asked, created=now, updated=now)
    return made, "load", "request", {}


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
