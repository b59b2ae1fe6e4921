"""Redoing and undoing."""

import pytest
from msgspec.structs import replace

from kiki.cli.exits import exit_of
from kiki.execution.recorded import Recording
from kiki.model.change import Change, Done
from kiki.model.errors import StateError, TemporaryError
from kiki.model.exits import Exit
from kiki.model.intent import Reading
from kiki.model.request import InventorySource, Scope
from kiki.model.run import RunOrder
from kiki.targets.port import UndoPlan
from tests.unit.service.world import (
    HOSTS,
    TASK,
    Killed,
    World,
    all_hosts,
    failing,
    good_recordings,
    recording,
    stats,
)

REMOVED = (
    '--- before\n+++ after\n@@ -1,4 +1,4 @@\n-    "state": "directory"\n+    "state": "absent"\n'
)


def taking_back(world: World, *hosts: str) -> None:
    """Runs of the reverse change: the directory is there on *hosts*, and goes."""
    task = "Remove directory /srv/x"
    world.recordings["check"] = recording(dict.fromkeys(hosts, "changed"), task, REMOVED)
    world.recordings["apply"] = recording(dict.fromkeys(hosts, "changed"), task, REMOVED)
    world.recordings["again"] = recording(dict.fromkeys(hosts, "ok"), task)


