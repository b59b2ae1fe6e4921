"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.details import told
from kiki.targets.podman.listing import said, table
from kiki.targets.podman.operations.container_top.operation import Fields

CELLS = {
    "user": said("USER"),
    "pid": said("PID"),
    "cpu": said("%CPU"),
    "age": said("ELAPSED"),
    "command": said("COMMAND"),
}


def answer(fields: Fields, heard: Heard) -> Answer:
    """A row for each process."""
    return told("container_top", fields, heard, CELLS, table)
