"""Code without a record.

Called by ``cli.generation`` for ``--json``; people get the YAML itself.
"""

from typing import Any

from kiki.cli.look import Look
from kiki.cli.views import code, findings, reading
from kiki.model.agent import Generated
from kiki.model.exits import Exit


def as_json(made: Generated, ended: Exit, look: Look) -> dict[str, Any]:
    """Keys: exit, reading, artifact, findings."""
    return {
        "exit": int(ended),
        "reading": reading.as_json(made.reading, look),
        "artifact": code.as_json(made.artifact) if made.artifact else None,
        "findings": findings.as_json(made.findings, look),
    }
