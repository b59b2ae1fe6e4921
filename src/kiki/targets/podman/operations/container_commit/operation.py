"""Make an image of a container as it is, for trying things out.

Called by ``understand`` (fields) and ``compose`` (tasks). A name that an image has already stays
that image's.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import FOUND, SEEN, Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Image, Name
from kiki.targets.podman.looks import MISSING, fact, state_of, there

RISK: Risk = "medium"
NEW = f"{SEEN}new"


class Fields(Record, frozen=True):
    """*name* of the container, and the new *image*."""

    name: Name
    image: Image


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks at both, and the image where there is none."""
    name, image = fields.name, fields.image
    commit = podman(
        f"Commit container {name} as {image}",
        ["commit", name, image],
        "create",
        when=(MISSING.replace(FOUND, NEW),),
        needs=(fact("container", name),),
        ensures=frozenset((fact("image", image),)),
        reverses=(
            Reverse(kind="exact", operation="podman.image_remove", fields={"images": [image]}),
        ),
    )
    return (state_of("image", image, into=NEW), *there("container", name, ensured), commit)
