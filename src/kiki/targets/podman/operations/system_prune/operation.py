"""Remove what nothing uses: stopped containers, images without a name, volumes, networks.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from typing import Literal

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import FOUND, Before, Found, Reverse, Task, Was
from kiki.targets.podman.acting import podman

# Stopped containers and unused volumes may hold what somebody wants back.
RISK: Risk = "high"

# By name, as a person knows them. A prune leaves what is in a pod, also the pod's own container.
_LISTED = {
    "containers": [
        *("container", "ls", "--all", "--filter", "status=exited", "--filter", "status=created"),
        *("--format", "{% raw %}{{if not .Pod}}{{.Names}}{{end}}{% endraw %}"),
    ],
    "images": ["image", "ls", "--quiet", "--filter", "dangling=true"],
    "volumes": ["volume", "ls", "--quiet", "--filter", "dangling=true"],
}


class Fields(Record, frozen=True):
    """*what* is removed where nothing uses it."""

    what: Literal["containers", "images", "volumes"]


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look at what would go, which the plan names, and the removal where that is anything."""
    listed = Task(
        name=f"List unused {fields.what}",
        module="ansible.builtin.command",
        args={"argv": ["podman", *_LISTED[fields.what]]},
        verb="none",
        still=True,
        register=True,
        root=False,
    )
    named = replace(
        listed, name=f"List unused {fields.what} before they go", still=False, register=False
    )

    def read(found: tuple[Found, ...]) -> Was:
        lines = str(found[0].kept.get("stdout", "")).splitlines()
        return Was(values={fields.what: [line.strip() for line in lines if line.strip()]})

    prune = podman(
        f"Remove unused {fields.what}",
        [fields.what.removesuffix("s"), "prune", "--force"],
        "delete",
        when=(f"{FOUND}.stdout | default('') | trim | length > 0",),
        before=Before(looks=(named,), read=read),
        reverses=(Reverse(kind="impossible", reason="podman.undo_pruned"),),
    )
    return listed, prune
