"""Strict YAML reading: data, the place of every value, and what is wrong, as findings.

Called by the targets' checks and by whatever reads a user's YAML. It refuses what PyYAML lets pass
(duplicate keys), names what readers read differently, and stays small on hostile input (nesting,
aliases, size). One broken document does not hide the others. No I/O: text in.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kiki.documents.simple import NotSimple, Simple, read_simple
from kiki.model.errors import UsageError
from kiki.model.finding import Finding
from kiki.model.records import Record

if TYPE_CHECKING:  # PyYAML, which what Kiki writes itself is read without
    from kiki.documents.tree import Node

MAX_SIZE = 5_000_000  # characters of one file
_START = re.compile(r"^---(?=[ \t\r\n]|$)", re.MULTILINE)
_NO_CONTENT = re.compile(r"(?:[ \t]*(?:#[^\n]*|%[^\n]*)?\r?(?:\n|$))*")
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


class Root:
    """One document: its *data*, and where its values are. A simple document has a tree only when
    somebody asks for a place or a tag that its lines do not tell."""

    __slots__ = ("_file", "_offset", "_simple", "_text", "_tree", "data")

    def __init__(self, text: str, file: str, offset: int, found: "Simple | Node") -> None:
        self._text, self._file, self._offset = text, file, offset
        self._simple = found if isinstance(found, Simple) else None
        self._tree = None if isinstance(found, Simple) else found
        self.data = found.data

    @property
    def tree(self) -> "Node":
        """The values with their places."""
        if self._tree is None:
            self._tree = _fully(self._text, self._file, self._offset, [])
        assert self._tree is not None  # a simple document is never an empty one
        return self._tree

    def place(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Line and column of the value at *path*, or of the nearest thing above it."""
        return (self._simple and self._by_lines(self._simple, path)) or self._by_tree(path)

    def tag(self, path: Sequence[str | int]) -> str:
        """The local tag of the value at *path*; empty when there is none."""
        if self._simple:
            return ""
        node = self.tree
        for step in path:
            entry = node.entries.get(step)
            if entry is None:
                return ""
            node = entry[2]
        return node.tag

    def _by_lines(self, simple: Simple, path: Sequence[str | int]) -> tuple[int, int] | None:
        line, column = simple.place
        value: Any = simple.data
        for step in path:
            spot = simple.spots.get(id(value))
            if spot is None:
                if not isinstance(value, dict | list) or not value:
                    break
                return None  # it stands on a line with others
            if step not in spot[1]:
                break
            column, line = spot[0], spot[1][step]
            value = value[step]
        return line + self._offset, column

    def _by_tree(self, path: Sequence[str | int]) -> tuple[int, int]:
        node = self.tree
        place = node.line, node.column
        for step in path:
            entry = node.entries.get(step)
            if entry is None:
                break
            *place_of_entry, node = entry
            place = place_of_entry[0], place_of_entry[1]
        return place


class Parsed(Record, frozen=True):
    """The documents of one file that could be read, and all findings.

    *documents* are plain data (None for an empty one), *roots* their places in the same order.
    """

    file: str
    documents: tuple[Any, ...]
    roots: tuple[Any, ...]
    findings: tuple[Finding, ...]

    def line_of(self, path: Sequence[str | int], document: int = 0) -> tuple[int, int]:
        """Line and column, from 1, of the key or list item at *path*; of the nearest thing above
        it when there is no such value; (0, 0) when there is no such document."""
        if document >= len(self.roots):
            return 0, 0
        root: Root = self.roots[document]
        return root.place(path)

    def tag_of(self, path: Sequence[str | int], document: int = 0) -> str:
        """The local tag of the value at *path*, such as ``!vault``; empty when there is none."""
        root: Root = self.roots[document]
        return root.tag(path)


def text_of(data: bytes, file: str) -> str:
    """The text of a YAML file's bytes; UsageError ``documents.binary`` when it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("documents.binary", file=file, offset=error.start) from error


def read_yaml(text: str, file: str) -> Parsed:
    """Read every document of *text*; never raises. *file* is what findings name."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    unusable = _unusable(text, file)
    if unusable:
        return Parsed(file=file, documents=(), roots=(), findings=(unusable,))
    roots: list[Root] = []
    findings: list[Finding] = []
    for start, end in _chunks(text):
        root = _read_one(text[start:end], file, text.count("\n", 0, start), findings)
        if root is not None:
            roots.append(root)
    return Parsed(
        file=file, documents=tuple(root.data for root in roots), roots=tuple(roots),
        findings=tuple(findings),
    )  # fmt: skip


def _unusable(text: str, file: str) -> Finding | None:
    """The finding about a text that is not even looked at."""
    if len(text) > MAX_SIZE:
        params = {"size": str(len(text)), "limit": str(MAX_SIZE)}
        return Finding(code="documents.too_large", severity="error", file=file, params=params)
    if text.replace("\n", "").isprintable():
        return None  # most texts need not have the large pattern compiled
    found = re.search(_UNPRINTABLE, text)
    if found is None:
        return None
    before = text[: found.start()]
    return Finding(
        code="documents.control_character", severity="error", file=file,
        line=before.count("\n") + 1, column=len(before) - (before.rfind("\n") + 1) + 1,
        params={"char": f"U+{ord(found[0]):04X}"},
    )  # fmt: skip


def _chunks(text: str) -> list[tuple[int, int]]:
    """Where each document begins and ends. ``---`` in the first column always starts one."""
    starts = [found.start() for found in _START.finditer(text)]
    if not starts or _NO_CONTENT.fullmatch(text, 0, starts[0]):
        starts[:1] = [0]
    else:
        starts.insert(0, 0)
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _read_one(text: str, file: str, offset: int, findings: list[Finding]) -> Root | None:
    found: Simple | Node | None
    try:
        found = read_simple(text)
    except NotSimple:
        found = _fully(text, file, offset, findings)
    return Root(text, file, offset, found) if found else None


def _fully(text: str, file: str, offset: int, findings: list[Finding]) -> "Node | None":
    from kiki.documents.full import read_fully  # noqa: PLC0415 -- lazy: PyYAML

    return read_fully(text, file, offset, findings)
