"""The ticket of a change: what one may be, where it is wanted, and where it is found again."""

from typing import Any

import pytest
from msgspec.structs import replace

from kiki.model.agent import ChangeFilter
from kiki.model.errors import ApprovalNeeded, StateError, UsageError
from kiki.model.ledger import LedgerFilter
from kiki.service.local import LocalAgent
from tests.unit.service.world import World, failing

PATTERN = "OPS-[0-9]+"


def agent(world: World, who: str = "kim", **more: Any) -> LocalAgent:
    return world.process(who, ticket_pattern=PATTERN, **more)


def asked(world: World, ticket: str) -> Any:
    return agent(world).submit(replace(world.request(), ticket=ticket))


def test_it_is_kept_recorded_and_found(durable: World) -> None:
    change = asked(durable, " OPS-123 ")
    assert change.request.ticket == "OPS-123"
    assert {record.data["ticket"] for record in durable.records(change)} == {"OPS-123"}
    assert [one.id for one in durable.agent.find(ChangeFilter(text="ops-123"))] == [change.id]
    assert durable.agent.search(LedgerFilter(object="OPS-123"))
    assert durable.agent.search(LedgerFilter(text="OPS-123"))
    assert any(one.record.data.get("ticket") for one in durable.agent.export().records)
    assert durable.agent.audit() == ()


@pytest.mark.parametrize(
    "ticket",
    [
        "OPS-1\nApproved-by: boss",
        "OPS-1\r",
        "x OPS-1",
        "OPS-",
        "--force",
        "OPS-1" + "0" * 64,
        "OPS-1\x1b[31m",
        "OPS-1\u202e",
        "=cmd()",
    ],
)
def test_what_is_none_is_refused_before_anything_is_kept(world: World, ticket: str) -> None:
    with failing(UsageError, "approval.ticket_invalid") as caught:
        asked(world, ticket)
    assert str(caught.value.params["value"]).isprintable()
    assert world.agent.find(ChangeFilter()) == ()


def test_a_pattern_that_allows_all_still_means_one_printable_word(world: World) -> None:
    every = world.process("kim", ticket_pattern="(?s).*")
    for ticket in ("a b", "a\nb", "a\x00"):
        with failing(UsageError, "approval.ticket_invalid"):
            every.submit(replace(world.request(), ticket=ticket))


def test_where_the_setting_wants_one(world: World) -> None:
    strict = agent(world, ticket_required=True)
    change = strict.submit(world.request())
    digest = change.stage.decisive.digest()  # type: ignore[union-attr]
    with failing(ApprovalNeeded, "approval.ticket_missing"):
        strict.approve(change.id, digest)
    done = strict.approve(change.id, digest, ticket="OPS-7")
    assert (done.state, done.request.ticket) == ("approved", "OPS-7")
    assert world.records(change)[-1].data["ticket"] == "OPS-7"
    assert strict.run(change.id).state == "applied"


def test_a_requirement_made_meanwhile_holds_at_the_run(world: World) -> None:
    change = world.approved()
    with failing(ApprovalNeeded, "approval.ticket_missing"):
        agent(world, ticket_required=True).run(change.id)


def test_an_approver_does_not_change_it(world: World) -> None:
    change = asked(world, "OPS-1")
    digest = change.stage.decisive.digest()
    with failing(StateError, "approval.other_ticket"):
        agent(world, "lee").approve(change.id, digest, ticket="OPS-2")
    assert agent(world, "lee").approve(change.id, digest, ticket="OPS-1").state == "approved"


def test_undo_and_redo_need_their_own(world: World) -> None:
    change = asked(world, "OPS-1")
    agent(world).approve(change.id, change.stage.decisive.digest())
    agent(world).run(change.id)
    strict = agent(world, ticket_required=True)
    assert strict.undo(change.id).request.ticket == ""
    again = strict.redo(change.id)
    assert again.request.ticket == "" and again.stage.decisive is not None
    with failing(ApprovalNeeded, "approval.ticket_missing"):
        strict.approve(again.id, again.stage.decisive.digest())
    done = strict.approve(again.id, again.stage.decisive.digest(), ticket="OPS-2")
    assert done.request.ticket == "OPS-2"
