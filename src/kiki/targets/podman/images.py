"""Tasks about images.

Called by the operations. An image is fetched by a task of its own: podman's module for containers
would do it in check mode, too.
"""

from kiki.targets.ansible.files import stopping
from kiki.targets.ansible.tasks import SEEN, Reverse, Task
from kiki.targets.podman.acting import module
from kiki.targets.podman.looks import THERE, fact, rootless, state_of

_OWN = "localhost/"  # what podman calls the images that were made on a host; no registry has them

PULLED = f"{SEEN}pulled"
"""The result of the task that fetches an image."""

CHECK = "ansible_check_mode"


def is_own(image: str) -> bool:
    """Whether it was made on a host: no registry has it."""
    return image.startswith(_OWN)


def pulled(image: str, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The image is there; fetched where it is missing. Nothing, where the play itself makes it."""
    if fact("image", image) in ensured:
        return ()
    if is_own(image):
        return _there(image)
    back = Reverse(
        kind="exact", operation="podman.image_remove", fields={"images": [image]}, only=("create",)
    )
    return (
        module(
            f"Pull image {image}",
            "podman_image",
            {"name": image, "state": "present"},
            "create",
            ensures=frozenset((fact("image", image),)),
            reverses=(back,),
            network=True,
            into=PULLED,
        ),
    )


def _there(image: str) -> tuple[Task, ...]:
    """The play stops on a host without the image."""
    fail = f"There is no image {image} here, and no registry has it; build or load it first"
    here = fact("image", image)
    check = stopping(f"Check that image {image} exists", THERE, fail, (here,))
    return state_of("image", image), rootless(check)
