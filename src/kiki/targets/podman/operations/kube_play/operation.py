"""Make the pods and volumes of a Kubernetes manifest that the host has, with podman.

Called by ``understand`` (fields) and ``compose`` (tasks). It may be run again: podman 4 fails where
a volume of the manifest is there, so these are left out of what it is given.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, check_no_folder
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.manifests import MISSING_PODS, WITHOUT_VOLUMES, looks

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*path* of the manifest on the host."""

    path: AbsolutePath

    def __post_init__(self) -> None:
        """ValueError for the name of a directory."""
        check_no_folder(self.path)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks at the manifest and at what is there, and the rest of it."""
    play = podman(
        f"Play {fields.path}",
        ["kube", "play", "-"],
        "create",
        when=(f"{MISSING_PODS} | length > 0",),
        needs=(f"path:{fields.path}",),
        stdin="{{ " + WITHOUT_VOLUMES + " }}",
        network=True,
        reverses=(
            Reverse(
                kind="compensating",
                reason="podman.undo_played",
                operation="podman.kube_down",
                fields={"path": fields.path},
            ),
        ),
    )
    return (*looks(fields.path), play)
