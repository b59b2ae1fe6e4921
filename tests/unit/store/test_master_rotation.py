"""Exchanging the master key: all of it or nothing, also under ``kill -9``, and nothing is lost."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import kiki
from kiki.model.errors import RecordError, TemporaryError, UsageError
from kiki.store import files
from kiki.store.keys import Keys
from kiki.store.master_keys import MasterKey
from kiki.store.opening import Store
from kiki.store.ring import Ring
from kiki.store.sealed import key_id, unseal
from tests.unit.store.conftest import Opener

pytestmark = pytest.mark.usefixtures("site_keys")


@pytest.fixture
def filled(store: Store, make_change: Any) -> Store:
    store.changes.create(make_change(id="0abc"), "ann", "request", {})
    store.secrets.put("db", "one")
    store.secrets.put("db", "two")
    store.secrets.put("web", "three")
    return store


def assert_whole(store: Store) -> None:
    values = [store.secrets.value(told.name, told.version) for told in store.secrets.versions()]
    assert values == ["one", "two", "three"]
    assert store.changes.get("0abc").id == "0abc"
    assert store.ledger.verify() == ()


def sealed_values(state: Path) -> list[bytes]:
    with closing(sqlite3.connect(state / "kiki.db")) as connection:
        return [row[0] for row in connection.execute("SELECT sealed FROM secrets")]


class TestInPlace:
    def test_a_new_file_key_and_everything_opens(
        self, filled: Store, state: Path, opener: Opener
    ) -> None:
        old = Keys(state / "keys").master()
        made = filled.secrets.rotate_master("", "ann")
        new = Keys(state / "keys").master()
        assert new != old
        assert (made.before_id, made.after_id) == (key_id(old).hex(), key_id(new).hex())
        assert made.before == made.after == "file:keys/data.key"
        assert (made.data_keys, made.secrets) == (2, 3)
        assert_whole(filled)
        assert_whole(opener())
        assert sorted(path.name for path in (state / "keys").iterdir()) == [
            "begun", "data.key", "ledger.key",
        ]  # fmt: skip

    def test_secrets_are_sealed_with_a_new_data_key_and_changes_stay_as_the_ledger_pins_them(
        self, filled: Store, state: Path
    ) -> None:
        before = {told.data_key for told in filled.secrets.versions()}
        values = sealed_values(state)
        filled.secrets.rotate_master("", "ann")
        after = {told.data_key for told in filled.secrets.versions()}
        assert len(after) == 1
        assert not before & after
        everything = b"".join(path.read_bytes() for path in state.rglob("kiki.db*"))
        assert not [value for value in values if value in everything], "the old bytes are gone"

    def test_the_old_master_key_opens_nothing_any_more(self, filled: Store, state: Path) -> None:
        old = MasterKey("file:keys/data.key", Keys(state / "keys").master())
        filled.secrets.rotate_master("", "ann")
        with closing(sqlite3.connect(state / "kiki.db")) as connection:
            rows = connection.execute("SELECT id, wrapped FROM data_keys").fetchall()
        for id, wrapped in rows:
            with pytest.raises(RecordError):
                old.unwrap(wrapped, id)

    def test_it_is_on_record(self, filled: Store) -> None:
        made = filled.secrets.rotate_master("", "ann")
        record = filled.ledger.records("master-key")[-1]
        assert (record.actor, record.event) == ("ann", "master_key")
        assert record.data["after_id"] == made.after_id

    def test_again_and_again(self, filled: Store, opener: Opener) -> None:
        for _ in range(5):
            filled.secrets.rotate_master("", "ann")
            assert_whole(opener())

    def test_on_a_record_without_anything_sealed(self, store: Store, opener: Opener) -> None:
        store.secrets.rotate_master("", "ann")
        opener().secrets.put("db", "x")

    def test_another_open_process_goes_on(self, filled: Store, opener: Opener) -> None:
        other = opener()
        assert_whole(other)
        filled.secrets.rotate_master("", "ann")
        assert_whole(other)
        other.secrets.remove("web", "bob")
        other.secrets.put("web", "three")
        assert_whole(filled)

    def test_a_reader_whose_transaction_began_before_reads_on(
        self, filled: Store, opener: Opener, state: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It sees the data keys as they were wrapped, and the key file as it is."""
        reader = opener()
        found = Ring._load
        turns: list[int] = []

        def load(self: Ring, connection: Any) -> None:
            turns.append(1)
            if len(turns) == 1:
                connection.execute("SELECT count(*) FROM data_keys").fetchone()
                filled.secrets.rotate_master("", "ann")
            found(self, connection)

        monkeypatch.setattr(Ring, "_load", load)
        assert reader.changes.get("0abc").id == "0abc"
        assert len(turns) > 1


