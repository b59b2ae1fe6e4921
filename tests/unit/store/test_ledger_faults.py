"""What ``verify`` finds when somebody writes to the file behind SQLite's back."""

import base64
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiki.model.errors import KikiError, RecordError
from kiki.model.ledger import LedgerFault
from kiki.store import chain
from kiki.store.opening import Store, open_store

COLUMNS = ("at", "actor", "event", "subject", "data", "previous", "hash")


@pytest.fixture
def five(store: Store) -> Store:
    for n in range(5):
        store.ledger.append("ann", f"e{n}", "s", {"n": n})
    return store


@contextmanager
def tampering(state: Path) -> Iterator[sqlite3.Connection]:
    """The database with its triggers gone, as an attacker with the file has it."""
    connection = sqlite3.connect(state / "kiki.db", isolation_level=None)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    connection.close()


def told(faults: tuple[LedgerFault, ...]) -> list[tuple[str, int]]:
    return [(fault.code.removeprefix("ledger."), fault.sequence) for fault in faults]


class TestRecords:
    @pytest.mark.parametrize("column", ["at", "actor", "event", "subject"])
    def test_altered(self, five: Store, state: Path, column: str) -> None:
        with tampering(state) as connection:
            connection.execute(f"UPDATE ledger SET {column} = 'eve' WHERE sequence = 3")
        assert told(five.ledger.verify()) == [("altered", 3)]

    def test_altered_data(self, five: Store, state: Path) -> None:
        with tampering(state) as connection:
            connection.execute("""UPDATE ledger SET data = '{"n":7}' WHERE sequence = 3""")
        assert told(five.ledger.verify()) == [("altered", 3)]

    def test_data_written_otherwise_but_the_same(self, five: Store, state: Path) -> None:
        with tampering(state) as connection:
            connection.execute("""UPDATE ledger SET data = '{ "n" : 2 }' WHERE sequence = 3""")
        assert five.ledger.verify() == ()

    def test_unreadable_data(self, five: Store, state: Path) -> None:
        with tampering(state) as connection:
            connection.execute("UPDATE ledger SET data = '{' WHERE sequence = 3")
        assert told(five.ledger.verify()) == [("unreadable", 3)]
        with pytest.raises(RecordError):
            five.ledger.records()

    def test_altered_with_its_hash_breaks_the_next(self, five: Store, state: Path) -> None:
        record = msgspec.structs.replace(five.ledger.records()[2], actor="eve")
        with tampering(state) as connection:
            connection.execute(
                "UPDATE ledger SET actor = 'eve', hash = ? WHERE sequence = 3", (record.hash(),)
            )
        assert told(five.ledger.verify()) == [("broken", 4)]

    def test_removed(self, five: Store, state: Path) -> None:
        with tampering(state) as connection:
            connection.execute("DELETE FROM ledger WHERE sequence IN (2, 3)")
        faults = five.ledger.verify()
        assert told(faults) == [("missing", 2)]
        assert faults[0].params == {"count": "2"}

    def test_removed_and_renumbered(self, five: Store, state: Path) -> None:
        with tampering(state) as connection:
            connection.execute("DELETE FROM ledger WHERE sequence = 3")
            for sequence in (4, 5):
                connection.execute(
                    "UPDATE ledger SET sequence = ? WHERE sequence = ?", (sequence - 1, sequence)
                )
        found = told(five.ledger.verify())
        assert ("broken", 3) in found
        assert ("truncated", 5) in found

    def test_reordered(self, five: Store, state: Path) -> None:
        with tampering(state) as connection:
            connection.execute("UPDATE ledger SET sequence = 99 WHERE sequence = 2")
            connection.execute("UPDATE ledger SET sequence = 2 WHERE sequence = 3")
            connection.execute("UPDATE ledger SET sequence = 3 WHERE sequence = 99")
        faults = {(fault.code, fault.sequence): fault for fault in five.ledger.verify()}
        assert faults["ledger.reordered", 2].params == {"origin": "3"}
        assert faults["ledger.reordered", 3].params == {"origin": "2"}

    def test_inserted_at_the_end(self, five: Store, state: Path) -> None:
        records = five.ledger.records()
        last = chain.Link(sequence=5, hash=records[4].hash(), record=records[4])
        forged = chain.following(last, "2026-01-01T00:00:00.000Z", "eve", "e", "s", {})
        with tampering(state) as connection:
            connection.execute(
                "INSERT INTO ledger SELECT 6, '2026-01-01T00:00:00.000Z', 'eve', 'e', 's', ?, ?, ?",
                (json.dumps(forged.record.data if forged.record else {}), last.hash, forged.hash),
            )
        assert told(five.ledger.verify()) == [("unsigned", 6)]


