"""Data keys under a named master key: what is sealed by what, and nothing made anew in silence."""

import base64
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiki.model.errors import KikiError, RecordError, UsageError
from kiki.store import master_keys
from kiki.store.master_keys import MasterKey
from kiki.store.opening import Store, open_store
from kiki.store.sealed import key_id
from tests.unit.store.conftest import KEY, Opener

pytestmark = pytest.mark.usefixtures("site_keys")


def rows(state: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(state / "kiki.db")) as connection:
        return connection.execute(query).fetchall()


def code_of(ask: Callable[[], Any]) -> str:
    with pytest.raises(KikiError) as caught:
        ask()
    return caught.value.code


class TestMasterKey:
    def test_the_wrapping_key_is_hkdf_as_everybody_computes_it(self) -> None:
        theirs = HKDF(SHA256(), 32, master_keys._SALT, master_keys._INFO).derive(b"m" * 32)
        assert master_keys._derived(b"m" * 32) == theirs

    def test_what_it_wraps_opens_with_it_alone(self) -> None:
        data_key = os.urandom(32)
        name = key_id(data_key).hex()
        wrapped = MasterKey("env:A", b"m" * 32).wrap(data_key)
        assert data_key not in wrapped
        assert MasterKey("file:/b", b"m" * 32).unwrap(wrapped, name) == data_key
        with pytest.raises(RecordError):
            MasterKey("env:A", b"o" * 32).unwrap(wrapped, name)
        with pytest.raises(RecordError) as caught:
            MasterKey("env:A", b"m" * 32).unwrap(wrapped, "0" * 16)
        assert caught.value.code == "store.seal_broken"


class TestNewRecord:
    def test_a_data_key_seals_and_the_default_master_wraps(self, store: Store, state: Path) -> None:
        version = store.secrets.put("db", "x")
        ((id, wrapped, master, master_id),) = rows(
            state, "SELECT id, wrapped, master, master_id FROM data_keys"
        )
        file_key = base64.b64decode((state / "keys" / "data.key").read_bytes())
        assert (master, master_id) == ("file:keys/data.key", key_id(file_key).hex())
        data_key = MasterKey(master, file_key).unwrap(wrapped, id)
        assert data_key != file_key, "the master key seals no value itself"
        (told,) = store.secrets.versions()
        assert (told.version, told.data_key) == (version, id)
        assert (told.master, told.master_id) == (master, master_id)

    def test_another_source_leaves_no_key_of_its_own_in_the_folder(
        self, opener: Opener, state: Path
    ) -> None:
        store = opener("env:SITE_KEY")
        store.secrets.put("db", "x")
        store.ledger.append("ann", "e", "s", {})
        assert not (state / "keys" / "data.key").exists()
        assert [told.master for told in store.secrets.versions()] == ["env:SITE_KEY"]
        again = opener("env:SITE_KEY")
        assert again.secrets.value("db", again.secrets.current("db")) == "x"

    def test_a_missing_one_stops_the_first_write_and_makes_nothing(
        self, opener: Opener, state: Path
    ) -> None:
        store = opener("env:NOT_SET")
        with pytest.raises(UsageError) as caught:
            store.secrets.put("db", "x")
        assert caught.value.code == "store.master_key_missing"
        assert caught.value.params == {"source": "env:NOT_SET"}
        assert not (state / "keys" / "data.key").exists()
        assert rows(state, "SELECT 1 FROM data_keys") == []


class TestWrongMaster:
    @pytest.fixture
    def sealed(self, opener: Opener, make_change: Any) -> Store:
        store = opener("env:SITE_KEY")
        store.secrets.put("db", "x")
        store.changes.create(make_change(id="0abc"), "ann", "request", {})
        return store

    @pytest.mark.parametrize("source", ["env:OTHER_KEY", "env:NOT_SET", "file:/not/there", ""])
    def test_nothing_is_read_nothing_written_nothing_made(
        self, sealed: Store, opener: Opener, state: Path, source: str, make_change: Any
    ) -> None:
        before = rows(state, "SELECT * FROM data_keys")
        lost = opener(source)
        expected = {
            "env:OTHER_KEY": "store.master_key_wrong",
            "env:NOT_SET": "store.master_key_missing",
            "file:/not/there": "store.master_key_missing",
            "": "store.master_key_wrong",
        }[source]
        asks: tuple[Callable[[], Any], ...] = (
            lambda: lost.secrets.value("db", lost.secrets.current("db")),
            lambda: lost.secrets.put("db", "y"),
            lambda: lost.changes.get("0abc"),
            lambda: lost.changes.create(make_change(), "ann", "request", {}),
            lambda: lost.secrets.rotate_master("env:SITE_KEY", "ann"),
        )
        assert {code_of(ask) for ask in asks} == {expected}
        assert rows(state, "SELECT * FROM data_keys") == before
        assert not (state / "keys" / "data.key").exists()
        assert lost.ledger.verify() == (), "the chain needs no master key"
        assert sealed.secrets.value("db", sealed.secrets.current("db")) == "x"

    def test_the_error_names_the_source_and_what_is_needed(
        self, sealed: Store, opener: Opener
    ) -> None:
        with pytest.raises(RecordError) as caught:
            opener("env:OTHER_KEY").changes.get("0abc")
        assert caught.value.params == {
            "source": "env:OTHER_KEY",
            "found": key_id(b"o" * 32).hex(),
            "by": "env:SITE_KEY",
            "wanted": key_id(b"m" * 32).hex(),
        }

    def test_the_same_key_from_elsewhere_is_the_same_key(
        self, sealed: Store, opener: Opener, tmp_path: Path
    ) -> None:
        path = tmp_path / "moved.key"
        path.write_text(KEY)
        path.chmod(0o600)
        moved = opener(f"file:{path}")
        assert moved.secrets.value("db", moved.secrets.current("db")) == "x"

    def test_the_right_key_again_and_everything_is_there(
        self, sealed: Store, opener: Opener
    ) -> None:
        assert code_of(lambda: opener("env:OTHER_KEY").changes.get("0abc"))
        assert opener("env:SITE_KEY").changes.get("0abc").id == "0abc"


def test_a_data_key_row_that_was_altered_does_not_open(
    store: Store, state: Path, clock: Any
) -> None:
    store.secrets.put("db", "x")
    store.close()
    with closing(sqlite3.connect(state / "kiki.db", isolation_level=None)) as connection:
        (wrapped,) = connection.execute("SELECT wrapped FROM data_keys").fetchone()
        altered = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
        connection.execute("UPDATE data_keys SET wrapped = ?", (altered,))
    again = open_store(str(state), clock)
    assert code_of(lambda: again.secrets.put("db", "y")) == "store.seal_broken"
    again.close()


def test_a_data_key_that_is_gone_is_said(store: Store, state: Path, clock: Any) -> None:
    version = store.secrets.put("db", "x")
    store.close()
    with closing(sqlite3.connect(state / "kiki.db", isolation_level=None)) as connection:
        connection.execute("DELETE FROM data_keys")
    again = open_store(str(state), clock)
    assert code_of(lambda: again.secrets.value("db", version)) == "store.master_key_wrong"
    again.secrets.versions()
    again.close()


def test_another_process_that_adds_a_data_key_is_understood(
    store: Store, state: Path, clock: Any
) -> None:
    store.secrets.put("db", "x")
    other = open_store(str(state), clock)
    other.secrets.put("db", "y")
    store.secrets.rotate_master("", "ann")
    newest = store.secrets.put("db", "z")
    assert other.secrets.value("db", newest) == "z"
    assert other.secrets.value("db", other.secrets.put("db", "w")) == "w"
    other.close()
