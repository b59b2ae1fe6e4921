"""Ownership for a while: what a slow or dead owner can still do, and what is done after it."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from kiki.jobs import reaping
from kiki.jobs.inline import InlineJobs
from kiki.jobs.leased import LeasedJobs, Leases, NearJobs, node
from kiki.jobs.worker import Told
from kiki.model.agent import Progress
from kiki.model.change import Change
from kiki.model.errors import StateError, TemporaryError
from kiki.model.job import JobFilter
from kiki.model.windows import window
from kiki.service import queueing
from kiki.service.journal import Journal
from kiki.service.local import LocalAgent
from kiki.service.parts import Parts
from tests.unit.jobs.crew import Crew
from tests.unit.service.world import World

LEASE_S = 0.6


class Two:
    """Two processes, each with a state folder, over one record."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder / "a")
        queue = lambda: self.world.real.queue  # noqa: E731
        self.slow = Leases(queue, str(folder / "a"), LEASE_S)
        self.other = Leases(queue, str(folder / "b"), 60.0)
        self.slow_jobs = LeasedJobs(lambda: self.slow)
        self.parts: Parts = self.world.parts("other", jobs=LeasedJobs(lambda: self.other))

    def freeze(self) -> None:
        """As SIGSTOP: nothing is renewed any more."""
        self.slow._closed.set()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    made = Two(tmp_path)
    yield made
    made.slow.close()
    made.other.close()


def until(met: Callable[[], bool]) -> None:
    for _ in range(300):
        if met():
            return
        time.sleep(0.02)
    raise AssertionError("did not happen")


def test_a_lease_is_renewed_as_long_as_the_work_goes_on(two: Two) -> None:
    change = two.world.approved()

    def work() -> Change:
        time.sleep(2 * LEASE_S)
        two.slow_jobs.hold(change.id)
        assert reaping.reap(two.parts, two.other) == 0
        with pytest.raises(TemporaryError) as caught:
            LeasedJobs(lambda: two.other).start(change.id, lambda: change)
        assert caught.value.code == "job.owned"
        return change

    assert two.slow_jobs.start(change.id, work) == change
    assert two.world.real.queue.owners() == ()


def test_a_slow_worker_finds_its_job_gone_and_its_writes_refused(two: Two) -> None:
    """It read the change before it was stopped; meanwhile another one took its job."""
    change = two.world.approved()
    job = two.world.agent.enqueue(change.id)
    claim = two.world.real.queue.claim(two.slow.by, LEASE_S)
    assert claim is not None
    with two.slow.holding(change.id, claim.fence):
        read = two.world.stored(change)
        two.freeze()
        time.sleep(LEASE_S + 0.1)
        assert reaping.reap(two.parts, two.other) == 1
        with pytest.raises(TemporaryError) as lost:
            two.slow_jobs.hold(change.id)
        assert lost.value.code == "job.lost"
        with pytest.raises(StateError) as moved:
            Journal(two.world.parts("slow")).move(read, "start")
        assert moved.value.code == "change.moved"
    again = two.world.real.queue.claim(two.other.by, 60.0)
    assert again is not None and again.job.id == job.id
    assert again.fence > claim.fence
    assert queueing.due(two.world.stored(change), again.job)
    assert two.world.events(change)[-1] == "job_moved"


def test_what_runs_is_ended_before_a_lease_that_can_not_be_renewed_ends(two: Two) -> None:
    change, ended = two.world.approved(), threading.Event()
    real = two.slow.queue

    def gone() -> None:
        raise TemporaryError("store.gone", path="x")

    def work() -> Change:
        two.slow_jobs.watch(change.id, ended.set)
        two.slow.queue = gone  # type: ignore[assignment]
        began = time.monotonic()
        assert ended.wait(5)
        assert time.monotonic() - began < LEASE_S
        two.slow.queue = real
        with pytest.raises(TemporaryError):
            two.slow_jobs.hold(change.id)
        return change

    two.slow_jobs.start(change.id, work)


def test_a_cancel_from_elsewhere_ends_what_runs(two: Two) -> None:
    change, ended = two.world.approved(), threading.Event()

    def work() -> Change:
        two.slow_jobs.watch(change.id, ended.set)
        two.world.other.cancel(change.id)
        assert ended.wait(5)
        return change

    two.slow_jobs.start(change.id, work)


