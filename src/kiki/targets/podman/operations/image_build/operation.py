"""Build an image from a Containerfile that Kiki writes.

Called by ``understand`` (fields) and ``compose`` (tasks). An image that was built from the same
Containerfile is not built again.
"""

import shlex
from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import PackageName
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.acting import module
from kiki.targets.podman.containerfile import containerfile, installer
from kiki.targets.podman.fields import Assignment, ContainerPort, Image, User, Words
from kiki.targets.podman.looks import fact
from kiki.targets.podman.made import image_back, image_looked_for

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*image* is the name of what is built, *base* what it is built upon."""

    image: Image
    base: Image
    packages: tuple[PackageName, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    environment: tuple[Assignment, ...] = ()
    user: User = ""
    command: Words = ""
    health: Words = ""

    def __post_init__(self) -> None:
        """ValueError for packages on a base of which it is not known how it installs them."""
        if self.packages:
            installer(self.base)
        for text in (self.command, self.health):
            shlex.split(text)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The image."""
    image = fields.image
    text = containerfile(
        fields.base,
        fields.packages,
        fields.environment,
        fields.ports,
        fields.user,
        shlex.split(fields.health),
        shlex.split(fields.command),
    )
    args: dict[str, Any] = {"name": image, "state": "build", "build": _build(fields, text)}
    return (
        module(
            f"Build image {image}",
            "podman_image",
            args,
            "update",
            needs=(fact("image", fields.base),),
            ensures=frozenset((fact("image", image),)),
            before=image_looked_for(image),
            reverses=image_back(image),
            network=True,
        ),
    )


def _build(fields: Fields, text: str) -> dict[str, Any]:
    """Images of the OCI's format have no health check."""
    return {"container_file": text} | ({"format": "docker"} if fields.health else {})
