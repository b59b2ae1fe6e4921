"""``kiki backup``: what it says, and what it refuses before it does anything."""

import json
from pathlib import Path

import pytest

from kiki import wiring
from kiki.model.exits import Exit
from kiki.model.ledger import LedgerFault, LedgerHead
from kiki.store.backup.archive import Content, Manifest
from tests.unit.cli.conftest import Run

MADE = Manifest(
    format="kiki-backup",
    version=1,
    kiki="0",
    schema="0003",
    created="2026-03-01T09:00:00.000Z",
    head=LedgerHead(sequence=7, hash="h", signature="s", key="k"),
    left_out=2,
    files={"tables/ledger.jsonl": Content(size=1, sha256="x")},
)


def test_writing_says_what_is_not_in_it(
    kiki: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []
    monkeypatch.setattr(
        wiring, "backup", lambda _, path, *, overwrite: asked.append((path, overwrite)) or MADE
    )
    done = kiki("backup", str(tmp_path / "r.zip"), "--force")
    assert done.code == Exit.DONE
    assert asked == [(str(tmp_path / "r.zip"), True)]
    assert "7 record(s)" in done.out
    assert "keys/data.key" in done.out
    shown = json.loads(kiki("backup", "r.zip", "--json").out)
    assert (shown["records"], shown["left_out"]) == (7, 2)


@pytest.mark.parametrize(
    ("faults", "code"),
    [
        ((), Exit.DONE),
        ((LedgerFault(code="ledger.broken", sequence=3),), Exit.RECORD_INVALID),
    ],
)
def test_what_was_put_back_is_verified(
    kiki: Run, monkeypatch: pytest.MonkeyPatch, faults: tuple[LedgerFault, ...], code: Exit
) -> None:
    monkeypatch.setattr(wiring, "restore", lambda *_: (MADE, faults))
    assert kiki("backup", "restore", "r.zip").code == code


@pytest.mark.parametrize(
    "words",
    [("restore",), ("a", "b"), ("restore", "a", "b"), ("a", "--base-url", "http://127.0.0.1:1")],
)
def test_refused(kiki: Run, words: tuple[str, ...]) -> None:
    assert kiki("backup", *words).code == Exit.USAGE
