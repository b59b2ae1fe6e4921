"""The key files: made once, private, and never replaced behind anybody's back."""

import base64
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from kiki.model.errors import KikiError, RecordError, UsageError
from kiki.store.keys import Keys, decoded
from kiki.store.opening import Store, open_store
from kiki.store.sealed import key_id, seal, unseal


def test_made_on_first_use_and_kept(tmp_path: Path) -> None:
    key = Keys(tmp_path / "keys").master(create=True)
    assert len(key) == 32
    assert Keys(tmp_path / "keys").master() == key
    assert Keys(tmp_path / "keys").master(create=True) == key


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Keys(tmp_path / "keys").ledger(create=True)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "keys" / "ledger.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["ledger.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610])
def test_one_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    Keys(tmp_path).master(create=True)
    (tmp_path / "data.key").chmod(mode)
    with pytest.raises(UsageError) as caught:
        Keys(tmp_path).master(create=True)
    assert caught.value.code == "store.key_exposed"
    assert caught.value.params["mode"] == f"{mode:04o}"


def test_a_missing_one_is_not_made_unless_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError) as caught:
        Keys(tmp_path).master()
    assert caught.value.code == "store.key_missing"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", [b"", b"short", b"%%%", b"QUJD", b"A" * 60])
def test_a_damaged_one(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "data.key").write_bytes(text)
    (tmp_path / "data.key").chmod(0o600)
    with pytest.raises(RecordError) as caught:
        Keys(tmp_path).master(create=True)
    assert caught.value.code == "store.key_invalid"
    assert (tmp_path / "data.key").read_bytes() == text


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    Keys(tmp_path / "other").master(create=True)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "data.key").symlink_to(tmp_path / "other" / "data.key")
    with pytest.raises(UsageError) as caught:
        Keys(tmp_path / "keys").master()
    assert caught.value.code == "store.unusable"


def test_many_at_once_get_the_same(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(Keys(tmp_path / "keys").master(create=True)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


class TestLostMasterKey:
    """Without the key that wraps what is there, nothing is read and no other key is made."""

    @pytest.fixture
    def lost(self, store: Store, state: Path, clock: Any, make_change: Any) -> Store:
        store.changes.create(make_change(id="0abc"), "ann", "request", {})
        store.close()
        (state / "keys" / "data.key").unlink()
        return open_store(str(state), clock)

    def test_reading_and_writing(self, lost: Store, make_change: Any) -> None:
        for ask in (
            lambda: lost.changes.get("0abc"),
            lambda: lost.changes.create(make_change(), "ann", "request", {}),
            lambda: lost.secrets.put("db", "x"),
        ):
            with pytest.raises(RecordError) as caught:
                ask()
            assert caught.value.code == "store.key_missing"

    def test_another_key_is_told_apart_from_damage(
        self, lost: Store, state: Path, clock: Any
    ) -> None:
        Keys(state / "keys").master(create=True)
        again = open_store(str(state), clock)
        with pytest.raises(RecordError) as caught:
            again.changes.get("0abc")
        assert caught.value.code == "store.master_key_wrong"
        assert again.ledger.verify() == (), "the chain needs no master key"


class TestExchange:
    """The next master key lies beside the present one until the record says that it counts."""

    @pytest.fixture
    def keys(self, tmp_path: Path) -> Keys:
        keys = Keys(tmp_path / "keys")
        keys.master(create=True)
        return keys

    def test_a_prepared_one_counts_only_when_wanted(self, keys: Keys, tmp_path: Path) -> None:
        old = keys.master()
        new = keys.prepare()
        assert keys.master() == old
        assert keys.master(key_id(old).hex()) == old
        assert keys.master(key_id(new).hex()) == new
        assert keys.master() == new, "and then it is in its place"
        assert [path.name for path in (tmp_path / "keys").iterdir()] == ["data.key"]

    def test_what_a_cut_exchange_left_goes_with_the_next(self, keys: Keys, tmp_path: Path) -> None:
        keys.prepare()
        (tmp_path / "keys" / "data.key.backup").write_text("mine")
        keys.prepare()
        names = sorted(path.name for path in (tmp_path / "keys").iterdir())
        assert len(names) == 3
        assert names[:1] == ["data.key"]
        assert "data.key.backup" in names, "a copy of somebody's own stays"

    def test_promoting_twice_is_once(self, keys: Keys) -> None:
        new = keys.prepare()
        keys.promote(key_id(new).hex())
        keys.promote(key_id(new).hex())
        assert keys.master() == new

    @pytest.mark.parametrize("wanted", ["../ledger.key", "backup", "", "x" * 16])
    def test_no_other_file_is_taken_for_one(self, keys: Keys, tmp_path: Path, wanted: str) -> None:
        old = keys.master()
        (tmp_path / "keys" / f"data.key.{wanted.replace('/', '-')}").write_bytes(b"A" * 43 + b"=")
        assert keys.master(wanted) == old

    def test_dropping(self, keys: Keys, tmp_path: Path) -> None:
        keys.ledger(create=True)
        keys.prepare()
        keys.drop_master()
        assert [path.name for path in (tmp_path / "keys").iterdir()] == ["ledger.key"]
        keys.drop_master()

    def test_its_own_file_by_any_name(self, keys: Keys, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(tmp_path / "keys")
        assert keys.is_master(tmp_path / "keys" / "data.key")
        assert keys.is_master(tmp_path / "link" / "data.key")
        assert not keys.is_master(tmp_path / "data.key")


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(b"k" * 32),
        base64.b64encode(b"k" * 32) + b"\n",
        b"6b" * 32,
        b"6B" * 32 + b"\r\n",
    ],
)
def test_two_ways_to_write_a_key(text: bytes) -> None:
    assert decoded(text) == b"k" * 32


@pytest.mark.parametrize(
    "text", [b"", b"\n", b"6b" * 31, b"k" * 32, base64.b64encode(b"k" * 31), b"6b" * 33, b"\xff"]
)
def test_what_is_no_key(text: bytes) -> None:
    assert decoded(text) == b""


class TestSealing:
    KEY = b"k" * 32

    def test_what_was_sealed_comes_back(self) -> None:
        sealed = seal(self.KEY, b"plain", "secret", "db", "1")
        assert b"plain" not in sealed
        assert unseal(self.KEY, sealed, "secret", "db", "1") == b"plain"

    def test_the_same_twice_looks_different(self) -> None:
        assert seal(self.KEY, b"plain", "a") != seal(self.KEY, b"plain", "a")

    @pytest.mark.parametrize(
        "purpose", [("secret", "db", "2"), ("secret", "d", "b1"), ("secret", "db"), ("db", "1")]
    )
    def test_another_purpose_does_not_open(self, purpose: tuple[str, ...]) -> None:
        with pytest.raises(KikiError) as caught:
            unseal(self.KEY, seal(self.KEY, b"plain", "secret", "db", "1"), *purpose)
        assert caught.value.code == "store.seal_broken"

    def test_no_altered_byte_opens(self) -> None:
        sealed = seal(self.KEY, b"plain", "a")
        for place in range(len(sealed)):
            altered = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
            with pytest.raises(RecordError):
                unseal(self.KEY, altered, "a")

    @pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + b"x" * 20, b"\x02" + b"x" * 60])
    def test_what_was_never_sealed(self, sealed: bytes) -> None:
        with pytest.raises(RecordError):
            unseal(self.KEY, sealed, "a")
