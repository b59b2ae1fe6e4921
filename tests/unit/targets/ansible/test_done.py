"""What runs did to each host, told from their events."""

from typing import Any

import pytest

from kiki.model.change import Done
from kiki.model.run import EventKind, HostStats, RunEvent, RunResult
from kiki.targets.ansible.done import done
from tests.unit.targets.ansible.building import event, result

CHANGED = HostStats(changed=1)


def said(kind: EventKind, task: str, host: str = "", **more: Any) -> RunEvent:
    return event(kind, task, "x", host=host, **more)


def ended(*events: RunEvent) -> RunResult:
    """With a recap."""
    return result(*events, a=CHANGED)


def stopped(*events: RunEvent) -> RunResult:
    """Without one."""
    return result(*events, status="cancelled")


def test_what_changed_is_named_and_what_did_not_is_not() -> None:
    run = ended(
        said("task", "One"), said("changed", "One", "a"), said("ok", "One", "b"),
        said("task", "Two"), said("changed", "Two", "a"), said("skipped", "Two", "b"),
    )  # fmt: skip
    assert done([run], ["a", "b"]) == {"a": Done(changed=("One", "Two"))}


@pytest.mark.parametrize("kind", ["failed", "unreachable"])
def test_a_task_that_failed_may_have_changed_something_before(kind: EventKind) -> None:
    run = ended(said("task", "One"), said("changed", "One", "a"), said(kind, "Two", "a"))
    assert done([run], ["a"]) == {"a": Done(changed=("One",), unsure=("Two",))}


def test_a_stopped_run_is_not_sure_of_the_task_that_it_was_in() -> None:
    """On every host that had not answered, also those that were never heard of."""
    run = stopped(
        said("task", "One"), said("changed", "One", "a"), said("ok", "One", "b"),
        said("failed", "One", "c"),
        said("task", "Two"), said("ok", "Two", "a"),
    )  # fmt: skip
    assert done([run], ["a", "b", "c", "d"]) == {
        "a": Done(changed=("One",)),
        "b": Done(unsure=("Two",)),
        "c": Done(unsure=("One",)),
        "d": Done(unsure=("Two",)),
    }


def test_an_ignored_failure_does_not_take_a_host_out_of_the_run() -> None:
    run = stopped(
        said("task", "One"), said("failed", "One", "a", ignored=True), said("task", "Two")
    )
    assert done([run], ["a"]) == {"a": Done(unsure=("One", "Two"))}


def test_a_run_whose_driver_died_is_one_that_was_stopped() -> None:
    lost = said("failed", "", result={"reason": "execution.driver_died"})
    run = result(said("task", "One"), lost, status="failed")
    assert done([run], ["a"]) == {"a": Done(unsure=("One",))}


def test_a_run_that_was_stopped_before_its_first_task_did_nothing() -> None:
    assert done([stopped(said("play", ""))], ["a"]) == {}


def test_a_finished_run_is_sure_of_all_tasks() -> None:
    assert done([ended(said("task", "One"), said("ok", "One", "a"))], ["a", "b"]) == {}


def test_events_that_were_lost_say_nothing() -> None:
    lost = said("failed", "", result={"reason": "execution.events_lost"})
    assert done([ended(said("changed", "One", "a"), lost)], ["a"]) is None


def test_the_second_run_counts_too() -> None:
    first = ended(said("changed", "One", "a"))
    again = stopped(said("task", "One"), said("ok", "One", "a"), said("task", "Two"))
    assert done([first, again], ["a"]) == {"a": Done(changed=("One",), unsure=("Two",))}
