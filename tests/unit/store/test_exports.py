"""An exported ledger: it verifies anywhere, and whatever is done to it is found and named."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiki.model.errors import RecordError, UsageError
from kiki.model.ledger import LedgerFilter
from kiki.store import chain, exports
from kiki.store.opening import Store, memory_store

AT = "2026-03-01T09:00:00.000Z"


@pytest.fixture
def five() -> Store:
    store = memory_store(lambda: AT)
    for number, who in enumerate(("ann", "=cmd|'/c calc'!A1", "'bob", 'kim, "lee"\nx', "이"), 1):
        store.ledger.append(who, f"e{number}", "s", {"n": number, "이름": "값", "f": 1.5})
    return store


def told(data: bytes, key: str = "") -> list[tuple[str, int]]:
    found, _ = exports.faults(data, key)
    return [(fault.code.removeprefix("ledger."), fault.sequence) for fault in found]


@pytest.mark.parametrize("form", ["json", "csv"])
def test_it_comes_back_whole(five: Store, form: Any) -> None:
    export = five.ledger.export()
    data = exports.text(export, form).encode()
    found, read = exports.faults(data)
    assert (found, read) == ((), export)
    assert exports.text(read, form).encode() == data


def test_no_cell_is_a_formula(five: Store) -> None:
    rows = list(csv.reader(io.StringIO(exports.text(five.ledger.export(), "csv"), newline="")))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_an_empty_one_holds() -> None:
    export = memory_store(lambda: AT).ledger.export()
    for form in ("json", "csv"):
        assert told(exports.text(export, form).encode()) == []  # type: ignore[arg-type]


def changed(do: Callable[[Any], Any], store: Store) -> bytes:
    file = json.loads(exports.text(store.ledger.export(), "json"))
    do(file)
    return json.dumps(file).encode()


def set_in(number: int, **fields: Any) -> Callable[[Any], Any]:
    return lambda file: file["records"][number - 1].update(fields)


def swap(file: Any) -> None:
    found = file["records"]
    found[1], found[3] = found[3], found[1]


def swap_numbered(file: Any) -> None:
    swap(file)
    file["records"][1]["sequence"], file["records"][3]["sequence"] = 2, 4


@pytest.mark.parametrize(
    ("do", "faults"),
    [
        (set_in(3, actor="eve"), [("altered", 3)]),
        (set_in(3, data={"n": 9}), [("altered", 3)]),
        (lambda f: f["records"].pop(2), [("missing", 3)]),
        (lambda f: f["records"].pop(0), [("missing", 1)]),
        (lambda f: f["records"].pop(), [("truncated", 5)]),
        (lambda f: f["records"].append(dict(f["records"][1])), [("twice", 2)]),
        (swap, [("out_of_order", 3), ("out_of_order", 2)]),
        (lambda f: f.update(head=None), [("head_missing", 5)]),
        (lambda f: f["head"].update(signature="AAAA"), [("head_forged", 5)]),
        (lambda f: f["head"].update(key="no key"), [("key_missing", 5)]),
        (lambda f: f["head"].update(sequence=4), [("head_forged", 4), ("unsigned", 5)]),
    ],
)
def test_what_was_done_is_named(
    five: Store, do: Callable[[Any], Any], faults: list[tuple[str, int]]
) -> None:
    assert told(changed(do, five)) == faults


def test_records_that_changed_places_and_numbers(five: Store) -> None:
    assert {("reordered", 2), ("reordered", 4)} <= set(told(changed(swap_numbered, five)))


def test_another_history_signed_with_another_key(five: Store) -> None:
    key = five.ledger.head().key  # type: ignore[union-attr]
    other = memory_store(lambda: AT)
    other.ledger.append("eve", "e1", "s", {})
    forged = exports.text(other.ledger.export(), "json").encode()
    assert told(forged) == []
    assert told(forged, key) == [("wrong_key", 1)]
    assert told(exports.text(five.ledger.export(), "csv").encode(), key) == []


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"{}", b"[]", b"{", b"a,b\n", b'{"format":"kiki-ledger","version":2}',
     b"sequence,at,actor,event,subject,data,previous,hash\n1,2\n",
     b"sequence,at,actor,event,subject,data,previous,hash\nx,a,b,c,d,{},p,h\n",
     b"sequence,at,actor,event,subject,data,previous,hash\n1,a,b,c,d,{,p,h\n",
     b"sequence,at,actor,event,subject,data,previous,hash\nhead,,,,,{},,\n"],
)  # fmt: skip
def test_what_is_no_export(data: bytes) -> None:
    with pytest.raises(RecordError) as caught:
        exports.faults(data)
    assert caught.value.code == "ledger.export_unreadable"


@pytest.mark.parametrize("key", ["x", "AAAA", "!"])
def test_what_is_no_key(five: Store, key: str) -> None:
    with pytest.raises(UsageError):
        exports.faults(exports.text(five.ledger.export(), "json").encode(), key)


def test_the_key_of_another(five: Store) -> None:
    other = chain.public_text(Ed25519PrivateKey.generate().public_key())
    assert told(exports.text(five.ledger.export(), "json").encode(), other) == [("wrong_key", 5)]


def test_sqlite_exports_what_it_has(store: Store) -> None:
    for number in range(3):
        store.ledger.append("ann", f"e{number}", "s%_", {"n": number})
    assert told(exports.text(store.ledger.export(), "json").encode()) == []
    assert [one.event for one in store.ledger.search(LedgerFilter(text="e1"))] == ["e1"]
    assert store.ledger.search(LedgerFilter(text="%")) == store.ledger.records()
    assert store.ledger.search(LedgerFilter(text="e%")) == ()
    assert store.ledger.search(LedgerFilter(who="bob")) == ()
    assert store.ledger.search(LedgerFilter(since="9999")) == ()
    assert len(store.ledger.search(LedgerFilter(until="9999", who="ann"))) == 3
