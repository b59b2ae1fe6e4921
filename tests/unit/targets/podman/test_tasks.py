"""What operations of one request know of each other, and what they refuse."""

from typing import Any

import pytest

from kiki.messages import text
from kiki.model.intent import Intent, Operation
from kiki.model.languages import Lang
from kiki.targets.ansible.compose import Step, steps_of
from kiki.targets.ansible.plan import plan
from kiki.targets.podman.operations.container_list.answer import CELLS
from tests.unit.targets.ansible.building import event, inventory, result

REMOVE = ("container_remove", {"names": ["web"]})
GUARD = "Check that container web does not run"


def intent(*operations: tuple[str, dict[str, Any]]) -> Intent:
    made = tuple(Operation(kind=f"podman.{kind}", fields=fields) for kind, fields in operations)
    return Intent(target="podman", name="case", operations=made, reader="flags")


def steps(*operations: tuple[str, dict[str, Any]]) -> dict[str, Step]:
    return {step.task.name: step for step in steps_of(intent(*operations))}


@pytest.mark.parametrize("kind", ["container_stop", "container_kill"])
def test_a_container_that_the_play_ends_is_removed_without_a_guard(kind: str) -> None:
    found = steps((kind, {"names": ["web"]}), REMOVE)
    assert GUARD not in found
    assert "Remove container web" in found
    there = "Check that container web exists"
    assert found[there].vanishing, "a second run finds it removed"
    assert not steps((kind, {"names": ["web"]}))[there].vanishing


@pytest.mark.parametrize(
    "before",
    [
        (),
        (("container_stop", {"names": ["other"]}),),
        (("container_kill", {"names": ["web"], "signal": "HUP"}),),
        (("container_stop", {"names": ["web"]}), ("container_start", {"names": ["web"]})),
        (("container_stop", {"names": ["web"]}), ("container_restart", {"names": ["web"]})),
    ],
)
def test_a_container_that_may_run_is_not_removed(before: tuple[tuple[str, Any], ...]) -> None:
    assert GUARD in steps(*before, REMOVE)


def test_on_some_hosts_the_guard_stays_and_a_plan_goes_on_behind_it() -> None:
    made = tuple(
        Operation(kind=f"podman.{kind}", fields={"names": ["web"]}, hosts=("h1",))
        for kind in ("container_stop", "container_remove")
    )
    case = Intent(target="podman", name="case", operations=made, reader="flags")
    guard = next(step for step in steps_of(case) if step.task.name == GUARD)
    assert guard.tolerant


def test_an_image_of_the_host_s_own_is_looked_for_and_never_pulled() -> None:
    found = steps(("image_pull", {"images": ["localhost/a:1"]}))
    assert list(found) == ["Look at image localhost/a:1", "Check that image localhost/a:1 exists"]
    assert (
        "build or load it first"
        in found["Check that image localhost/a:1 exists"].task.args["fail_msg"]
    )
    assert list(steps(("image_pull", {"images": ["quay.io/a:1"]}))) == ["Pull image quay.io/a:1"]


def test_what_is_pruned_is_named_without_what_is_in_a_pod() -> None:
    case = intent(("system_prune", {"what": "containers"}))
    look, named, prune = (step.task for step in steps_of(case))
    found = [
        event("ok", look.name, look.module),
        event(
            "ok", named.name, named.module, result={"kept": {"rc": 0, "stdout": "\nold\nolder\n"}}
        ),
        event("changed", prune.name, prune.module),
    ]
    (action,) = plan(result(*found), case, inventory()).changes
    assert (action.verb, action.before) == ("delete", {"containers": ["old", "older"]})
    assert "{{if not .Pod}}" in named.args["argv"][-1]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_two_columns_of_the_list_have_one_name(lang: Lang) -> None:
    heads = [text(f"column.{name}", lang).text for name in CELLS]
    assert len(set(heads)) == len(CELLS)
