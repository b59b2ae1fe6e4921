"""Who did what to which system: looking through the ledger."""

import pytest

from kiki.model.ledger import LedgerFilter
from tests.unit.service.world import World


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (LedgerFilter(who="kim", object="/srv/x"), True),
        (LedgerFilter(who="lee"), False),
        (LedgerFilter(target="n1"), True),
        (LedgerFilter(target="ansible"), True),
        (LedgerFilter(target="n"), False),
        (LedgerFilter(target="k8s"), False),
        (LedgerFilter(object="/srv/y"), False),
        (LedgerFilter(text="start"), True),
        (LedgerFilter(since="2026-03-02"), False),
        (LedgerFilter(until="2026-03-01"), False),
    ],
)
def test_search(durable: World, wanted: LedgerFilter, found: bool) -> None:
    change = durable.applied()
    records = durable.agent.search(wanted)
    assert bool(records) is found
    assert {one.subject for one in records} <= {change.id}


def test_a_limit_leaves_the_newest(durable: World) -> None:
    durable.applied()
    every = durable.agent.search(LedgerFilter(limit=0))
    assert every == durable.agent.ledger(1000)
    assert durable.agent.search(LedgerFilter(object="/srv/x", limit=2)) == every[-2:]


def test_what_is_no_change_is_found_by_its_name(world: World) -> None:
    world.agent.freeze("x")
    (record,) = world.agent.search(LedgerFilter(object="applies"))
    assert record.event == "freeze_on"
    assert world.agent.search(LedgerFilter(object="applies", target="n1")) == ()
