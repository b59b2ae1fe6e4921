"""Take away the pods of a Kubernetes manifest that podman played. Volumes stay.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, check_no_folder
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.manifests import PODS_THERE, looks

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*path* of the manifest on the host."""

    path: AbsolutePath

    def __post_init__(self) -> None:
        """ValueError for the name of a directory."""
        check_no_folder(self.path)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks at the manifest and at what is there, and the removal of its pods."""
    down = podman(
        f"Take {fields.path} down",
        ["kube", "down", fields.path],
        "delete",
        when=(f"{PODS_THERE} | length > 0",),
        needs=(f"path:{fields.path}",),
        reverses=(Reverse(kind="impossible", reason="podman.undo_container_removed"),),
    )
    return (*looks(fields.path), down)
