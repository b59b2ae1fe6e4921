"""The part of an official schema that a message can speak of.

Called by ``reading``. Kept are required properties, those whose names are said, and the usual ones
of a type. What is kept is small enough for a grammar: a fixed depth, and a fixed number of leaves.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kiki.model.official import Shape, Sort, TypeSpec, Words
from kiki.understand.grounding import Said

DEEPEST = 14  # levels
MOST_LEAVES = 48
_MOST_SEEN = 1500  # properties that are looked at
# What may stand after a Korean word of one syllable ("잡을", and not "잡아").
PARTICLE = r"(?=$|[^가-힣]|(?:[을를이가은는의에로과와도]|으로)(?:[^가-힣]|$))"
OWN = "its own name"  # among the words that lead to a property: it is that of the whole object
_BESIDE = 4  # characters between two words that belong together: "shared: false"
_UNSAID = 6  # levels to which a property is looked for that no usual path leads to


class Node(NamedTuple):
    """A kept value. *choices* are those that may be chosen, *said* those that the message says with
    the places of their words; *parts* are the words of its own name, *path* those of all names that
    lead to it. A *bare* mapping means something with nothing inside: every pod."""

    sort: Sort
    required: bool
    parts: frozenset[str]
    path: frozenset[str]
    choices: tuple[str | int | bool, ...] = ()
    said: Mapping[str | int | bool, tuple[int, int]] = {}
    inside: Mapping[str, "Node"] = {}
    bare: bool = False


class Terms:
    """The words of one target's properties, as this message says them. *own* are the places of the
    words that name the type."""

    def __init__(self, said: Said, words: Words, own: tuple[tuple[int, int], ...] = ()) -> None:
        self.words = words
        self._own = own
        self._message = said.message.lower()
        self._places: dict[str, tuple[tuple[int, int], ...]] = {}

    def places(self, word: str) -> tuple[tuple[int, int], ...]:
        """Where *word*, or one that means it, is said."""
        if word not in self._places:
            ways = (word, *self.words.properties.get(word, ()))
            self._places[word] = tuple(place for way in ways for place in self.found(way))
        return self._places[word]

    def found(self, text: str) -> list[tuple[int, int]]:
        """Where *text* stands as whole words; after Korean there may be a particle."""
        end = r"s?(?![a-z0-9])" if text.isascii() else PARTICLE if len(text) == 1 else ""
        start = r"(?<![a-z0-9])" if text.isascii() else r"(?<![가-힣])"
        wanted = start + re.escape(text.lower()) + end
        return [match.span() for match in re.finditer(wanted, self._message)]

    def says(self, parts: frozenset[str]) -> bool:
        """Whether each of *parts* is said; a "storage class" need not be called a name."""
        return all(self.places(part) for part in (parts - {"name"} or parts))

    def assumed(self, parts: frozenset[str]) -> str:
        """What a property is when nobody says it; empty when nothing is assumed."""
        found = self.words.assumed.items()
        return next((value for name, value in found if frozenset(name.split()) == parts), "")

    def says_apart(self, parts: frozenset[str]) -> bool:
        """Whether each of *parts* is said by a word that does not name the type: to "set a sysctl"
        says nothing of ``sysctl_set``."""
        return all(any(map(self._is_apart, self.places(part))) for part in parts)

    def _is_apart(self, place: tuple[int, int]) -> bool:
        return not any(start < place[1] and place[0] < end for start, end in self._own)

    def choice(self, value: str | int | bool) -> tuple[int, int] | None:
        """Where a choice is said."""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        for way in (text, *self.words.choices.get(text, ())):
            for start, end in self.found(way):
                # The 10 of 10.0.0.0 is not said.
                if not way.isdecimal() or self._stands_alone(start, end):
                    return start, end
        return None

    def _stands_alone(self, start: int, end: int) -> bool:
        around = self._message[max(0, start - 1) : start] + self._message[end : end + 1]
        return not set(around) & set("./:-_%")


def words_of(name: str) -> frozenset[str]:
    """The words of a property's name, in lower case."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return frozenset(word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word)


def prune(spec: TypeSpec, shape: Shape, terms: Terms) -> Node | None:
    """What of *shape* is kept; None when something is required that nobody can say."""
    return _Pruner(terms, spec.usual).node(shape, (), frozenset(), frozenset())


