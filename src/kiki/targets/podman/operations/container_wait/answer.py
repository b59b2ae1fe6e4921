"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.details import told
from kiki.targets.podman.listing import Row, said
from kiki.targets.podman.operations.container_wait.operation import Fields

CELLS = {"name": said("name"), "exit_code": said("exit_code")}


def answer(fields: Fields, heard: Heard) -> Answer:
    """One row with the exit code; a remark where it still runs."""

    def read(text: str) -> list[Row]:
        codes = [line for line in text.splitlines() if line.strip("-").isdecimal()]
        return [{"name": fields.name, "exit_code": int(code)} for code in codes]

    return told("container_wait", fields, heard, CELLS, read, "podman.still_running")
