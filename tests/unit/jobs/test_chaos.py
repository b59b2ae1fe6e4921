"""Queued applies on several workers that are killed and stopped at random."""

import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from kiki.model.agent import ChangeFilter
from kiki.model.errors import TemporaryError
from kiki.model.job import Job, JobFilter
from kiki.model.lifecycle import RUNNING
from tests.unit.jobs.crew import PLACES, Crew, started

LEASE_S = 3.0
SEED = 20
STALLED_S = 60.0


class Site:
    """Three workers on as many state folders as there are *nodes*, over one record."""

    def __init__(
        self, folder: Path, nodes: int = 1, url: str = "", password_file: str = ""
    ) -> None:
        self.log = folder / "plays.log"
        self.more = (str(self.log), url, password_file) if url else (str(self.log),)
        self.boss = Crew(folder / "node0", LEASE_S, *self._given())
        self.folders = [folder / f"node{number}" for number in range(nodes)]
        self.workers: list[subprocess.Popen[bytes]] = []

    def _given(self) -> tuple[Path, str, str]:
        log, url, password_file = (*self.more, "", "")[:3]
        return Path(log), url, password_file

    def __enter__(self) -> "Site":
        for folder in self.folders[1:]:
            shutil.copytree(self.folders[0] / "keys", folder / "keys")
            folder.chmod(0o700)
        self.workers = [self.worker(number) for number in range(3)]
        return self

    def __exit__(self, *_: object) -> None:
        for one in self.workers:
            one.kill()
            one.wait()

    def worker(self, number: int) -> subprocess.Popen[bytes]:
        return started(self.folders[number % len(self.folders)], LEASE_S, *self.more)

    def queued(self, applies: int, places: int) -> list[str]:
        names = [self.boss.approved(number % places) for number in range(applies)]
        for name in names:
            self.boss.agent("kim").enqueue(name)
        return names

    def disturb(self, chance: random.Random) -> None:
        """Kill one, or stop one for longer than its lease lasts."""
        number = chance.randrange(len(self.workers))
        worker = self.workers[number]
        if chance.random() < 0.3:
            worker.send_signal(signal.SIGSTOP)
            time.sleep(LEASE_S + 1)
            worker.send_signal(signal.SIGCONT)
        else:
            worker.kill()
            worker.wait()
            self.workers[number] = self.worker(number)

    def begun(self) -> int:
        """How many plays have begun."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return sum(line.startswith("begin ") for line in lines)

    def open_jobs(self) -> tuple[Job, ...]:
        while True:
            try:
                return self.boss.store.queue.find(JobFilter(open=True))
            except TemporaryError:
                time.sleep(0.2)


def test_a_few_applies_on_workers_that_are_killed(tmp_path: Path) -> None:
    storm(Site(tmp_path), applies=16, places=4)


@pytest.mark.slow
def test_200_applies_over_20_inventories_on_3_workers_killed_at_random(tmp_path: Path) -> None:
    storm(Site(tmp_path), applies=200, places=PLACES)


@pytest.mark.slow
def test_the_same_on_postgresql_on_two_machines_with_its_server_killed_too(
    tmp_path: Path, postgres_server: Any, migrated: str
) -> None:
    server = postgres_server
    url, password = server.url(server.create(migrated)), str(server.password_file)

    def crash() -> None:
        server.kill()
        for _ in range(20):
            time.sleep(1)
            with suppress(AssertionError):  # not before every session has ended
                server.start()
                break

    site = Site(tmp_path, 2, url, password)
    storm(site, applies=60, places=PLACES, also=crash)


def storm(
    site: Site,
    applies: int,
    places: int,
    also: Callable[[], None] = lambda: None,
) -> float:
    """Have them done while workers are killed; how many seconds that took. On a machine of any
    speed something begins between two blows, and after many enough the rest is let be. It is over
    when nothing has begun or ended for long."""
    names = site.queued(applies, places)
    chance, began = random.Random(SEED), time.monotonic()
    blows, seen = applies // 3, 0
    moved, last = began, (0, applies)
    with site:
        while (open_ones := site.open_jobs()) and time.monotonic() < moved + STALLED_S:
            if (now := (site.begun(), len(open_ones))) != last:
                moved, last = time.monotonic(), now
            time.sleep(chance.uniform(0.5, 2.5))
            if blows and site.begun() > seen:
                blows, seen = blows - 1, site.begun()
                site.disturb(chance)
                also()
    assert blows < applies // 3
    took, left = time.monotonic() - began, site.open_jobs()
    try:
        assert not left, left
        hold(site.boss, names, site.log)
    finally:
        site.boss.store.close()
    return took


def hold(boss: Crew, names: list[str], log: Path) -> None:
    """Nothing lost, nothing done twice, nobody beside another one."""
    assert not no_overlap(log)
    states: Counter[str] = Counter()
    for name in names:
        events = [record.event for record in boss.store.ledger.records(name)]
        state = boss.store.changes.get(name).state
        states[state] += 1
        jobs = boss.store.queue.find(JobFilter(change=name))
        told = " ".join(events), state, [(one.kind, one.state, str(one.error)) for one in jobs]
        assert events.count("start") == 1, told
        shown = "interrupt" in events or boss.store.changes.get(name).reason.startswith("store.")
        assert state == "applied" or shown, told
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
