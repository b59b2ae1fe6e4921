"""Applies in waves: who gets a turn, what is left, and going on with it as the same change."""

from typing import Any

import pytest
from msgspec.structs import replace

from kiki.execution.recorded import Recording
from kiki.model.change import Change, Done, Outcome
from kiki.model.errors import KikiError, StaleError, StateError, TemporaryError, UsageError
from kiki.model.lifecycle import RUNNING
from kiki.model.request import InventorySource
from kiki.model.rollout import FIRST, Rollout
from kiki.model.run import RunMode, RunOrder
from tests.unit.service.test_back import REMOVED, notes
from tests.unit.service.world import TASK, Killed, World, failing, recording, told

EVERY = ("n1", "n2", "n3", "n4")
ONE_BY_ONE = Rollout(batch="1")
CANARY = Rollout(canary="n2", batch="2")


@pytest.fixture
def wide(world: World) -> World:
    """Four hosts on which the directory is missing, is made, and is there."""
    shows(world, "check", **dict.fromkeys(EVERY, "changed"))
    shows(world, "apply", **dict.fromkeys(EVERY, "changed"))
    shows(world, "again", **dict.fromkeys(EVERY, "ok"))
    return world


def shows(world: World, mode: RunMode, **verdicts: str) -> None:
    world.recordings[mode] = recording(verdicts, message="broken")


def on_four(world: World, rollout: Rollout, **fields: Any) -> Change:
    source = InventorySource(form="hosts", text=",".join(EVERY))
    return world.approved(inventory=source, rollout=rollout, **fields)


def run(world: World, rollout: Rollout, **fields: Any) -> Change:
    return world.agent.run(on_four(world, rollout, **fields).id)


def granted(world: World, change: Change) -> Change:
    assert change.state == "awaiting_approval", (change.state, change.reason)
    assert change.stage.decisive is not None
    return world.agent.approve(change.id, change.stage.decisive.digest())


def left(change: Change) -> Outcome:
    assert change.stage.outcome is not None
    return change.stage.outcome


def turns(world: World) -> list[tuple[str, tuple[str, ...]]]:
    return [(order.mode, order.inventory.hosts) for order in world.executor.orders]


def at(world: World, mode: str, host: str, act: Any) -> None:
    """Do *act* when *host*'s run in *mode* tells of its first event."""
    seen: list[str] = []

    def during(order: RunOrder) -> None:
        if order.mode == mode and host in order.inventory.hosts and not seen:
            seen.append(host)
            act(order)

    world.executor.during = during


def stop(error: type[BaseException]) -> Any:
    def act(_: RunOrder) -> None:
        raise error

    return act


