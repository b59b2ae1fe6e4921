"""YAML events to data with places.

Called by ``documents.full`` for one document at a time. It builds from the parser's events and not
from PyYAML's nodes: their composer crashes the interpreter on deep nesting and expands aliases
without limit. No I/O; what is wrong with a document becomes findings.
"""

from collections.abc import Hashable, Iterator
from typing import Any

import yaml

from kiki.documents import plain
from kiki.documents.simple import MAX_DEPTH
from kiki.model.finding import Finding, Severity

MAX_EXPANDED = 200_000  # values in one document after its aliases are followed
_CORE = "tag:yaml.org,2002:"
_KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,), "float": (int, float), "bool": (bool,), "null": (type(None),),
}  # fmt: skip
_COLLECTIONS = frozenset(("map", "seq", "set", "omap", "pairs"))


class Node:
    """One value with its place (*line* and *column* from 1; of the key, for a value in a mapping).

    *entries* are the children by key or index; *size* counts the values below with aliases
    followed; *tag* is the local tag, such as ``!vault``; *joins* says that it is ``<<`` as a plain
    text, which as a key takes in another mapping.
    """

    __slots__ = ("column", "data", "entries", "joins", "line", "merges", "open", "size", "tag")

    def __init__(self, data: Any, line: int, column: int, tag: str = "") -> None:
        self.data = data
        self.line = line
        self.column = column
        self.tag = tag
        self.size = 1
        self.open = False
        self.joins = False
        self.entries: dict[Any, tuple[int, int, Node]] = {}
        self.merges: list[Node] = []


class Broken(Exception):  # noqa: N818 -- not a failure for callers: it ends one document
    """This document can't be used; *finding* says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class Builder:
    """Builds the tree of one document. *offset* is added to line numbers."""

    def __init__(self, file: str, offset: int) -> None:
        self.findings: list[Finding] = []
        self.file = file
        self.offset = offset
        self._anchors: dict[str, Node] = {}
        self._stack: list[Node] = []
        self._keys: list[tuple[Node | None, bool]] = []
        self._root: Node | None = None
        self._aliases = 0

    def build(self, events: Iterator[Any]) -> Node | None:
        """The root of the document that *events* describe; None when there is no document.
        Raises Broken."""
        for event in events:
            match event:
                case yaml.ScalarEvent():
                    self._add(self._anchored(event, self._scalar(event)))
                case yaml.MappingStartEvent():
                    self._open(event, {})
                case yaml.SequenceStartEvent():
                    self._open(event, [])
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._close()
                case yaml.AliasEvent():
                    self._alias(event)
                case _:
                    pass
        return self._root

    def report(self, code: str, severity: Severity, node: Node, **params: str) -> Finding:
        """Keep a finding at *node*'s place."""
        finding = Finding(
            code=code, severity=severity, file=self.file, line=node.line, column=node.column,
            params=params,
        )  # fmt: skip
        self.findings.append(finding)
        return finding

    def _new(self, event: Any, data: Any, tag: str = "") -> Node:
        mark = event.start_mark
        return Node(data, mark.line + 1 + self.offset, mark.column + 1, tag)

    def _fail(self, code: str, node: Node, **params: str) -> Broken:
        self.report(code, "error", node, **params)
        return Broken(self.findings.pop())

    def _anchored(self, event: Any, node: Node) -> Node:
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _scalar(self, event: Any) -> Node:
        text, tag = event.value, event.tag
        if tag is None and event.style == "":
            value, trap = plain.meaning(text)
            node = self._new(event, value)
            node.joins = text == "<<"
            if trap:
                said = str(value).lower() if isinstance(value, bool) else str(value)
                self.report(trap, "warning", node, text=text, value=said)
            return node
        if tag is None or not tag.startswith(_CORE):
            return self._new(event, text, "" if tag in (None, "!") else tag)
        return self._tagged(event, text, tag.removeprefix(_CORE))

    def _tagged(self, event: Any, text: str, kind: str) -> Node:
        """A scalar with one of YAML's own tags, such as ``!!int``."""
        if kind in ("str", "binary", "timestamp"):
            return self._new(event, text)
        value, _ = plain.meaning(text)
        fits = _KINDS.get(kind)
        node = self._new(event, value)
        if fits is None:
            raise self._fail("documents.unsafe_tag", node, tag="!!" + kind)
        if not isinstance(value, fits) or (kind != "bool" and isinstance(value, bool)):
            raise self._fail("documents.tag_mismatch", node, tag="!!" + kind, text=text)
        return node

    def _open(self, event: Any, data: Any) -> None:
        tag = event.tag or ""
        node = self._anchored(event, self._new(event, data, tag))
        if tag.startswith(_CORE):
            node.tag = ""
            if tag.removeprefix(_CORE) not in _COLLECTIONS:
                raise self._fail("documents.unsafe_tag", node, tag="!!" + tag.removeprefix(_CORE))
        if len(self._stack) >= MAX_DEPTH:
            raise self._fail("documents.too_deep", node, limit=str(MAX_DEPTH))
        node.open = True
        self._stack.append(node)
        self._keys.append((None, False))

    def _close(self) -> None:
        node = self._stack.pop()
        self._keys.pop()
        node.open = False
        if node.merges:
            _merge(node)
        self._add(node)

    def _alias(self, event: Any) -> None:
        place = self._new(event, None)
        node = self._anchors.get(event.anchor)
        if node is None:
            raise self._fail("documents.alias_unknown", place, name=event.anchor)
        if node.open:
            raise self._fail("documents.alias_loop", place, name=event.anchor)
        self._aliases += 1
        if sum(parent.size for parent in self._stack) + node.size > MAX_EXPANDED:
            raise self._fail("documents.alias_bomb", place, limit=str(MAX_EXPANDED))
        self._add(node)

    def _add(self, node: Node) -> None:
        """Put a finished value into the collection that is open."""
        if not self._stack:
            self._root = node
            return
        parent = self._stack[-1]
        if isinstance(parent.data, list):
            parent.entries[len(parent.data)] = (node.line, node.column, node)
            parent.data.append(node.data)
            parent.size += node.size
            return
        key, waiting = self._keys[-1]
        if not waiting:
            self._keys[-1] = (node, True)
            return
        self._keys[-1] = (None, False)
        assert key is not None
        self._put(parent, key, node)

    def _put(self, parent: Node, key: Node, node: Node) -> None:
        name = key.data
        if not isinstance(name, Hashable):
            self.report("documents.key_not_scalar", "error", key)
        elif key.joins:
            self._take_merge(parent, key, node)
        elif name in parent.entries:
            first = str(parent.entries[name][0])
            self.report("documents.duplicate_key", "error", key, key=str(name), first=first)
        else:
            parent.entries[name] = (key.line, key.column, node)
            parent.data[name] = node.data
            parent.size += node.size

    def _take_merge(self, parent: Node, key: Node, node: Node) -> None:
        sources = [entry[2] for entry in node.entries.values()] if _is_list(node) else [node]
        if not all(isinstance(source.data, dict) for source in sources):
            self.report("documents.merge", "error", key)
            return
        parent.merges.extend(sources)
        parent.size += sum(source.size for source in sources)


def _is_list(node: Node) -> bool:
    return isinstance(node.data, list)


def _merge(node: Node) -> None:
    """Add what ``<<`` names; own keys win, then earlier sources."""
    for source in node.merges:
        for key, entry in source.entries.items():
            if key not in node.entries:
                node.entries[key] = entry
                node.data[key] = entry[2].data
