"""The simple part of YAML, line by line: what most manifests are, several times as fast as events.

Called by ``documents.read`` for each document before its full reader. It gives data only when
nothing can be said of the document: whatever is not surely simple (anchors, tags, tabs, folded or
continued texts, keys that come twice, words that readers read differently) is left to the full
reader, which is the judge of both: tests compare the two. No I/O.
"""

import re
from enum import IntEnum
from functools import lru_cache
from typing import Any, NamedTuple

from kiki.documents import plain

MAX_DEPTH = 200  # of nesting, here and in the full reader
_OTHER_BREAKS = re.compile("[\t\x85\u2028\u2029\ufeff]")  # tabs, and breaks that are YAML's only
_START = re.compile(r"(?: *(?:#[^\n]*)?\n)*---(?: +#[^\n]*| *)\n")
_KEY = re.compile(r"""([A-Za-z_][\w./-]{0,200}|"[^"\\\n]{1,200}"|'[^'\n]{1,200}'):(?: +|$)""")
_QUOTED = re.compile(r"""(?:"([^"\\]*)"|'([^']*)')(?: +#.*)?""")
# Most lines: an entry whose value is one word, or is below.
_USUAL = re.compile(r"( *)(- +)?([A-Za-z_][\w./-]{0,200}):(?: +([A-Za-z0-9./][\w./:@%+=-]*))? *")
_COMMENT = re.compile(r" +#.*")
_BLOCK = re.compile(r"\|(-?)(?: +#.*)?")
_NOT_PLAIN = frozenset("?:,[]{}#&*!|>'\"%@`")
_ITEM = r"""(?:"[^"\\]*"|'[^']*'|-{0,2}[A-Za-z0-9_./][A-Za-z0-9_./%=+-]*)"""
_NAME = r"[A-Za-z_][A-Za-z0-9_./-]*"
_LIST = re.compile(rf"\[ *((?:{_ITEM}(?: *, *{_ITEM})*)?) *\](?: +#.*)?")
_MAP = re.compile(rf"\{{ *((?:{_NAME}: +{_ITEM}(?: *, *{_NAME}: +{_ITEM})*)?) *\}}(?: +#.*)?")
_ITEMS = re.compile(_ITEM)
_PAIRS = re.compile(rf"({_NAME}): +({_ITEM})")


# By the id of each mapping and list that has lines of its own: the column of its keys or items, and
# the line of each, from 1.
Spots = dict[int, tuple[int, dict[Any, int]]]


class NotSimple(Exception):  # noqa: N818 -- not a failure: the full reader reads the document
    """The document is not surely simple."""


class Simple(NamedTuple):
    """The *data* of a document, its own *place*, and the *spots* of what is in it."""

    data: Any
    place: tuple[int, int]
    spots: Spots


class _How(IntEnum):
    """What a line says of its value: it is whole, a collection to be copied (lines are shared), on
    the lines below, or a block of text with or without its last break."""

    WHOLE = 0
    COPIED = 1
    BELOW = 2
    BLOCK = 3
    CHOMPED = 4


# The indent, the width of the dash (0: none), the key if any, the value, and how it is there.
_Line = tuple[int, int, str | None, Any, _How]


def read_simple(text: str) -> Simple:
    """The one document in *text*. Raises NotSimple, also for an empty document."""
    if _OTHER_BREAKS.search(text):
        raise NotSimple
    start = _START.match(text)
    return _Reader(text.split("\n")).read(start[0].count("\n") if start else 0)