class TestGood:
    def test_each_wave_is_proven_before_the_next(self, wide: World) -> None:
        done = run(wide, CANARY)
        assert done.state == "applied"
        assert turns(wide) == [
            ("check", EVERY),
            ("apply", ("n2",)),
            ("again", ("n2",)),
            ("apply", ("n1", "n3")),
            ("again", ("n1", "n3")),
            ("apply", ("n4",)),
            ("again", ("n4",)),
        ]
        outcome = left(done)
        assert sorted(outcome.changed) == list(EVERY)
        assert (outcome.left, outcome.unsure, outcome.verified) == ((), (), "passed")
        assert len(outcome.runs) == 6
        wave = ["process", "ran", "process"]
        assert wide.events(done)[5:] == ["start", *wave, "next", *wave, "next", *wave,
                                         "verify_pass"]  # fmt: skip
        assert wide.agent.audit() == ()
        assert wide.lock_is_free(done)

    def test_the_record_names_who_is_left_after_every_step(self, wide: World) -> None:
        seen: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []

        def look(order: RunOrder) -> None:
            known = left(wide.real.changes.get(order.run_id[:14]))
            seen.append((order.mode, known.unsure, known.left))

        wide.executor.during = lambda order: look(order) if order.mode != "check" else None
        run(wide, Rollout(batch="3"))
        first, rest = ("n1", "n2", "n3"), ("n4",)
        assert list(dict.fromkeys(seen)) == [
            ("apply", first, rest),
            ("again", first, rest),
            ("apply", rest, ()),
            ("again", rest, ()),
        ]

    def test_the_waves_are_told_and_are_part_of_what_is_approved(self, wide: World) -> None:
        change = on_four(wide, CANARY)
        assert change.stage.plan is not None and change.stage.decisive is not None
        assert change.stage.plan.waves == (("n2",), ("n1", "n3"), ("n4",))
        assert change.stage.decisive.identity["waves"] == "n2;n1,n3;n4"
        assert change.stage.decisive.scope["rollout"]["canary"] == "n2"
        other = on_four(wide, ONE_BY_ONE)
        assert other.stage.decisive is not None
        assert other.stage.decisive.digest() != change.stage.decisive.digest()
        heard, listener = told()
        wide.agent.run(change.id, listener)
        said = [step.params for step in heard if step.code == "progress.wave"]
        assert said[1] == {"number": "2", "count": "3", "hosts": "n1, n3"}

    def test_a_canary_without_a_name_is_the_first_that_changes(self, wide: World) -> None:
        shows(wide, "check", n1="ok", n2="ok", n3="changed", n4="changed")
        run(wide, Rollout(canary=FIRST))
        assert turns(wide)[1] == ("apply", ("n3",))
        assert turns(wide)[3] == ("apply", ("n1", "n2", "n4"))

    def test_without_a_second_run_the_waves_follow_each_other(self, wide: World) -> None:
        done = run(wide, Rollout(batch="2"), verify="none")
        assert (done.state, left(done).verified) == ("applied", "not_run")
        assert turns(wide)[1:] == [("apply", ("n1", "n2")), ("apply", ("n3", "n4"))]

    def test_hosts_that_the_code_has_nothing_to_do_with_get_no_turn(self, wide: World) -> None:
        shows(wide, "check", n1="changed", n2="changed")
        assert run(wide, ONE_BY_ONE).state == "applied"
        assert {hosts for mode, hosts in turns(wide)[1:]} == {("n1",), ("n2",)}

    def test_a_time_limit_of_its_own(self, wide: World) -> None:
        run(wide, Rollout(), timeout_s=77)
        assert {order.timeout_s for order in wide.executor.orders} == {77}
        run(wide, Rollout())
        assert wide.executor.orders[-1].timeout_s == 3600


