"""What every queue promises, whichever store it is of."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiki.model.agent import Progress
from kiki.model.change import Change
from kiki.model.errors import NotFoundError, StateError, TemporaryError
from kiki.model.job import By, Job, JobFilter, JobKind, Priority, failure
from kiki.model.ledger import LedgerFilter, project_of
from kiki.model.request import Request
from kiki.store.opening import Store, memory_store, open_store
from kiki.store.port import Claim, Queue

NOW = "2026-03-01T09:00:00.000Z"
LONG = 600.0
ANN, BOB = (By(worker=name, node=f"node-{name}", machine=f"{name}-host") for name in ("ann", "bob"))


@pytest.fixture(scope="session")
def empty_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "state"
    open_store(str(folder), lambda: NOW).close()
    return folder


@pytest.fixture(params=["sqlite", "memory", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path, empty_state: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield memory_store(lambda: NOW)
        return
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        name = server.create(request.getfixturevalue("migrated"))
        password = str(server.password_file)
        folder, url = tmp_path / "state", server.url(name)
        opened = open_store(str(folder), lambda: NOW, database=url, password_file=password)
    else:
        folder = shutil.copytree(empty_state, tmp_path / "state")
        opened = open_store(str(folder), lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def queue(store: Store) -> Queue:
    return store.queue


def added(
    queue: Queue, name: str, priority: Priority = "normal", place: str = "", kind: JobKind = "run"
) -> Job:
    job = Job(
        id=f"j-{name}", change=name, kind=kind, actor="kim", created=NOW, priority=priority,
        place=place, pinned="p",
    )  # fmt: skip
    return queue.add(job)


def claimed(queue: Queue, by: By = ANN, lease_s: float = LONG, most_runs: int = 0) -> Claim:
    found = queue.claim(by, lease_s, most_runs)
    assert found is not None
    return found


def order(queue: Queue) -> list[str]:
    return [job.change for job in queue.find(JobFilter(open=True))]


def test_what_was_queued_comes_back_whole(queue: Queue, store: Store) -> None:
    job = added(queue, "c1", "high", "place")
    assert queue.get(job.id) == job
    assert queue.find(JobFilter()) == (job,)
    [record] = store.ledger.records("c1")
    assert (record.event, record.actor) == ("queue", "kim")
    assert record.data == {"job": "j-c1", "kind": "run", "priority": "high"}
    assert store.ledger.verify() == ()


@pytest.mark.parametrize(("project", "name"), [("web", "web"), ("", "default")])
def test_the_record_of_a_queued_job_is_of_its_changes_project(
    queue: Queue, store: Store, project: str, name: str
) -> None:
    made = Request(project=project)
    change = Change(id="c1", state="approved", request=made, created=NOW, updated=NOW)
    store.changes.create(change, "kim", "request", {"project": project} if project else {})
    added(queue, "c1")
    every = store.ledger.records("c1")
    assert [one.event for one in every] == ["request", "queue"]
    assert [project_of(one) for one in every] == [name, name]
    assert [one for one in every if LedgerFilter(seen=(name,), project=name).sees(one)] == [*every]
    assert not any(LedgerFilter(seen=("db",)).sees(one) for one in every)
    assert store.ledger.verify() == ()


def test_an_old_record_of_a_queued_job_is_of_no_project(store: Store) -> None:
    old = store.ledger.append("kim", "queue", "c1", {"job": "j", "kind": "run"})
    assert project_of(old) == ""


def test_a_job_that_is_not_there_is_said(queue: Queue) -> None:
    with pytest.raises(NotFoundError, match="unknown"):
        queue.get("j-none")


def test_a_change_has_one_open_job(queue: Queue) -> None:
    added(queue, "c1")
    with pytest.raises(StateError, match="queued"):
        queue.add(Job(id="j-2", change="c1", kind="plan", actor="lee", created=NOW))
    queue.end(claimed(queue).fence, "done")
    assert queue.add(Job(id="j-2", change="c1", kind="plan", actor="lee", created=NOW)).id == "j-2"


def test_the_highest_priority_and_then_the_oldest_comes_first(queue: Queue) -> None:
    for name, priority in (("a", "low"), ("b", "normal"), ("c", "high"), ("d", "normal")):
        added(queue, name, priority)  # type: ignore[arg-type]
    assert order(queue) == ["c", "b", "d", "a"]
    assert [claimed(queue).job.change for _ in range(4)] == ["c", "b", "d", "a"]
    assert queue.claim(ANN, LONG) is None


def test_a_claim_says_whose_it_is_and_how_often(queue: Queue) -> None:
    added(queue, "c1")
    job, fence = claimed(queue, BOB)
    assert (job.state, job.worker, job.machine, job.attempts) == ("running", "bob", "bob-host", 1)
    [owner] = queue.owners("c1")
    assert (owner.fence, owner.by, owner.job, owner.expired) == (fence, BOB, "j-c1", False)
    assert queue.put_back(fence, "p2")
    again = claimed(queue)
    assert (again.job.attempts, again.job.pinned) == (2, "p2")
    assert again.fence > fence


def test_no_two_jobs_of_one_place_are_handed_out(queue: Queue) -> None:
    for name, place in (("a", "x"), ("b", "x"), ("c", "y"), ("d", "")):
        added(queue, name, place=place)
    first = claimed(queue)
    assert [claimed(queue).job.change for _ in range(2)] == ["c", "d"]
    assert queue.claim(BOB, LONG) is None
    queue.end(first.fence, "done")
    assert claimed(queue).job.change == "b"


def test_no_more_runs_than_allowed_and_plans_beside_them(queue: Queue) -> None:
    for name, kind in (("a", "run"), ("b", "run"), ("c", "plan")):
        added(queue, name, kind=kind)  # type: ignore[arg-type]
    assert [claimed(queue, most_runs=1).job.change for _ in range(2)] == ["a", "c"]
    assert queue.claim(BOB, LONG, 1) is None
    assert claimed(queue, most_runs=2).job.change == "b"


def test_a_job_that_was_put_back_waits(queue: Queue) -> None:
    added(queue, "c1")
    queue.put_back(claimed(queue).fence, "p", 0.2)
    assert queue.claim(ANN, LONG) is None
    time.sleep(0.3)
    assert claimed(queue).job.attempts == 1, "a turn that had to wait does not count"


def test_a_change_that_is_owned_is_not_handed_out_nor_owned_twice(queue: Queue) -> None:
    fence = queue.own("c1", ANN, LONG)
    assert fence > 0
    assert queue.own("c1", BOB, LONG) == 0
    added(queue, "c1")
    assert queue.claim(BOB, LONG) is None
    assert queue.end(fence, "done")
    assert claimed(queue, BOB).job.change == "c1"


def test_a_lease_that_ended_is_not_held_nor_renewed_and_others_see_it(queue: Queue) -> None:
    added(queue, "c1")
    _, fence = claimed(queue, lease_s=0.15)
    assert queue.holds(fence)
    assert queue.renew([fence], 0.15) == {fence}
    time.sleep(0.25)
    assert not queue.holds(fence)
    assert queue.renew([fence], LONG) == frozenset()
    assert queue.owners()[0].expired
    assert queue.get("j-c1").lost
    assert queue.claim(BOB, LONG) is None, "somebody has to take it over first"


def test_a_lease_can_be_ended_at_once(queue: Queue) -> None:
    fence = queue.own("c1", ANN, LONG)
    queue.expire(fence)
    assert not queue.holds(fence)
    assert queue.owners("c1")[0].expired


def test_who_owns_nothing_any_more_ends_nothing(queue: Queue, store: Store) -> None:
    """The slow worker, after its job went to another one with the same hosts."""
    added(queue, "c1")
    _, slow = claimed(queue, ANN)
    store.changes.lock(["host:a"], "c1")
    assert queue.unlock(slow)
    assert store.changes.holder("host:a") == ""
    assert queue.put_back(slow, "p")
    _, quick = claimed(queue, BOB)
    store.changes.lock(["host:a"], "c1")
    assert not queue.end(slow, "failed")
    assert not queue.put_back(slow, "p")
    assert not queue.unlock(slow)
    assert queue.get("j-c1").state == "running"
    assert store.changes.holder("host:a") == "c1"
    assert queue.unlock(quick)
    assert store.changes.holder("host:a") == ""
    assert queue.end(quick, "done")
    assert queue.get("j-c1").state == "done"


def test_the_end_of_an_ownership_leaves_host_locks(queue: Queue, store: Store) -> None:
    """A command line may have the change beside the owner, and holds them under its name."""
    added(queue, "c1")
    store.changes.lock(["host:a"], "c1")
    assert queue.put_back(claimed(queue).fence, "p")
    assert queue.end(claimed(queue).fence, "done")
    assert queue.end(queue.own("c1", ANN, LONG), "done")
    assert store.changes.holder("host:a") == "c1"


def test_a_dead_owner_is_followed_by_one_only(queue: Queue) -> None:
    added(queue, "c1")
    _, dead = claimed(queue, ANN)
    new = queue.take_over(dead, BOB, LONG)
    assert new > dead
    assert queue.take_over(dead, ANN, LONG) == 0
    [owner] = queue.owners("c1")
    assert (owner.fence, owner.by, owner.job) == (new, BOB, "j-c1")
    assert queue.put_back(new, "p3")
    assert claimed(queue).job.attempts == 2


def test_an_ended_job_keeps_why(queue: Queue) -> None:
    added(queue, "c1")
    error = TemporaryError("execution.unreachable", hosts="n1")
    queue.end(claimed(queue).fence, "failed", failure(error))
    found = queue.get("j-c1").error
    assert found is not None
    assert str(found.error()) == str(error)
    assert isinstance(found.error(), TemporaryError)


def test_what_is_to_follow_is_there_when_a_job_has_ended(queue: Queue) -> None:
    added(queue, "c1")
    _, fence = claimed(queue)
    plan = Job(id="j-2", change="c1", kind="plan", actor="kim", created=NOW)
    assert queue.end(fence, "interrupted", following=plan)
    assert claimed(queue).job.id == "j-2"
    assert not queue.end(fence, "interrupted", following=plan)


def test_queued_jobs_can_be_dropped_and_running_ones_can_not(queue: Queue) -> None:
    added(queue, "c1")
    assert [job.state for job in queue.drop("c1")] == ["cancelled"]
    assert queue.claim(ANN, LONG) is None
    added(queue, "c2")
    claimed(queue)
    assert queue.drop("c2") == ()


def test_jobs_are_found_by_state_and_change(queue: Queue) -> None:
    for name in ("a", "b", "c"):
        added(queue, name)
    queue.end(claimed(queue).fence, "done")
    claimed(queue)
    assert [job.change for job in queue.find(JobFilter())] == ["b", "c", "a"]
    assert [job.change for job in queue.find(JobFilter(state="done"))] == ["a"]
    assert [job.change for job in queue.find(JobFilter(change="c"))] == ["c"]
    assert [job.change for job in queue.find(JobFilter(open=True, limit=1))] == ["b"]


def test_a_cancelled_change_is_seen_by_its_owner(queue: Queue, store: Store) -> None:
    fences = []
    for name, state in (("c1", "cancelled"), ("c2", "applying")):
        change = Change(id=name, state=state, request=Request(), created=NOW, updated=NOW)  # type: ignore[arg-type]
        store.changes.create(change, "kim", "request", {})
        fences.append(queue.own(name, ANN, LONG))
    assert queue.cancelled(fences) == {fences[0]}
    assert queue.cancelled([]) == frozenset()


def test_what_is_told_is_heard_elsewhere_in_order(queue: Queue) -> None:
    first, second = (Progress(code="progress.apply", host=host) for host in ("n1", "n2"))
    queue.tell("c1", [first])
    queue.tell("c2", [second])
    queue.tell("c1", [second, first])
    heard = queue.told("c1")
    assert [step for _, step in heard] == [first, second, first]
    assert [step for _, step in queue.told("c1", heard[0][0])] == [second, first]
    queue.tidy()
    assert queue.told("c1") == heard


def test_many_claim_at_once_and_each_job_is_handed_out_once(store: Store) -> None:
    queue = store.queue
    for number in range(40):
        added(queue, f"c{number}", place=f"p{number % 40}")
    got: list[str] = []

    def take() -> None:
        while (found := queue.claim(ANN, LONG)) is not None:
            got.append(found.job.change)

    together(take, 4)
    assert sorted(got) == sorted(f"c{number}" for number in range(40))


def together(do: Callable[[], None], many: int) -> None:
    threads = [threading.Thread(target=do) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
