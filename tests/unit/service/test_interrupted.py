"""Every place at which something can end the service, one after the other: nothing is lost.

``Points`` numbers each moment at which the service hands control to the store, the executor or the
listener. Whatever happens there, afterwards the record verifies, no change runs for ever, no lock
stays behind, no process of a run is left, and hosts were changed at most once for one approval.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiki.model.agent import Progress
from kiki.model.change import Change
from kiki.model.errors import CancelledError, KikiError, TemporaryError
from kiki.model.lifecycle import RUNNING
from kiki.model.rollout import Rollout
from tests.unit.service.world import EVERY, Killed, World, disk_full, failing, recording

Work = Callable[[World], Change]


def submitting(world: World) -> Change:
    return world.agent.submit(world.request(), pointed(world))


def running(world: World) -> Change:
    change = newest(world) or world.approved()
    return world.agent.run(change.id, pointed(world))


def approved_in_waves(world: World) -> Change:
    return world.approved(rollout=Rollout(canary="n2", batch="1"))


def resuming(world: World) -> Change:
    """Goes on with a rollout whose first wave failed, to its end."""
    change = newest(world) or stopped_in_waves(world)
    again = world.agent.resume(change.id, pointed(world))
    world.agent.approve(again.id, again.stage.decisive.digest())  # type: ignore[union-attr]
    return world.agent.run(again.id, pointed(world))


def stopped_in_waves(world: World) -> Change:
    good = world.recordings["apply"]
    world.recordings["apply"] = recording({"n1": "changed", "n2": "failed"})
    change = world.agent.run(approved_in_waves(world).id)
    world.recordings["apply"] = good
    return change


def undoing(world: World) -> Change:
    return world.agent.undo(world.applied().id, pointed(world))


def cancelling(world: World) -> Change:
    return world.agent.cancel(world.approved().id)


def pointed(world: World) -> Callable[[Progress], None]:
    return lambda progress: world.points.hit("listener")


def newest(world: World) -> Change | None:
    return next(iter(world.real.changes.find(EVERY)), None)


def points_of(tmp_path: Path, prepare: Work | None, work: Work) -> list[str]:
    """Their names, when nothing goes wrong."""
    world = World(tmp_path / "dry")
    if prepare:
        prepare(world)
    with world.armed(-1, Killed) as points:
        work(world)
        return list(points.names)


ERRORS: dict[str, Callable[[], BaseException]] = {
    "killed": Killed,
    "ctrl-c": KeyboardInterrupt,
    "disk full": disk_full,
}


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize(
    ("prepare", "work"),
    [
        (None, submitting),
        (World.approved, running),
        (approved_in_waves, running),
        (stopped_in_waves, resuming),
    ],
)
def test_nothing_is_lost_wherever_it_is_cut(
    tmp_path: Path, prepare: Work | None, work: Work, error: str
) -> None:
    names = points_of(tmp_path, prepare, work)
    assert len(names) > 20
    for at, name in enumerate(names):
        world = World(tmp_path / f"{at}")
        before = prepare(world) if prepare else None
        with world.armed(at, ERRORS[error]) as points:
            try:
                work(world)
            except KikiError as raised:
                assert before is None or raised.change_id in ("", before.id), name
            except (Killed, KeyboardInterrupt):
                pass
            assert points.fired == name
        if error != "killed":
            assert world.executor.alive == 0, f"{name}: a run goes on that nobody waits for"
        go_on(world, f"{error} at {at}: {name}")


def go_on(world: World, where: str) -> None:
    """Somebody looks, and takes it from there as far as it goes."""
    world.settle()
    assert world.executor.alive == 0, f"{where}: a run goes on that nobody waits for"
    approvals = sum(record.event == "approve" for record in world.real.ledger.records())
    turns = [host for order in world.executor.applies() for host in order.inventory.hosts]
    assert all(turns.count(host) <= approvals for host in turns), where
    change = newest(world)
    if change is None:
        return
    if change.stages and change.stage.outcome and change.state in ("cancelled", "interrupted"):
        change = world.agent.resume(change.id)
        assert change.state == "awaiting_approval", where
    elif change.state in ("draft", "checked", "planned", "failed", "interrupted") and change.stages:
        change = world.agent.replan(change.id)
        assert change.state == "awaiting_approval", where
    elif change.state == "draft":
        change = world.agent.replan(change.id)
    if change.state == "awaiting_approval":
        change = world.agent.approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]
    if change.state == "approved":
        assert world.agent.run(change.id).state == "applied", where
    assert world.applied().state == "applied", f"{where}: the inventory is free for others"
    world.settle()


def test_ctrl_c_in_the_check_run_leaves_it_checked(world: World) -> None:
    world.executor.during = interrupt
    with failing(CancelledError, "plan.cancelled") as caught:
        world.submit()
    change = world.stored(world.agent.get(caught.value.change_id))
    assert change.state == "checked"
    world.executor.during = lambda order: None
    assert world.agent.replan(change.id).state == "awaiting_approval"


def test_ctrl_c_while_the_inventory_is_read_leaves_it_checked(tmp_path: Path) -> None:
    world = World(tmp_path)
    at = points_of(tmp_path, None, submitting).index("resolve:before")
    with (
        world.armed(at, KeyboardInterrupt),
        failing(CancelledError, "plan.cancelled") as caught,
    ):
        submitting(world)
    assert world.agent.get(caught.value.change_id).state == "checked"


def test_ctrl_c_in_the_syntax_check_is_no_syntax_error(world: World) -> None:
    from kiki.execution.recorded import Recording
    from kiki.model.run import RunEvent

    world.recordings["syntax"] = Recording(rc=0, events=(RunEvent(counter=1, kind="other"),))
    world.executor.during = interrupt
    with failing(CancelledError, "plan.cancelled") as caught:
        world.submit(verify="syntax")
    assert world.agent.get(caught.value.change_id).state == "checked"


@pytest.mark.parametrize("reason", ["execution.driver_died", "execution.events_lost"])
def test_a_syntax_check_that_died_is_no_syntax_error(world: World, reason: str) -> None:
    from kiki.execution.recorded import Recording
    from kiki.model.run import RunEvent

    event = RunEvent(counter=1, kind="failed", result={"reason": reason})
    world.recordings["syntax"] = Recording(rc=1, events=(event,))
    with failing(TemporaryError, reason) as caught:
        world.submit(verify="syntax")
    assert world.agent.get(caught.value.change_id).state == "failed"


def test_a_syntax_check_that_takes_too_long_is_no_syntax_error(world: World) -> None:
    from kiki.execution.recorded import Recording
    from kiki.model.run import RunEvent

    event = RunEvent(counter=1, kind="other")
    world.recordings["syntax"] = Recording(rc=0, events=(event,), pause_s=0.05)
    slow = world.process("kim", timeout_s=0)
    with failing(TemporaryError, "plan.timeout"):
        slow.submit(world.request(scope=world.scope(verify="syntax")))


@pytest.mark.parametrize("mode", ["apply", "again"])
def test_ctrl_c_in_a_run_cancels_it(world: World, mode: str) -> None:
    change = world.approved()
    world.executor.during = lambda order: interrupt(order) if order.mode == mode else None
    done = world.agent.run(change.id)
    assert (done.state, done.reason) == ("cancelled", "job.cancelled")
    assert done.process is None
    assert done.stage.outcome is not None
    assert len(done.stage.outcome.runs) == (1 if mode == "apply" else 2)
    assert done.stage.outcome.verified == "not_run"
    assert world.lock_is_free(change)
    assert world.agent.audit() == ()


@pytest.mark.parametrize("name", ["listener", "run apply:before", "run again:before"])
def test_ctrl_c_between_two_steps_of_a_run_cancels_it_too(tmp_path: Path, name: str) -> None:
    names = points_of(tmp_path, World.approved, running)
    world = World(tmp_path / "wet")
    change = world.approved()
    with world.armed(names.index(name), KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        running(world)
    assert (world.stored(change).state, world.stored(change).reason) == (
        "cancelled", "job.cancelled",
    )  # fmt: skip
    assert world.lock_is_free(change)


def test_a_mistake_of_ours_in_a_run_is_an_interruption(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = world.approved()

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("kiki.targets.ansible.target.AnsibleTarget.outcome", broken)
    with pytest.raises(ZeroDivisionError):
        world.agent.run(change.id)
    assert (world.stored(change).state, world.stored(change).reason) == (
        "interrupted", "job.interrupted",
    )  # fmt: skip
    assert world.lock_is_free(change)


def test_a_run_whose_processes_can_not_be_recorded_is_ended_before_it_does_anything(
    tmp_path: Path,
) -> None:
    names = points_of(tmp_path, World.approved, running)
    world = World(tmp_path / "wet")
    change = world.approved()
    at = names.index("changes.save:before", names.index("run apply:start"))
    with world.armed(at, disk_full), failing(TemporaryError, "store.disk_full") as caught:
        running(world)
    assert caught.value.change_id == change.id
    assert world.executor.alive == 0
    assert "run apply:event" not in world.points.names


class Full:
    """A disk that stays full from a moment on."""

    def __init__(self, world: World, name: str) -> None:
        self._hit = world.points.hit
        self._name = name
        self.full = False

    def __call__(self, name: str) -> None:
        self.full = self.full or name == self._name
        if self.full and name in ("changes.save:before", "changes.unlock:before"):
            raise disk_full()
        self._hit(name)


@pytest.mark.parametrize(
    "name", ["run apply:start", "run apply:event", "run apply:after", "run again:after"]
)
def test_a_disk_that_is_full_in_mid_apply_says_so_and_is_recovered_later(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = world.approved()
    full = Full(world, name)
    monkeypatch.setattr(world.points, "hit", full)
    with failing(TemporaryError, "store.disk_full") as caught:
        world.agent.run(change.id)
    assert caught.value.change_id == change.id
    assert world.executor.alive == 0
    assert world.agent.get(change.id).state in RUNNING, "it can't be written yet, but shown"
    full._name, full.full = "", False
    assert world.agent.get(change.id).state == "interrupted"
    assert len(world.executor.applies()) == 1, "and it is not started again by itself"
    assert world.applied(), "nor is the inventory locked for ever"


def interrupt(order: object) -> None:
    raise KeyboardInterrupt


def test_a_draft_that_was_cut_keeps_the_reading_that_it_was_made_with(tmp_path: Path) -> None:
    """An undo has no words to read again."""
    world = World(tmp_path)
    original = world.applied()
    with world.armed(0, KeyboardInterrupt):
        pass
    heard: list[str] = []

    def cut(progress: Progress) -> None:
        heard.append(progress.code)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.agent.undo(original.id, cut)
    draft = newest(world)
    assert draft is not None
    assert (draft.state, draft.undoes, heard) == ("draft", original.id, ["progress.check"])
    world.recordings["check"] = world.recordings["again"]
    assert world.agent.replan(draft.id).undoes == original.id
