"""What the site's own rules said of a change: rows of the plan card, and JSON.

Called by ``plan`` and by ``kiki policy explain``.
"""

from typing import Any

from msgspec import to_builtins

from kiki.cli.layout import one_line, table
from kiki.cli.look import Look
from kiki.model.ruling import Ruled, Ruling


def rows(ruling: Ruling | None, look: Look) -> list[list[str]]:
    """How many were asked, and a line for each that spoke; none without rules."""
    if ruling is None:
        return []
    told = look.label("rules_asked", count=len(ruling.asked), said=len(ruling.said))
    if ruling.later:
        told += "; " + look.label("rules_later", count=len(ruling.later))
    return [[look.heading("rules"), told], *(["", spoken(one, look)] for one in ruling.said)]


def human(ruling: Ruling, look: Look) -> str:
    """The rows alone."""
    return table(rows(ruling, look))


def spoken(one: Ruled, look: Look) -> str:
    """One rule that spoke: where it stands, what it wants and why."""
    effects = ", ".join(
        look.label(f"effect_{name}", value=one_line(value)) for name, value in one.effects.items()
    )
    style = "red" if "deny" in one.effects else "yellow"
    place = look.paint(f"({one_line(one.file)}:{one.line})", "dim")
    reason = one_line(one.reason.get(look.lang, ""))
    return f"{one.rule} {place} {look.paint(effects, style)}: {reason}"


def as_json(ruling: Ruling | None) -> dict[str, Any] | None:
    """Keys: phase, at, digest, asked, later, said (rule, file, line, effects, reason by language),
    faults; None without rules."""
    if ruling is None:
        return None
    shown: dict[str, Any] = to_builtins(ruling)
    return shown
