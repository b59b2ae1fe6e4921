"""What would happen, as an immutable value made against the live state.

Called by targets, which make it, policy, service and views.
"""

from typing import Any, Literal

from kiki.model.finding import Finding
from kiki.model.records import Record, digest

Verb = Literal["create", "update", "replace", "delete", "run", "none", "unknown", "error"]
Risk = Literal["low", "medium", "high", "forbidden"]
Reversibility = Literal["exact", "compensating", "impossible"]


class Action(Record, frozen=True):
    """What one task would do on one host, or what would happen to one object.

    *diff* is normalised and redacted: volatile facts (times, temporary paths) are left out. *verb*
    is ``unknown`` where check mode can't judge; *reason* then says why, as a code. *before* is what
    the subject had, as values for the fields of the operation that takes the change back, and
    *after* what it will have in their place; *unread* is the code for why *before* is not known.
    *new* are those of the subject's things that a look did not find, where the verb is ``unknown``;
    None: nobody looked.
    """

    subject: str
    task: str
    verb: Verb
    module: str = ""
    diff: str = ""
    reason: str = ""
    message: str = ""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    unread: str = ""
    new: tuple[str, ...] | None = None


class Plan(Record, frozen=True):
    """The actions in order. *complete* is false when any action is ``unknown``; *errored* when
    it could not be made; *unreachable* are hosts that did not answer. *waves* are the hosts in the
    order in which they get their turn, empty when all get it at once. *findings* are what the live
    state has against it, or what a person has to know of it."""

    actions: tuple[Action, ...]
    hosts: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    errored: bool = False
    complete: bool = True
    risk: Risk = "low"
    reversibility: Reversibility = "exact"
    waves: tuple[tuple[str, ...], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def applyable(self) -> bool:
        """Whether this plan may be approved at all."""
        return not self.errored and self.risk != "forbidden"

    @property
    def changes(self) -> tuple[Action, ...]:
        """The actions that would or might change something."""
        return tuple(action for action in self.actions if action.verb != "none")

    def fingerprint(self) -> str:
        """Digest over the ordered subject, task, verb, normalised diff and, where there is one,
        state before of every action."""
        rows = [_row(action) for action in self.actions]
        return digest({"actions": rows, "unreachable": list(self.unreachable)})


def _row(action: Action) -> list[Any]:
    """What a fingerprint covers. Plans from before there were states before keep theirs."""
    row: list[Any] = [action.subject, action.task, action.verb, action.diff]
    row += [action.before, action.unread] if action.before or action.unread else []
    return row if action.new is None else [*row, {"new": list(action.new)}]
