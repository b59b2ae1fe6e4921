"""Several processes at once: locks, cancelling from elsewhere, and what a killed one leaves."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiki.execution import processes
from kiki.execution.runner import RunnerExecutor
from kiki.model.agent import ChangeFilter, silent
from kiki.model.change import Change, RunningProcess
from kiki.model.errors import KikiError, StateError, TemporaryError
from kiki.model.lifecycle import RUNNING
from kiki.model.request import InventorySource
from kiki.model.run import RunOrder, RunResult
from kiki.service import applying
from tests.unit.service.world import World, all_hosts, disk_full, failing, locks, recording

LEFT = RunningProcess(pgid=4711, started=1, boot="b", host="h")


def during(world: World, mode: str, act: object) -> None:
    """Do *act* once, at the first event of a run in *mode*."""
    done: list[bool] = []

    def once(order: RunOrder) -> None:
        if order.mode == mode and not done:
            done.append(True)
            act()  # type: ignore[operator]

    world.executor.during = once


def left_behind(world: World, state: str, process: RunningProcess | None = LEFT) -> Change:
    """A change as a killed process leaves it: running, its locks held, nobody owning it."""
    change = world.approved()
    assert world.real.changes.lock(locks(change), change.id) is None
    row = replace(change, state=state, process=process)  # type: ignore[arg-type]
    return world.real.changes.save(row, "kim", "start", {})


@pytest.mark.parametrize("state", sorted(RUNNING))
def test_an_abandoned_run_is_ended_said_and_never_started_again(world: World, state: str) -> None:
    change = left_behind(world, state)
    assert [found.id for found in world.other.recover()] == [change.id]
    now = world.stored(change)
    assert (now.state, now.reason, now.process) == ("interrupted", "job.interrupted", None)
    assert world.executor.ended == [LEFT]
    assert world.lock_is_free(change)
    assert world.records(change)[-1].actor == "lee"
    assert world.other.recover() == ()
    with failing(StateError, "change.not_runnable"):
        world.agent.run(change.id)
    assert world.executor.applies() == []
    planned = world.agent.replan(change.id)
    assert (planned.state, planned.approval) == ("awaiting_approval", None)


def test_its_processes_end_before_it_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    change = left_behind(world, "applying")

    def stuck(process: RunningProcess) -> bool:
        raise TemporaryError("execution.folder_failed", path="runs", why="I/O error")

    monkeypatch.setattr(world.executor, "end", stuck)
    with failing(TemporaryError, "execution.folder_failed"):
        world.agent.recover()
    assert world.stored(change).state == "applying"
    assert not world.lock_is_free(change)
    assert world.agent.get(change.id).state == "applying", "and it can still be looked at"


@pytest.mark.parametrize("look", ["get", "find", "approve", "reject", "cancel", "history"])
def test_nobody_is_shown_a_run_that_is_over(world: World, look: str) -> None:
    change = left_behind(world, "applying")
    try:
        match look:
            case "find":
                assert world.agent.find(ChangeFilter())[0].state == "interrupted"
            case "approve":
                world.agent.approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]
            case _:
                getattr(world.agent, look)(change.id)
    except StateError as error:
        assert error.params["state"] == "interrupted"
    assert "interrupt" in world.events(change)
    assert world.stored(change).state == ("cancelled" if look == "cancel" else "interrupted")
    assert world.lock_is_free(change)
    assert world.executor.ended == [LEFT]


def test_looking_works_while_nothing_can_be_written(world: World) -> None:
    change = left_behind(world, "applying")
    for look in (lambda: world.agent.get(change.id), lambda: world.agent.find(ChangeFilter())[0]):
        with world.armed(-1, disk_full):
            world.points.hit = (  # type: ignore[method-assign]
                lambda name: (_ for _ in ()).throw(disk_full()) if "save" in name else None
            )
            assert look().state == "applying"
            del world.points.hit


def test_a_run_that_its_owner_finishes_meanwhile_is_not_interrupted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between finding it and saying so, the owner wrote its last state and left."""
    change = left_behind(world, "verifying", None)
    seen = world.stored(change)
    world.real.changes.save(replace(seen, state="applied"), "kim", "verify_pass", {})
    monkeypatch.setattr(type(world.real.changes), "running", lambda self: (seen,))
    assert world.agent.recover() == ()
    assert world.stored(change).state == "applied"


