"""What the looks of a run showed of one host, and the states before that they give to actions.

Called by ``plan``. Values from hosts are data. What redaction or its length changed is no state
that could be brought back, and is said to be unread.
"""

import msgspec

from kiki.model.plan import Action
from kiki.model.run import RunEvent
from kiki.targets.ansible.compose import Step
from kiki.targets.ansible.tasks import Found, Task, Was

_CHANGING = frozenset(("create", "update", "replace", "delete", "run", "unknown"))


class Looked:
    """Collects one host's looks while its events come in."""

    def __init__(self) -> None:
        self._found: dict[str, list[Found]] = {}
        self._altered: set[str] = set()

    def hear(self, step: Step, event: RunEvent, items: tuple[RunEvent, ...]) -> None:
        """Take in the result of the look that *step* is."""
        turns = tuple(dict(item.result.get("kept", {})) for item in items)
        found = Found(kept=dict(event.result.get("kept", {})), items=turns)
        self._found.setdefault(step.look_of, []).append(found)
        if any(each.result.get("altered") for each in (event, *items)):
            self._altered.add(step.look_of)

    def with_before(self, action: Action, task: Task) -> Action:
        """*action* of *task* with what there was before, where it changes something and that was
        looked at."""
        if task.before is None or action.verb not in _CHANGING or task.name not in self._found:
            return action
        was = self._was(task)
        known = not was.unread
        judged = action.verb != "unknown"
        return msgspec.structs.replace(
            action,
            verb=(was.verb or action.verb) if judged else "unknown",
            before=was.values if known else {},
            after=task.before.after | was.after if known and judged else {},
            unread=was.unread if judged else "",
            new=None if judged else _new(was, task),
        )

    def _was(self, task: Task) -> Was:
        found = self._found[task.name]
        if task.before is None or len(found) < len(task.before.looks):
            return Was(unread="ansible.before_not_seen")
        if task.name in self._altered:
            return Was(unread="ansible.before_secret")
        return task.before.read(tuple(found))


def _new(was: Was, task: Task) -> tuple[str, ...] | None:
    """The names of *task*'s items that were not there; None when the look does not tell."""
    if was.new is not None:
        return was.new
    if was.verb == "create":
        return tuple(name for name, _ in task.items)
    return () if was.verb or was.values else None
