"""The states of a change: what must hold on every path, and the page that draws them."""

import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiki.model.errors import StateError
from kiki.model.lifecycle import RUNNING, Event, State, allowed, transition
from tests.pages import both

STATES: tuple[State, ...] = get_args(State)
EVENTS: tuple[Event, ...] = get_args(Event)
FINAL = frozenset({"refused", "invalid", "rejected", "undone"})

Move = tuple[str, str, str]


def moves() -> set[Move]:
    """Every move that there is, asked of the function that makes them."""
    return {
        (state, event, transition(state, event)) for state in STATES for event in allowed(state)
    }


class Life(RuleBasedStateMachine):
    """Any sequence of events, allowed or not, and what must be true all along."""

    @initialize()
    def born(self) -> None:
        self.state: State = "draft"
        self.path: list[State] = ["draft"]
        self.granted = False
        self.checked_since_stale = True

    @rule(data=st.data())
    @precondition(lambda self: allowed(self.state))
    def move(self, data: st.DataObject) -> None:
        event: Event = data.draw(st.sampled_from(sorted(allowed(self.state))))
        self.state = transition(self.state, event)
        self.path.append(self.state)
        if event == "approve":
            self.granted = True
        if self.state in ("checked", "stale", "interrupted"):
            self.granted = False

    @rule(event=st.sampled_from(EVENTS))
    def what_is_not_allowed_is_refused_and_moves_nothing(self, event: Event) -> None:
        if event in allowed(self.state):
            return
        with pytest.raises(StateError) as caught:
            transition(self.state, event)
        assert caught.value.code == "change.transition"
        assert caught.value.params == {"state": self.state, "event": event}

    @invariant()
    def nothing_runs_without_a_grant_for_its_last_plan(self) -> None:
        if self.state in RUNNING:
            assert self.granted

    @invariant()
    def what_runs_was_checked_planned_and_shown(self) -> None:
        if self.state in RUNNING:
            order = [self.path.index(s) for s in ("checked", "planned", "awaiting_approval")]
            assert order == sorted(order)

    @invariant()
    def a_run_begins_from_an_approval_only(self) -> None:
        for before, after in zip(self.path, self.path[1:], strict=False):
            if after == "applying":
                assert before == "approved"

    @invariant()
    def final_is_final(self) -> None:
        assert not set(self.path[:-1]) & FINAL


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase


def test_each_state_is_reached() -> None:
    reached: set[str] = {"draft"}
    while more := {to for origin, _, to in moves() if origin in reached} - reached:
        reached |= more
    assert reached == set(STATES)


def test_each_event_is_used() -> None:
    assert {event for _, event, _ in moves()} == set(EVENTS)


def test_final_states_and_no_others_have_no_way_on() -> None:
    assert {state for state in STATES if not allowed(state)} == FINAL


def test_every_state_that_is_not_done_can_be_given_up_or_planned_again() -> None:
    for state in set(STATES) - FINAL - {"applied"}:
        assert allowed(state) & {"cancel", "replan"}, state


def test_a_running_change_may_be_cut_at_any_time() -> None:
    assert {state for state in STATES if "interrupt" in allowed(state)} == RUNNING


def test_an_interrupted_run_never_goes_on_by_itself() -> None:
    ways_on = {to for origin, _, to in moves() if origin == "interrupted"}
    assert ways_on == {"checked", "cancelled", "undone"}


@pytest.mark.parametrize("page", both("lifecycle.md"), ids=lambda page: page.name)
class TestPage:
    def test_its_table_has_exactly_the_moves(self, page: Path) -> None:
        rows = re.findall(
            r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \| \S.* \|$", page.read_text("utf-8"), re.M
        )
        assert len(rows) == len(set(rows))
        assert set(rows) == moves()

    def test_its_drawing_has_exactly_the_moves(self, page: Path) -> None:
        arrows = re.findall(r"^    (\w+) --> (\w+): (\w+)$", page.read_text("utf-8"), re.M)
        assert {(origin, event, to) for origin, to, event in arrows} == moves()

    def test_its_drawing_ends_in_the_final_states(self, page: Path) -> None:
        assert set(re.findall(r"^    (\w+) --> \[\*\]$", page.read_text("utf-8"), re.M)) == FINAL

    def test_each_state_is_explained(self, page: Path) -> None:
        explained = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", page.read_text("utf-8"), re.M)
        assert explained == list(STATES)
