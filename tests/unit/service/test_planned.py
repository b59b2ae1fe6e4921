"""Runs of an approved plan are told what it found; checks look again."""

from msgspec.structs import replace

from kiki.execution.recorded import Recording
from kiki.model.errors import StaleError
from kiki.model.run import RunEvent
from tests.unit.service.world import HOSTS, World, all_hosts, failing, recording

GIB = 1 << 30
GROW = "Make vg0/data larger by 1Gi"
FLAGS = {"kind": "logical-volume-extend", "name": "data", "group": "vg0", "by": "1Gi"}
TOLD = {"kiki_planned": {host: {"vg0/data": 2 * GIB} for host in HOSTS}}


def seen(size: int, verdict: str = "changed") -> Recording:
    """A run on hosts whose volume has that size; the task's module is that of the play."""
    found = {
        "Look at vg0/data before it changes": ("command", {"stdout": f" {size};4194304"}),
        "Reckon how large vg0/data is to be": (
            "set_fact",
            {"ansible_facts": {"kiki_seen_goal": size + GIB}},
        ),
    }
    looks = tuple(
        RunEvent(
            counter=1,
            kind="ok",
            host=host,
            task=title,
            module=f"ansible.builtin.{module}",
            result={"kept": kept},
        )
        for host in HOSTS
        for title, (module, kept) in found.items()
    )
    made = recording(all_hosts(verdict), task=GROW)
    grown = tuple(replace(event, module="community.general.lvol") for event in made.events)
    return replace(made, events=(*looks, *grown))


def test_what_was_approved_is_what_runs_count_from(world: World) -> None:
    world.recordings |= {"check": seen(2 * GIB), "apply": seen(2 * GIB)}
    world.recordings |= {"again": seen(3 * GIB, "ok")}
    change = world.agent.submit(world.request(**FLAGS))
    assert change.state == "awaiting_approval", (change.reason, change.params)
    shown = change.stage.plan.changes  # type: ignore[union-attr]
    sizes = {(one.before["size"], one.after["size"]) for one in shown if one.before}
    assert sizes == {("2Gi", "3Gi")}
    change = world.agent.approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]
    change = world.agent.run(change.id)
    assert change.state == "applied", (change.reason, change.params)
    told = {order.mode: order.variables for order in world.executor.orders}
    assert told == {"check": {}, "apply": TOLD, "again": TOLD}


def test_a_volume_that_has_grown_since_makes_the_plan_stale(world: World) -> None:
    world.recordings |= {"check": seen(2 * GIB)}
    change = world.agent.submit(world.request(**FLAGS))
    change = world.agent.approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]
    world.recordings |= {"check": seen(3 * GIB)}
    world.clock.move(world.fresh_s + 1)
    with failing(StaleError, "approval.moved"):
        world.agent.run(change.id)
    assert world.executor.applies() == []
