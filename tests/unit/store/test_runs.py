"""Which run folders there are, and which ones retention may delete."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from kiki.model.lifecycle import FINISHED, RUNNING, State, allowed
from kiki.store.opening import Store
from kiki.store.runs import folders, owner, retain, size


@pytest.fixture
def run_folder(state: Path, clock: Any) -> Any:
    def make(name: str, days_old: float = 0) -> Path:
        folder = state / "runs" / name
        (folder / "project").mkdir(parents=True)
        (folder / "project" / "site.yml").write_text("x" * 100)
        written = (clock.at - timedelta(days=days_old)).timestamp()
        os.utime(folder, (written, written))
        return folder

    return make


@pytest.fixture
def change(store: Store, make_change: Any) -> Any:
    def make(name: str, state: State) -> None:
        store.changes.create(make_change(id=name, state=state), "ann", "request", {})

    return make


def test_finding(state: Path, run_folder: Any) -> None:
    assert folders(str(state)) == ()
    one, two = run_folder("aa1-check-1"), run_folder("run_aa1-apply-4")
    other = run_folder("bb2-check-1")
    (state / "runs" / "notes").mkdir()
    (state / "runs" / "aa1-file").touch()
    (state / "runs" / "aa1-link").symlink_to(other)
    assert folders(str(state)) == (one, other, two)
    assert folders(str(state), "aa1") == (one, two)
    assert folders(str(state), "aa") == ()
    assert owner(two) == "aa1"


def test_size_does_not_follow_links(run_folder: Any, tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 10_000)
    folder = run_folder("aa1-check-1")
    (folder / "link").symlink_to(tmp_path / "big")
    assert 100 <= size(folder) < 1000


def test_by_age(store: Store, state: Path, run_folder: Any, change: Any) -> None:
    change("aa1", "applied")
    old, young = run_folder("aa1-check-1", days_old=8), run_folder("aa1-apply-2", days_old=6)
    assert retain(str(state), store, 7, 0) == ("aa1-check-1",)
    assert not old.exists()
    assert young.exists()
    assert store.changes.get("aa1").state == "applied", "the row stays"
    assert len(store.ledger.records("aa1")) == 1, "the ledger stays"


def test_by_number_the_newest_stay(store: Store, state: Path, run_folder: Any, change: Any) -> None:
    change("aa1", "failed")
    for number in range(5):
        run_folder(f"aa1-check-{number}", days_old=number)
    assert sorted(retain(str(state), store, 0, 2)) == ["aa1-check-2", "aa1-check-3", "aa1-check-4"]
    assert [path.name for path in folders(str(state))] == ["aa1-check-0", "aa1-check-1"]


def test_no_limits_delete_nothing(store: Store, state: Path, run_folder: Any, change: Any) -> None:
    change("aa1", "applied")
    run_folder("aa1-check-1", days_old=9999)
    assert retain(str(state), store, 0, 0) == ()


@pytest.mark.parametrize("waiting", sorted(set(get_args(State)) - FINISHED))
def test_folders_that_somebody_waits_for_stay(
    store: Store, state: Path, run_folder: Any, change: Any, waiting: State
) -> None:
    change("aa1", waiting)
    folder = run_folder("aa1-check-1", days_old=9999)
    assert retain(str(state), store, 1, 1) == ()
    assert folder.exists()


def test_every_state_is_finished_or_has_a_next_step() -> None:
    assert not FINISHED & RUNNING
    going_on = {state for state in get_args(State) if {"answer", "approve", "start", "plan"}
                & allowed(state)}  # fmt: skip
    assert not FINISHED & going_on


def test_folders_of_unknown_changes_stay(
    store: Store, state: Path, run_folder: Any, change: Any
) -> None:
    change("aa11", "applied")
    folder = run_folder("aa1-check-1", days_old=9999)
    assert retain(str(state), store, 1, 1) == (), "a prefix of an id is not that id"
    assert folder.exists()


def test_links_inside_are_not_followed(
    store: Store, state: Path, run_folder: Any, change: Any, tmp_path: Path
) -> None:
    change("aa1", "applied")
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").touch()
    (run_folder("aa1-check-1", days_old=2) / "link").symlink_to(tmp_path / "precious")
    os.utime(state / "runs" / "aa1-check-1", (0, 0))
    assert retain(str(state), store, 1, 0) == ("aa1-check-1",)
    assert (tmp_path / "precious" / "file").exists()


def test_a_deletion_that_was_cut_is_finished(store: Store, state: Path) -> None:
    left = state / "runs" / ".leaving-aa1-check-1"
    left.mkdir(parents=True)
    (left / "file").touch()
    assert folders(str(state)) == ()
    assert retain(str(state), store, 1, 0) == ()
    assert not left.exists()


def test_times_are_those_of_the_records_clock(
    store: Store, state: Path, run_folder: Any, change: Any, clock: Any
) -> None:
    change("aa1", "applied")
    run_folder("aa1-check-1")
    assert retain(str(state), store, 30, 0) == ()
    clock.at += timedelta(days=31)
    assert retain(str(state), store, 30, 0) == ("aa1-check-1",)
    assert isinstance(clock.at, datetime)
