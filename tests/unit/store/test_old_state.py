"""A state folder that an earlier Kiki wrote opens, verifies and goes on."""

import base64
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiki.model.agent import ChangeFilter
from kiki.model.errors import RecordError
from kiki.store.keys import Keys
from kiki.store.opening import Store, open_store
from kiki.store.sealed import key_id
from tests.conftest import ROOT

OLD = ROOT / "tests" / "data" / "state-0001.tar.gz"
VALUES = {"Old-Canary-0001!", "Old-Canary-0002!"}
STATES = {
    "0aaaaaaaa00001": "applied",
    "0aaaaaaaa00005": "awaiting_approval",
    "0aaaaaaaa00007": "refused",
}
SITE_KEY = base64.b64encode(b"m" * 32).decode()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    with tarfile.open(OLD) as packed:
        packed.extractall(tmp_path, filter="tar")
    return tmp_path / "state"


@pytest.fixture
def opened(old: Path, clock: Any) -> Iterator[Store]:
    store = open_store(str(old), clock)
    yield store
    store.close()


def assert_there(store: Store) -> None:
    found = {change.id: change.state for change in store.changes.find(ChangeFilter(limit=0))}
    assert STATES.items() <= found.items()
    values = {store.secrets.value(told.name, told.version) for told in store.secrets.versions()}
    assert values >= VALUES
    assert store.ledger.verify() == ()


def old_rows(folder: Path) -> list[Any]:
    """All rows, without the column that schema 0004 added and that is empty in them."""
    with closing(sqlite3.connect(folder / "kiki.db")) as connection:
        rows = [
            connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("ledger", "ledger_head", "changes", "secrets")
        ]
    rows[2] = [row[:12] for row in rows[2] if row[12:] in ((), ("",))]
    return rows


def test_it_is_of_the_schema_before(old: Path) -> None:
    with closing(sqlite3.connect(old / "kiki.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_everything_is_read_and_not_a_byte_of_it_is_written(old: Path, opened: Store) -> None:
    with tarfile.open(OLD) as packed:
        packed.extractall(old.parent / "again", filter="tar")
    assert_there(opened)
    assert old_rows(old) == old_rows(old.parent / "again" / "state")
    used = {one.change: one.version for one in map(_use_of(opened), STATES) if one}
    assert len(used) == 2


class _Use:
    def __init__(self, change: str, version: str) -> None:
        self.change = change
        self.version = version


def _use_of(store: Store) -> Any:
    def use(change_id: str) -> _Use | None:
        named = store.changes.get(change_id).request.secrets
        return _Use(change_id, *named.values()) if named else None

    return use


def test_the_first_write_takes_the_old_key_in(old: Path, opened: Store, clock: Any) -> None:
    file_key = Keys(old / "keys").master()
    opened.secrets.put("db", "new")
    with closing(sqlite3.connect(old / "kiki.db")) as connection:
        rows = connection.execute("SELECT id, master_id FROM data_keys ORDER BY ordinal").fetchall()
    master = key_id(file_key).hex()
    assert rows[0] == (master, master), "the old key, wrapped by what is derived from itself"
    assert [row[1] for row in rows] == [master, master]
    assert_there(opened)
    again = open_store(str(old), clock)
    assert_there(again)
    told = {one.name: one.data_key for one in again.secrets.versions()}
    assert told["password-1"] == master
    assert told["db"] == rows[1][0]
    again.close()


def test_a_change_that_waited_moves_on_and_the_chain_holds(opened: Store) -> None:
    waiting = opened.changes.get("0aaaaaaaa00005")
    opened.changes.save(waiting, "ann", "note", {})
    assert opened.ledger.verify() == ()
    assert opened.changes.get(waiting.id).version == waiting.version + 1


def test_its_master_key_can_be_moved_and_the_old_file_is_no_use_then(
    old: Path, opened: Store, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_KEY", SITE_KEY)
    left = (old / "keys" / "data.key").read_bytes()
    made = opened.secrets.rotate_master("env:SITE_KEY", "ann")
    assert made.before == "file:keys/data.key"
    assert not (old / "keys" / "data.key").exists()
    moved = open_store(str(old), clock, master_key="env:SITE_KEY")
    assert_there(moved)
    sealed_by = {told.data_key for told in moved.secrets.versions()}
    assert key_id(base64.b64decode(left)).hex() not in sealed_by, "no secret is left under it"
    moved.close()


@pytest.mark.parametrize("setting", ["env:SITE_KEY", "file:/no/such/file"])
def test_another_setting_says_which_key_it_needs(
    old: Path, clock: Any, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moving is said, never done by the way."""
    monkeypatch.setenv("SITE_KEY", SITE_KEY)
    store = open_store(str(old), clock, master_key=setting)
    with pytest.raises(RecordError) as caught:
        store.changes.get("0aaaaaaaa00001")
    assert caught.value.code == "store.master_key_wrong"
    assert caught.value.params["by"] == "file:keys/data.key"
    store.close()


def test_with_its_key_lost_nothing_is_made(old: Path, clock: Any) -> None:
    shutil.move(old / "keys" / "data.key", old.parent / "data.key")
    store = open_store(str(old), clock)
    for ask in (
        lambda: store.changes.get("0aaaaaaaa00001"),
        lambda: store.secrets.put("db", "x"),
    ):
        with pytest.raises(RecordError) as caught:
            ask()
        assert caught.value.code == "store.key_missing"
    Keys(old / "keys").master(create=True)
    with pytest.raises(RecordError) as caught:
        store.secrets.put("db", "x")
    assert caught.value.code == "store.master_key_wrong"
    shutil.move(old.parent / "data.key", old / "keys" / "data.key")
    assert_there(store)
    store.close()
