"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.listing import listed, said
from kiki.targets.podman.operations.image_list.operation import Fields

CELLS = {"name": said("Names", "Id"), "created": said("CreatedAt", "Created"), "size": said("Size")}


def answer(fields: Fields, heard: Heard) -> Answer:
    """A row for each image."""
    return listed("image_list", fields, heard, CELLS)