def test_the_owner_of_a_run_is_left_alone(world: World) -> None:
    change = world.approved()
    seen: list[str] = []

    def look() -> None:
        assert world.other.recover() == ()
        seen.append(world.other.get(change.id).state)

    during(world, "apply", look)
    assert world.agent.run(change.id).state == "applied"
    assert seen == ["applying"]


def test_two_runs_at_once_of_one_change_are_one(world: World) -> None:
    change = world.approved()

    def again() -> None:
        with failing(StateError, "change.not_runnable"):
            world.other.run(change.id)

    during(world, "apply", again)
    assert world.agent.run(change.id).state == "applied"
    assert len(world.executor.applies()) == 1


def test_a_second_run_that_was_already_let_in_finds_it_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It saw the change approved, then waited while the first one ran."""
    change = world.approved()
    parts = world.parts("lee")
    real = parts.jobs.start

    def late(change_id: str, work: object) -> Change:
        world.agent.run(change_id)
        return real(change_id, work)  # type: ignore[arg-type]

    monkeypatch.setattr(parts.jobs, "start", late)
    other = type(world.other)(parts)
    with failing(StateError, "change.not_runnable"):
        other.run(change.id)
    assert len(world.executor.applies()) == 1


ELSEWHERE = "[other]\nweb ansible_host=n2\nn3\n"
"""Another inventory, which calls the second host by another name."""


def second_change(world: World, text: str = ELSEWHERE, **scope: Any) -> Change:
    """Approved, with an inventory of its own."""
    source = InventorySource(form="inline", text=text)
    hosts = [scope["limit"]] if "limit" in scope else ["web", "n3"]
    world.recordings["check"] = recording(dict.fromkeys(hosts, "changed"))
    change = world.approved(inventory=source, **scope)
    world.recordings["check"] = recording(all_hosts("changed"))
    return change


@pytest.mark.parametrize("scope", [{"limit": "n1"}, {}, {"limit": "n1", "tags": ("untagged",)}])
def test_two_changes_on_one_host_run_one_after_the_other(
    world: World, scope: dict[str, Any]
) -> None:
    first, second = world.approved(), world.approved(**scope)
    refused_while_running(world, first, second, "n1")
    world.recordings["check"] = recording({"n1": "changed"})
    planned = world.agent.replan(second.id)
    world.agent.approve(second.id, planned.stage.decisive.digest())  # type: ignore[union-attr]
    assert world.other.run(second.id).state == "applied"


def test_another_inventory_that_names_the_same_host_waits_too(world: World) -> None:
    second = second_change(world)
    refused_while_running(world, world.approved(), second, "web")


def refused_while_running(world: World, first: Change, second: Change, host: str) -> None:
    """While *first* runs, *second* is told who is on which of its hosts, and stays approved."""

    def other() -> None:
        with failing(TemporaryError, "change.locked") as caught:
            world.other.run(second.id)
        said = caught.value
        assert (said.params["holder"], said.params["host"]) == (first.id, host)
        assert said.change_id == second.id
        assert world.stored(second).state == "approved"
        held = {world.real.changes.holder(name) for name in locks(second)}
        assert held <= {first.id, ""}, "none is taken when not all can be"

    during(world, "apply", other)
    assert world.agent.run(first.id).state == "applied"
    world.executor.during = lambda order: None


def test_changes_on_different_hosts_run_at_the_same_time(world: World) -> None:
    """Of one inventory, by their limits."""
    first, second = world.approved(limit="n1"), world.approved(limit="n2")
    ended: list[str] = []
    during(world, "apply", lambda: ended.append(world.other.run(second.id).state))
    assert world.agent.run(first.id).state == "applied"
    assert ended == ["applied"]


def test_the_grant_is_confirmed_with_the_hosts_locked(world: World) -> None:
    """Else another change could apply between the two."""
    change = world.approved()
    world.clock.move(301)
    holders: list[str] = []
    during(world, "check", lambda: holders.extend(map(world.real.changes.holder, locks(change))))
    world.agent.run(change.id)
    assert holders == [change.id, change.id]


def test_locks_that_dead_processes_left_are_taken_over(world: World) -> None:
    one, two, alive = world.approved(limit="n1"), world.approved(limit="n2"), world.approved()
    for dead in (one, two):
        assert world.real.changes.lock(locks(dead), dead.id) is None
    assert world.agent.run(alive.id).state == "applied"


def test_a_dead_change_can_not_be_started_just_while_its_locks_are_given_back(
    world: World,
) -> None:
    """Else both would be on the host: it finds its locks as its own, then they are taken."""
    dead, alive = world.approved(), world.approved()
    assert world.real.changes.lock(locks(dead), dead.id) is None
    real, told = world.points.hit, []

    def hit(name: str) -> None:
        if name == "changes.unlock:before" and not told:
            told.append(name)
            with failing(TemporaryError, "job.owned"):
                world.other.run(dead.id)
        real(name)

    world.points.hit = hit  # type: ignore[method-assign]
    assert world.agent.run(alive.id).state == "applied"
    assert told, "it was tried"


def test_a_lock_whose_owner_lives_is_not_taken_over(world: World) -> None:
    """It holds the lock while it makes its plan again: approved, but not abandoned."""
    mine, theirs = world.approved(), world.approved()
    world.clock.move(301)

    def other() -> None:
        with failing(TemporaryError, "change.locked"):
            world.other.run(theirs.id)

    during(world, "check", other)
    assert world.agent.run(mine.id).state == "applied"


def test_a_lock_is_not_taken_over_while_what_its_owner_started_may_go_on(world: World) -> None:
    """Its owner died after recovery looked, so nobody has ended its run yet."""
    waiting = world.approved()
    dead = left_behind(world, "applying")
    with failing(TemporaryError, "change.locked") as caught:
        applying.run(world.parts(), waiting, silent, None)
    assert caught.value.params["holder"] == dead.id
    assert world.agent.run(waiting.id).state == "applied", "once that is ended"
    assert world.executor.ended == [LEFT]


def test_an_error_that_a_cancel_caused_is_not_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = world.approved()

    def ended(*_: object) -> RunResult:
        world.other.cancel(change.id)
        raise TemporaryError("execution.ansible_unusable", path="x", why="y")

    monkeypatch.setattr(world.executor, "run", ended)
    assert world.agent.run(change.id).state == "cancelled"


@pytest.mark.parametrize("mode", ["apply", "again"])
def test_a_cancel_from_elsewhere_stands(world: World, mode: str) -> None:
    change = world.approved()
    during(world, mode, lambda: world.other.cancel(change.id))
    world.recordings["again"] = recording(all_hosts("ok"))
    done = world.agent.run(change.id)
    assert (done.state, done.reason) == ("cancelled", "job.cancelled")
    assert [record.actor for record in world.records(change) if record.event == "cancel"] == ["lee"]
    assert done.stage.outcome is not None, "what it did until then is kept"
    assert len(world.executor.ended) == 1
    assert [order.mode for order in world.executor.orders][-1] == mode, "nothing more is run"
    assert world.lock_is_free(change)
    assert world.agent.audit() == ()


def test_a_failure_that_a_cancel_caused_does_not_overwrite_it(world: World) -> None:
    change = world.approved()
    during(world, "apply", lambda: world.other.cancel(change.id))
    world.recordings["apply"] = recording(all_hosts("failed"))
    world.agent.run(change.id)
    assert world.stored(change).state == "cancelled"


def test_a_cancel_before_the_run_has_a_process_keeps_it_from_starting(world: World) -> None:
    change = world.approved()
    real = world.points.hit

    def hit(name: str) -> None:
        if name == "run apply:start":
            world.points.hit = real  # type: ignore[method-assign]
            world.other.cancel(change.id)
        real(name)

    world.points.hit = hit  # type: ignore[method-assign]
    assert world.agent.run(change.id).state == "cancelled"
    assert "run apply:event" not in world.points.names


def test_a_cancel_that_loses_a_race_against_the_runs_own_notes_tries_again(world: World) -> None:
    change = world.approved()

    def racing() -> None:
        seen = world.stored(change)
        world.real.changes.save(seen, "kim", "process", {})
        from kiki.service import recovery

        assert recovery.cancel(world.parts("lee"), seen).state == "cancelled"

    during(world, "apply", racing)
    assert world.agent.run(change.id).state == "cancelled"


def test_a_cancel_that_comes_too_late_says_so(world: World) -> None:
    from kiki.service import recovery

    seen = world.approved()
    world.agent.run(seen.id)
    with failing(StateError, "change.transition") as caught:
        recovery.cancel(world.parts("lee"), seen)
    assert caught.value.params["state"] == "applied"
    assert world.executor.ended == []


def test_a_cancel_while_it_is_planned_or_read_stands(world: World) -> None:
    ids: list[str] = []

    def cancel() -> None:
        ids.append(world.other.find(ChangeFilter())[0].id)
        world.other.cancel(ids[-1])

    during(world, "check", cancel)
    change = world.submit()
    assert (change.state, change.id) == ("cancelled", ids[0])
    assert (
        world.agent.submit(
            world.request(), lambda step: (step.code == "progress.check" and cancel()) or None
        ).state
        == "cancelled"
    )


def test_a_change_that_is_rejected_while_its_grant_is_confirmed_does_not_run(world: World) -> None:
    change = world.approved()
    world.clock.move(301)
    during(world, "check", lambda: world.other.reject(change.id))
    assert world.agent.run(change.id).state == "rejected"
    assert world.executor.applies() == []


def test_two_answers_are_not_both_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from kiki.model.intent import Question, Reading
    from kiki.model.request import Request

    asked = Reading(reader="rules", question=Question(code="question.field", field="0.path"))
    monkeypatch.setattr("kiki.pipeline.read", lambda *_, **__: asked)
    change = world.agent.submit(Request(message="make a directory"))
    stale = world.stored(change)
    world.agent.answer(change.id, "/srv/x")
    monkeypatch.setattr(type(world.real.changes), "get", lambda self, _: stale)
    with failing(StateError, "change.moved"):
        world.other.answer(change.id, "/srv/y")


OWNER = """
import subprocess, sys, time
from pathlib import Path
from kiki.execution import processes
from kiki.store.opening import open_store
from tests.unit.service.world import World