def test_redo_is_a_new_change_with_the_recorded_reading(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = world.applied()

    def never(*_: object, **__: object) -> Reading:
        raise AssertionError("a recorded reading is not made again")

    monkeypatch.setattr("kiki.pipeline.read", never)
    again = world.agent.redo(first.id)
    assert (again.state, again.redoes) == ("awaiting_approval", first.id)
    assert again.id != first.id
    assert again.reading == first.reading
    assert again.stage.artifact == first.stage.artifact
    assert again.approval is None
    assert world.stored(first).state == "applied"


def test_redo_of_what_was_not_understood_reads_it_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> Reading:
        raise TemporaryError("engine.unavailable", url="x")

    with monkeypatch.context() as patch:
        patch.setattr("kiki.pipeline.read", down)
        with failing(TemporaryError, "engine.unavailable") as caught:
            world.submit()
    again = world.agent.redo(caught.value.change_id)
    assert again.state == "awaiting_approval"


def test_undo_says_before_approval_what_it_would_be(world: World) -> None:
    """A directory may have contents by then; a service that is enabled has none."""
    world.recordings["check"] = recording(all_hosts("changed"), "Enable nginx", "")
    enabled = world.agent.submit(world.request(kind="service-enable", name="nginx"))
    for change, kind, reason in (
        (enabled, "exact", ""),
        (made(world), "compensating", "ansible.undo_contents_go"),
    ):
        assert change.stage.undo is not None and change.stage.plan is not None
        assert (change.stage.undo.kind, change.stage.undo.reason) == (kind, reason)
        assert change.stage.plan.reversibility == kind


def made(world: World) -> Change:
    world.recordings["check"] = recording(all_hosts("changed"))
    return world.submit()


def test_an_undo_is_planned_and_approved_like_any_other(world: World) -> None:
    change = world.applied()
    taking_back(world, *HOSTS)
    back = world.other.undo(change.id)
    assert (back.state, back.undoes) == ("awaiting_approval", change.id)
    assert back.reading is not None and back.reading.reader == "undo"
    assert back.reading.intent is not None
    assert [said.code for said in back.reading.intent.assumptions] == ["ansible.undo_contents_go"]
    assert [operation.kind for operation in back.reading.intent.operations] == [
        "ansible.directory_remove"
    ]
    assert world.stored(change).state == "applied", "not yet"
    world.agent.approve(back.id, back.stage.decisive.digest())  # type: ignore[union-attr]
    assert world.agent.run(back.id).state == "applied"
    original = world.stored(change)
    assert (original.state, original.undone_by) == ("undone", back.id)
    assert world.events(change)[-1] == "undo"
    with failing(StateError, "undo.undone") as caught:
        world.agent.undo(change.id)
    assert caught.value.params["by"] == back.id
    assert world.agent.audit() == ()


def test_an_undo_is_limited_to_the_hosts_that_were_changed(world: World) -> None:
    for mode in ("check", "apply"):
        world.recordings[mode] = recording({"n1": "changed", "n2": "ok"})  # type: ignore[literal-required]
    change = world.applied()
    taking_back(world, "n1")
    back = world.agent.undo(change.id)
    assert back.request.scope.limit == "n1"
    assert back.stage.inventory is not None
    assert back.stage.inventory.hosts == ("n1",)


def moved_since(world: World, *hosts: str) -> None:
    """The check run of the original finds that these hosts have lost what it made."""
    back = world.recordings["check"]
    world.recordings["check"] = replace(
        back, events=(*recording(dict.fromkeys(hosts, "changed")).events, *back.events)
    )


def test_hosts_that_somebody_changed_since_are_left_out_of_an_undo_by_name(world: World) -> None:
    change = world.applied()
    taking_back(world, *HOSTS)
    moved_since(world, "n1")
    back = world.agent.undo(change.id)
    assert back.state == "awaiting_approval"
    assert back.request.scope.limit == "n2"
    assert back.stage.inventory is not None
    assert back.stage.inventory.hosts == ("n2",)
    assert back.reading is not None and back.reading.intent is not None
    said = {one.code: one.params for one in back.reading.intent.assumptions}
    assert said["undo.left_out"] == {"hosts": "n1"}
    compared, planned = world.executor.orders[-2:]
    assert compared.artifact == change.stage.artifact, "the original's code"
    assert (compared.mode, planned.mode) == ("check", "check")
    assert planned.artifact == back.stage.artifact
    assert world.agent.audit() == ()


def test_an_undo_of_which_every_host_has_moved_is_refused(world: World) -> None:
    change = world.applied()
    taking_back(world, *HOSTS)
    moved_since(world, *HOSTS)
    back = world.agent.undo(change.id)
    assert (back.state, back.reason) == ("refused", "undo.moved")
    assert back.params == {"id": change.id, "hosts": "n1, n2"}
    assert exit_of(back) == Exit.REFUSED
    assert world.stored(change).state == "applied"


def test_a_change_that_was_cut_is_not_compared_and_says_so(world: World) -> None:
    change = world.approved()
    world.executor.during = lambda order: world.points.arm(0, Killed)
    with pytest.raises(Killed):
        world.agent.run(change.id)
    world.points.disarm()
    world.executor.during = lambda order: None
    world.agent.recover()
    taking_back(world, *HOSTS)
    back = world.agent.undo(change.id)
    assert back.state == "awaiting_approval"
    assert back.reading is not None and back.reading.intent is not None
    assert "undo.not_compared" in [one.code for one in back.reading.intent.assumptions]


def test_an_undo_has_no_tags_and_is_the_askers_own(world: World) -> None:
    change = world.applied(tags=("all",), extra_vars={"a": 1}, user="deploy")
    taking_back(world, *HOSTS)
    back = world.other.undo(change.id)
    scope = back.request.scope
    assert (scope.tags, scope.extra_vars, scope.user) == ((), {"a": 1}, "deploy")
    assert back.request.requester == "lee"


def test_an_undo_that_finds_nothing_to_do_closes_the_original(world: World) -> None:
    change = world.applied()
    world.recordings["check"] = recording(all_hosts("ok"), "Remove directory /srv/x")
    assert world.agent.undo(change.id).state == "applied"
    assert world.stored(change).state == "undone"


def test_an_undo_that_fails_leaves_the_original_applied(world: World) -> None:
    change = world.applied()
    taking_back(world, *HOSTS)
    world.recordings["apply"] = recording(all_hosts("failed"), "Remove directory /srv/x")
    back = world.agent.undo(change.id)
    world.agent.approve(back.id, back.stage.decisive.digest())  # type: ignore[union-attr]
    assert world.agent.run(back.id).state == "failed"
    assert world.stored(change).state == "applied"


def test_what_can_not_be_undone_says_why(world: World) -> None:
    task = "Remove file /srv/x"
    world.recordings["check"] = recording(all_hosts("changed"), task, REMOVED)
    world.recordings["apply"] = recording(all_hosts("changed"), task, REMOVED)
    world.recordings["again"] = recording(all_hosts("ok"), task)
    change = world.agent.submit(world.request(kind="file-remove", path="/srv/x"))
    assert change.stage.undo is not None and change.stage.undo.kind == "impossible"
    world.agent.approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]
    world.agent.run(change.id)
    with failing(StateError, "undo.impossible") as caught:
        world.agent.undo(change.id)
    assert caught.value.params["reason"] == change.stage.undo.reason != ""
    assert len(world.agent.find(_everything())) == 1, "no new change"


@pytest.mark.parametrize("state", ["awaiting_approval", "checked", "rejected"])
def test_what_was_not_applied_can_not_be_undone(world: World, state: str) -> None:
    if state == "checked":
        change = world.agent.submit(world.request(scope=Scope()))
    else:
        change = world.submit()
    if state == "rejected":
        world.agent.reject(change.id)
    with failing(StateError, "undo.not_applied"):
        world.agent.undo(change.id)


