"""What was approved must be what would run now: each thing that may have moved since."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiki.model.change import Change
from kiki.model.errors import CancelledError, StaleError, StateError, TemporaryError, UsageError
from kiki.model.request import InventorySource, Scope
from tests.unit.service.world import World, all_hosts, failing, limited, recording

Moving = Callable[[World, Change], None]


def laid_out(change: Change) -> Path:
    """The playbook in the run folder of the plan."""
    assert change.stage.artifact is not None
    return Path(change.stage.folder, "project", change.stage.artifact.entry)


def edit(world: World, change: Change) -> None:
    file = laid_out(change)
    file.write_text(file.read_text("utf-8").replace("/srv/x", "/etc"), "utf-8")


def remove(world: World, change: Change) -> None:
    laid_out(change).unlink()


def put_a_folder_there(world: World, change: Change) -> None:
    remove(world, change)
    laid_out(change).mkdir()


def configure(world: World, change: Change) -> None:
    world.executor.text += "[ssh_connection]\nssh_args = -o StrictHostKeyChecking=no\n"


def upgrade(world: World, change: Change) -> None:
    world.executor.install(ansible_builtin="2.20.0")


def install(world: World, change: Change) -> None:
    world.executor.install(community_general="11.0.0")


def tamper(world: World, **fields: object) -> Moving:
    """Write the change's row anew with something else in its only stage."""

    def move(_: World, change: Change) -> None:
        stage = replace(world.stored(change).stage, **fields)
        row = replace(world.stored(change), stages=(stage,))
        world.real.changes.save(row, "mallory", "edit", {})

    return move


def other_code(world: World, change: Change) -> None:
    artifact = change.stage.artifact
    assert artifact is not None
    files = tuple(replace(file, text=file.text + "# more\n") for file in artifact.files)
    tamper(world, artifact=replace(artifact, files=files), folder="")(world, change)


def other_hosts(world: World, change: Change) -> None:
    assert change.stage.inventory is not None
    tamper(world, inventory=replace(change.stage.inventory, hosts=("n1",)))(world, change)


def other_plan(world: World, change: Change) -> None:
    assert change.stage.plan is not None
    tamper(world, plan=replace(change.stage.plan, actions=()))(world, change)


def other_decisive(world: World, change: Change) -> None:
    assert change.stage.decisive is not None
    tamper(world, decisive=replace(change.stage.decisive, ansible_cfg="x"))(world, change)


def no_approval(world: World, change: Change) -> None:
    world.real.changes.save(replace(world.stored(change), approval=None), "mallory", "edit", {})


def other_scope(world: World, change: Change) -> None:
    now = world.stored(change)
    request = replace(now.request, scope=replace(now.request.scope, limit="n1"))
    world.real.changes.save(replace(now, request=request), "mallory", "edit", {})


@pytest.mark.parametrize(
    ("move", "code", "what"),
    [
        (edit, "approval.edited", ""),
        (remove, "approval.edited", ""),
        (put_a_folder_there, "approval.edited", ""),
        (configure, "approval.moved", "ansible_cfg"),
        (upgrade, "approval.moved", "collections"),
        (install, "approval.moved", "collections"),
        (other_code, "approval.moved", "files"),
        (other_hosts, "approval.moved", "inventory"),
        (other_plan, "approval.moved", "plan"),
        (other_scope, "approval.moved", "scope"),
        (other_decisive, "approval.moved", "digest"),
        (no_approval, "approval.moved", "digest"),
    ],
)
def test_what_moved_makes_it_stale_and_nothing_runs(
    world: World, move: Moving, code: str, what: str
) -> None:
    change = world.approved()
    move(world, change)
    with failing(StaleError, code) as caught:
        world.agent.run(change.id)
    assert caught.value.change_id == change.id
    assert caught.value.params.get("what", "") == what
    stale = world.stored(change)
    assert (stale.state, stale.reason) == ("stale", code)
    assert world.executor.applies() == []
    assert world.lock_is_free(change)
    with failing(StateError, "change.not_runnable"):
        world.agent.run(change.id)
    assert world.events(change)[-1] == "go_stale"


