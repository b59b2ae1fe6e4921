"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.details import told
from kiki.targets.podman.listing import said
from kiki.targets.podman.operations.registry_inspect.operation import Fields

CELLS = {
    "name": said("name"),
    "architecture": said("architecture"),
    "system": said("system"),
    "created": said("created"),
    "digest": said("digest"),
}


def answer(fields: Fields, heard: Heard) -> Answer:
    """One row."""
    return told("registry_inspect", fields, heard, CELLS)
