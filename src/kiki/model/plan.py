"""What would happen, as an immutable value made against the live state.

Called by targets, which make it, policy, service and views.
"""

from typing import Literal

from kiki.model.records import Record, digest

Verb = Literal["create", "update", "replace", "delete", "run", "none", "unknown", "error"]
Risk = Literal["low", "medium", "high", "forbidden"]
Reversibility = Literal["exact", "compensating", "impossible"]


class Action(Record, frozen=True):
    """What one task would do on one host, or what would happen to one object.

    *diff* is normalised and redacted: volatile facts (times, temporary paths) are left out.
    *verb* is ``unknown`` where check mode can't judge; *reason* then says why, as a code.
    """

    subject: str
    task: str
    verb: Verb
    module: str = ""
    diff: str = ""
    reason: str = ""
    message: str = ""


class Plan(Record, frozen=True):
    """The actions in order. *complete* is false when any action is ``unknown``; *errored* when
    it could not be made; *unreachable* are hosts that did not answer. *waves* are the hosts in the
    order in which they get their turn, empty when all get it at once."""

    actions: tuple[Action, ...]
    hosts: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    errored: bool = False
    complete: bool = True
    risk: Risk = "low"
    reversibility: Reversibility = "exact"
    waves: tuple[tuple[str, ...], ...] = ()

    @property
    def applyable(self) -> bool:
        """Whether this plan may be approved at all."""
        return not self.errored and self.risk != "forbidden"

    @property
    def changes(self) -> tuple[Action, ...]:
        """The actions that would or might change something."""
        return tuple(action for action in self.actions if action.verb != "none")

    def fingerprint(self) -> str:
        """Digest over the ordered subject, task, verb and normalised diff of every action."""
        rows = [[act.subject, act.task, act.verb, act.diff] for act in self.actions]
        return digest({"actions": rows, "unreachable": list(self.unreachable)})