def test_a_stale_change_is_planned_and_approved_anew(world: World) -> None:
    change = world.approved()
    upgrade(world, change)
    with failing(StaleError, "approval.moved"):
        world.agent.run(change.id)
    planned = world.agent.replan(change.id)
    assert (planned.state, planned.approval, planned.reason) == ("awaiting_approval", None, "")
    assert planned.stage.decisive is not None
    world.agent.approve(change.id, planned.stage.decisive.digest())
    assert world.agent.run(change.id).state == "applied"


def test_run_folders_that_retention_deleted_do_not_matter(world: World) -> None:
    change = world.approved()
    Path(change.stage.folder).rename(Path(change.stage.folder + "-gone"))
    assert world.agent.run(change.id).state == "applied"


def checks(world: World) -> int:
    return sum(order.mode == "check" for order in world.executor.orders)


def test_a_young_plan_is_not_made_again(world: World) -> None:
    change = world.approved()
    world.clock.move(290)
    world.agent.run(change.id)
    assert checks(world) == 1


@pytest.mark.parametrize("seconds", [301, 86_400, -60])
def test_an_old_plan_and_a_clock_that_went_back_have_it_made_again(
    world: World, seconds: float
) -> None:
    change = world.approved()
    world.clock.move(seconds)
    assert world.agent.run(change.id).state == "applied"
    assert checks(world) == 2


def test_hosts_that_moved_since_an_old_plan_make_it_stale(world: World) -> None:
    change = world.approved()
    world.clock.move(301)
    world.recordings["check"] = recording({"n1": "ok", "n2": "changed"})
    with failing(StaleError, "approval.moved") as caught:
        world.agent.run(change.id)
    assert caught.value.params["what"] == "plan"
    assert world.stored(change).state == "stale"
    assert world.executor.applies() == []


def test_hosts_that_do_not_answer_now_leave_the_grant_as_it_is(world: World) -> None:
    change = world.approved()
    world.clock.move(301)
    world.recordings["check"] = recording(all_hosts("unreachable"))
    with failing(TemporaryError, "execution.unreachable") as caught:
        world.agent.run(change.id)
    assert caught.value.change_id == change.id
    assert world.stored(change).state == "approved"
    assert world.lock_is_free(change)
    world.recordings["check"] = recording(all_hosts("changed"))
    assert world.agent.run(change.id).state == "applied"


def test_ctrl_c_while_the_plan_is_made_again_leaves_the_grant_as_it_is(world: World) -> None:
    change = world.approved()
    world.clock.move(301)

    def stop(order: object) -> None:
        raise KeyboardInterrupt

    world.executor.during = stop
    with failing(CancelledError, "plan.cancelled") as caught:
        world.agent.run(change.id)
    assert caught.value.change_id == change.id
    assert world.stored(change).state == "approved"
    world.executor.during = lambda order: None
    assert world.agent.run(change.id).state == "applied", "and it can be run again"


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    path = tmp_path / "inventory" / "hosts.ini"
    path.parent.mkdir()
    path.write_text("n1\nn2\n", "utf-8")
    touch(path.parent, 0)
    return path


def touch(path: Path, seconds: float, start: float = 1_700_000_000.0) -> None:
    for file in (path, *path.rglob("*")) if path.is_dir() else (path,):
        os.utime(file, (start + seconds, start + seconds))


def from_file(world: World, path: Path) -> Change:
    source = InventorySource(form="path", text=str(path))
    change = world.agent.submit(world.request(scope=Scope(inventory=source)))
    assert change.stage.decisive is not None
    return world.agent.approve(change.id, change.stage.decisive.digest())