class TestHead:
    def test_truncated(self, five: Store, state: Path) -> None:
        with tampering(state) as connection:
            connection.execute("DELETE FROM ledger WHERE sequence > 3")
        faults = five.ledger.verify()
        assert told(faults) == [("truncated", 4)]
        assert faults[0].params == {"signed": "5"}

    def test_emptied(self, five: Store, state: Path) -> None:
        with tampering(state) as connection:
            connection.execute("DELETE FROM ledger")
        assert told(five.ledger.verify()) == [("truncated", 1)]

    def test_head_removed(self, five: Store, state: Path) -> None:
        with tampering(state) as connection:
            connection.execute("DELETE FROM ledger_head")
        assert told(five.ledger.verify()) == [("head_missing", 5)]

    def test_head_moved_back_with_the_chain(self, five: Store, state: Path) -> None:
        """Truncation hidden by a head that was never signed."""
        with tampering(state) as connection:
            connection.execute("DELETE FROM ledger WHERE sequence > 3")
            connection.execute(
                "UPDATE ledger_head SET sequence = 3,"
                " hash = (SELECT hash FROM ledger WHERE sequence = 3)"
            )
        assert told(five.ledger.verify()) == [("head_forged", 3)]

    @pytest.mark.parametrize("signature", ["", "not base64!", base64.b64encode(b"x" * 64).decode()])
    def test_forged_signature(self, five: Store, state: Path, signature: str) -> None:
        with tampering(state) as connection:
            connection.execute("UPDATE ledger_head SET signature = ?", (signature,))
        assert told(five.ledger.verify()) == [("head_forged", 5)]

    def test_last_record_altered_with_its_hash(self, five: Store, state: Path) -> None:
        record = msgspec.structs.replace(five.ledger.records()[4], actor="eve")
        with tampering(state) as connection:
            connection.execute(
                "UPDATE ledger SET actor = 'eve', hash = ? WHERE sequence = 5", (record.hash(),)
            )
        assert told(five.ledger.verify()) == [("head_differs", 5)]

    def test_everything_signed_again_with_another_key(self, five: Store, state: Path) -> None:
        last = five.ledger.records()[4]
        link = chain.Link(sequence=5, hash=last.hash(), record=last)
        head = chain.signed(link, Ed25519PrivateKey.generate())
        with tampering(state) as connection:
            connection.execute(
                "UPDATE ledger_head SET signature = ?, key = ?", (head.signature, head.key)
            )
        faults = five.ledger.verify()
        assert told(faults) == [("wrong_key", 5)]
        assert faults[0].params["found"] == head.key

    def test_another_key_file_is_neither_trusted_nor_used(
        self, five: Store, state: Path, clock: Any
    ) -> None:
        five.close()
        key = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw())
        (state / "keys" / "ledger.key").write_bytes(key)
        again = open_store(str(state), clock)
        assert told(again.ledger.verify()) == [("wrong_key", 5)]
        with pytest.raises(RecordError) as caught:
            again.ledger.append("ann", "e", "s", {})
        assert caught.value.code == "ledger.wrong_key"
        again.close()

    def test_a_lost_key_is_a_fault_and_not_made_anew(
        self, five: Store, state: Path, clock: Any
    ) -> None:
        five.close()
        (state / "keys" / "ledger.key").unlink()
        again = open_store(str(state), clock)
        assert told(again.ledger.verify()) == [("key_missing", 5)]
        with pytest.raises(RecordError) as caught:
            again.ledger.append("ann", "e", "s", {})
        assert caught.value.code == "store.key_missing"
        assert not (state / "keys" / "ledger.key").exists()
        again.close()


