"""Redoing and undoing."""

import pytest
from msgspec.structs import replace

from kiki.model.change import Change
from kiki.model.errors import StateError, TemporaryError
from kiki.model.intent import Reading
from kiki.model.request import InventorySource, Scope
from kiki.targets.port import UndoPlan
from tests.unit.service.world import HOSTS, TASK, World, all_hosts, failing, recording

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

    def never(*_: object) -> Reading:
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
    def down(*_: object) -> Reading:
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
    assert back.reading.intent.assumptions == ()
    assert [operation.kind for operation in back.reading.intent.operations] == [
        "ansible.directory_remove"
    ]
    assert world.stored(change).state == "applied", "not yet"
    world.agent.approve(back.id, back.stage.decisive.digest())  # type: ignore[union-attr]
    assert world.agent.run(back.id).state == "applied"
    original = world.stored(change)
    assert (original.state, original.undone_by) == ("undone", back.id)
    assert world.events(change)[-1] == "undo"
    with failing(StateError, "undo.not_applied"):
        world.agent.undo(change.id)
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


def test_an_undo_has_no_tags_and_is_the_askers_own(world: World) -> None:
    change = world.applied(tags=("web",), extra_vars={"a": 1}, user="deploy")
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


def test_a_partly_applied_change_can_be_taken_back_where_it_happened(world: World) -> None:
    world.recordings["apply"] = recording({"n1": "changed", "n2": "unreachable"})
    change = world.agent.run(world.approved().id)
    assert change.state == "partly_applied"
    taking_back(world, "n1")
    assert world.agent.undo(change.id).request.scope.limit == "n1"


def test_an_undo_says_that_earlier_runs_are_not_taken_back(world: World) -> None:
    world.recordings["apply"] = recording({"n1": "changed", "n2": "unreachable"})
    change = world.agent.run(world.approved().id)
    world.recordings["check"] = recording({"n1": "ok", "n2": "changed"})
    world.recordings["apply"] = recording({"n1": "ok", "n2": "changed"})
    planned = world.agent.replan(change.id)
    world.agent.approve(change.id, planned.stage.decisive.digest())  # type: ignore[union-attr]
    assert world.agent.run(change.id).state == "applied"
    taking_back(world, "n2")
    back = world.agent.undo(change.id)
    assert back.request.scope.limit == "n2"
    assert back.reading is not None and back.reading.intent is not None
    said = back.reading.intent.assumptions
    assert [(one.code, one.params["count"]) for one in said] == [("undo.earlier_runs", "1")]


def test_an_undo_without_hosts_of_its_own_keeps_the_limit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = world.applied(limit="n1,n2")
    target = type(__import__("kiki.targets.registry", fromlist=["x"]).target("ansible"))
    real = target.undo

    def anywhere(self: object, *values: object) -> UndoPlan:
        return replace(real(self, *values), hosts=())

    monkeypatch.setattr(target, "undo", anywhere)
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
