"""What differs between two definitions.

Called by ``centring``. One line a resource; what is lost or made anew is painted as a warning.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from kiki.cli.layout import one_line
from kiki.cli.look import Look
from kiki.vdc.comparing import Action, Difference

_SIGNS: dict[Action, tuple[str, str]] = {
    "add": ("+", "green"), "update": ("~", "yellow"), "rebuild": ("~", "red"),
    "replace": ("±", "red"), "remove": ("-", "red"),
}  # fmt: skip


def human(found: Sequence[Difference], look: Look) -> str:
    """A line for each, and how many of each there are."""
    if not found:
        return look.paint(look.say("vdc.same"), "green")
    counts = Counter(one.action for one in found)
    total = ", ".join(
        f"{_word(action, look)}: {counts[action]}" for action in _SIGNS if counts[action]
    )
    return "\n".join([*(_one(one, look) for one in found), look.paint(total, "bold")])


def _one(one: Difference, look: Look) -> str:
    sign, colour = _SIGNS[one.action]
    first = f"{sign} {one.sort} {one_line(one.name)} ({one.stack})"
    if one.action in ("rebuild", "replace"):
        first += f": {_word(one.action, look)}"
    lines = [look.paint(first, colour)]
    lines += [
        f"    {change.name}: {one_line(change.before)} -> {one_line(change.after)}"
        for change in one.changes
    ]
    if one.follows:
        lines.append("    " + look.say("vdc.diff_follows", names=", ".join(one.follows)))
    if one.moved:
        lines.append("    " + look.say("vdc.diff_moved", stack=one.moved))
    return "\n".join(lines)


def _word(action: Action, look: Look) -> str:
    return look.say(f"vdc.diff_{action}")


def as_json(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """Keys of each: action, stack, sort, name, changes, follows, moved."""
    return [
        one._asdict() | {"changes": [change._asdict() for change in one.changes]} for one in found
    ]
