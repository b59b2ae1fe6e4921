"""A ``KikiError`` as a person reads it.

Called by the dispatcher and the flow of a change.
"""

from typing import Any

from kiki.cli.layout import wrap
from kiki.cli.look import Look
from kiki.model.errors import KikiError
from kiki.model.exits import Exit


def human(error: KikiError, look: Look) -> str:
    """What is wrong and where, what to do, and the change that it left, if any."""
    found = look.message(error.code, **error.params)
    lines = [look.paint(look.label("error_prefix"), "red") + " " + found.text]
    if found.help:
        lines.append(wrap(found.help, look.width, "  "))
    if error.change_id:
        lines.append("  " + look.label("change_is", id=error.change_id))
    return "\n".join(lines)


def as_json(error: KikiError, ended: Exit, look: Look) -> dict[str, Any]:
    """Keys, under ``error``: code, params, text, help, exit, change."""
    found = look.message(error.code, **error.params)
    return {
        "error": {
            "code": error.code,
            "params": error.params,
            "text": found.text,
            "help": found.help,
            "exit": int(ended),
            "change": error.change_id,
        }
    }
