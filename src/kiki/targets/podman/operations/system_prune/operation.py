"""Remove what nothing uses: stopped containers, images without a name, volumes, networks.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import FOUND, Reverse, Task
from kiki.targets.podman.acting import podman

# Stopped containers and unused volumes may hold what somebody wants back.
RISK: Risk = "high"

_LISTED = {
    "containers": [
        *("container", "ls", "--all", "--quiet", "--filter", "status=exited"),
        *("--filter", "status=created"),
    ],
    "images": ["image", "ls", "--quiet", "--filter", "dangling=true"],
    "volumes": ["volume", "ls", "--quiet", "--filter", "dangling=true"],
}


class Fields(Record, frozen=True):
    """*what* is removed where nothing uses it."""

    what: Literal["containers", "images", "volumes"]


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look at what would go, and the removal where that is anything."""
    look = Task(
        name=f"List unused {fields.what}",
        module="ansible.builtin.command",
        args={"argv": ["podman", *_LISTED[fields.what]]},
        verb="none",
        still=True,
        register=True,
        root=False,
    )
    prune = podman(
        f"Remove unused {fields.what}",
        [fields.what.removesuffix("s"), "prune", "--force"],
        "delete",
        when=(f"{FOUND}.stdout | default('') | length > 0",),
        reverses=(Reverse(kind="impossible", reason="podman.undo_pruned"),),
    )
    return look, prune
