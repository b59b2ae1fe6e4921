"""Commands of podman for what no module does, and what they have in common.

Called by the operations. ``removes`` names what is always there: with it Ansible says in check mode
that the command would be run, and runs it only in earnest.
"""

from typing import TypedDict, Unpack

from kiki.model.plan import Verb
from kiki.targets.ansible.tasks import Before, Reverse, Task

_ALWAYS = "/proc/self"


class Options(TypedDict, total=False):
    """What else a task can be told; see ``Task``."""

    when: tuple[str, ...]
    needs: tuple[str, ...]
    secrets: tuple[str, ...]
    ensures: frozenset[str]
    breaks: frozenset[str]
    reverses: tuple[Reverse, ...]
    before: Before | None
    acts: bool
    writes: tuple[str, ...]
    network: bool
    into: str
    fails: tuple[str, ...]


def podman(
    title: str, words: list[str], verb: Verb, *, stdin: str = "", **options: Unpack[Options]
) -> Task:
    """A task that runs ``podman`` with *words*; *stdin* is what it reads, without a line's end."""
    fed = {"stdin": stdin, "stdin_add_newline": False} if stdin else {}
    args = {"argv": ["podman", *words], "removes": _ALWAYS, **fed}
    return _task(title, "ansible.builtin.command", args, verb, **options)


def skopeo(title: str, words: list[str], verb: Verb, **options: Unpack[Options]) -> Task:
    """A task that runs ``skopeo`` with *words*."""
    args: dict[str, object] = {"argv": ["skopeo", *words], "removes": _ALWAYS}
    return _task(title, "ansible.builtin.command", args, verb, **options)


def module(
    title: str, name: str, args: dict[str, object], verb: Verb, **options: Unpack[Options]
) -> Task:
    """A task with the module *name* of containers.podman."""
    return _task(title, f"containers.podman.{name}", args, verb, **options)


def _task(
    title: str, name: str, args: dict[str, object], verb: Verb, **options: Unpack[Options]
) -> Task:
    """It writes nothing that policy has to know of unless it says so, and asks for no root:
    containers are those of whoever connects."""
    given: Options = {"writes": (), **options}
    return Task(name=title, module=name, args=args, verb=verb, root=False, **given)
