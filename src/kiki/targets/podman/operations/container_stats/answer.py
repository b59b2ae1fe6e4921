"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.listing import listed, said
from kiki.targets.podman.operations.container_stats.operation import Fields

CELLS = {
    "name": said("name", "Name"),
    "cpu": said("cpu_percent", "CPU"),
    "memory": said("mem_usage", "MemUsage"),
    "pids": said("pids", "PIDs"),
}


def answer(fields: Fields, heard: Heard) -> Answer:
    """A row for each running container."""
    return listed("container_stats", fields, heard, CELLS)