class TestRows:
    """A change's row is pinned by its last record."""

    @pytest.fixture
    def change_id(self, store: Store, make_change: Any) -> str:
        change = store.changes.create(make_change(), "ann", "request", {})
        store.changes.save(msgspec.structs.replace(change, state="checked"), "ann", "c", {})
        assert store.ledger.verify() == ()
        return change.id

    @pytest.mark.parametrize(
        "column", ["state", "target", "requester", "created", "version", "name", "message"]
    )
    def test_a_plain_column_altered(
        self, store: Store, state: Path, change_id: str, column: str
    ) -> None:
        with tampering(state) as connection:
            connection.execute(f"UPDATE changes SET {column} = '7'")
        faults = store.ledger.verify()
        assert told(faults) == [("row_altered", 2)]
        assert faults[0].params == {"id": change_id}

    def test_put_back_to_an_earlier_version(
        self, store: Store, state: Path, make_change: Any
    ) -> None:
        change = store.changes.create(make_change(), "ann", "request", {})
        connection = sqlite3.connect(state / "kiki.db", isolation_level=None)
        old = connection.execute("SELECT state, version, document FROM changes").fetchone()
        store.changes.save(msgspec.structs.replace(change, state="checked"), "ann", "c", {})
        connection.execute("UPDATE changes SET state = ?, version = ?, document = ?", old)
        connection.close()
        assert store.changes.get(change.id) == change, "the row itself opens"
        assert told(store.ledger.verify()) == [("row_altered", 2)]

    def test_removed(self, store: Store, state: Path, change_id: str) -> None:
        with tampering(state) as connection:
            connection.execute("DELETE FROM changes")
        assert told(store.ledger.verify()) == [("row_missing", 2)]

    def test_slipped_in(self, store: Store, state: Path, change_id: str) -> None:
        with tampering(state) as connection:
            connection.execute("UPDATE changes SET id = 'slipped'")
        assert told(store.ledger.verify()) == [("row_missing", 2), ("row_unknown", 0)]

    def test_an_altered_document_does_not_open(
        self, store: Store, state: Path, change_id: str
    ) -> None:
        with tampering(state) as connection:
            (document,) = connection.execute("SELECT document FROM changes").fetchone()
            changed = document[:-1] + bytes([document[-1] ^ 1])
            connection.execute("UPDATE changes SET document = ?", (changed,))
        with pytest.raises(RecordError) as caught:
            store.changes.get(change_id)
        assert caught.value.code == "store.seal_broken"
        assert told(store.ledger.verify()) == [("row_altered", 2)]

    def test_two_documents_swapped_do_not_open(
        self, store: Store, state: Path, change_id: str, make_change: Any
    ) -> None:
        other = store.changes.create(make_change(), "ann", "request", {})
        with tampering(state) as connection:
            rows = dict(connection.execute("SELECT id, document FROM changes").fetchall())
            for this, that in ((change_id, other.id), (other.id, change_id)):
                connection.execute(
                    "UPDATE changes SET document = ? WHERE id = ?", (rows[that], this)
                )
        for name in (change_id, other.id):
            with pytest.raises(KikiError):
                store.changes.get(name)
        assert len(store.ledger.verify()) == 2


def _links(count: int) -> list[chain.Link]:
    links: list[chain.Link] = []
    for n in range(count):
        last = links[-1] if links else None
        at = f"2026-01-01T00:00:{n % 60:02}.000Z"
        links.append(chain.following(last, at, "ann", "event", f"c{n % 7}", {"state": "x", "n": n}))
    return links


KEY = Ed25519PrivateKey.generate()
CHAIN = _links(12)
HEAD = chain.signed(CHAIN[-1], KEY)


@given(st.lists(st.sampled_from(range(12)), max_size=12))
def test_no_other_selection_or_order_of_records_verifies(places: list[int]) -> None:
    links = [
        msgspec.structs.replace(CHAIN[place], sequence=CHAIN[place].sequence) for place in places
    ]
    found = chain.faults(links, HEAD, KEY.public_key(), {})
    assert (found == ()) == (places == list(range(12)))


@given(
    place=st.integers(0, 11),
    column=st.sampled_from(["at", "actor", "event", "subject", "previous", "data"]),
    text=st.text(max_size=5),
)
def test_any_alteration_of_any_record_is_named(place: int, column: str, text: str) -> None:
    record = CHAIN[place].record
    assert record is not None
    value = {"n": text} if column == "data" else text
    altered = msgspec.structs.replace(record, **{column: value})
    links = list(CHAIN)
    links[place] = msgspec.structs.replace(CHAIN[place], record=altered)
    found = chain.faults(links, HEAD, KEY.public_key(), {})
    assert ("ledger.altered", place + 1) in [(fault.code, fault.sequence) for fault in found]


def test_a_hundred_thousand_records_verify_in_seconds() -> None:
    links = _links(100_000)
    head = chain.signed(links[-1], KEY)
    began = time.process_time()
    assert chain.faults(links, head, KEY.public_key(), {}) == ()
    assert time.process_time() - began < 15, "about 1 s on an idle machine"


class TestEmptied:
    def test_a_record_that_was_wiped_is_missed(self, five: Store, state: Path) -> None:
        with tampering(state) as connection:
            for table in ("ledger", "ledger_head", "changes"):
                connection.execute(f"DELETE FROM {table}")
        assert told(five.ledger.verify()) == [("emptied", 0)]

    def test_a_database_that_was_removed_is_missed(self, five: Store, state: Path) -> None:
        five.close()
        for path in state.glob("kiki.db*"):
            path.unlink()
        again = open_store(str(state), lambda: "2026-01-01T00:00:00.000Z")
        assert told(again.ledger.verify()) == [("emptied", 0)]
        again.close()

    def test_a_record_that_never_began_is_none(self, store: Store) -> None:
        assert store.ledger.verify() == ()
