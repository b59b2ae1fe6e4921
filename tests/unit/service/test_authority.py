"""Who may approve: four eyes, the broken glass, and production's name, in the service itself."""

from typing import Any

import pytest

from kiki.model.errors import ApprovalNeeded, RefusedError, StateError, UsageError
from kiki.service.local import LocalAgent
from tests.unit.service.test_cluster import Place
from tests.unit.service.world import World, failing


def strict(world: World, who: str, rule: str = "always") -> LocalAgent:
    return world.process(who, four_eyes=rule)


def granted(agent: LocalAgent, change: Any, **how: str) -> Any:
    return agent.approve(change.id, change.stage.decisive.digest(), **how)


def test_the_requester_is_not_the_approver(world: World) -> None:
    change = world.submit()
    with failing(RefusedError, "approval.four_eyes"):
        granted(strict(world, "kim"), change)
    assert world.stored(change).state == "awaiting_approval"
    assert granted(strict(world, "lee"), change).approval.approver == "lee"
    assert strict(world, "kim").run(change.id).state == "applied"


@pytest.mark.parametrize("rule", ["never", "high"])
def test_a_low_risk_needs_two_eyes_only(world: World, rule: str) -> None:
    change = world.submit()
    assert change.stage.plan is not None and change.stage.plan.risk != "high"
    assert granted(strict(world, "kim", rule), change).state == "approved"


def test_a_high_risk_needs_four(world: World) -> None:
    place = Place(world)
    place.agent = place.process(guarded=("l*",))
    change = place.submit()
    assert change.stage.plan is not None and change.stage.plan.risk == "high"
    with failing(RefusedError, "approval.four_eyes"):
        granted(strict(world, "kim", "high"), change, name="lab")
    assert granted(strict(world, "lee", "high"), change, name="lab").state == "approved"


def test_breaking_the_glass_is_an_event_of_its_own(durable: World) -> None:
    change = durable.submit()
    agent = strict(durable, "kim")
    with failing(UsageError, "approval.glass_no_reason"):
        granted(agent, change, break_glass=" ")
    done = granted(agent, change, break_glass="nobody else is awake")
    assert done.approval.break_glass == "nobody else is awake"
    record = durable.records(change)[-1]
    assert (record.event, record.actor) == ("break_glass", "kim")
    assert record.data["break_glass"] == "nobody else is awake"
    assert record.data["state"] == "approved"
    assert agent.run(change.id).state == "applied"
    assert durable.agent.audit() == ()


def test_the_glass_stays_whole_where_nothing_is_in_the_way(world: World) -> None:
    with failing(StateError, "approval.glass_unneeded"):
        granted(world.agent, world.submit(), break_glass="x")


def test_a_rule_made_after_the_approval_holds_too(world: World) -> None:
    change = world.approved()
    with failing(RefusedError, "approval.four_eyes"):
        strict(world, "lee").run(change.id)
    assert world.executor.applies() == []


def test_productions_name_is_asked_for_by_the_service(world: World) -> None:
    place = Place(world)
    agent = place.agent = place.process(guarded=("l*",))
    change = place.submit()
    with failing(ApprovalNeeded, "approval.context_unsaid"):
        granted(agent, change)
    with failing(UsageError, "approval.other_context"):
        granted(agent, change, name="lap")
    done = granted(agent, change, name="lab")
    assert done.approval.name == "lab"
    assert agent.run(change.id).state == "applied"
