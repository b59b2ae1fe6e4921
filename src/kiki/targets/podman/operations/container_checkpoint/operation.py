"""Freeze containers to disk, with what they have in memory; they stop.

Called by ``understand`` (fields) and ``compose`` (tasks). It takes root and CRIU on the host.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.files import stopping
from kiki.targets.ansible.tasks import SEEN, Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Names
from kiki.targets.podman.looks import STATE, fact, rootless, there

RISK: Risk = "high"
_GOES = f"{SEEN}goes"


class Fields(Record, frozen=True):
    """*names* of containers."""

    names: Names


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each looks, and the checkpoint where it runs."""
    return tuple(task for name in fields.names for task in _frozen(name, ensured))


def _frozen(name: str, ensured: frozenset[str]) -> tuple[Task, ...]:
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
    return (*there("container", name, ensured), look, rootless(check), freeze)
