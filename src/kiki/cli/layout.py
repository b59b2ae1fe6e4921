"""Text on a terminal: how wide it is, what must not reach it, columns.

Called by the views. Source of the widths: Unicode East Asian Width (wide and fullwidth take two
columns, combining marks none).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_KEPT = {"\n", "\t"}
_PAINT = re.compile(r"\x1b\[[0-9;]*m")
# Marks that reorder what a person reads: embeddings, overrides, isolates.
_REORDERING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F}


def safe(text: str) -> str:
    """*text* with every control character made visible, so that text from a host or a user can't
    move the cursor, set a title or reorder a line."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _harmless(char) else _visible(char) for char in text)


def one_line(text: str) -> str:
    """*text* made safe, on one line."""
    return safe(" ".join(text.split()) if "\n" in text or "\t" in text else text)


def _harmless(char: str) -> bool:
    if char in _KEPT:
        return True
    return unicodedata.category(char) not in ("Cc", "Cs") and ord(char) not in _REORDERING


def _visible(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def columns(text: str) -> int:
    """How many terminal columns *text* takes; our own colours take none."""
    text = _PAINT.sub("", text)
    if text.isascii():
        return len(text)
    return sum(_columns_of(char) for char in text)


def _columns_of(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(text: str, width: int) -> str:
    """*text* with spaces up to *width* columns."""
    return text + " " * max(0, width - columns(text))


def cut(text: str, width: int) -> str:
    """*text* within *width* columns, its end replaced by an ellipsis when it is longer."""
    if columns(text) <= width:
        return text
    kept, used = [], 0
    for char in text:
        used += _columns_of(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


def wrap(text: str, width: int, indent: str = "") -> str:
    """*text* in lines of at most *width* columns, each starting with *indent*; words stay whole
    where they fit. Line ends in *text* stay."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrapped(paragraph, max(10, width - columns(indent)))
    return "\n".join(indent + line if line else "" for line in lines)


def _wrapped(paragraph: str, width: int) -> list[str]:
    lines, line = [], ""
    for word in paragraph.split(" "):
        longer = f"{line} {word}" if line else word
        if line and columns(longer) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def table(rows: Sequence[Sequence[str]], gap: str = "  ", indent: str = "") -> str:
    """Rows of cells in aligned columns; the last column is not padded."""
    if not rows:
        return ""
    widths = [max(columns(row[index]) for row in rows) for index in range(len(rows[0]))]
    return "\n".join(indent + _row(row, widths, gap) for row in rows)


def _row(cells: Sequence[str], widths: Iterable[int], gap: str) -> str:
    padded = [pad(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return gap.join(padded).rstrip()