def notes(change: Change) -> dict[str, dict[str, str]]:
    """What an undo says about itself."""
    assert change.reading is not None and change.reading.intent is not None
    return {said.code: said.params for said in change.reading.intent.assumptions}


def lost_at_once(host: str) -> Recording:
    """The other host is changed; this one does not answer the first time that it is asked."""
    made = recording({"n1": "changed", "n2": "unreachable"})
    events = [replace(event, task="Gathering Facts" if event.host == host else TASK)
              for event in made.events]  # fmt: skip
    return replace(made, events=tuple(events))


def test_a_partly_applied_change_can_be_taken_back_where_it_happened(world: World) -> None:
    world.recordings["apply"] = lost_at_once("n2")
    change = world.agent.run(world.approved().id)
    assert change.state == "partly_applied"
    taking_back(world, "n1")
    assert world.agent.undo(change.id).request.scope.limit == "n1"


def test_a_host_that_was_lost_in_mid_task_may_have_been_changed(world: World) -> None:
    world.recordings["apply"] = recording({"n1": "changed", "n2": "unreachable"})
    change = world.agent.run(world.approved().id)
    taking_back(world, "n1", "n2")
    back = world.agent.undo(change.id)
    assert back.request.scope.limit == "n1,n2"
    assert notes(back)["ansible.undo_unsure"] == {"tasks": f"n2: {TASK}"}


class TestStopped:
    """A change whose apply began and was not brought to its end."""

    @pytest.mark.parametrize("stop", ["ctrl-c", "cancelled elsewhere", "failed"])
    def test_what_it_did_is_taken_back(self, world: World, stop: str) -> None:
        change = self.stopped_after(world, "n1", stop)
        assert change.state == ("failed" if stop == "failed" else "cancelled")
        assert change.stage.outcome is not None
        assert change.stage.outcome.done == {"n1": Done(changed=(TASK,))}
        taking_back(world, "n1")
        back = world.agent.undo(change.id)
        assert back.request.scope.limit == "n1"
        assert notes(back) == {"ansible.undo_contents_go": {}}
        self.apply(world, back)
        assert world.stored(change).state == "undone"
        assert world.agent.audit() == ()

    def stopped_after(self, world: World, host: str, stop: str) -> Change:
        """*host* is changed, and then it ends."""
        change = world.approved()
        if stop == "failed":
            world.recordings["apply"] = recording({host: "changed"})
            broken = replace(world.recordings["apply"], rc=2)
            world.recordings["apply"] = replace(broken, stats={host: stats(failed=1, changed=1)})
            return world.agent.run(change.id)
        seen: list[str] = []

        def act(order: RunOrder) -> None:
            seen.append(order.mode)
            if seen.count("apply") != 2:
                return
            if stop == "ctrl-c":
                raise KeyboardInterrupt
            world.other.cancel(change.id)

        world.executor.during = act
        events = world.recordings["apply"].events
        extra = replace(events[1], kind="other", counter=9)
        world.recordings["apply"] = replace(
            world.recordings["apply"], events=(events[0], extra, *events[1:]), pause_s=0.001
        )
        done = world.agent.run(change.id)
        world.executor.during = lambda order: None
        return done

    def apply(self, world: World, change: Change) -> None:
        world.agent.approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]
        assert world.agent.run(change.id).state == "applied"

    def test_one_that_was_killed_did_all_that_its_plan_says(self, world: World) -> None:
        change = self.killed(world)
        assert change.state == "interrupted"
        taking_back(world, "n1", "n2")
        back = world.agent.undo(change.id)
        assert back.request.scope.limit == "n1,n2"
        assert "ansible.undo_unheard" in notes(back)
        self.apply(world, back)
        assert world.stored(change).state == "undone"

    def killed(self, world: World) -> Change:
        change = world.approved()
        world.executor.during = lambda order: (_ for _ in ()).throw(Killed)
        with pytest.raises(Killed):
            world.agent.run(change.id)
        world.executor.during = lambda order: None
        return world.agent.get(change.id)

    def test_it_can_be_given_up_and_then_taken_back(self, world: World) -> None:
        change = self.killed(world)
        assert world.agent.cancel(change.id).state == "cancelled"
        taking_back(world, "n1", "n2")
        assert world.agent.undo(change.id).state == "awaiting_approval"

    def test_a_change_that_never_began_can_not_be_taken_back(self, world: World) -> None:
        cancelled = world.agent.cancel(world.approved().id)
        world.recordings["check"] = recording(all_hosts("failed"))
        for change in (cancelled, world.submit()):
            assert change.state in ("cancelled", "failed")
            with failing(StateError, "undo.not_applied"):
                world.agent.undo(change.id)

    def test_a_failure_to_plan_again_does_not_hide_what_it_did(self, world: World) -> None:
        change = self.killed(world)
        world.recordings["check"] = recording(all_hosts("unreachable"))
        with failing(TemporaryError, "execution.unreachable"):
            world.agent.replan(change.id)
        assert world.stored(change).state == "failed"
        assert len(world.stored(change).stage.earlier) == 1
        taking_back(world, "n1", "n2")
        assert world.agent.undo(change.id).request.scope.limit == "n1,n2"

    def test_while_it_waits_again_it_is_given_up_first(self, world: World) -> None:
        change = world.agent.replan(self.killed(world).id)
        with failing(StateError, "undo.not_now"):
            world.agent.undo(change.id)
        world.agent.cancel(change.id)
        taking_back(world, "n1", "n2")
        assert world.agent.undo(change.id).state == "awaiting_approval"

    def test_rejected_is_final_and_says_so(self, world: World) -> None:
        change = world.agent.replan(self.killed(world).id)
        world.agent.reject(change.id)
        with failing(StateError, "undo.rejected"):
            world.agent.undo(change.id)

    def test_what_was_done_already_is_taken_back_though_nothing_was_left_to_do(
        self, world: World
    ) -> None:
        """The killed run had done it all, so the new plan found nothing to do."""
        change = self.killed(world)
        world.recordings["check"] = recording(all_hosts("ok"))
        assert world.agent.replan(change.id).state == "applied"
        taking_back(world, "n1", "n2")
        assert world.agent.undo(change.id).request.scope.limit == "n1,n2"

    def test_one_that_ran_again_is_not_closed_by_an_undo_from_before(self, world: World) -> None:
        change = self.killed(world)
        taking_back(world, "n1", "n2")
        back = world.agent.undo(change.id)
        world.recordings.update(good_recordings())
        planned = world.agent.replan(change.id)
        self.apply(world, planned)
        taking_back(world, "n1", "n2")
        self.apply(world, world.agent.replan(back.id))
        assert world.stored(change).state == "applied"


