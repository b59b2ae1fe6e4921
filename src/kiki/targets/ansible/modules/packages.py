"""apt and dnf: which packages a change is about.

Called through ``known``. apt says it in apt-get's words, from the C locale in which the module runs
it; dnf lists what it did as ``Installed: nginx-1:1.20.1-14.el9.x86_64``, among other lines.
"""

import re

from kiki.model.plan import Verb
from kiki.model.run import RunEvent
from kiki.targets.ansible.modules.known import Items, Module
from kiki.targets.ansible.tasks import Task

_APT = {
    "Install": re.compile(
        r"^The following NEW packages will be installed:\n((?:[ \t]+.*\n?)+)", re.M
    ),
    "Upgrade": re.compile(r"^The following packages will be upgraded:\n((?:[ \t]+.*\n?)+)", re.M),
    "Remove": re.compile(r"^The following packages will be REMOVED:\n((?:[ \t]+.*\n?)+)", re.M),
}


def _apt(task: Task, names: tuple[str, ...], event: RunEvent) -> tuple[str, ...]:
    title = task.name.partition(" ")[0]
    if title not in _APT:
        return ()
    found = _APT[title].search(event.diff)
    listed = {word.rstrip("*") for word in found[1].split()} if found else set()
    return tuple(name for name in names if name.partition("=")[0] in listed)


def _apt_verb(event: RunEvent, items: Items, task: Task | None) -> Verb:
    """A version that was asked for may come in the place of another one."""
    if task is None or task.verb != "create":
        return task.verb if task is not None else "update"
    replaced = event.diff and not _APT["Install"].search(event.diff)
    return "update" if replaced else "create"


def _dnf_verb(event: RunEvent, items: Items, task: Task | None) -> Verb:
    """dnf lists what it takes away for another version, too."""
    if task is None or task.verb != "create":
        return task.verb if task is not None else "update"
    lines = event.result.get("kept", {}).get("results", ())
    gone = any(isinstance(line, str) and line.startswith("Removed: ") for line in lines)
    return "update" if gone and all(_is_pinned(name) for name, _ in task.items) else "create"


def _is_pinned(name: str) -> bool:
    return re.search(r"-\d", name) is not None


_DNF = {"Install": "Installed: ", "Upgrade": "Installed: ", "Remove": "Removed: "}


def _dnf(task: Task, names: tuple[str, ...], event: RunEvent) -> tuple[str, ...]:
    did = _DNF.get(task.name.partition(" ")[0])
    lines = event.result.get("kept", {}).get("results", ()) if did else ()
    said = [str(line).removeprefix(did) for line in lines if did and str(line).startswith(did)]
    return tuple(name for name in names if any(_is_package(line, name) for line in said))


def _is_package(nevra: str, name: str) -> bool:
    """Whether ``nginx-1:1.20.1-14.el9.x86_64`` is a version of *name*."""
    rest = nevra.removeprefix(name)
    return rest != nevra and (not rest or re.match(r"-\d", rest) is not None)


MODULES = {
    "apt": Module(items=_apt, verb=_apt_verb),
    "dnf": Module(kept=("results",), items=_dnf, verb=_dnf_verb),
}
