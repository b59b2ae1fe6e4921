"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.listing import listed, said
from kiki.targets.podman.operations.volume_list.operation import Fields

CELLS = {
    "name": said("Name"),
    "driver": said("Driver"),
    "created": said("CreatedAt"),
    "path": said("Mountpoint"),
}


def answer(fields: Fields, heard: Heard) -> Answer:
    """A row for each volume."""
    return listed("volume_list", fields, heard, CELLS)
