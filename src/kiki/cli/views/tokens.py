"""The pieces of a message and what each was used for.

Called by ``explain``.
"""

from typing import Any

from kiki.cli.layout import one_line, table
from kiki.cli.look import Look
from kiki.model.intent import Reading


def human(reading: Reading, look: Look) -> str:
    """One line a token: its place, its text, its role."""
    rows = [
        [
            f"{token.start + 1}–{token.end}",
            one_line(token.text),
            one_line(token.role) or look.paint(look.label("unused"), "red"),
        ]
        for token in reading.tokens
    ]
    return table(rows, indent="  ")


def as_json(reading: Reading) -> list[dict[str, Any]]:
    """Keys of each: text, start, end, role."""
    return [
        {"text": token.text, "start": token.start, "end": token.end, "role": token.role}
        for token in reading.tokens
    ]
