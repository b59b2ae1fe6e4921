"""Give an image another name, beside the one that it has.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import FOUND, Before, Found, Reverse, Task, Was
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Image
from kiki.targets.podman.looks import fact, inspecting, state_of, there

RISK: Risk = "low"
NEW = f"{FOUND}_new"


class Fields(Record, frozen=True):
    """*image* by its name, and the *new* name."""

    image: Image
    new: Image


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks at both names, and the tag where the new one is none of this image."""
    image, new = fields.image, fields.new
    look = Task(
        name=f"Look for image {new}",
        module="ansible.builtin.command",
        args={"argv": inspecting("image", new)},
        verb="none",
        root=False,
    )
    tag = podman(
        f"Tag image {image} as {new}",
        ["tag", image, new],
        "update",
        when=(f"{FOUND}.stdout | default('') != {NEW}.stdout | default('')",),
        needs=(fact("image", image),),
        ensures=frozenset((fact("image", new),)),
        before=Before(looks=(look,), read=_was),
        reverses=(
            Reverse(
                kind="exact",
                operation="podman.image_remove",
                fields={"images": [new]},
                only=("create",),
                otherwise="podman.undo_was_there",
            ),
        ),
    )
    return (state_of("image", new, into=NEW), *there("image", image, ensured), tag)


def _was(found: tuple[Found, ...]) -> Was:
    return Was() if found[0].kept.get("rc") == 0 else Was(verb="create")
