"""The emergency freeze: what it holds back, what it doesn't, and when it is over."""

import pytest

from kiki.model.errors import RefusedError, UsageError
from kiki.model.freeze import Freeze
from kiki.model.run import RunOrder
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
