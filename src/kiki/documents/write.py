"""Plain data to YAML text: deterministic, block style, the same reading in YAML 1.1 and 1.2.

Called by every target's rendering, so it is on the start-up path of ``kiki gen``: it imports no
YAML library and compiles no regular expression before a text needs one. It writes only what
:func:`to_yaml` says; it does not keep anybody's comments or style (that needs a round-trip
library). Why our own: docs/decisions/0004-yaml-writer.md.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kiki.model.errors import UsageError
from kiki.model.records import Record

# Words that some reader takes for a boolean, a null, a merge or a value key (YAML 1.1 type
# repository, YAML 1.2 core schema), compared in lower case.
_RESERVED = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "<<", "=", ".inf", ".nan")
)
# Everything that starts like a number and that a 1.1 or 1.2 reader might not read as text:
# integers in any base, floats, base 60 (12:30:45), dates and times.
_NUMBER_LIKE = (
    r"[-+]?(?:0[box][0-9a-f_]+|[0-9][0-9_]*(?::[0-9_]+)+(?:\.[0-9_]*)?"
    r"|(?:[0-9][0-9_,]*)?\.?[0-9_]*(?:e[-+]?[0-9_]+)?)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"
)
_NUMBER_START = "0123456789.+-"
# ASCII characters that may begin a plain text; everything beyond ASCII that prints may, too.
_FIRST = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_/.$(")
_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", '"': '\\"', "\\": "\\\\"}
_LONGEST_KEY = 1000  # YAML readers look 1024 characters ahead for the colon


class Tagged(Record, frozen=True):
    """A value with a YAML tag of its own, such as ``Tagged(tag="!unsafe", value="{{ x }}")``."""

    tag: str
    value: Any


def to_yaml(documents: Sequence[Any], comments: Sequence[str] = ()) -> str:
    """The YAML text of *documents*, each after ``---``, with *comments* as leading lines.

    A document is dict (kept in its order), list, tuple, str, int, float, bool, None or
    :class:`Tagged`, nested at will; keys are scalars. Reading the text gives the same data back
    in YAML 1.1 and 1.2. UsageError ``documents.not_text`` for a text that is not Unicode (a lone
    surrogate), ``documents.key_too_long`` for a key over 1000 characters; TypeError for another
    type.
    """
    lines = [_comment(line) for text in comments for line in text.splitlines() or [""]]
    for document in documents:
        _write(lines, "---", document, "")
    return "\n".join(lines) + "\n" if lines else ""


def scalar(value: Any) -> str:
    """One scalar as it stands on a line of YAML."""
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    raise TypeError(f"not plain data: {type(value).__name__}")


def _comment(line: str) -> str:
    clean = "".join(char if char.isprintable() else _escape(char) for char in line)
    return f"# {clean}".rstrip()


def _write(lines: list[str], head: str, value: Any, pad: str) -> None:
    """Add *value* after *head*, the text that already stands on its line."""
    if isinstance(value, Tagged):
        head, value = f"{head} {value.tag}", value.value
    if isinstance(value, Mapping) and value:
        lines.append(head)
        _mapping(lines, value, pad, pad)
    elif isinstance(value, list | tuple) and value:
        lines.append(head)
        _sequence(lines, value, pad, pad)
    else:
        _leaf(lines, head, value, pad)


def _mapping(lines: list[str], mapping: Mapping[Any, Any], pad: str, first: str) -> None:
    """Add the entries; *first* is what stands before the first key on its line."""
    for key, value in mapping.items():
        _write(lines, f"{first}{_key(key)}:", value, pad + "  ")
        first = pad


def _sequence(lines: list[str], items: Sequence[Any], pad: str, first: str) -> None:
    inner = pad + "  "
    for item in items:
        if isinstance(item, Mapping) and item:
            _mapping(lines, item, inner, f"{first}- ")
        elif isinstance(item, list | tuple) and item:
            _sequence(lines, item, inner, f"{first}- ")
        else:
            _write(lines, f"{first}-", item, inner)
        first = pad


def _leaf(lines: list[str], head: str, value: Any, pad: str) -> None:
    if isinstance(value, str) and "\n" in value and pad and _fits_literal(value):
        lines.append(f"{head} |{_indicator(value)}")
        body = value[:-1] if value.endswith("\n") else value
        lines.extend(pad + line if line else "" for line in body.split("\n"))
    elif isinstance(value, Mapping):
        lines.append(f"{head} {{}}")
    elif isinstance(value, list | tuple):
        lines.append(f"{head} []")
    else:
        lines.append(f"{head} {scalar(value)}")


def _fits_literal(text: str) -> bool:
    """Whether a literal block gives exactly *text* back and shows all of it to a reviewer."""
    lines = text.split("\n")
    visible = all(line.replace("\t", "").isprintable() and line == line.rstrip() for line in lines)
    return visible and any(lines)


def _indicator(text: str) -> str:
    """What follows the bar: the indent where it can't be seen, and how the text ends."""
    indent = "2" if text.lstrip("\n")[0] in " \t" else ""
    if text.endswith("\n\n"):
        return indent + "+"
    return indent + ("" if text.endswith("\n") else "-")


def _key(key: Any) -> str:
    text = scalar(key)
    if len(text) > _LONGEST_KEY:
        raise UsageError("documents.key_too_long", key=text[:40], limit=_LONGEST_KEY)
    return text


def _float(value: float) -> str:
    if value != value:
        return ".nan"
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    digits, exponent, power = repr(value).partition("e")
    # YAML 1.1 wants a point and a signed exponent: 1e20 would be read as text.
    point = digits if "." in digits else digits + ".0"
    return f"{point}{exponent}{power}"


def _text(text: str) -> str:
    if _is_plain(text):
        return text
    if not text.isprintable():
        return '"' + "".join(map(_escape, text)) + '"'
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def _is_plain(text: str) -> bool:
    """Whether *text* without quotes is read as exactly this text by every reader."""
    if not text or (text[0] not in _FIRST and text[0].isascii()) or not text.isprintable():
        return False
    if text[-1] in " :" or ": " in text or " #" in text or "{{" in text or "{%" in text:
        return False
    return not (text.lower() in _RESERVED or (text[0] in _NUMBER_START and _is_number(text)))


def _is_number(text: str) -> bool:
    return re.fullmatch(_NUMBER_LIKE, text, re.IGNORECASE | re.DOTALL) is not None


def _escape(char: str) -> str:
    """*char* inside double quotes; what does not print is shown by its number."""
    if char in _NAMED:
        return _NAMED[char]
    if char.isprintable():
        return char
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        raise UsageError("documents.not_text", char=f"U+{code:04X}")
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )
