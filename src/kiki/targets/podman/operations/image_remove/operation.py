"""Remove images that no container uses.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import module
from kiki.targets.podman.fields import Images
from kiki.targets.podman.looks import fact

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*images* by their names."""

    images: Images


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each the removal."""
    return tuple(_gone(image) for image in fields.images)


def _gone(image: str) -> Task:
    """An image that was built here, and not pushed, is lost."""
    return module(
        f"Remove image {image}",
        "podman_image",
        {"name": image, "state": "absent"},
        "delete",
        breaks=frozenset((fact("image", image),)),
        reverses=(Reverse(kind="impossible", reason="podman.undo_image_removed"),),
    )
