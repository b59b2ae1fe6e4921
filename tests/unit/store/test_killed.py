"""``kill -9`` at any point loses no change and parts none from its record."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import kiki
from kiki.model.agent import ChangeFilter
from kiki.model.change import Change
from kiki.store.opening import Store, open_store

MakeChange = Callable[[], Change]

WRITER = """
import sys
from datetime import UTC, datetime
from msgspec.structs import replace
from kiki.model.change import Change
from kiki.model.request import Request
from kiki.store.ids import new_id
from kiki.store.opening import open_store

def now():
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

store = open_store(sys.argv[1], now)
print("ready", flush=True)
while True:
    made = Change(id=new_id(now()), state="draft", request=Request(message="m" * 3000),
                  created=now(), updated=now())
    change = store.changes.create(made, "ann", "request", {})
    store.secrets.put("db", change.id)
    for state in ("checked", "planned", "awaiting_approval"):
        change = store.changes.save(replace(change, state=state), "ann", state, {})
    print(change.id, flush=True)
"""


def start(state: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(kiki.__file__).parents[1])}
    command = [sys.executable, "-c", WRITER, str(state)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def kill_after(state: Path, changes: int, seconds: float) -> list[str]:
    """Start a writer and kill it *seconds* after it said that so many changes are done; all the
    ids that it said."""
    process = start(state)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(1 + changes)]
    assert said[0] == "ready\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split("\n")[:-1]  # what comes after the last line end is cut
    process.stdout.close()
    assert process.wait(30) == -signal.SIGKILL
    return [line.strip() for line in said[1:]] + rest


def assert_whole(store: Store, done: list[str]) -> None:
    assert store.ledger.verify() == ()
    changes = {change.id: change for change in store.changes.find(ChangeFilter(limit=0))}
    last = {record.subject: record for record in store.ledger.records()}
    assert set(changes) == set(last)
    for name, change in changes.items():
        assert last[name].data["state"] == change.state
        assert last[name].data["version"] == change.version
    for name in done:
        assert changes[name].state == "awaiting_approval", "what was said to be done is there"


def test_killed_at_random_points(state: Path) -> None:
    chance = random.Random(7)
    done: list[str] = []
    for number in range(8):
        done += kill_after(state, number % 3, chance.uniform(0, 0.03))
        store = open_store(str(state), str)
        assert_whole(store, done)
        store.close()
    assert len(done) >= 7


def test_killed_while_the_database_is_made(tmp_path: Path) -> None:
    """From the first instant on: no folder, no schema, no keys."""
    chance = random.Random(11)
    for number in range(6):
        process = start(tmp_path / "state")
        time.sleep(chance.uniform(0.1, 0.5) if number else 0.25)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    kill_after(tmp_path / "state", 2, 0)
    store = open_store(str(tmp_path / "state"), str)
    assert_whole(store, [])
    store.close()


@pytest.mark.slow
def test_killed_many_more_times(state: Path) -> None:
    done: list[str] = []
    for _ in range(100):
        done += kill_after(state, random.randrange(3), random.uniform(0, 0.05))
    store = open_store(str(state), str)
    assert_whole(store, done)
    store.close()


def test_the_check_itself_sees_a_difference(
    store: Store, state: Path, make_change: MakeChange
) -> None:
    """A row that was parted from its record is found, so the tests above can fail."""
    store.changes.create(make_change(), "ann", "request", {})
    assert_whole(store, [])
    with closing(sqlite3.connect(state / "kiki.db", isolation_level=None)) as connection:
        connection.execute("UPDATE changes SET version = 5")
    with pytest.raises(AssertionError):
        assert_whole(store, [])
