"""The states of a change and the one function that moves between them.

Called by service for every move; nothing else may set a state. Drawn in docs/lifecycle.md.
"""

from typing import Literal

from kiki.model.errors import StateError

State = Literal[
    "draft",
    "asking",
    "refused",
    "invalid",
    "checked",
    "answered",
    "planned",
    "awaiting_approval",
    "approved",
    "applying",
    "verifying",
    "applied",
    "partly_applied",
    "failed",
    "rejected",
    "cancelled",
    "interrupted",
    "stale",
    "undone",
]
Event = Literal[
    "ask",
    "answer",
    "refuse",
    "check_pass",
    "check_fail",
    "read",
    "read_fail",
    "plan",
    "plan_fail",
    "submit",
    "approve",
    "reject",
    "cancel",
    "start",
    "ran",
    "ran_partly",
    "next",
    "fail",
    "verify_pass",
    "verify_fail",
    "interrupt",
    "go_stale",
    "replan",
    "undo",
    "settle",
]

_TABLE: dict[State, dict[Event, State]] = {
    "draft": {
        "ask": "asking",
        "refuse": "refused",
        "check_pass": "checked",
        "check_fail": "invalid",
        "cancel": "cancelled",
        "fail": "failed",
    },
    "asking": {"answer": "draft", "cancel": "cancelled", "refuse": "refused"},
    # read: all of it only reads, so it was answered; there is nothing to approve, run or take back
    "checked": {
        "read": "answered",
        "read_fail": "failed",
        "plan": "planned",
        "plan_fail": "failed",
        "refuse": "refused",
        "cancel": "cancelled",
        "check_fail": "invalid",
    },
    # settle: the plan is complete and changes nothing, so there is nothing to approve or run;
    # verify_fail: that, and a probe says that what is there does not work
    "planned": {
        "submit": "awaiting_approval",
        "settle": "applied",
        "verify_fail": "failed",
        "refuse": "refused",
        "cancel": "cancelled",
    },
    "awaiting_approval": {
        "approve": "approved",
        "reject": "rejected",
        "cancel": "cancelled",
        "replan": "checked",
        "go_stale": "stale",
    },
    "approved": {
        "start": "applying",
        "cancel": "cancelled",
        "go_stale": "stale",
        "reject": "rejected",
        "replan": "checked",
    },
    "applying": {
        "ran": "verifying",
        "ran_partly": "partly_applied",
        "fail": "failed",
        "interrupt": "interrupted",
        "cancel": "cancelled",
    },
    "verifying": {
        "verify_pass": "applied",
        "verify_fail": "failed",
        "next": "applying",
        "interrupt": "interrupted",
        "ran_partly": "partly_applied",
        "cancel": "cancelled",
    },
    # undo, here and below: of an apply that began, as the service sees to
    "interrupted": {"replan": "checked", "cancel": "cancelled", "undo": "undone"},
    "stale": {"replan": "checked", "cancel": "cancelled"},
    "failed": {"replan": "checked", "undo": "undone"},
    "partly_applied": {"replan": "checked", "undo": "undone"},
    "applied": {"undo": "undone"},
    "answered": {"replan": "checked"},
    "refused": {},
    "invalid": {},
    "rejected": {},
    # an apply that was stopped may have changed hosts: a new plan shows where they stand
    "cancelled": {"replan": "checked", "undo": "undone"},
    "undone": {},
}

RUNNING: frozenset[State] = frozenset({"applying", "verifying"})
FINISHED: frozenset[State] = frozenset(
    {
        "answered",
        "applied",
        "partly_applied",
        "failed",
        "refused",
        "invalid",
        "rejected",
        "cancelled",
        "undone",
    }
)
"""States in which nobody waits for a change any more, its run folders or its secrets."""


def transition(state: State, event: Event) -> State:
    """The state after *event*; StateError ``change.transition`` when it is not allowed."""
    following = _TABLE[state].get(event)
    if following is None:
        raise StateError("change.transition", state=state, event=event)
    return following


def allowed(state: State) -> frozenset[Event]:
    """The events that *state* accepts."""
    return frozenset(_TABLE[state])