class TestMoving:
    def test_to_a_variable_and_the_file_is_gone(
        self, filled: Store, state: Path, opener: Opener
    ) -> None:
        filled.secrets.rotate_master("env:SITE_KEY", "ann")
        assert not (state / "keys" / "data.key").exists()
        assert_whole(filled)
        assert_whole(opener("env:SITE_KEY"))
        assert {told.master for told in filled.secrets.versions()} == {"env:SITE_KEY"}

    def test_the_old_setting_then_says_which_key_is_needed(
        self, filled: Store, opener: Opener
    ) -> None:
        filled.secrets.rotate_master("env:SITE_KEY", "ann")
        with pytest.raises(RecordError) as caught:
            opener("env:OTHER_KEY").changes.get("0abc")
        assert caught.value.code == "store.master_key_wrong"
        assert caught.value.params["by"] == "env:SITE_KEY"

    def test_from_one_to_another_and_back_home(
        self, filled: Store, opener: Opener, state: Path
    ) -> None:
        filled.secrets.rotate_master("env:SITE_KEY", "ann")
        opener("env:SITE_KEY").secrets.rotate_master("env:OTHER_KEY", "ann")
        opener("env:OTHER_KEY").secrets.rotate_master("default", "ann")
        assert (state / "keys" / "data.key").exists()
        assert_whole(opener())

    def test_to_where_there_is_none_or_the_same(self, filled: Store, opener: Opener) -> None:
        for to, code in (
            ("env:NOT_SET", "store.master_key_missing"),
            ("nonsense", "store.master_key_unknown"),
        ):
            with pytest.raises(UsageError) as caught:
                filled.secrets.rotate_master(to, "ann")
            assert caught.value.code == code
        filled.secrets.rotate_master("env:SITE_KEY", "ann")
        moved = opener("env:SITE_KEY")
        for to, code in (
            ("env:SITE_KEY", "store.master_key_same"),
            ("", "store.master_key_elsewhere"),
        ):
            with pytest.raises(UsageError) as caught:
                moved.secrets.rotate_master(to, "ann")
            assert caught.value.code == code
        assert_whole(moved)
        assert len(moved.ledger.records("master-key")) == 1

    def test_a_key_file_that_a_cut_move_left_goes_with_the_next_write(
        self, filled: Store, opener: Opener, state: Path
    ) -> None:
        left = (state / "keys" / "data.key").read_bytes()
        filled.secrets.rotate_master("env:SITE_KEY", "ann")
        files.write_whole(state / "keys" / "data.key", left)
        moved = opener("env:SITE_KEY")
        assert_whole(moved)
        assert (state / "keys" / "data.key").exists(), "reading removes nothing"
        moved.secrets.put("db", "x")
        assert not (state / "keys" / "data.key").exists()


