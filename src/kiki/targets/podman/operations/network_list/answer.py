"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.listing import listed, said, subnets
from kiki.targets.podman.operations.network_list.operation import Fields

CELLS = {"name": said("name", "Name"), "driver": said("driver", "Driver"), "subnets": subnets}


def answer(fields: Fields, heard: Heard) -> Answer:
    """A row for each network."""
    return listed("network_list", fields, heard, CELLS)
