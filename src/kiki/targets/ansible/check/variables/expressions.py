"""The variables that a text with Jinja in it asks for.

Called by ``naming``. Not a parser: it cuts an expression into words and knows which of them are
filters, tests, attributes, keyword arguments or bound by the text itself. What is asked for with
``default`` or in ``is defined`` is guarded: it may be undefined.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_PARTS = re.compile(
    r"\{#.*?#\}|\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}"
    r"|(\{\{|\{%)(.*?)(\}\}|%\})",
    re.DOTALL,
)
_TOKEN = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<name>[^\W\d]\w*)
      | (?P<number>\d[\d_.]*(?:[eE][+-]?\d+)?)
      | (?P<sign>==|!=|<=|>=|//|\*\*|[-+*/%~<>=|.,:()\[\]{}])""",
    re.VERBOSE,
)
_JINJA_WORDS = """
    and or not in is if else elif true false none True False None for set endset endfor endif
    macro endmacro block endblock do recursive filter endfilter call endcall with endwith raw
    include import from as without context ignore missing extends autoescape endautoescape
"""
_WORDS = frozenset(_JINJA_WORDS.split())
_GUARDS = frozenset(("default", "d"))
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_KEPT = 512  # texts; a play says the same condition on many tasks


class Asked(NamedTuple):
    """A variable that is asked for; *guarded*: where it may be undefined."""

    name: str
    guarded: bool


@lru_cache(maxsize=_KEPT)
def asked(text: str) -> tuple[Asked, ...]:
    """What the template *text* asks for."""
    parts = [(found[1], found[2]) for found in _PARTS.finditer(text) if found[1]]
    bound: set[str] = set()
    for sign, body in parts:
        if sign == "{%":
            bound.update(_bound(body))
    return tuple(one for _, body in parts for one in asked_by(body) if one.name not in bound)


@lru_cache(maxsize=_KEPT)
def asked_by(expression: str) -> tuple[Asked, ...]:
    """What one *expression*, or the inside of one block, asks for."""
    tokens = [(found.lastgroup or "", found[0]) for found in _TOKEN.finditer(expression)]
    return tuple(_walk(tokens))


def _bound(body: str) -> Iterator[str]:
    """Names that a block such as ``for x in y`` gives itself."""
    words = body.strip(" -+\n").split(None, 1)
    if len(words) < 2:
        return
    first, rest = words
    if first == "for":
        yield "loop"
        yield from re.findall(r"[^\W\d]\w*", rest.partition(" in ")[0])
    elif first == "set":
        yield from re.findall(r"[^\W\d]\w*", rest.partition("=")[0])
    elif first == "macro":
        yield from re.findall(r"[^\W\d]\w*(?=\s*[(,)=])", rest)
    elif first == "with":
        yield from re.findall(r"([^\W\d]\w*)\s*=", rest)


def _walk(tokens: list[tuple[str, str]]) -> Iterator[Asked]:
    guarded_until = -1
    for index, (kind, word) in enumerate(tokens):
        if word == "(" and index > guarded_until and _is_guard(tokens, _end(tokens, index)):
            guarded_until = _end(tokens, index)
        if kind == "name" and word not in _WORDS and _is_free(tokens, index):
            after = _after(tokens, index)
            yield Asked(word, index < guarded_until or _is_guard(tokens, after))


def _is_free(tokens: list[tuple[str, str]], index: int) -> bool:
    """Whether the name at *index* is a variable: no attribute, filter, test, keyword or call."""
    before = tokens[index - 1][1] if index else ""
    following = tokens[index + 1][1] if index + 1 < len(tokens) else ""
    if before in (".", "|", "is") or following in ("=", "("):
        return False
    return not (before == "not" and index > 1 and tokens[index - 2][1] == "is")


def _after(tokens: list[tuple[str, str]], index: int) -> int:
    """The place after a variable with its attributes, items and calls."""
    at = index + 1
    while at < len(tokens):
        word = tokens[at][1]
        if word == ".":
            at += 2
        elif word in ("[", "("):
            at = _end(tokens, at)
        else:
            break
    return at


def _end(tokens: list[tuple[str, str]], index: int) -> int:
    """The place after the bracket that closes the one at *index*."""
    depth, opening = 0, tokens[index][1]
    for at in range(index, len(tokens)):
        depth += (tokens[at][1] == opening) - (tokens[at][1] == _CLOSING[opening])
        if depth == 0:
            return at + 1
    return len(tokens)


def _is_guard(tokens: list[tuple[str, str]], at: int) -> bool:
    """Whether what comes at *at* lets the value before it be undefined."""
    words = [word for _, word in tokens[at : at + 3]]
    if words[:1] == ["|"]:
        return words[1:2] != [] and words[1] in _GUARDS
    return words[:1] == ["is"] and bool({"defined", "undefined"} & set(words[1:]))
