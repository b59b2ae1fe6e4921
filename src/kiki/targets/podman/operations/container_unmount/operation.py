"""Take the file system of a container off its host again.

Called by ``understand`` (fields) and ``compose`` (tasks). A container that runs keeps
it: podman 4.3 takes it away without a word, and nothing can be run in the container any more.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.files import stopping
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Names
from kiki.targets.podman.looks import fact, halted, rootless, there
from kiki.targets.podman.mounting import IDLE, MOUNTED, looked

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*names* of containers."""

    names: Names


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each a look, and the command where it is mounted."""
    return tuple(task for name in fields.names for task in _unmounted(name, ensured))


def _unmounted(name: str, ensured: frozenset[str]) -> tuple[Task, ...]:
    fail = f"Container {name} runs and needs its file system; stop it first"
    here = fact("container", name)
    title = f"Check that container {name} does not run"
    check = rootless(stopping(title, IDLE, fail, (here, halted(name))))
    gone = podman(
        f"Unmount container {name}",
        ["unmount", name],
        "update",
        when=(MOUNTED,),
        needs=(here, halted(name)),
        reverses=(
            Reverse(kind="exact", operation="podman.container_mount", fields={"names": [name]}),
        ),
    )
    checks = () if halted(name) in ensured else (check,)
    return (*there("container", name, ensured, looked(name)), *checks, gone)
