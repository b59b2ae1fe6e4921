"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.listing import listed, said, table
from kiki.targets.podman.operations.secret_list.operation import Fields

CELLS = {"name": said("NAME"), "driver": said("DRIVER"), "created": said("CREATED")}


def answer(fields: Fields, heard: Heard) -> Answer:
    """A row for each secret."""
    return listed("secret_list", fields, heard, CELLS, table)