def test_a_disk_that_is_full_leaves_all_as_it_was(
    filled: Store, opener: Opener, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_write", full)
    with pytest.raises(TemporaryError) as caught:
        filled.secrets.rotate_master("", "ann")
    assert caught.value.code == "store.disk_full"
    monkeypatch.undo()
    assert_whole(opener())


ROTATOR = """
import sys
from kiki.store import keys, secrets
from kiki.store.opening import open_store

def now():
    return "2026-03-01T09:00:00.000Z"

store = open_store(sys.argv[1], now)
print("ready", flush=True)
while True:
    print(store.secrets.rotate_master("", "ann").after_id, flush=True)
"""
# Ends itself with SIGKILL at the point that is named, the hardest places for it.
POINTED = """
import os, signal, sys
from kiki.store import database, keys, ring, secrets
from kiki.store.opening import open_store

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

place, source = sys.argv[2], sys.argv[3]
store = open_store(sys.argv[1], lambda: "2026-03-01T09:00:00.000Z")
if place == "prepared":
    prepare = keys.Keys.prepare
    keys.Keys.prepare = lambda self: (prepare(self), die())
elif place == "wrapped":
    ring.Ring.add = die
elif place == "sealed":
    secrets.SqlSecrets._seal_anew = die
elif place == "committed":
    keys.Keys.promote = keys.Keys.drop_master = die
elif place == "promoted":
    database.Database.forget = die
store.secrets.rotate_master(source, "ann")
"""


def start(text: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(kiki.__file__).parents[1])}
    command = [sys.executable, "-c", text, *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


PLACES = [
    ("prepared", ""),  # nothing is prepared for a source elsewhere
    *(
        (place, source)
        for place in ("wrapped", "sealed", "committed", "promoted")
        for source in ("", "env:SITE_KEY")
    ),
]


@pytest.mark.parametrize(("place", "source"), PLACES)
def test_killed_at_each_hard_place(
    filled: Store, state: Path, opener: Opener, place: str, source: str
) -> None:
    filled.close()
    process = start(POINTED, str(state), place, source)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    counts = place in ("committed", "promoted")
    after = opener(source if counts else "")
    assert_whole(after)
    assert len(after.ledger.records("master-key")) == int(counts)
    after.secrets.rotate_master("default", "ann")
    assert_whole(opener())
    assert sorted(path.name for path in (state / "keys").iterdir()) == [
        "begun", "data.key", "ledger.key",
    ]  # fmt: skip


def killed(state: Path, seconds: float) -> list[str]:
    """Rotate until killed; the ids that were said to count."""
    process = start(ROTATOR, str(state))
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    said = process.stdout.read().split("\n")[:-1]
    process.stdout.close()
    assert process.wait(30) == -signal.SIGKILL
    return said


def test_killed_at_random_points(filled: Store, state: Path, opener: Opener) -> None:
    chance = random.Random(13)
    done: list[str] = []
    for _ in range(8):
        done += killed(state, chance.uniform(0, 0.2))
        after = opener()
        assert_whole(after)
        recorded = [record.data["after_id"] for record in after.ledger.records("master-key")]
        assert set(done) <= set(recorded), "what was said to be done is on record"
        assert key_id(Keys(state / "keys").master(recorded[-1])).hex() == recorded[-1]
    assert len(done) >= 8


@pytest.mark.slow
def test_killed_many_more_times(filled: Store, state: Path, opener: Opener) -> None:
    for _ in range(100):
        killed(state, random.uniform(0, 0.3))
        assert_whole(opener())


def test_two_at_once_lose_no_key(filled: Store, state: Path, opener: Opener) -> None:
    processes = [start(ROTATOR, str(state)) for _ in range(2)]
    time.sleep(2)
    said = 0
    for process in processes:
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate(timeout=30)
        said += out.count("\n") - 1
    assert said > 4
    assert_whole(opener())


def test_the_check_itself_sees_a_loss(filled: Store, opener: Opener, state: Path) -> None:
    """A key that is gone is found, so the tests above can fail."""
    filled.close()
    (state / "keys" / "data.key").unlink()
    with pytest.raises(RecordError):
        assert_whole(opener())


def test_a_value_of_before_opens_with_no_key_of_after(filled: Store, state: Path) -> None:
    """What was copied out of the database before an exchange is no use with what came after."""
    value = sealed_values(state)[0]
    filled.secrets.rotate_master("", "ann")
    (told, *_) = filled.secrets.versions()
    key = filled.secrets._ring._opened[bytes.fromhex(told.data_key)]  # type: ignore[attr-defined]
    with pytest.raises(RecordError):
        unseal(key, value, "secret", told.name, told.version)
