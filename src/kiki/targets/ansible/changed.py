"""Which of a task's items a host really changes: packages, services, users, ports.

Called by ``plan``, which writes them into an action's message, and by ``undo``, which reads them
there. What can't be told is left empty: nobody may then take back more than what was changed.
"""

from kiki.model.plan import Action
from kiki.model.run import RunEvent
from kiki.targets.ansible.modules import known
from kiki.targets.ansible.tasks import Task

SEPARATOR = ", "


def changed_items(task: Task, event: RunEvent, items: tuple[RunEvent, ...]) -> tuple[str, ...]:
    """The names, as the host has them, of *task*'s items that *event* changes; *items* are the
    events of its loop. Empty when that is unknown."""
    names = tuple(name for name, _ in task.items)
    if len(names) == 1:
        return names
    if task.each:
        return (
            tuple(name for name, each in zip(names, items, strict=False) if _changes(each))
            if len(items) == len(names)
            else ()
        )
    reader = known.of(task.module).items
    return reader(task, names, event) if reader is not None else ()


def as_message(names: tuple[str, ...]) -> str:
    """*names* as an action's message."""
    return SEPARATOR.join(names)


def joined(one: Action, other: Action) -> str:
    """The items of both actions of one task as a message; empty, which is unknown, when those of
    either are."""
    if not (one.message and other.message) or "unknown" in (one.verb, other.verb):
        return ""
    both = (*one.message.split(SEPARATOR), *other.message.split(SEPARATOR))
    return as_message(tuple(dict.fromkeys(both)))


def from_message(message: str, task: Task) -> tuple[str, ...]:
    """The names of *task*'s items that *message* lists."""
    listed = message.split(SEPARATOR)
    return tuple(name for name, _ in task.items if name in listed)


def _changes(event: RunEvent) -> bool:
    return event.result.get("status") == "changed"
