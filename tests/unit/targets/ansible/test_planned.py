"""By how much a volume grows is counted from what the approved plan found, on each host."""

from typing import Any

import pytest
from msgspec.structs import replace

from kiki.model.change import Done, Outcome, Ran
from kiki.model.plan import Plan
from kiki.targets.ansible.target import TARGET
from kiki.targets.ansible.tasks import Found
from kiki.targets.ansible.volumes import was_and_grows
from tests.unit.targets.ansible.building import action, intent, plan

CASE = intent(("logical_volume_extend", {"name": "data", "group": "vg0", "size": "", "by": "1Gi"}))
GROW = "Make vg0/data larger by 1Gi"
GIB = 1 << 30


def seen(size: str) -> Plan:
    """A plan in which h1 had a volume of that size."""
    grows = replace(action(GROW, "update"), before={"size": size}, after={"size": "3Gi"})
    return plan(grows)


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (None, 2),  # a run that nobody heard may have done it
        (Outcome(done={"h1": Done(changed=(GROW,))}), 2),
        (Outcome(done={"h1": Done(unsure=(GROW,))}), 2),
        (Outcome(done={"h1": Done(heard=False)}), 2),
        (Outcome(done={"h1": Done()}), 5),  # it was not done: the newer plan counts
        (Outcome(done={}, left=("h1",)), 5),
    ],
)
def test_after_an_earlier_run_the_plan_of_what_was_done_counts(
    outcome: Outcome | None, told: int
) -> None:
    earlier = (Ran(plan=seen("2Gi"), outcome=outcome),)
    assert TARGET.variables(CASE, earlier, seen("5Gi")) == variables(told * GIB)


def test_a_check_counts_from_what_there_is_and_a_run_from_what_was_approved() -> None:
    assert TARGET.variables(CASE, ()) == {}
    assert TARGET.variables(CASE, (), seen("2Gi")) == variables(2 * GIB)
    unread = replace(seen("2Gi").actions[0], before={}, unread="ansible.before_not_seen")
    assert TARGET.variables(CASE, (), plan(unread)) == {}, "then the play stops the host"


def test_to_a_size_nothing_has_to_be_told() -> None:
    fields = {"name": "data", "group": "vg0", "size": "3Gi"}
    assert TARGET.variables(intent(("logical_volume_extend", fields)), (), seen("2Gi")) == {}


def test_the_plan_shows_what_the_host_reckoned() -> None:
    size = Found(kept={"stdout": f"  {2 * GIB};4194304\n"})
    goal = Found(kept={"ansible_facts": {"kiki_seen_goal": 3 * GIB}})
    was = was_and_grows((size, goal))
    assert (was.values, was.after) == ({"size": "2Gi"}, {"size": "3Gi"})
    assert was_and_grows((size, Found())).unread == "ansible.before_not_seen"
    assert was_and_grows((Found(), goal)).unread == "ansible.before_not_seen"


def variables(size: int) -> dict[str, Any]:
    return {"kiki_planned": {"h1": {"vg0/data": size}}}
