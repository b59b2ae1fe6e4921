"""Freeze containers to disk, with what they have in memory; they stop.

Called by ``understand`` (fields) and ``compose`` (tasks). It takes root and CRIU on the host.
"""

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.files import asking, stopping
from kiki.targets.ansible.tasks import SEEN, Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Names
from kiki.targets.podman.looks import STATE, fact, rootless, there

RISK: Risk = "high"
_PACKAGE = "package:criu"
_GOES, _CRIU = f"{SEEN}goes", f"{SEEN}criu"


class Fields(Record, frozen=True):
    """*names* of containers."""

    names: Names


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each looks, and the checkpoint where it runs; before the first one a look for CRIU."""
    first, *others = fields.names
    more = (task for name in others for task in _frozen(name, ensured, ()))
    return (*_frozen(first, ensured, _program(ensured)), *more)


def _program(ensured: frozenset[str]) -> tuple[Task, ...]:
    """The play stops on a host without CRIU, unless it brings it itself."""
    if _PACKAGE in ensured:
        return ()
    look = asking("Look for CRIU", {"argv": ["criu", "--version"]}, _CRIU)
    there_is = f"{_CRIU}.rc | default(1) == 0"
    fail = "There is no CRIU here, which podman needs for it; install the package criu first"
    return replace(look, root=False), rootless(stopping("Check that CRIU is there", there_is, fail))


def _frozen(name: str, ensured: frozenset[str], program: tuple[Task, ...]) -> tuple[Task, ...]:
    """One that was run with ``--rm`` would be gone."""
    here = fact("container", name)
    field = "{% raw %}{{.HostConfig.AutoRemove}}{% endraw %}"
    look = Task(
        name=f"See whether container {name} goes when it ends",
        module="ansible.builtin.command",
        args={"argv": ["podman", "container", "inspect", "--format", field, name]},
        verb="none",
        still=True,
        register=True,
        into=_GOES,
        needs=(here,),
        root=False,
    )
    test = f"{_GOES}.stdout | default('') != 'true'"
    fail = f"Container {name} was run with --rm: it would be gone, and its checkpoint with it"
    check = stopping(f"Check that container {name} stays when it ends", test, fail, (here,))
    freeze = podman(
        f"Checkpoint container {name}",
        ["container", "checkpoint", name],
        "update",
        when=(f"{STATE} == 'running'",),
        needs=(here,),
        reverses=(
            Reverse(kind="exact", operation="podman.container_restore", fields={"names": [name]}),
        ),
    )
    return (*there("container", name, ensured), look, rootless(check), *program, freeze)