def after_the_plan(world: World) -> float:
    return world.clock.at.timestamp()


def test_changed_contents_of_the_inventory_make_it_stale(world: World, inventory: Path) -> None:
    change = from_file(world, inventory)
    inventory.write_text("n1\nn2 ansible_host=10.0.0.9\n", "utf-8")
    os.utime(inventory, (after_the_plan(world), after_the_plan(world)))
    with failing(StaleError, "approval.moved") as caught:
        world.agent.run(change.id)
    assert caught.value.params["what"] == "inventory"
    assert world.executor.applies() == []


def test_an_inventory_that_was_only_touched_is_read_again_and_holds(
    world: World, inventory: Path
) -> None:
    change = from_file(world, inventory)
    os.utime(inventory, (after_the_plan(world), after_the_plan(world)))
    assert world.agent.run(change.id).state == "applied"
    assert checks(world) == 2


def test_an_inventory_that_is_gone_is_no_young_plan(world: World, inventory: Path) -> None:
    change = from_file(world, inventory)
    inventory.unlink()
    with failing(UsageError, "inventory.unreadable"):
        world.agent.run(change.id)
    assert world.stored(change).state == "approved"
    assert world.executor.applies() == []


@pytest.mark.parametrize("part", ["group_vars/all.yml", "host_vars/n1/main.yml"])
def test_variables_beside_the_inventory_are_part_of_it(
    world: World, inventory: Path, part: str
) -> None:
    file = inventory.parent / part
    file.parent.mkdir(parents=True)
    file.write_text("a: 1\n", "utf-8")
    touch(inventory.parent, 0)
    change = from_file(world, inventory)
    os.utime(file, (after_the_plan(world), after_the_plan(world)))
    world.agent.run(change.id)
    assert checks(world) == 2


def test_an_inventory_written_while_the_check_runs_is_newer_than_the_plan(
    world: World, inventory: Path
) -> None:
    def write(order: object) -> None:
        os.utime(inventory, (after_the_plan(world), after_the_plan(world)))

    world.executor.during = write
    change = from_file(world, inventory)
    world.executor.during = lambda order: None
    world.agent.run(change.id)
    assert checks(world) == 2


def test_another_changes_run_on_the_same_hosts_makes_the_plan_old(world: World) -> None:
    first, second = world.approved(), world.approved()
    world.agent.run(first.id)
    assert checks(world) == 2
    world.recordings["check"] = recording(all_hosts("ok"))
    with failing(StaleError, "approval.moved") as caught:
        world.agent.run(second.id)
    assert caught.value.params["what"] == "plan"
    assert len(world.executor.applies()) == 1


def test_so_does_a_run_from_another_inventory_that_names_one_of_them(world: World) -> None:
    change = world.approved()
    source = InventorySource(form="inline", text="[other]\nweb ansible_host=n2\n")
    for mode, verdict in (("check", "changed"), ("apply", "changed"), ("again", "ok")):
        world.recordings[mode] = recording({"web": verdict})  # type: ignore[literal-required]
    world.applied(inventory=source)
    world.recordings["check"] = recording({"n1": "changed", "n2": "ok"})
    with failing(StaleError, "approval.moved") as caught:
        world.agent.run(change.id)
    assert caught.value.params["what"] == "plan"


@pytest.mark.parametrize("limit", ["n3", "n2"])
def test_another_changes_run_elsewhere_does_not(world: World, limit: str) -> None:
    """In another inventory, or in the same one."""
    change = world.approved(limit="n1")
    every = ("n1", "n2", "n3")
    for mode in ("check", "apply"):
        world.recordings[mode] = limited("changed", *every)  # type: ignore[literal-required]
    world.recordings["again"] = limited("ok", *every)
    world.applied(inventory=InventorySource(form="hosts", text="n1,n2,n3"), limit=limit)
    before = checks(world)
    assert world.agent.run(change.id).state == "applied"
    assert checks(world) == before