def test_an_apply_that_was_cut_elsewhere_stays_until_its_own_machine_or_a_person_says(
    two: Two,
) -> None:
    change = two.world.approved()
    two.world.agent.enqueue(change.id)
    claim = two.world.real.queue.claim(two.slow.by, 0.1)
    assert claim is not None
    started = Journal(two.world.parts("slow")).move(change, "start")
    time.sleep(0.2)
    reaping.reap(two.parts, two.other)
    assert two.world.stored(started).state == "applying"
    assert two.world.real.queue.find(JobFilter(open=True))[0].lost
    own = two.world.parts("worker", jobs=two.slow_jobs)
    reaping.reap(own, two.slow)
    assert two.world.stored(started).state == "interrupted"
    [plan, run] = two.world.real.queue.find(JobFilter(change=change.id))
    assert (plan.kind, plan.state, plan.actor) == ("plan", "queued", "kim")
    assert (run.kind, run.state) == ("run", "interrupted")


def test_a_person_gives_up_a_machine_that_is_gone_for_good(two: Two) -> None:
    change = two.world.approved()
    two.world.agent.enqueue(change.id)
    claim = two.world.real.queue.claim(two.slow.by, 0.1)
    assert claim is not None
    Journal(two.world.parts("slow")).move(change, "start")
    two.world.real.changes.lock(["host:n1:22"], change.id)
    time.sleep(0.2)
    assert two.world.process("kim", jobs=LeasedJobs(lambda: two.other)).cancel(change.id)
    reaping.reap(two.parts, two.other)
    assert two.world.real.queue.find(JobFilter(change=change.id))[0].state == "cancelled"
    assert two.world.real.changes.holder("host:n1:22") == ""


def test_a_refused_owner_leaves_the_locks_of_the_command_line(two: Two, tmp_path: Path) -> None:
    change, changes = two.world.approved(), two.world.real.changes
    near = NearJobs(lambda: two.world.real.queue, str(tmp_path / "a"))

    def work() -> Change:
        changes.lock(["host:n1"], change.id)
        with pytest.raises(TemporaryError) as caught:
            two.slow_jobs.start(change.id, lambda: change)
        assert caught.value.code == "job.owned"
        assert changes.holder("host:n1") == change.id
        return change

    near.start(change.id, work)


def test_a_job_that_meets_a_command_line_waits_and_leaves_its_locks(tmp_path: Path) -> None:
    crew = Crew(tmp_path, 30.0)
    change = crew.store.changes.get(crew.approved(0))
    job = crew.agent("kim").enqueue(change.id, "run")
    near = NearJobs(lambda: crew.store.queue, str(tmp_path))

    def work() -> Change:
        crew.store.changes.lock(["host:p0-a"], change.id)
        claim = crew.worker._claim()
        assert claim is not None
        crew.worker._done(claim, Told(crew.leases, change.id))
        assert crew.store.queue.get(job.id).state == "queued"
        assert crew.store.changes.holder("host:p0-a") == change.id
        return change

    near.start(change.id, work)
    crew.worker.close()


def test_what_two_threads_write_is_whole_and_in_order() -> None:
    """The first one is slow: the second must neither pass it nor be done before it."""
    written: list[str] = []
    slow = threading.Event()

    class Slow:
        def queue(self) -> "Slow":
            return self

        def tell(self, _: str, steps: Sequence[Progress]) -> None:
            if not slow.is_set():
                slow.set()
                time.sleep(0.2)
            written.extend(step.host for step in steps)

    told = Told(cast(Leases, Slow()), "c1")
    told(Progress(code="progress.apply", host="n1"))
    first = threading.Thread(target=told.write)
    first.start()
    assert slow.wait(5)
    told(Progress(code="progress.apply", host="n2"))
    told.write()
    assert written == ["n1", "n2"]
    first.join()


