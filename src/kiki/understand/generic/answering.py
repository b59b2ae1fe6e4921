"""Checks what a model answered about official types, and turns it into trees with their sources.

Called by ``reading``. Accepts only what the schema of ``prompting`` allows, and what the message
says: each value stands in it where it may belong, no place is used twice, and no name, number or
verb that takes something away is dropped.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from kiki.model.intent import Source
from kiki.model.trees import Path, canonical, shown
from kiki.understand.answer import LONGEST, BadAnswerError, keyed
from kiki.understand.draft import Notes, note
from kiki.understand.generic.pieces import Piece
from kiki.understand.generic.prompting import MOST_ITEMS, MOST_OPERATIONS, Shown
from kiki.understand.generic.pruning import Node
from kiki.understand.grounding import Said
from kiki.understand.lexer import Word
from kiki.understand.whole import quoted

REMOVING = frozenset(("remove", "rm", "rmr", "uninstall", "stop", "disable", "close", "release"))
"""Verbs that take something away."""
BODY = "body"  # what an answer calls the tree

_MAKING = frozenset(("create", "add", "write", "put", "set", "deploy", "have", "use", "mkdir"))


class Use(NamedTuple):
    """A value in its place: the number of the operation, its path there, and where it was said."""

    operation: int
    path: Path
    piece: Piece


class Made(NamedTuple):
    """One operation of an answer. *sources* are by path, those of the heads by name."""

    shown: Shown
    heads: dict[str, str]
    body: Any
    sources: dict[str, Source]


class Answer(NamedTuple):
    """What an answer says; no *made* when nothing fits."""

    made: tuple[Made, ...]
    uses: tuple[Use, ...]
    notes: Notes


def check(
    text: str, said: Said, types: Sequence[Shown], model: str, places: frozenset[str]
) -> Answer:
    """What the answer *text* of *model* says; BadAnswerError. *places* are the ids of the nouns for
    what code runs on."""
    entries = _operations(text)
    reader = _Reader(said, {one.spec.name: one for one in types}, model)
    made = tuple(reader.operation(number, entry) for number, entry in enumerate(entries))
    if made:
        reader.refuse_mixed(made)
        reader.refuse_dropped(places)
        reader.refuse_unplaced(made)
        reader.note_the_rest()
    return Answer(made, tuple(reader.uses), reader.notes)


def _operations(text: str) -> list[Any]:
    try:
        answer = json.loads(text, object_pairs_hook=_unique) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        raise BadAnswerError("the answer is not one JSON object") from None
    whole = keyed(answer, {"operations"}, {"operations"}, "the answer")
    operations = whole["operations"]
    if not isinstance(operations, list) or len(operations) > MOST_OPERATIONS:
        raise BadAnswerError(f'"operations" must be a list of at most {MOST_OPERATIONS}')
    return operations


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise BadAnswerError("a key stands twice in one object")
    return made


class _Reader:
    """Reads the operations of one answer; *uses* grows with every value, *worded* with the places
    of the words that say a type, a property or a choice."""

    def __init__(self, said: Said, types: dict[str, Shown], model: str) -> None:
        self.said = said
        self.types = types
        self.model = model
        self.uses: list[Use] = []
        self.notes: Notes = []
        self.worded: list[tuple[int, int]] = []
        self.chosen: list[tuple[int, int]] = []

    def operation(self, number: int, entry: Any) -> Made:
        """One operation of the answer."""
        name = entry.get("type") if isinstance(entry, dict) else None
        one = self.types.get(name) if isinstance(name, str) else None
        if one is None:
            raise BadAnswerError(f"operation {number + 1} has no type that was listed")
        needed = {key for key, node in one.heads.items() if node.required}
        what = f"operation {number + 1} ({name})"
        keyed(entry, {"type", "body", *one.heads}, {"type", "body", *needed}, what)
        self.worded.append((one.start, one.end))
        return _Tree(self, number, one).made(entry)

    # -- the whole answer ------------------------------------------------------------------------

    def refuse_mixed(self, made: tuple[Made, ...]) -> None:
        """Operations of two targets are two requests."""
        if len({one.shown.kind.target for one in made}) > 1:
            raise BadAnswerError("all operations must be of one target")

    def refuse_dropped(self, places: frozenset[str]) -> None:
        """A name or a number that no value has, whole; a verb that takes something away."""
        for word in self.said.demanded(places):
            korean_product = word.sort == "hangul" and word.has("product")
            if not korean_product and not self._covers(word.start, word.end):
                raise BadAnswerError(f"{quoted(word.text)} was said, but no field has it")
        for verb, text in self.said.verbs().items():
            if verb in REMOVING and not self._has(text):
                raise BadAnswerError(f"{quoted(text)} was said, but nothing does that")

    def refuse_unplaced(self, made: tuple[Made, ...]) -> None:
        """A word beside one that names a property, and that no value has: "in namespace shop"."""
        for piece in dict.fromkeys(p for one in made for p in one.shown.fitting.announced()):
            if not self._covers(piece.start, piece.end):
                raise BadAnswerError(f"{quoted(piece.text)} was said, but no field has it")

    def _has(self, text: str) -> bool:
        """Whether a word that is said once is among those that say something."""
        found = [word for word in self.said.words if word.text == text]
        return all(self._covers(word.start, word.end) for word in found)

    def _covers(self, start: int, end: int) -> bool:
        """Whether every letter and digit in a place is used by something."""
        used = [(use.piece.start, use.piece.end) for use in self.uses] + self.worded
        return all(
            not self.said.message[at].isalnum() or any(s <= at < e for s, e in used)
            for at in range(start, end)
        )

    def note_the_rest(self) -> None:
        """The words that no value stands for: whoever approves it has to know them."""
        words = (word for word in self.said.words if word.sort in ("hangul", "ascii"))
        passed = [word.text for word in words if self._says_more(word) and not self._is_known(word)]
        if passed:
            note(self.notes, "assumption.generic_passed", words=", ".join(dict.fromkeys(passed)))

    def _is_known(self, word: Word) -> bool:
        """Whether something stands for a word; behind Korean that is known there are endings."""
        return self._covers(word.start, word.start + 1 if word.sort == "hangul" else word.end)

    def _says_more(self, word: Word) -> bool:
        """Whether a word is one that nobody knows, or a verb that does more than make."""
        verbs = {s.entry.id for s in word.senses if s.entry.cls in ("verb", "vform", "vnoun")}
        if word.text.lower() in self.said.lexicon.functional or verbs & _MAKING:
            return False
        return bool(verbs) or not word.senses


class _Tree:
    """Reads one operation: *sources* grows with every value."""

    def __init__(self, reader: _Reader, number: int, one: Shown) -> None:
        self.reader = reader
        self.number = number
        self.one = one
        self.bare = 0
        self.sources = {"type": Source("model", one.start, one.end, reader.model)}

    def made(self, entry: dict[str, Any]) -> Made:
        """The operation; BadAnswerError."""
        heads = {
            name: self._text(node, (name,), entry[name])
            for name, node in self.one.heads.items()
            if entry.get(name) is not None
        }
        body = self._value(self.one.node, (BODY,), entry[BODY])
        return Made(self.one, heads, canonical(body), self.sources)

    def _value(self, node: Node, path: Path, given: Any) -> Any:
        if node.sort != "list":
            self._account_for(node)
        match node.sort:
            case "map":
                return self._map(node, path, given)
            case "list":
                item = node.inside[""]
                items = enumerate(_list(given, path))
                return [self._inner(item, (*path, index), each) for index, each in items]
            case "pairs":
                return self._pairs(node, path, given)
            case "choice" | "switch":
                return self._choice(node, path, given)
            case _:
                return self._said(node, path, given)

    def _map(self, node: Node, path: Path, given: Any) -> dict[str, Any]:
        needed = {key for key, inner in node.inside.items() if inner.required}
        known = keyed(given, set(node.inside), needed, shown(path))
        return {key: self._inner(node.inside[key], (*path, key), known[key]) for key in known}

    def _inner(self, node: Node, path: Path, given: Any) -> Any:
        """The value of a property, or an item of a list. One that need not be there has to hold
        something that was said: an empty rule lets everything in."""
        before = self._meant()
        made = self._value(node, path, given)
        self.bare += node.bare
        if not node.required and self._meant() == before:
            raise BadAnswerError(f"nothing in the request says {shown(path)}")
        return made

    def _meant(self) -> int:
        """How much of the tree is meant: what was said, and what means something by itself."""
        return self.bare + sum(source.start >= 0 for source in self.sources.values())

    def _pairs(self, node: Node, path: Path, given: Any) -> dict[str, str]:
        """A mapping with keys of the message's own."""
        made: dict[str, str] = {}
        places: list[tuple[Piece, Piece]] = []
        for pair in _list(given, path):
            known = keyed(pair, {"key", "value"}, {"key", "value"}, shown(path))
            key = self._place(node, path, known["key"])
            if key.text in made:
                raise BadAnswerError(f"{quoted(key.text)} stands twice in {shown(path)}")
            value = self._place(node, (*path, key.text), known["value"])
            self._keep((*path, key.text), value)
            places.append((key, value))
            made[key.text] = value.text
        _refuse_swapped(places, path)
        return made

    def _choice(self, node: Node, path: Path, given: Any) -> Any:
        if not any(type(one) is type(given) and one == given for one in node.choices):
            raise BadAnswerError(f"{quoted(given)} can't be {shown(path)}")
        place = node.said.get(given)
        if place is not None and any(_meet(place, use.piece) for use in self.reader.uses):
            raise BadAnswerError(f"no word is left that says {quoted(given)} for {shown(path)}")
        if place is None:
            value = str(given).lower() if isinstance(given, bool) else str(given)
            note(self.reader.notes, "assumption.generic_chosen", field=shown(path[1:]), value=value)
        else:
            self.reader.worded.append(place)
            self.reader.chosen.append(place)
        self.sources[shown(path)] = Source("model", *(place or (-1, -1)), self.reader.model)
        return given

    def _text(self, node: Node, path: Path, given: Any) -> str:
        self._account_for(node)
        return str(self._said(node, path, given))

    def _said(self, node: Node, path: Path, given: Any) -> Any:
        self._keep(path, self._place(node, path, given))
        return given

    def _keep(self, path: Path, piece: Piece) -> None:
        self.sources[shown(path)] = Source("model", piece.start, piece.end, self.reader.model)

    def _place(self, node: Node, path: Path, given: Any) -> Piece:
        """A place where *given* was said for this, and that nothing else uses."""
        found = self.one.fitting.places(node, given) if isinstance(given, str | int) else []
        if not found:
            raise BadAnswerError(f"{quoted(given)} was not said for {shown(path)}")
        for piece in found:
            use = Use(self.number, path, piece)
            chosen = any(_meet(place, piece) for place in self.reader.chosen)
            if not chosen and not any(self._conflict(use, other) for other in self.reader.uses):
                self.reader.uses.append(use)
                return piece
        raise BadAnswerError(f"{quoted(given)} was said once, but is used for two things")

    def _conflict(self, one: Use, other: Use) -> bool:
        """Whether both use the same words and may not."""
        if one.piece.start >= other.piece.end or other.piece.start >= one.piece.end:
            return False
        names = {str(one.path[-1]), str(other.path[-1])}
        together = any(names <= set(both) for both in self.one.fitting.together)
        beside = one.path[:-1] == other.path[:-1] and one.operation == other.operation
        return not (together and beside)

    def _account_for(self, node: Node) -> None:
        """The words of a property that has a value are accounted for."""
        for part in node.parts:
            self.reader.worded += self.one.fitting.places_of(part)


def _meet(place: tuple[int, int], piece: Piece) -> bool:
    return place[0] < piece.end and piece.start < place[1]


def _refuse_swapped(places: list[tuple[Piece, Piece]], path: Path) -> None:
    """``app=web`` has one key and its value; what stands right behind a key is its value."""
    for key, value in places:
        apart = key.word != value.word and {key.side, value.side} != {""}
        turned = key.side == "value" or value.side == "key"
        others = [other for other, _ in places if other is not key]
        if apart or turned or any(other.word == value.word - 1 for other in others):
            raise BadAnswerError(
                f"{quoted(value.text)} is not the value of {quoted(key.text)} in {shown(path)}"
            )


def _list(given: Any, path: Path) -> list[Any]:
    if not isinstance(given, list) or not 0 < len(given) <= MOST_ITEMS:
        raise BadAnswerError(f"{shown(path)} must be a list of 1 to {MOST_ITEMS}")
    return given
