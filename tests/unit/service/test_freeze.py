"""The emergency freeze: what it holds back, what it doesn't, and when it is over."""

from typing import Any

import pytest

from kiki.model.errors import RefusedError, StateError, UsageError
from kiki.model.freeze import Freeze
from kiki.model.run import RunOrder
from kiki.model.windows import window
from tests.unit.service.world import World, failing


def test_approve_is_allowed_and_run_is_not(world: World) -> None:
    world.other.freeze("  storage\nis failing ")
    change = world.approved()
    with failing(RefusedError, "freeze.frozen") as caught:
        world.agent.run(change.id)
    told = caught.value.params
    assert (told["by"], told["reason"]) == ("lee", "storage is failing")
    assert world.stored(change).state == "approved"
    assert world.executor.applies() == []
    assert world.other.thaw() == Freeze()
    assert world.agent.run(change.id).state == "applied"


def test_undo_and_resume_are_refused(world: World) -> None:
    change = world.applied()
    world.agent.freeze("no")
    for refused in (world.agent.undo, world.agent.resume):
        with failing(RefusedError, "freeze.frozen"):
            refused(change.id)


def test_a_freeze_while_it_is_planned_again_counts(world: World) -> None:
    change = world.approved()
    world.clock.move(world.fresh_s + 1)

    def freeze(order: RunOrder) -> None:
        if order.mode == "check" and not world.agent.frozen().frozen:
            world.other.freeze("stop")

    world.executor.during = freeze
    with failing(RefusedError, "freeze.frozen"):
        world.agent.run(change.id)
    assert world.executor.applies() == []
    assert world.lock_is_free(change)


def test_it_ends_by_itself(world: World) -> None:
    world.agent.freeze("an hour", "2026-03-01T19:00:00+09:00")
    assert world.agent.frozen().until == "2026-03-01T10:00:00.000Z"
    change = world.approved()
    with failing(RefusedError, "freeze.frozen_until"):
        world.agent.run(change.id)
    world.clock.move(3600)
    assert world.agent.frozen() == Freeze()
    assert world.agent.run(change.id).state == "applied"


@pytest.mark.parametrize(
    ("reason", "until", "code"),
    [
        ("", "", "freeze.no_reason"),
        (" \n", "", "freeze.no_reason"),
        ("x", "tomorrow", "freeze.bad_time"),
        ("x", "2026-03-02T09:00:00", "freeze.bad_time"),
        ("x", "2026-03-01T08:00:00Z", "freeze.over"),
    ],
)
def test_what_is_no_freeze(world: World, reason: str, until: str, code: str) -> None:
    with failing(UsageError, code):
        world.agent.freeze(reason, until)
    assert not world.agent.frozen().frozen


def test_it_is_in_the_ledger_once_for_each(durable: World) -> None:
    durable.agent.freeze("password: Geheim-4711 leaked")
    durable.agent.thaw()
    durable.agent.thaw()
    records = durable.agent.ledger()
    assert [one.event for one in records] == ["freeze_on", "freeze_off"]
    assert "Geheim" not in str(records[0].data)
    assert durable.agent.audit() == ()


# The world's clock begins on Sunday, 2026-03-01, at 09:00 UTC.
SHUT = "sun 08:00-10:00 zone UTC"


def shut(world: World, *lines: str) -> Any:
    return world.process("kim", windows=tuple(map(window, lines)))


@pytest.mark.parametrize("line", [SHUT, "sun 08:00-10:00 for n2 zone UTC",
                                  "sun 08:00-10:00 for ansible zone UTC"])  # fmt: skip
def test_in_a_window_nothing_runs(world: World, line: str) -> None:
    change = world.approved()
    with failing(RefusedError, "freeze.window") as caught:
        shut(world, "mon 00:00-24:00 zone UTC", line).run(change.id)
    assert caught.value.params["window"] == line
    assert world.stored(change).state == "approved"
    assert world.executor.applies() == []


def test_a_window_for_others_or_another_time_is_none(world: World) -> None:
    others = ("sun 08:00-10:00 for k8s prod-* n zone UTC", "sun 10:00-11:00 zone UTC")
    assert shut(world, *others).run(world.approved().id).state == "applied"


def test_an_override_is_on_record(durable: World) -> None:
    change = durable.approved()
    agent = shut(durable, SHUT)
    with failing(UsageError, "freeze.no_override_reason"):
        agent.run(change.id, override=" \n")
    assert agent.run(change.id, override="disk  is full").state == "applied"
    records = {record.event: record for record in durable.records(change)}
    assert records["window_override"].data["override"] == "disk is full"
    assert records["window_override"].sequence < records["start"].sequence
    assert durable.agent.audit() == ()


def test_an_override_is_for_a_closed_window(world: World) -> None:
    with failing(StateError, "freeze.no_window"):
        world.agent.run(world.approved().id, override="x")


def test_an_override_is_none_for_a_freeze(world: World) -> None:
    change = world.approved()
    world.other.freeze("stop")
    with failing(RefusedError, "freeze.frozen"):
        shut(world, SHUT).run(change.id, override="x")


def test_a_window_that_begins_while_it_is_planned_again(world: World) -> None:
    change = world.approved()
    world.clock.move(world.fresh_s + 1)

    def wait(order: RunOrder) -> None:
        world.clock.move(3600 if order.mode == "check" else 0)

    world.executor.during = wait
    with failing(RefusedError, "freeze.window"):
        shut(world, "sun 10:00-23:00 zone UTC").run(change.id)
    assert world.executor.applies() == []
