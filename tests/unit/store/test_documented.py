"""docs/ledger.md against the code: codes, their exits, and the files of a state folder."""

import re
from pathlib import Path
from typing import Any

import pytest

import kiki.store
from kiki.messages import known
from kiki.model import errors
from kiki.store.opening import Store
from tests.pages import both

on_both_pages = pytest.mark.parametrize("page", both("ledger.md"), ids=lambda page: page.name)
SOURCES = [path.read_text("utf-8") for path in Path(kiki.store.__file__).parent.rglob("*.py")]
RAISED = re.compile(r'(\w+Error)\(\s*"((?:store|ledger|change|secret)\.\w+)"')
FAULT = re.compile(r'(?:_fault\(|LedgerFault\(code=)"(ledger\.\w+)"')


def raised() -> dict[str, int]:
    """Each code that the store raises, with its exit."""
    found = [match for text in SOURCES for match in RAISED.findall(text)]
    return {code: int(getattr(errors, kind).exit) for kind, code in found}


def faults() -> set[str]:
    return {code for text in SOURCES for code in FAULT.findall(text)}


@on_both_pages
def test_every_fault_is_explained(page: Path) -> None:
    assert set(re.findall(r"^\| `(ledger\.\w+)` \|", page.read_text("utf-8"), re.M)) == faults()


@on_both_pages
def test_every_error_of_the_store_has_its_exit(page: Path) -> None:
    rows = re.findall(r"^\| ((?:`store\.\w+`(?:, )?)+) \| (\d+) \|", page.read_text("utf-8"), re.M)
    told = {code: int(exit) for codes, exit in rows for code in re.findall(r"`([\w.]+)`", codes)}
    known_elsewhere = {"store.bundle_exists"}
    stored = {code: exit for code, exit in raised().items() if code.startswith("store.")}
    assert told == {code: exit for code, exit in stored.items() if code not in known_elsewhere}


def test_every_code_has_its_text_in_both_languages() -> None:
    for code in {*raised(), *faults()}:
        assert known(code, "en"), code
        assert known(code, "ko"), code


@on_both_pages
def test_the_files_of_a_state_folder(
    page: Path, store: Store, state: Path, make_change: Any
) -> None:
    store.changes.create(make_change(), "ann", "request", {})
    for path in state.rglob("*"):
        if path.is_file():
            name = str(path.relative_to(state)).removesuffix("-wal").removesuffix("-shm")
            assert f"`{name}`" in page.read_text("utf-8")