class TestStopped:
    def test_a_canary_that_fails_stops_it_and_nobody_else_is_touched(self, wide: World) -> None:
        shows(wide, "apply", n1="changed", n2="failed", n3="changed", n4="changed")
        done = run(wide, CANARY)
        assert (done.state, done.reason) == ("failed", "ansible.task_failed")
        outcome = left(done)
        assert (outcome.failed, outcome.left) == (("n2",), ("n1", "n3", "n4"))
        assert (outcome.changed, outcome.verified) == ((), "not_run")
        assert turns(wide)[1:] == [("apply", ("n2",))]

    def test_a_later_wave_that_fails_leaves_the_rest(self, wide: World) -> None:
        shows(wide, "apply", n1="changed", n2="changed", n3="failed", n4="changed")
        done = run(wide, ONE_BY_ONE)
        assert done.state == "partly_applied"
        outcome = left(done)
        assert (outcome.changed, outcome.failed, outcome.left) == (("n1", "n2"), ("n3",), ("n4",))
        assert wide.records(done)[-1].data["left"] == 1

    @pytest.mark.parametrize("verdict", ["failed", "unreachable"])
    def test_within_the_limit_it_goes_on_and_proves_the_others(
        self, wide: World, verdict: str
    ) -> None:
        shows(wide, "apply", n1="changed", n2=verdict, n3="changed", n4="changed")
        done = run(wide, Rollout(batch="2", max_fail=50))
        assert done.state == "partly_applied"
        outcome = left(done)
        assert outcome.changed == ("n1", "n3", "n4")
        assert (outcome.left, outcome.verified) == ((), "passed")
        assert (outcome.failed, outcome.unreachable) == (
            (("n2",), ()) if verdict == "failed" else ((), ("n2",))
        )
        assert turns(wide)[2] == ("again", ("n1",))

    def test_over_the_limit_it_stops(self, wide: World) -> None:
        shows(wide, "apply", n1="changed", n2="unreachable", n3="changed", n4="changed")
        done = run(wide, Rollout(batch="2", max_fail=49))
        assert (done.state, left(done).left) == ("partly_applied", ("n3", "n4"))

    def test_all_may_fail_and_then_nothing_is_applied(self, wide: World) -> None:
        shows(wide, "apply", **dict.fromkeys(EVERY, "failed"))
        done = run(wide, Rollout(batch="2", max_fail=100))
        assert done.state == "failed"
        assert (left(done).failed, left(done).left) == (EVERY, ())

    def test_all_of_a_wave_may_fail_where_that_is_allowed(self, wide: World) -> None:
        shows(wide, "apply", n1="failed", n2="unreachable", n3="changed", n4="changed")
        done = run(wide, Rollout(batch="2", max_fail=100))
        assert (done.state, left(done).changed) == ("partly_applied", ("n3", "n4"))

    def test_code_that_changes_something_each_time_stops_it_whatever_the_limit(
        self, wide: World
    ) -> None:
        shows(wide, "again", n1="changed", n2="ok", n3="ok", n4="ok")
        done = run(wide, Rollout(batch="2", max_fail=100))
        assert (done.state, done.reason) == ("failed", "ansible.verify_changed")
        outcome = left(done)
        assert (outcome.unsure, outcome.left) == (("n1",), ("n3", "n4"))
        assert outcome.verified == "failed"

    def test_a_host_that_is_lost_in_the_second_run_counts(self, wide: World) -> None:
        shows(wide, "again", n1="ok", n2="unreachable", n3="ok", n4="ok")
        stopped = run(wide, Rollout(batch="2"))
        assert stopped.state == "partly_applied"
        assert (left(stopped).unsure, left(stopped).left) == (("n2",), ("n3", "n4"))
        went_on = run(wide, Rollout(batch="2", max_fail=50))
        assert (left(went_on).unsure, left(went_on).left) == (("n2",), ())
        assert went_on.state == "partly_applied"

    def test_what_is_no_hosts_failure_stops_it(self, wide: World) -> None:
        """Nobody knows then how each host ended."""
        wide.recordings["apply"] = Recording(rc=4)
        done = run(wide, Rollout(batch="2", max_fail=100))
        assert done.state == "failed"
        assert (left(done).unsure, left(done).left) == (("n1", "n2"), ("n3", "n4"))

    def test_events_that_were_lost_stop_it(self, wide: World) -> None:
        made = wide.recordings["apply"]
        lost = replace(made.events[0], host="", kind="failed",
                       result={"reason": "execution.events_lost"})  # fmt: skip
        wide.recordings["apply"] = replace(made, events=(*made.events, lost), rc=2)
        done = run(wide, Rollout(batch="2", max_fail=100))
        assert (done.state, left(done).unsure) == ("failed", ("n1", "n2"))

    def test_the_time_limit_stops_it(self, wide: World) -> None:
        made = wide.recordings["apply"]
        change = on_four(wide, ONE_BY_ONE)
        wide.recordings["apply"] = replace(made, pause_s=0.05)
        slow = wide.process("kim", timeout_s=0)
        done = slow.run(change.id)
        assert (done.state, done.reason) == ("failed", "ansible.run_timeout")
        assert (left(done).unsure, left(done).left) == (("n1",), ("n2", "n3", "n4"))


