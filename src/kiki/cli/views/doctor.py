"""What ``kiki doctor`` found.

Called by ``doctor``.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kiki.cli.look import Look

if TYPE_CHECKING:
    from kiki.provision.doctor import Check


def human(checks: "Sequence[Check]", look: Look) -> str:
    """One line a check; what is missing says what it is for and how to mend it."""
    return "\n".join(_one(check, look) for check in checks)


def _one(check: "Check", look: Look) -> str:
    found = look.message(check.code, **check.params)
    if check.ok:
        return f"{look.paint('✓', 'green')} {found.text}"
    mark = look.paint("✗", "red") if check.level == "required" else look.paint("-", "yellow")
    lines = [f"{mark} {found.text}  {look.paint(look.label('level_' + check.level), 'dim')}"]
    if check.mend:
        lines.append(f"    {look.label('mend')} {look.paint(look.value(check.mend), 'bold')}")
    elif found.help:
        lines.append(f"    {found.help}")
    return "\n".join(lines)


def as_json(checks: "Sequence[Check]", look: Look) -> dict[str, Any]:
    """Keys: checks (code, ok, level, params, text, mend)."""
    return {
        "checks": [
            {
                "code": check.code,
                "ok": check.ok,
                "level": check.level,
                "params": check.params,
                "text": look.say(check.code, **check.params),
                "mend": check.mend,
            }
            for check in checks
        ]
    }
