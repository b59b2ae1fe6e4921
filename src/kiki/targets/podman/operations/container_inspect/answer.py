"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.details import joined, mounted, networks, published, told
from kiki.targets.podman.listing import Row, items, said
from kiki.targets.podman.operations.container_inspect.operation import Fields

CELLS = {
    "name": said("name"),
    "image": said("image"),
    "state": said("state"),
    "created": said("created"),
    "command": said("command"),
    "ports": published,
    "mounts": mounted,
    "networks": networks,
    "environment": said("environment"),
}


def answer(fields: Fields, heard: Heard) -> Answer:
    """One row; of variables their names only."""

    def read(text: str) -> list[Row]:
        return [joined(row, "command", heard) for row in items(text)]

    return told("container_inspect", fields, heard, CELLS, read)