class TestCut:
    def test_killed_in_a_wave_the_record_says_who_was_under_way(self, wide: World) -> None:
        change = killed(wide, "apply", "n2")
        assert change.state == "interrupted"
        outcome = left(change)
        assert (outcome.changed, outcome.unsure, outcome.left) == (("n1",), ("n2",), ("n3", "n4"))
        assert outcome.done == {"n1": Done(changed=(TASK,)), "n2": Done(heard=False)}

    def test_killed_in_the_second_run_the_wave_is_not_proven(self, wide: World) -> None:
        outcome = left(killed(wide, "again", "n2"))
        assert (outcome.changed, outcome.unsure) == (("n1", "n2"), ("n2",))
        assert outcome.left == ("n3", "n4")

    def test_the_undo_of_a_cut_rollout_takes_back_what_may_have_happened(self, wide: World) -> None:
        change = killed(wide, "apply", "n2")
        shows(wide, "check", **dict.fromkeys(EVERY, "ok"))
        back = wide.agent.undo(change.id)
        assert back.request.scope.limit == "n1,n2"
        assert "ansible.undo_unheard" in notes(back)

    def test_ctrl_c_between_two_waves(self, wide: World) -> None:
        change = on_four(wide, ONE_BY_ONE)

        def listener(progress: Any) -> None:
            if progress.code == "progress.wave" and progress.params["number"] == "2":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            wide.agent.run(change.id, listener)
        kept = wide.stored(change)
        assert (kept.state, kept.reason) == ("cancelled", "job.cancelled")
        assert (left(kept).changed, left(kept).left) == (("n1",), ("n2", "n3", "n4"))
        assert left(kept).unsure == ()

    def test_ctrl_c_in_a_wave(self, wide: World) -> None:
        at(wide, "apply", "n3", stop(KeyboardInterrupt))
        done = run(wide, ONE_BY_ONE)
        assert (done.state, done.reason) == ("cancelled", "job.cancelled")
        assert (left(done).unsure, left(done).left) == (("n3",), ("n4",))

    @pytest.mark.parametrize("mode", ["apply", "again"])
    def test_a_cancel_from_elsewhere_keeps_what_was_done(self, wide: World, mode: str) -> None:
        change = on_four(wide, ONE_BY_ONE)
        made = wide.recordings[mode]  # type: ignore[index]
        wide.recordings[mode] = replace(made, pause_s=0.001)  # type: ignore[literal-required]
        at(wide, mode, "n2", lambda order: wide.other.cancel(change.id))
        assert wide.agent.run(change.id).state == "cancelled"
        kept = left(wide.stored(change))
        assert ("n1" in kept.changed, kept.unsure, kept.left) == (True, ("n2",), ("n3", "n4"))
        assert wide.events(change)[-1] == "outcome"
        assert ("apply", ("n3",)) not in turns(wide)
        assert wide.agent.audit() == ()

    def test_a_disk_that_is_full_between_two_waves_begins_no_other(self, wide: World) -> None:
        change = on_four(wide, ONE_BY_ONE)
        hit, full = wide.points.hit, TemporaryError("store.disk_full", path="kiki.db")

        def points(name: str) -> None:
            if name == "changes.save:before" and turns(wide)[-1] == ("again", ("n1",)):
                known = wide.real.changes.get(change.id)
                if known.state == "verifying" and known.process is not None:
                    raise full
            hit(name)

        wide.points.hit = points  # type: ignore[method-assign]
        with failing(TemporaryError, "store.disk_full"):
            wide.agent.run(change.id)
        wide.points.hit = hit  # type: ignore[method-assign]
        assert wide.stored(change).state in RUNNING
        kept = wide.agent.get(change.id)
        assert kept.state == "interrupted"
        assert (left(kept).unsure, left(kept).left) == (("n1",), ("n2", "n3", "n4"))
        assert ("apply", ("n2",)) not in turns(wide)


def killed(world: World, mode: str, host: str) -> Change:
    change = on_four(world, ONE_BY_ONE)
    at(world, mode, host, stop(Killed))
    with pytest.raises(Killed):
        world.agent.run(change.id)
    world.executor.during = lambda order: None
    return world.agent.get(change.id)


