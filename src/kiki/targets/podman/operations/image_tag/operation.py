"""Give an image another name, beside the one that it has.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import FOUND, SEEN, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Image
from kiki.targets.podman.looks import fact, state_of, there
from kiki.targets.podman.made import image_back, image_looked_for

RISK: Risk = "low"
NEW = f"{SEEN}new"


class Fields(Record, frozen=True):
    """*image* by its name, and the *new* name."""

    image: Image
    new: Image


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks at both names, and the tag where the new one is none of this image."""
    image, new = fields.image, fields.new
    tag = podman(
        f"Tag image {image} as {new}",
        ["tag", image, new],
        "update",
        when=(f"{FOUND}.stdout | default('') != {NEW}.stdout | default('')",),
        needs=(fact("image", image),),
        ensures=frozenset((fact("image", new),)),
        before=image_looked_for(new),
        reverses=image_back(new),
    )
    return (state_of("image", new, into=NEW), *there("image", image, ensured), tag)
