"""What a host answered.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.ansible.answers import Heard
from kiki.targets.podman.details import joined, told
from kiki.targets.podman.listing import Row, items, said
from kiki.targets.podman.operations.image_inspect.operation import Fields

CELLS = {
    "name": said("names"),
    "size": said("size"),
    "created": said("created"),
    "architecture": said("architecture"),
    "command": said("command"),
    "ports": said("ports"),
    "environment": said("environment"),
    "digest": said("digest"),
}


def answer(fields: Fields, heard: Heard) -> Answer:
    """One row; of variables their names only."""

    def read(text: str) -> list[Row]:
        return [_shown(row, heard) for row in items(text)]

    return told("image_inspect", fields, heard, CELLS, read)


def _shown(row: Row, heard: Heard) -> Row:
    row = joined(joined(row, "command", heard), "entrypoint", heard)
    return row | {"ports": sorted(row.get("ports") or {})}