class TestGoingOn:
    def stopped(self, world: World) -> Change:
        """n1 and n2 are changed, n3 failed, and nobody came to n4."""
        shows(world, "apply", n1="changed", n2="changed", n3="failed", n4="changed")
        return run(world, ONE_BY_ONE)

    def mended(self, world: World) -> None:
        shows(world, "apply", **dict.fromkeys(EVERY, "changed"))

    def test_the_same_change_is_planned_for_those_that_are_left(self, wide: World) -> None:
        change = self.stopped(wide)
        self.mended(wide)
        again = wide.agent.resume(change.id)
        assert (again.id, again.state) == (change.id, "awaiting_approval")
        assert again.stage.rest == ("n3", "n4")
        assert again.stage.plan is not None and again.stage.plan.hosts == ("n3", "n4")
        assert again.request.scope.limit == "", "a redo is of all"
        assert again.approval is None
        before = len(turns(wide))
        done = wide.agent.run(granted(wide, again).id)
        assert done.state == "applied"
        assert [hosts for mode, hosts in turns(wide)[before:] if mode == "apply"] == [
            ("n3",), ("n4",),
        ]  # fmt: skip
        assert wide.agent.audit() == ()

    def test_one_undo_takes_back_all_of_its_runs(self, wide: World) -> None:
        change = self.stopped(wide)
        self.mended(wide)
        wide.agent.run(granted(wide, wide.agent.resume(change.id)).id)
        removed = "Remove directory /srv/x"
        for mode in ("check", "apply"):
            made = recording(dict.fromkeys(EVERY, "changed"), removed, REMOVED)
            wide.recordings[mode] = made  # type: ignore[literal-required]
        wide.recordings["again"] = recording(dict.fromkeys(EVERY, "ok"), removed)
        back = wide.agent.undo(change.id)
        assert back.request.scope.limit == "n1,n2,n3,n4"
        assert wide.agent.run(granted(wide, back).id).state == "applied"
        assert wide.stored(change).state == "undone"

    def test_what_was_done_before_is_not_forgotten_when_going_on_fails_too(
        self, wide: World
    ) -> None:
        change = self.stopped(wide)
        shows(wide, "apply", n3="failed", n4="changed")
        second = wide.agent.run(granted(wide, wide.agent.resume(change.id)).id)
        assert (second.state, left(second).left) == ("failed", ("n4",))
        self.mended(wide)
        third = wide.agent.run(granted(wide, wide.agent.resume(change.id)).id)
        assert (third.state, len(third.stage.earlier)) == ("applied", 2)
        shows(wide, "check", **dict.fromkeys(EVERY, "ok"))
        assert wide.agent.undo(change.id).request.scope.limit == "n1,n2,n3,n4"

    @pytest.mark.parametrize("mode", ["apply", "again"])
    def test_after_a_kill(self, wide: World, mode: str) -> None:
        change = killed(wide, mode, "n2")
        assert wide.agent.resume(change.id).stage.rest == ("n2", "n3", "n4")

    def test_nothing_left_to_do_there_ends_it(self, wide: World) -> None:
        change = self.stopped(wide)
        shows(wide, "check", n3="ok", n4="ok")
        done = wide.agent.resume(change.id)
        assert (done.state, left(done).unchanged) == ("applied", ("n3", "n4"))
        shows(wide, "check", **dict.fromkeys(EVERY, "ok"))
        assert wide.agent.undo(change.id).request.scope.limit == "n1,n2,n3"

    def test_a_plan_for_all_is_for_all(self, wide: World) -> None:
        change = self.stopped(wide)
        assert wide.agent.replan(change.id).stage.rest == ()
        assert wide.agent.resume(change.id).stage.rest == ("n3", "n4")

    def test_a_plan_that_is_made_anew_stays_one_for_the_rest(self, wide: World) -> None:
        change = granted(wide, wide.agent.resume(self.stopped(wide).id))
        wide.executor.install(ansible_builtin="2.20.0")
        with failing(StaleError, "approval.moved"):
            wide.agent.run(change.id)
        assert wide.agent.replan(change.id).stage.rest == ("n3", "n4")

    def test_a_plan_that_could_not_be_made_is_tried_again(self, wide: World) -> None:
        change = self.stopped(wide)
        shows(wide, "check", n3="unreachable", n4="unreachable")
        with failing(TemporaryError, "execution.unreachable"):
            wide.agent.resume(change.id)
        shows(wide, "check", n3="changed", n4="changed")
        assert wide.agent.resume(change.id).stage.rest == ("n3", "n4")

    def test_ctrl_c_while_it_is_planned(self, wide: World) -> None:
        change = self.stopped(wide)
        wide.executor.during = stop(KeyboardInterrupt)
        with pytest.raises(KikiError):
            wide.agent.replan(change.id)
        wide.executor.during = lambda order: None
        assert wide.stored(change).state == "checked"
        assert wide.agent.resume(change.id).stage.rest == ("n3", "n4")

    def test_a_canary_that_had_its_turn_is_not_asked_for_again(self, wide: World) -> None:
        shows(wide, "apply", n1="failed", n2="changed", n3="changed", n4="changed")
        change = run(wide, CANARY)
        again = wide.agent.resume(change.id)
        assert again.stage.plan is not None
        assert again.stage.plan.waves == (("n1", "n3"), ("n4",))

    def test_what_never_began_can_not_be_gone_on_with(self, wide: World) -> None:
        change = on_four(wide, CANARY)
        with failing(StateError, "resume.not_begun"):
            wide.agent.resume(change.id)

    def test_what_came_to_its_end_left_nothing(self, wide: World) -> None:
        with failing(StateError, "resume.nothing_left"):
            wide.agent.resume(run(wide, CANARY).id)

    def test_a_run_that_an_older_kiki_stopped_is_gone_on_with_everywhere(self, wide: World) -> None:
        at(wide, "apply", "n1", stop(KeyboardInterrupt))
        change = run(wide, Rollout())
        old = replace(left(change), unsure=(), left=())
        for outcome in (old, None):
            stages = (replace(change.stage, outcome=outcome),)
            change = wide.real.changes.save(replace(change, stages=stages), "kim", "edit", {})
            assert wide.agent.resume(change.id).stage.rest == EVERY
            change = wide.real.changes.save(
                replace(wide.stored(change), state="cancelled"), "kim", "start", {}
            )

    def test_its_earlier_hosts_make_others_plans_old(self, wide: World) -> None:
        """The plan that it has now does not have them any more."""
        shows(wide, "apply", n1="changed", n2="failed")
        mine = on_four(wide, ONE_BY_ONE)
        theirs = wide.approved(limit="n1")
        change = wide.agent.run(mine.id)
        wide.agent.resume(change.id)
        shows(wide, "check", n1="ok")
        with failing(StaleError, "approval.moved"):
            wide.other.run(theirs.id)


