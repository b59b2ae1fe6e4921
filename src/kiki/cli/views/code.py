"""Generated files.

Called by the flow of a change and by ``show``. What ``gen`` writes to stdout is made by
``cli.output``.
"""

from typing import Any

from kiki.cli.layout import safe
from kiki.cli.look import Look
from kiki.model.artifact import Artifact, File


def human(artifact: Artifact, look: Look) -> str:
    """Every file under its name, the one to run first."""
    parts = []
    for file in _ordered(artifact):
        title = look.paint(f"--- {safe(file.path)}", "cyan")
        parts.append(f"{title}\n{safe(file.text).rstrip()}")
    return "\n".join(parts)


def _ordered(artifact: Artifact) -> list[File]:
    return sorted(artifact.files, key=lambda file: file.path != artifact.entry)


def as_json(artifact: Artifact) -> dict[str, Any]:
    """Keys: target, layout, entry, digest, intent, files (path, digest, text)."""
    return {
        "target": artifact.target,
        "layout": artifact.layout,
        "entry": artifact.entry,
        "digest": artifact.digest(),
        "intent": artifact.intent_digest,
        "files": [
            {"path": file.path, "digest": file.digest(), "text": file.text}
            for file in artifact.files
        ],
    }
