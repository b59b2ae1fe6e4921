"""Queued applies on several workers that are killed and stopped at random."""

import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiki.model.agent import ChangeFilter
from kiki.model.job import JobFilter
from kiki.model.lifecycle import RUNNING
from kiki.store.opening import open_store
from tests.unit.jobs.crew import PLACES, Crew, started

LEASE_S = 3.0
SEED = 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    state = tmp_path / "state"
    open_store(str(state), lambda: "2026-01-31T09:00:00.000Z").close()
    return state


@contextmanager
def workers(folder: Path, many: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    crew = [started(folder, LEASE_S) for _ in range(many)]
    try:
        yield crew
    finally:
        for one in crew:
            one.kill()
            one.wait()


def disturb(crew: list[subprocess.Popen[bytes]], chance: random.Random, folder: Path) -> None:
    """Kill one, or stop one for longer than its lease lasts."""
    number = chance.randrange(len(crew))
    if chance.random() < 0.3:
        crew[number].send_signal(signal.SIGSTOP)
        time.sleep(LEASE_S + 1)
        crew[number].send_signal(signal.SIGCONT)
    else:
        crew[number].kill()
        crew[number].wait()
        crew[number] = started(folder, LEASE_S)


def test_a_few_applies_on_workers_that_are_killed(folder: Path) -> None:
    storm(folder, applies=16, places=4, limit_s=60)


@pytest.mark.slow
def test_200_applies_over_20_inventories_on_3_workers_killed_at_random(folder: Path) -> None:
    storm(folder, applies=200, places=PLACES, limit_s=280)


def storm(folder: Path, applies: int, places: int, limit_s: float) -> None:
    boss = Crew(folder, LEASE_S)
    names = [boss.approved(number % places) for number in range(applies)]
    for name in names:
        boss.agent("kim").enqueue(name)
    chance, end = random.Random(SEED), time.monotonic() + limit_s
    with workers(folder, 3) as crew:
        while boss.store.queue.find(JobFilter(open=True, limit=1)) and time.monotonic() < end:
            time.sleep(chance.uniform(0.5, 2.5))
            disturb(crew, chance, folder)
    left = boss.store.queue.find(JobFilter(open=True))
    assert not left, left
    hold(boss, names, folder)


def hold(boss: Crew, names: list[str], folder: Path) -> None:
    """Nothing lost, nothing done twice, nobody beside another one."""
    assert not no_overlap(folder / "plays.log")
    states: Counter[str] = Counter()
    for name in names:
        events = [record.event for record in boss.store.ledger.records(name)]
        state = boss.store.changes.get(name).state
        states[state] += 1
        assert events.count("start") == 1, (name, events)
        assert state == "applied" or "interrupt" in events, (name, state, events)
    print(dict(states), Counter(one.state for one in boss.store.queue.find(JobFilter(limit=0))))
    assert not any(one.state in RUNNING for one in boss.store.changes.find(ChangeFilter(limit=0)))
    assert boss.store.ledger.verify() == ()


def no_overlap(log: Path) -> list[str]:
    """What began on an inventory on which something was going on: each play ends, or its group is
    killed."""
    going: dict[str, tuple[str, str]] = {}
    wrong = []
    for line in log.read_text().splitlines():
        what, change, place, group = line.split()
        if what == "begin":
            if place in going:
                wrong.append(f"{change} beside {going[place]} on {place}")
            going[place] = (change, group)
        else:
            going = {name: one for name, one in going.items() if one[1] != group}
    return wrong


def test_the_log_would_show_an_overlap(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("begin a p1 10\nbegin b p2 11\nend a p1 10\nbegin c p1 12\nbegin d p1 13\n")
    assert no_overlap(log) == ["d beside ('c', '12') on p1"]
