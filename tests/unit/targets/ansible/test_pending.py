"""A follow-up that a run was cut before is caught up with; one that was done is not done again."""

from typing import Any

import pytest

from kiki.model.change import Done, Outcome, Ran
from kiki.targets.ansible.compose import steps_of
from kiki.targets.ansible.target import TARGET
from kiki.targets.ansible.undo import undo
from tests.unit.targets.ansible.building import action, intent, plan

UNIT = "/etc/systemd/system/a.service"
CASE = intent(("file_create", {"path": UNIT, "content": "x"}), ("service_start", {"names": ["a"]}))
WRITE, FOLLOW = f"Write {UNIT}", f"Have systemd read {UNIT}"


def ran(done: dict[str, Done] | None) -> Ran:
    outcome = Outcome(done=done) if done is not None else None
    return Ran(plan=plan(action(WRITE, "create"), action(FOLLOW, "run")), outcome=outcome)


def test_a_follow_up_asks_the_tasks_that_it_follows() -> None:
    steps = {step.task.name: step for step in steps_of(CASE)}
    assert steps[FOLLOW].causes == ((steps[WRITE].cause, WRITE),)
    assert steps[WRITE].cause


@pytest.mark.parametrize(
    ("runs", "left"),
    [
        ([], {}),
        ([{"h1": Done(changed=(WRITE, FOLLOW))}], {}),
        ([{"h1": Done(changed=(WRITE,))}], {"h1": [WRITE]}),
        ([{"h1": Done(changed=(WRITE,), unsure=(FOLLOW,))}], {"h1": [WRITE]}),
        ([{"h1": Done(unsure=(WRITE,))}], {"h1": [WRITE]}),
        ([{"h1": Done(changed=(f"role : {WRITE}",))}, {"h1": Done()}], {"h1": [WRITE]}),
        ([{"h1": Done(changed=(WRITE,))}, {"h1": Done(changed=(FOLLOW,))}], {}),
        ([{"h1": Done(changed=(WRITE, FOLLOW)), "h2": Done(changed=(WRITE,))}], {"h2": [WRITE]}),
        ([None], {"h1": [WRITE]}),
    ],
)
def test_what_runs_left(runs: list[dict[str, Done] | None], left: dict[str, Any]) -> None:
    told = TARGET.variables(CASE, tuple(map(ran, runs)))
    assert told == ({"kiki_pending": left} if left else {})


def test_code_without_follow_ups_has_nothing_pending() -> None:
    case = intent(("file_create", {"path": "/etc/motd"}))
    assert TARGET.variables(case, (ran({"h1": Done(changed=("Write /etc/motd",))}),)) == {}


def test_the_way_back_follows_up_as_well() -> None:
    found = undo(CASE, plan(action(WRITE, "create"), action(FOLLOW, "run")))
    assert [one.kind for one in found.operations] == ["ansible.file_remove"]
    back = intent(*((one.kind.partition(".")[2], one.fields) for one in found.operations))
    assert FOLLOW in [step.task.name for step in steps_of(back)]