@pytest.mark.parametrize("still", [True, False])
def test_a_job_has_its_override_as_long_as_the_window_is_closed(
    tmp_path: Path, still: bool
) -> None:
    shut = (window("daily 00:00-24:00"),)
    crew = Crew(tmp_path, 30.0, windows=shut if still else ())
    change_id = crew.approved(0)
    then = LocalAgent(crew.parts("kim")._replace(windows=shut))
    job = then.enqueue(change_id, "run", override="disk is full")
    claim = crew.worker._claim()
    assert claim is not None and job.override == "disk is full"
    crew.worker._done(claim, Told(crew.leases, change_id))
    assert crew.store.queue.get(job.id).state == "done", crew.store.queue.get(job.id).error
    assert crew.store.changes.get(change_id).state == "applied"
    events = [record.event for record in crew.store.ledger.records(change_id)]
    assert ("window_override" in events) == still
    crew.worker.close()


@pytest.mark.parametrize("queued", [True, False])
def test_what_a_dead_owner_locked_is_given_back(two: Two, queued: bool) -> None:
    """It died between locking and starting: the change is as it was."""
    change, real = two.world.approved(), two.world.real
    if queued:
        two.world.agent.enqueue(change.id)
        assert real.queue.claim(two.slow.by, 0.1) is not None
    else:
        assert real.queue.own(change.id, two.slow.by, 0.1)
    real.changes.lock(["host:n1"], change.id)
    time.sleep(0.2)
    assert reaping.reap(two.parts, two.other) == 1
    assert real.changes.holder("host:n1") == ""
    assert real.queue.owners() == ()


def test_the_reaper_leaves_the_locks_of_a_command_line(two: Two, tmp_path: Path) -> None:
    """It runs the change of a worker of its folder that died before."""
    change, real = two.world.approved(), two.world.real
    real.queue.own(change.id, two.slow.by, 0.0)
    near = NearJobs(lambda: real.queue, str(tmp_path / "b"))

    def work() -> Change:
        real.changes.lock(["host:n1"], change.id)
        assert reaping.reap(two.parts, two.other) == 1
        assert real.changes.holder("host:n1") == change.id
        return change

    near.start(change.id, work)
    assert real.queue.owners() == ()


def test_the_death_of_a_worker_of_the_same_folder_is_known_at_once(
    two: Two, tmp_path: Path
) -> None:
    dead = Leases(lambda: two.world.real.queue, str(tmp_path / "b"), 600.0)
    two.world.real.queue.own("c1", dead.by, 600.0)
    [owner] = two.world.real.queue.owners("c1")
    assert not two.other.gone(owner)
    dead.close()
    assert two.other.gone(owner)
    assert not two.slow.gone(owner), "another folder waits for the lease"


def test_a_command_line_sees_what_a_worker_of_its_folder_owns(two: Two, tmp_path: Path) -> None:
    near = NearJobs(lambda: two.world.real.queue, str(tmp_path / "b"))
    assert near.abandoned("c1")
    two.world.real.queue.own("c1", two.other.by, 60.0)
    assert not near.abandoned("c1")
    two.other.close()
    assert near.abandoned("c1")


def test_who_was_slow_and_still_has_the_lock_file_does_not_keep_the_next_one_out(
    tmp_path: Path,
) -> None:
    inline = InlineJobs(str(tmp_path))
    change = Change(
        id="c1", state="applied", request=World(tmp_path).request(), created="", updated=""
    )
    with inline.live("c1", "worker-1"):
        assert inline.beside("c1", "worker-2", lambda: change) == change
    with inline.live("c1"), pytest.raises(TemporaryError):  # a command line
        inline.beside("c1", "worker-2", lambda: replace(change))


def test_a_folder_keeps_its_id(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(node(str(tmp_path)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["node"]


def test_a_job_whose_workers_always_die_ends(two: Two) -> None:
    change = two.world.approved()
    job = two.world.agent.enqueue(change.id)
    for _ in range(20):
        claim = two.world.real.queue.claim(two.other.by, 60.0)
        assert claim is not None
        two.world.real.queue.expire(claim.fence)
        reaping.reap(two.parts, two.other)
    found = two.world.real.queue.get(job.id)
    assert found.state == "failed" and found.error is not None
    assert found.error.code == "job.too_often"
    assert two.world.stored(change).state == "approved"