class TestWrong:
    @pytest.mark.parametrize(
        ("rollout", "code"),
        [
            (Rollout(batch="none"), "rollout.batch_invalid"),
            (Rollout(max_fail=5), "rollout.max_fail_alone"),
        ],
    )
    def test_a_rollout_that_can_not_be_done_makes_no_change(
        self, wide: World, rollout: Rollout, code: str
    ) -> None:
        with failing(UsageError, code):
            wide.submit(rollout=rollout)
        assert wide.executor.orders == []

    def test_a_canary_that_is_no_host_is_said_before_any_host_is_asked(self, wide: World) -> None:
        with failing(UsageError, "rollout.canary_unknown") as caught:
            on_four(wide, Rollout(canary="n9"))
        assert wide.agent.get(caught.value.change_id).state == "failed"
        assert wide.executor.orders == []

    def test_a_canary_on_which_nothing_is_done_proves_nothing(self, wide: World) -> None:
        shows(wide, "check", n1="changed")
        with failing(UsageError, "rollout.canary_unknown"):
            on_four(wide, Rollout(canary="n4"))


def test_an_undo_goes_in_the_same_steps(wide: World) -> None:
    shows(wide, "check", n1="changed", n2="ok", n3="changed", n4="changed")
    shows(wide, "apply", n1="changed", n2="ok", n3="changed", n4="changed")
    change = run(wide, CANARY)
    assert wide.agent.undo(change.id).request.scope.rollout == replace(CANARY, canary=FIRST)
    other = run(wide, Rollout(canary="n3"))
    assert wide.agent.undo(other.id).request.scope.rollout == Rollout(canary="n3")
