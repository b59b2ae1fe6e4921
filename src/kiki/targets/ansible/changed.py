"""Which of a task's items a host really changes: packages, services, users, ports.

Called by ``plan``, which writes them into an action's message, and by ``undo``, which reads them
there. What can't be told is left empty: nobody may then take back more than what was changed.
"""

import re

from kiki.model.plan import Action
from kiki.model.run import RunEvent
from kiki.targets.ansible.tasks import Task

SEPARATOR = ", "
# apt-get's own words, from its C locale, in which the module runs it
_APT = {
    "Install": re.compile(
        r"^The following NEW packages will be installed:\n((?:[ \t]+.*\n?)+)", re.M
    ),
    "Upgrade": re.compile(r"^The following packages will be upgraded:\n((?:[ \t]+.*\n?)+)", re.M),
    "Remove": re.compile(r"^The following packages will be REMOVED:\n((?:[ \t]+.*\n?)+)", re.M),
}


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
    return _packages(task, names, event)


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


def _packages(task: Task, names: tuple[str, ...], event: RunEvent) -> tuple[str, ...]:
    title = task.name.partition(" ")[0]
    if task.module.endswith(".apt") and title in _APT:
        found = _APT[title].search(event.diff)
        listed = {word.rstrip("*") for word in found[1].split()} if found else set()
        return tuple(name for name in names if name.partition("=")[0] in listed)
    lines = event.result.get("results", ())
    said = [line.partition(": ")[2] for line in lines if isinstance(line, str)]
    return tuple(name for name in names if any(_is_package(line, name) for line in said))


def _is_package(nevra: str, name: str) -> bool:
    """Whether ``nginx-1:1.20.1-14.el9.x86_64`` is a version of *name*."""
    rest = nevra.removeprefix(name)
    return rest != nevra and (not rest or re.match(r"-\d", rest) is not None)
