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
from kiki.understand.answer import CLIPPED, LONGEST, BadAnswerError
from kiki.understand.draft import Notes, note
from kiki.understand.generic.pieces import Piece
from kiki.understand.generic.prompting import MOST_ITEMS, MOST_OPERATIONS, Shown
from kiki.understand.generic.pruning import Node
from kiki.understand.grounding import Said

REMOVING = frozenset(("remove", "rm", "rmr", "uninstall", "stop", "disable", "close", "release"))
"""Verbs that take something away."""

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
        reader.note_the_rest()
    return Answer(made, tuple(reader.uses), reader.notes)


def _operations(text: str) -> list[Any]:
    try:
        answer = json.loads(text, object_pairs_hook=_unique) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        raise BadAnswerError("the answer is not one JSON object") from None
    operations = answer.get("operations") if isinstance(answer, dict) else None
    if not isinstance(operations, list) or set(answer) != {"operations"}:
        raise BadAnswerError('the answer must be {"operations": [...]}')
    if len(operations) > MOST_OPERATIONS:
        raise BadAnswerError(f'"operations" must be a list of at most {MOST_OPERATIONS}')
    return operations


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise BadAnswerError("a key stands twice in one object")
    return made


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True)[:CLIPPED]


class _Reader:
    """Reads the operations of one answer; *uses* grows with every value, *worded* with the places
    of the words that say a type, a property or a choice."""

    def __init__(self, said: Said, types: dict[str, Shown], model: str) -> None:
        self.said = said
        self.types = types
        self.uses: list[Use] = []
        self.notes: Notes = []
        self._model = model
        self._worded: list[tuple[int, int]] = []
        self._together: tuple[tuple[str, ...], ...] = ()

    def operation(self, number: int, entry: Any) -> Made:
        """One operation of the answer."""
        name = entry.get("type") if isinstance(entry, dict) else None
        one = self.types.get(name) if isinstance(name, str) else None
        if one is None:
            raise BadAnswerError(f"operation {number + 1} has no type that was listed")
        what = f"operation {number + 1} ({name})"
        needed = {key for key, node in one.heads.items() if node.required}
        _keys(entry, {"type", "body", *one.heads}, {"type", "body", *needed}, what)
        self._worded.append((one.start, one.end))
        self._together = one.fitting.together
        sources = {"type": Source("model", one.start, one.end, self._model)}
        heads = {}
        for key, node in one.heads.items():
            if entry.get(key) is not None:
                heads[key] = self._text(number, one, node, (key,), entry[key], sources)
        body = self._value(number, one, one.node, ("body",), entry["body"], sources)
        return Made(one, heads, canonical(body), sources)

    # -- values ----------------------------------------------------------------------------------

    def _value(
        self, number: int, one: Shown, node: Node, path: Path, given: Any, sources: dict[str, Source]
    ) -> Any:
        if node.sort == "map":
            return self._map(number, one, node, path, given, sources)
        if node.sort == "list":
            items = _list(given, path)
            item = node.inside[""]
            return [
                self._value(number, one, item, (*path, index), each, sources)
                for index, each in enumerate(items)
            ]
        if node.sort == "pairs":
            return self._pairs(number, one, node, path, given, sources)
        self._say(one, node)
        if node.sort in ("choice", "switch"):
            return self._choice(node, path, given, sources)
        return self._said(number, one, node, path, given, sources)

    def _map(
        self, number: int, one: Shown, node: Node, path: Path, given: Any, sources: dict[str, Source]
    ) -> dict[str, Any]:
        needed = {key for key, inner in node.inside.items() if inner.required}
        _keys(given, set(node.inside), needed, shown(path))
        self._say(one, node)
        return {
            key: self._value(number, one, node.inside[key], (*path, key), value, sources)
            for key, value in given.items()
        }

    def _pairs(
        self, number: int, one: Shown, node: Node, path: Path, given: Any, sources: dict[str, Source]
    ) -> dict[str, str]:
        """A mapping with keys of the message's own."""
        made: dict[str, str] = {}
        text = node._replace(sort="text")
        self._say(one, node)
        for pair in _list(given, path):
            _keys(pair, {"key", "value"}, {"key", "value"}, shown(path))
            key = self._text(number, one, text, path, pair["key"], {})
            if key in made:
                raise BadAnswerError(f"{_quoted(key)} stands twice in {shown(path)}")
            made[key] = self._text(number, one, text, (*path, key), pair["value"], sources)
        return made

    def _choice(self, node: Node, path: Path, given: Any, sources: dict[str, Source]) -> Any:
        fitting = [one for one in node.choices if type(one) is type(given) and one == given]
        if not fitting:
            raise BadAnswerError(f"{_quoted(given)} can't be {shown(path)}")
        place = node.said.get(fitting[0])
        if place is None:
            value = str(given).lower() if isinstance(given, bool) else str(given)
            note(self.notes, "assumption.generic_chosen", field=shown(path[1:]), value=value)
            place = (-1, -1)
        else:
            self._worded.append(place)
        sources[shown(path)] = Source("model", *place, self._model)
        return given

    def _text(
        self, number: int, one: Shown, node: Node, path: Path, given: Any, sources: dict[str, Source]
    ) -> str:
        self._say(one, node)
        return str(self._said(number, one, node, path, given, sources))

    def _said(
        self, number: int, one: Shown, node: Node, path: Path, given: Any, sources: dict[str, Source]
    ) -> str | int:
        """A place where *given* was said for this, and that nothing else uses."""
        found = one.fitting.places(node, given) if isinstance(given, str | int) else []
        if not found:
            raise BadAnswerError(f"{_quoted(given)} was not said for {shown(path)}")
        for piece in found:
            use = Use(number, path, piece)
            if not any(self._conflict(use, other) for other in self.uses):
                self.uses.append(use)
                sources[shown(path)] = Source("model", piece.start, piece.end, self._model)
                return given  # type: ignore[no-any-return]
        raise BadAnswerError(f"{_quoted(given)} was said once, but is used for two things")

    def _conflict(self, one: Use, other: Use) -> bool:
        """Whether both use the same words and may not."""
        if one.piece.start >= other.piece.end or other.piece.start >= one.piece.end:
            return False
        names = {str(one.path[-1]), str(other.path[-1])}
        shared = one.path[:-1] == other.path[:-1] and any(names <= set(t) for t in self._together)
        return not shared or one.operation != other.operation

    def _say(self, one: Shown, node: Node) -> None:
        """The words of a property that has a value are accounted for."""
        for part in node.parts:
            self._worded += one.fitting.places_of(part)

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
                raise BadAnswerError(f"{_quoted(word.text)} was said, but no field has it")
        for verb, text in self.said.verbs().items():
            if verb in REMOVING and not self._has(text):
                raise BadAnswerError(f"{_quoted(text)} was said, but nothing does that")

    def _has(self, text: str) -> bool:
        """Whether a word that is said once is among those that say something."""
        found = [word for word in self.said.words if word.text == text]
        return all(self._covers(word.start, word.end) for word in found)

    def _covers(self, start: int, end: int) -> bool:
        """Whether every letter and digit in a place is used by something."""
        used = [(use.piece.start, use.piece.end) for use in self.uses] + self._worded
        return all(
            not self.said.message[at].isalnum() or any(s <= at < e for s, e in used)
            for at in range(start, end)
        )

    def note_the_rest(self) -> None:
        """The words that no value stands for: whoever approves it has to know them."""
        passed = [
            word.text
            for word in self.said.words
            if (not word.senses or word.has("verb") or word.has("vform") or word.has("vnoun"))
            and word.sort in ("hangul", "ascii")
            and word.text.lower() not in self.said.lexicon.functional
            and not any(word.has(cls, verb) for cls in ("verb", "vform", "vnoun") for verb in _MAKING)
            and not self._covers(word.start, word.end)
        ]
        if passed:
            note(self.notes, "assumption.generic_passed", words=", ".join(dict.fromkeys(passed)))


def _keys(given: Any, known: set[str], needed: set[str], what: str) -> None:
    if not isinstance(given, dict):
        raise BadAnswerError(f"{what} must be an object")
    for key in given:
        if key not in known:
            raise BadAnswerError(f"{what} has no key {_quoted(key)}")
    for key in sorted(needed - set(given)):
        raise BadAnswerError(f"{what} needs the key {_quoted(key)}")


def _list(given: Any, path: Path) -> list[Any]:
    if not isinstance(given, list) or not 0 < len(given) <= MOST_ITEMS:
        raise BadAnswerError(f"{shown(path)} must be a list of 1 to {MOST_ITEMS}")
    return given
