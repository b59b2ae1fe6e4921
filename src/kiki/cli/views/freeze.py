"""The emergency freeze. Called by ``kiki freeze``."""

from typing import Any

from kiki.cli.layout import one_line
from kiki.cli.look import Look
from kiki.model.freeze import Freeze


def human(found: Freeze, look: Look) -> str:
    """Whether changes are applied, and if not who halted them, when, why and until when."""
    if not found.frozen:
        return look.paint(look.label("not_frozen"), "green")
    lines = [look.label("frozen", by=one_line(found.by), at=found.at)]
    lines.append("  " + one_line(found.reason))
    if found.until:
        lines.append("  " + look.label("frozen_until", until=found.until))
    return look.paint("\n".join(lines), "red")


def as_json(found: Freeze) -> dict[str, Any]:
    """Keys: frozen, by, at, reason, until."""
    return {
        "frozen": found.frozen,
        "by": found.by,
        "at": found.at,
        "reason": found.reason,
        "until": found.until,
    }
