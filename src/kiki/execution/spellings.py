"""How a value may be written by the tools between a host and us: patterns.

Called by ``redaction``. A value passes through modules, JSON (often twice), Python's repr, YAML,
shells, URLs and base64 before anybody reads it; each writes other characters for what is special
to it. Letters and digits stay what they are in all of them but base64 and hexadecimal digits.
"""

import base64
import re
from collections.abc import Iterator
from functools import cache

_SLASHES = r"\\{0,16}"
_SOME = r"\\{1,16}"
_BLANKS = 32
# What stands between two characters of a value that was written over several lines. Blanks are
# taken from their first on only: a long row of them must not be tried from each.
LINE_ENDS = (
    re.compile(r"(?:(?<![ \t])[ \t]++)?\r?\n[ \t]*"),
    re.compile(rf"(?:(?<![ \t])[ \t]++)?(?:{_SOME}r)?{_SOME}n[ \t]*"),
)
_NAMED = {
    "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f", "\v": "v", "\a": "a", "\0": "0",
}  # fmt: skip
_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_QUOTES = {
    "'": (r"'\\{1,16}''", r"'\"'\"'", r"'\\{1,16}\"'\\{1,16}\"'", "''"),
    '"': ('""',),
}
CODED = 4
"""Coded forms of shorter values would hit innocent text."""


def written(value: str, *, joined: bool = False) -> str:
    """A pattern of every way in which *value* may be written as text. *joined*: lines that were
    broken have been put together again, and blanks at their ends are gone."""
    pieces: list[str] = []
    after = False
    for run in re.findall(r"\s+|\\+|[^\s\\]", value):
        if run[0] == "\\":
            # Those before an escaped line end went with it.
            piece = _backslashes(len(run)) + ("?" if joined else "")
        else:
            piece = _blanks(run, joined=joined) if run.isspace() else _character(run)
        # Of a run of backslashes the last may belong to the escape of what follows.
        pieces.append(piece.replace(_SOME, _SLASHES) if after else piece)
        after = run[0] == "\\"
    return "".join(pieces)


def _blanks(run: str, *, joined: bool) -> str:
    """A run of blanks: tools fold several into one, or into a line end."""
    ways = [r"\s", r"\+", rf"{_SOME}[ nrtbfva0]", *map(_coded, sorted(set(run)))]
    return f"(?:{'|'.join(ways)}){{{0 if joined else 1},{max(_BLANKS, 2 * len(run))}}}"


def _backslashes(count: int) -> str:
    """Each level of quoting doubles them. The whole run is taken at once, from its beginning: a
    long one must not be tried from each of its places."""
    return rf"(?:(?<!\\)\\{{{count},}}+|(?:{_coded(chr(92))}){{{count}}})"


@cache
def _character(char: str) -> str:
    if char.isascii() and char.isalnum():
        return char
    ways = [_SLASHES + re.escape(char), *_QUOTES.get(char, ()), _coded(char)]
    if char in _ENTITIES:
        ways.append(f"&{_ENTITIES[char]};")
    return f"(?:{'|'.join(ways)})"


@cache
def _coded(char: str) -> str:
    """By number: percent signs, escapes of JSON, Python and shells, entities of HTML."""
    data = char.encode("utf-8", "surrogatepass")
    number = ord(char)
    ways = [
        "".join(f"%{byte:02x}" for byte in data),
        f"{_SOME}(?:{'|'.join(_escapes(char))})",
        f"&#(?:0*{number}|x0*{number:x});",
    ]
    if number >= 0x80:
        ways.append("".join(rf"{_SOME}(?:x{byte:02x}|{byte:03o})" for byte in data))
    if number >= 0x10000:
        ways.append("".join(rf"{_SOME}u{unit:04x}" for unit in _units(char)))
    return f"(?i:{'|'.join(ways)})"


def _escapes(char: str) -> Iterator[str]:
    """What may follow a backslash for the whole character."""
    number = ord(char)
    yield rf"u{number:04x}" if number < 0x10000 else rf"U{number:08x}"
    if number < 0x100:
        yield rf"x{number:02x}"
    if number < 0x80:
        yield rf"{number:03o}"
    if char in _NAMED:
        yield _NAMED[char]


def _units(char: str) -> Iterator[int]:
    data = char.encode("utf-16-be", "surrogatepass")
    return (int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))


def encoded(value: str) -> Iterator[str]:
    """Texts that stand for all of *value* and show none of it: hexadecimal digits, and the part of
    a base64 text that the value decides alone, at each of its three places."""
    data = value.encode("utf-8", "surrogatepass")
    yield data.hex()
    yield data.hex().upper()
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + data).decode()
        start = (0, 2, 3)[shift]
        tail = len(text) - (0, 3, 2)[(shift + len(data)) % 3]
        inner = text[start : tail if tail < len(text) else len(text)]
        if len(inner) >= CODED:
            yield inner
            if {"+", "/"} & set(inner):
                yield inner.replace("+", "-").replace("/", "_")