world = World(Path(sys.argv[1]), lambda clock: open_store(sys.argv[1], clock))
world.clock.move(30)
sleeper = subprocess.Popen(["sleep", "20"], start_new_session=True)

def run(order, on_event, on_start, password=None):
    on_start(processes.describe(sleeper.pid))
    print(sleeper.pid, flush=True)
    time.sleep(20)

world.executor.run = run
world.agent.run(sys.argv[2])
"""


def test_a_real_kill_in_mid_apply_is_found_ended_and_said(durable: World) -> None:
    world = durable
    change = world.approved()
    command = [sys.executable, "-c", OWNER, str(world.folder), change.id]
    root = Path(__file__).resolve().parents[3]
    environment = os.environ | {"PYTHONPATH": f"{root / 'src'}:{root}"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert world.agent.recover() == (), "its owner lives"
        assert world.agent.get(change.id).state == "applying"
        with failing(KikiError, "change.not_runnable"):
            world.agent.run(change.id)
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    assert processes.look(pid) is not None, "what it started outlived it"
    ending = RunnerExecutor(str(world.folder), lambda name, version: "", lambda: None)  # type: ignore[arg-type, return-value]
    world.executor.end = ending.end  # type: ignore[method-assign]
    assert world.agent.get(change.id).state == "interrupted"
    gone = processes.look(pid)
    assert gone is None or not gone.running
    assert world.lock_is_free(change)
    assert world.agent.audit() == ()
    world.settle()
