"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.details import told
from kiki.targets.podman.listing import Row, said
from kiki.targets.podman.operations.container_port.operation import Fields

CELLS = {"container_port": said("container"), "host_address": said("host")}


def answer(fields: Fields, heard: Heard) -> Answer:
    """A row for each published port."""
    return told("container_port", fields, heard, CELLS, _ports, "podman.no_ports")


def _ports(text: str) -> list[Row]:
    """Lines such as ``8080/tcp -> 0.0.0.0:80``."""
    pairs = (line.split(" -> ") for line in text.splitlines() if " -> " in line)
    return [{"container": pair[0].strip(), "host": pair[1].strip()} for pair in pairs]
