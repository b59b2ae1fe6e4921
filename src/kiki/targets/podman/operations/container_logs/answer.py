"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.listing import told
from kiki.targets.podman.operations.container_logs.operation import Fields


def answer(fields: Fields, heard: Heard) -> Answer:
    """The last lines of each host."""
    return told("container_logs", fields, heard)