class _Reader:
    """The collections that are open, innermost last, and the place that waits for a value."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0  # how many lines are read
        self._root: list[Any] = []
        self._place = 0, 0
        self._spots: Spots = {}
        self._indent = -1  # of the innermost collection
        self._top: Any = self._root
        self._here: dict[Any, int] = {}  # the lines of what is in it
        self._outer: list[tuple[int, Any, dict[Any, int]]] = []
        self._waiting: str | None = ""  # the key of the innermost collection, which is the root

    def read(self, at: int) -> Simple:
        """Everything after the first *at* lines."""
        lines, count = self._lines, len(self._lines)
        while at < count:
            line = _cut(lines[at])
            at += 1
            if line is None:
                continue
            indent, dash, key, value, how = line
            if not (how or dash) and indent == self._indent and self._takes(key):
                self._top[key], self._here[key], self._waiting = value, at, None
                continue  # as most lines do
            self._at = at
            if indent < self._indent:
                self._leave(indent)
            (self._item if dash else self._entry)(line)
            at = self._at
        if not self._root:
            raise NotSimple
        return Simple(self._root[0], self._place, self._spots)

    def _takes(self, key: str | None) -> bool:
        return self._top.__class__ is dict and key not in self._top

    def _leave(self, indent: int) -> None:
        while self._indent > indent:
            self._indent, self._top, self._here = self._outer.pop()
        self._waiting = None

    def _enter(self, indent: int, inner: Any) -> None:
        """Put the empty collection *inner* where a value is waited for."""
        if self._waiting is None:
            raise NotSimple
        if self._top is self._root:
            self._root.append(inner)
            self._place = self._at, indent + 1
        else:
            self._top[self._waiting] = inner
        self._open(indent, indent + 1, inner)

    def _open(self, indent: int, column: int, inner: Any) -> None:
        if len(self._outer) >= MAX_DEPTH:
            raise NotSimple
        self._outer.append((self._indent, self._top, self._here))
        self._indent, self._top, self._here = indent, inner, {}
        self._spots[id(inner)] = column, self._here

    def _item(self, line: _Line) -> None:
        indent, dash, key, _, _ = line
        if self._indent < indent or isinstance(self._top, dict):
            self._enter(indent, [])
            self._spots[id(self._top)] = indent + dash + 1, self._here
        elif self._spots[id(self._top)][0] != indent + dash + 1:
            raise NotSimple  # its items stand in different columns
        self._here[len(self._top)] = self._at
        if key is None:
            self._top.append(self._value(line, indent))
            self._waiting = None
            return
        inner: dict[Any, Any] = {}
        self._top.append(inner)
        self._open(indent + dash, indent + dash + 1, inner)
        self._put(line)

    def _entry(self, line: _Line) -> None:
        indent = line[0]
        if self._indent < indent:
            self._enter(indent, {})
        elif isinstance(self._top, list):
            self._indent, self._top, self._here = self._outer.pop()  # it stood below its own key
            if self._indent != indent:
                raise NotSimple
        if line[2] in self._top:
            raise NotSimple
        self._put(line)

    def _put(self, line: _Line) -> None:
        key = line[2]
        self._here[key] = self._at
        self._top[key] = self._value(line, self._indent)
        self._waiting = key if line[4] is _How.BELOW else None

    def _value(self, line: _Line, indent: int) -> Any:
        how = line[4]
        if how >= _How.BLOCK:
            return self._block(indent, "" if how is _How.CHOMPED else "\n")
        return line[3].copy() if how is _How.COPIED else line[3]

    def _block(self, indent: int, end_of_text: str) -> str:
        """The text below ``|``, whose lines are further in than *indent*."""
        lines, first = self._lines, self._at
        inner = _indent(lines[first]) if lines[first:] and lines[first].strip(" ") else 0
        if inner <= indent:
            raise NotSimple
        end = first
        while end < len(lines) and (_indent(lines[end]) >= inner or not lines[end].strip(" ")):
            end += 1
        if lines[-1] if end == len(lines) else _indent(lines[end]) > indent:
            raise NotSimple  # no break at the end, or a line between the two
        self._at = end
        return "\n".join(line[inner:] for line in lines[first:end]).rstrip("\n") + end_of_text


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


@lru_cache(maxsize=8192)
def _cut(line: str) -> _Line | None:
    """The parts of *line*; None for one without content. Manifests repeat most of their lines."""
    if found := _USUAL.fullmatch(line):
        before, dash, key, word = found.groups()
        parts = len(before), len(dash or ""), _key(key)
        return (*parts, _plain(word), _How.WHOLE) if word else (*parts, None, _How.BELOW)
    content = line.strip(" ")
    if not content or content[0] == "#":
        return None
    return _unusual(_indent(line), content)


def _unusual(indent: int, content: str) -> _Line:
    dash = 0
    if content.startswith("- "):
        rest = content[2:].lstrip(" ")
        dash, content = len(content) - len(rest), rest
    if found := _KEY.match(content):
        return indent, dash, _key(found[1]), *_valued(content[found.end() :])
    if not dash or content[0] == "#":
        raise NotSimple
    return indent, dash, None, *_valued(content)


def _key(written: str) -> str:
    if written[0] in "\"'":
        return written[1:-1]
    return str(_plain(written, str))


def _valued(rest: str) -> tuple[Any, _How]:
    """What the text *rest* of a line says of the value."""
    if not rest or rest[0] == "#":
        return None, _How.BELOW
    if block := _BLOCK.fullmatch(rest):
        return None, _How.CHOMPED if block[1] else _How.BLOCK
    if found := _QUOTED.fullmatch(rest):
        return found[1] or found[2] or "", _How.WHOLE
    if found := _LIST.fullmatch(rest):
        return [_scalar(item) for item in _ITEMS.findall(found[1])], _How.COPIED
    if found := _MAP.fullmatch(rest):
        return _mapping(_PAIRS.findall(found[1])), _How.COPIED
    return _plain(_COMMENT.sub("", rest)), _How.WHOLE


def _mapping(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    found = {_key(key): _scalar(item) for key, item in pairs}
    if len(found) != len(pairs):
        raise NotSimple
    return found


def _scalar(item: str) -> Any:
    return item[1:-1] if item[0] in "\"'" else _plain(item)


def _plain(text: str, kind: type = object) -> Any:
    """What an unquoted *text* means."""
    if text[0] in _NOT_PLAIN or (text[0] == "-" and text[1:2] in ("", " ")):
        raise NotSimple
    if ": " in text or text[-1] == ":":
        raise NotSimple
    value, trap = plain.meaning(text)
    if trap or not isinstance(value, kind):
        raise NotSimple
    return value