def test_an_undo_takes_back_all_runs_of_a_change(world: World) -> None:
    change = ran_twice(world)
    taking_back(world, "n1", "n2")
    back = world.agent.undo(change.id)
    assert back.request.scope.limit == "n1,n2"
    assert "undo.earlier_runs" not in notes(back)


def test_earlier_runs_that_an_older_kiki_did_not_keep_are_not_taken_back(world: World) -> None:
    change = ran_twice(world)
    stages = (replace(change.stage, earlier=()),)
    world.real.changes.save(replace(change, stages=stages), "kim", "edit", {})
    taking_back(world, "n2")
    back = world.agent.undo(change.id)
    assert back.request.scope.limit == "n2"
    assert notes(back)["undo.earlier_runs"]["count"] == "1"


def ran_twice(world: World) -> Change:
    """First on one host, then, planned again, on the other."""
    world.recordings["apply"] = lost_at_once("n2")
    change = world.agent.run(world.approved().id)
    world.recordings["check"] = recording({"n1": "ok", "n2": "changed"})
    world.recordings["apply"] = recording({"n1": "ok", "n2": "changed"})
    planned = world.agent.replan(change.id)
    world.agent.approve(change.id, planned.stage.decisive.digest())  # type: ignore[union-attr]
    done = world.agent.run(change.id)
    assert done.state == "applied"
    (first,) = done.stage.earlier
    assert [action.diff for action in first.plan.actions] == ["", ""], "none is kept"
    return done


def test_an_undo_without_hosts_of_its_own_keeps_the_limit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = world.applied(limit="n1,n2")
    target = type(__import__("kiki.targets.registry", fromlist=["x"]).target("ansible"))
    real = target.take_back

    def anywhere(self: object, *values: object) -> UndoPlan:
        return replace(real(self, *values), hosts=())

    monkeypatch.setattr(target, "take_back", anywhere)
    assert world.agent.undo(change.id).request.scope.limit == "n1,n2"


def test_undoing_reads_the_inventory_of_the_original(world: World) -> None:
    source = InventorySource(form="inline", text="[web]\nn1\nn2\n")
    change = world.applied(inventory=source)
    taking_back(world, *HOSTS)
    assert world.agent.undo(change.id).request.scope.inventory == source


def _everything() -> object:
    from kiki.model.agent import ChangeFilter

    return ChangeFilter()


def test_the_recordings_are_of_the_task_that_is_rendered(world: World) -> None:
    """Else every test above would look at nothing."""
    change = world.submit()
    assert change.stage.plan is not None
    assert {action.task for action in change.stage.plan.actions} == {TASK}
    assert {action.verb for action in change.stage.plan.actions} == {"create"}
