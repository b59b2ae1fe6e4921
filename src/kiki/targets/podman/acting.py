"""Commands of podman for what no module does, and what they have in common.

Called by the operations. ``removes`` names what is always there: with it Ansible says in check mode
that the command would be run, and runs it only in earnest.
"""

from kiki.model.plan import Verb
from kiki.targets.ansible.tasks import Before, Reverse, Task

_ALWAYS = "/proc/self"


def podman(
    title: str,
    words: list[str],
    verb: Verb,
    *,
    when: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    stdin: str = "",
    secrets: tuple[str, ...] = (),
    ensures: frozenset[str] = frozenset(),
    breaks: frozenset[str] = frozenset(),
    reverses: tuple[Reverse, ...] = (),
    before: Before | None = None,
    acts: bool = False,
    writes: tuple[str, ...] = (),
    network: bool = False,
) -> Task:
    """A task that runs ``podman`` with *words*; *stdin* is what it reads, without a line's end."""
    fed = {"stdin": stdin, "stdin_add_newline": False} if stdin else {}
    return Task(
        name=title,
        module="ansible.builtin.command",
        args={"argv": ["podman", *words], "removes": _ALWAYS, **fed},
        verb=verb,
        when=when,
        needs=needs,
        secrets=secrets,
        ensures=ensures,
        breaks=breaks,
        reverses=reverses,
        before=before,
        acts=acts,
        writes=writes,
        network=network,
        root=False,
    )


def module(
    title: str,
    name: str,
    args: dict[str, object],
    verb: Verb,
    *,
    when: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    ensures: frozenset[str] = frozenset(),
    breaks: frozenset[str] = frozenset(),
    reverses: tuple[Reverse, ...] = (),
    before: Before | None = None,
    acts: bool = False,
    writes: tuple[str, ...] = (),
    network: bool = False,
) -> Task:
    """A task with the module *name* of containers.podman."""
    return Task(
        name=title,
        module=f"containers.podman.{name}",
        args=args,
        verb=verb,
        when=when,
        needs=needs,
        ensures=ensures,
        breaks=breaks,
        reverses=reverses,
        before=before,
        acts=acts,
        writes=writes,
        network=network,
        root=False,
    )
