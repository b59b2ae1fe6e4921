"""Tasks about images.

Called by the operations. An image is fetched by a task of its own: podman's module for containers
would do it in check mode, too.
"""

from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import module
from kiki.targets.podman.looks import fact


def pulled(image: str, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The image is there; fetched where it is missing. Nothing, where the play itself makes it."""
    if fact("image", image) in ensured:
        return ()
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
        ),
    )