class _Pruner:
    def __init__(self, terms: Terms, usual: tuple[str, ...]) -> None:
        self._terms = terms
        self._usual = frozenset(usual)
        self._leading = frozenset(
            ".".join(path.split(".")[:end]) for path in usual for end in range(path.count(".") + 2)
        )
        self._left = MOST_LEAVES
        self._seen = 0

    def node(
        self, shape: Shape, names: tuple[str, ...], parts: frozenset[str], path: frozenset[str]
    ) -> Node | None:
        """The node of a property that is wanted; None when it can't be said."""
        self._seen += 1
        if shape.sort == "map":
            return self._map(shape, names, parts, path)
        if shape.sort == "list":
            item = self.node(shape.inside()[""]._replace(required=False), names, parts, path)
            return Node("list", shape.required, parts, path, inside={"": item}) if item else None
        return self._leaf(shape, parts, path)

    def _map(
        self, shape: Shape, names: tuple[str, ...], parts: frozenset[str], path: frozenset[str]
    ) -> Node | None:
        kept: dict[str, Node] = {}
        # What is required has to be there, so it comes first, before the leaves are spent.
        ordered = sorted(shape.inside().items(), key=lambda pair: self._order(pair, names))
        for name, one in ordered:
            below = (*names, name)
            if not one.required and not self._wanted(name, one, below):
                continue
            own = words_of(name)
            leading = path | own | ({OWN} if below == ("name",) else set())
            found = self.node(one, below, own, leading)
            if found is None and one.required:
                return None
            if found is not None and (one.required or not self._says_nothing(found, below)):
                kept[name] = found
        bare = ".".join(names) in self._usual
        return Node("map", shape.required, parts, path, inside=kept, bare=bare)

    def _order(self, pair: tuple[str, Shape], names: tuple[str, ...]) -> tuple[bool, bool, str]:
        name, one = pair
        usual = ".".join((*names, name)) in self._leading
        return not one.required, not usual, name

    def _wanted(self, name: str, one: Shape, below: tuple[str, ...]) -> bool:
        """Whether to look into an optional property."""
        if len(below) > DEEPEST or self._seen > _MOST_SEEN:
            return False
        if ".".join(below) in self._leading:
            return True
        if self._terms.says(words_of(name)) and (name != "name" or len(below) == 1):
            return True  # "named web" says the name of the object, and of nothing inside it
        far = bool(self._usual) or len(below) > _UNSAID
        return one.sort in ("map", "list") and not far

    def _says_nothing(self, found: Node, below: tuple[str, ...]) -> bool:
        """Whether an optional container would hold nothing that was said: it is kept for what is
        in it, and not for what would have to be."""
        if found.sort not in ("map", "list") or ".".join(below) in self._leading:
            return False
        return not any(self._terms.says(leaf.parts) for leaf in leaves(found))

    def _leaf(self, shape: Shape, parts: frozenset[str], path: frozenset[str]) -> Node | None:
        if not shape.required and self._left <= 0:
            return None
        made: Node | None = Node(shape.sort, shape.required, parts, path)
        if shape.sort == "switch":
            made = self._switch(shape, parts, path)
        elif shape.sort == "choice":
            made = self._choice(shape, parts, path)
        self._left -= made is not None
        return made

    def _choice(self, shape: Shape, parts: frozenset[str], path: frozenset[str]) -> Node | None:
        """The choices that are said. When none is and one has to be there, the one that we assume,
        else all that take nothing away. Which one it is then is shown as an assumption."""
        found = {value: self._terms.choice(value) for value in shape.choices}
        said = {value: place for value, place in found.items() if place is not None}
        removing = self._terms.words.removing
        others = tuple(value for value in shape.choices if value not in removing)
        assumed = self._terms.assumed(parts)
        unsaid = (assumed,) if assumed in others else others
        choices = tuple(said) or (unsaid if shape.required else ())
        return Node("choice", shape.required, parts, path, choices, said) if choices else None

    def _switch(self, shape: Shape, parts: frozenset[str], path: frozenset[str]) -> Node | None:
        """A required one is what a word for on or off says; another is on when its name is said,
        and off when a word for that stands right behind it."""
        off = self._terms.choice(False)
        said: dict[str | int | bool, tuple[int, int]] = {}
        if shape.required:
            words = {True: self._terms.choice(True), False: off}
            said = {value: place for value, place in words.items() if place is not None}
        elif self._terms.says_apart(parts):
            name = self._terms.places(min(parts))[0]
            below = off is not None and 0 < off[0] - name[1] < _BESIDE
            said = {False: off} if below and off else {True: name}
        choices = tuple(said) or ((True, False) if shape.required else ())
        return Node("switch", shape.required, parts, path, choices, said) if choices else None


def leaves(node: Node) -> Iterable[Node]:
    """Every leaf of *node*."""
    if node.sort not in ("map", "list"):
        yield node
    for one in node.inside.values():
        yield from leaves(one)
