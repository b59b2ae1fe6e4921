"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.listing import listed, said
from kiki.targets.podman.operations.pod_list.operation import Fields

CELLS = {"name": said("Name"), "state": said("Status"), "created": said("Created")}


def answer(fields: Fields, heard: Heard) -> Answer:
    """A row for each pod."""
    return listed("pod_list", fields, heard, CELLS)
