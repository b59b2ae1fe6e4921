"""Whether the file system of a container is mounted on its host.

Called by ``container_mount`` and ``container_unmount``. Of a container that is not mounted, podman
leaves out where (``GraphDriver.Data.MergedDir``, seen with 4.3 and overlay).
"""

from typing import Any

from msgspec.structs import replace

from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.looks import STATE, state_of

_FORMAT = '{% raw %}{{.State.Status}} {{index .GraphDriver.Data "MergedDir"}}{% endraw %}'

MOUNTED = f"'/' in ({STATE})"
"""Of what ``looked`` found: it is mounted."""

IDLE = f"({STATE}) is not match('(running|paused) ')"
"""It does not run."""


def looked(name: str) -> Task:
    """A look for the state of the container and where it is mounted."""
    args: dict[str, Any] = {"argv": ["podman", "container", "inspect", "--format", _FORMAT, name]}
    return replace(state_of("container", name), args=args)
