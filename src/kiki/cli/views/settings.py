"""Settings with their origins.

Called by ``config show``. Values of secrets are never shown, only whether there is one.
"""

from typing import Any

from msgspec import to_builtins

from kiki.cli.layout import one_line, table
from kiki.cli.look import Look
from kiki.settings import Origin, Settings
from kiki.settings.values import KEYS

HIDDEN = "***"


def human(settings: Settings, look: Look) -> str:
    """A table of key, value and origin; then the site profile."""
    rows = [
        [look.paint(name, "bold"), look.value(value), look.paint(_origin(origin, look), "dim")]
        for name, value, origin in _rows(settings)
    ]
    rows += [
        [look.paint(f"profile.{name}", "bold"), look.value(value), _profile_origin(settings, look)]
        for name, value in to_builtins(settings.profile).items()
        if value
    ]
    return table(rows)


def _rows(settings: Settings) -> list[tuple[str, Any, Origin]]:
    rows = []
    for key in KEYS:
        value = getattr(settings, key.name)
        shown = HIDDEN if value and not key.shown else value
        rows.append((key.name, shown, settings.origins[key.name]))
    return rows


def _origin(origin: Origin, look: Look) -> str:
    return look.label("from_" + origin.where, detail=one_line(origin.detail))


def _profile_origin(settings: Settings, look: Look) -> str:
    return look.paint(_origin(settings.origins["profile"], look), "dim")


def as_json(settings: Settings) -> dict[str, Any]:
    """Keys: settings (key, value, from, detail), profile, profile_from, profile_detail."""
    listed = [
        {"key": name, "value": value, "from": origin.where, "detail": origin.detail}
        for name, value, origin in _rows(settings)
    ]
    origin = settings.origins["profile"]
    return {
        "settings": listed,
        "profile": to_builtins(settings.profile),
        "profile_from": origin.where,
        "profile_detail": origin.detail,
    }
