"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.listing import listed, ports, said
from kiki.targets.podman.operations.container_list.operation import Fields

CELLS = {
    "name": said("Names"),
    "image": said("Image"),
    "state": said("State"),
    "status": said("Status"),
    "ports": ports,
}


def answer(fields: Fields, heard: Heard) -> Answer:
    """A row for each container."""
    return listed("container_list", fields, heard, CELLS)
