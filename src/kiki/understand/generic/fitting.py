"""Which pieces of a message a value in a tree may be: by what it is, and by the word beside it.

Called by ``prompting`` and ``answering``, so that what is offered is what is accepted.
"""

from collections.abc import Iterator

from kiki.understand.generic.pieces import Piece
from kiki.understand.generic.pruning import OWN, Node, Terms
from kiki.understand.grounding import Said

_LONGEST = 4000
_HEADS = frozenset(("name", "namespace", OWN))
_OWN = frozenset((OWN,))


class Fitting:
    """The *pieces* of a message for the values of one type. *own* are the places of the words that
    name the type: they announce no property. *known* are the words of the properties that there
    are."""

    def __init__(
        self,
        said: Said,
        pieces: tuple[Piece, ...],
        terms: Terms,
        known: frozenset[str],
        own: tuple[tuple[int, int], ...],
    ) -> None:
        self.pieces = pieces
        self.together = terms.words.together
        self._said = said
        self._terms = terms
        self._known = known
        self._own = own
        self._starts = {piece.start: piece for piece in reversed(pieces)}
        self._announced = {piece: self._announcing(piece) for piece in pieces}
        self.pieces = tuple(piece for piece in pieces if not self._is_a_word(piece))
        self._nouns = tuple(piece for piece in pieces if self._is_a_noun(piece))

    def values(self, node: Node) -> tuple[str | int, ...]:
        """What a leaf may be, each value once."""
        return tuple(dict.fromkeys(value for _, value in self._fitting(node)))

    def places(self, node: Node, value: str | int) -> list[Piece]:
        """The pieces that say *value* for a leaf, those first that a word beside them announces."""
        found = [piece for piece, one in self._fitting(node) if _same(one, value)]
        return sorted(found, key=lambda piece: not self._announced[piece])

    def choices(self, node: Node) -> tuple[str | int | bool, ...]:
        """The choices of *node* whose words say nothing else: a job "named backup" has no
        backup."""
        return tuple(one for one in node.choices if not self._is_taken(node, node.said.get(one)))

    def _is_taken(self, node: Node, place: tuple[int, int] | None) -> bool:
        """Whether the word in *place* is announced as a value of another property."""
        own = node.parts | node.path
        return place is not None and any(
            not announced & own
            for piece, announced in self._announced.items()
            if announced and piece.start < place[1] and place[0] < piece.end
        )

    def announced(self) -> list[Piece]:
        """The pieces that a word beside them says to be values of this type."""
        return [piece for piece in self.pieces if self._announced[piece]]

    def is_announced(self, node: Node) -> bool:
        """Whether a word says that there is a value for *node* and for nothing else."""
        own = node.parts | node.path
        return any(found and found <= own for found in map(self._announced.get, self.pieces))

    def places_of(self, part: str) -> tuple[tuple[int, int], ...]:
        """Where a word of a property's name is said."""
        return self._terms.places(part)

    def _fitting(self, node: Node) -> Iterator[tuple[Piece, str | int]]:
        # A mapping's own keys may be words that we know: the cpu of a quota.
        known = self._nouns if node.sort == "pairs" else ()
        for piece in (*self.pieces, *known):
            announced = self._announced[piece]
            if piece.secret != (node.sort == "secret"):
                continue
            if not _may_be(node, announced):
                continue
            if node.sort in ("integer", "int_or_text", "number") and self._counted(node, piece):
                yield piece, piece.number or 0
            if node.sort in ("text", "int_or_text", "secret", "pairs") and self._worded(
                node, piece
            ):
                yield piece, piece.text

    def _counted(self, node: Node, piece: Piece) -> bool:
        return piece.number is not None and self._in_unit(node, piece)

    def _in_unit(self, node: Node, piece: Piece) -> bool:
        """Whether the number is in the unit of the property."""
        if not piece.unit:
            return True
        own = (self._terms.words.units.get(part, ()) for part in node.parts)
        return any(piece.unit in (unit, f"{unit}에") for units in own for unit in units)

    def _worded(self, node: Node, piece: Piece) -> bool:
        if piece.number is not None:
            # Numbers can be texts ("10" in a file of settings), but no names.
            plain = "name" not in node.parts and node.sort != "int_or_text"
            return plain and self._in_unit(node, piece)
        return 0 < len(piece.text) <= _LONGEST

    def _is_a_word(self, piece: Piece) -> bool:
        """Whether *piece* is no value but one of the words that say what values are: it names the
        type, is a noun of ours, or announces what stands behind it."""
        word = self._said.words[piece.word]
        if word.sort != "ascii" or (piece.start, piece.end) != (word.start, word.end):
            return False
        if self._names_the_type(piece.word) or word.has("noun"):
            return True
        following = self._piece_at(piece.word + 1)
        announces = following is not None and bool(self._parts(piece.word))
        return announces and not self._parts(piece.word + 1)

    def _is_a_noun(self, piece: Piece) -> bool:
        """Whether *piece* is one whole word, a noun of ours that doesn't name the type."""
        word = self._said.words[piece.word]
        whole = word.sort == "ascii" and (piece.start, piece.end) == (word.start, word.end)
        return whole and word.has("noun") and not self._names_the_type(piece.word)

    # -- what stands beside it ---------------------------------------------------------------------

    def _announcing(self, piece: Piece) -> frozenset[str]:
        """The words of properties that a word beside *piece* says. A word between two pieces says
        what the second one is, unless that has a word of its own behind it."""
        before = self._before(piece)
        if self._is_the_name(piece):
            return _OWN
        if before >= 0:
            taken = self._said.korean and self._own_behind(piece)
            left = self._ends_with(before - 1) if taken else False
            if found := frozenset[str]() if left else self._parts(before):
                return found
        behind = self._behind(piece)
        if not (self._said.korean or piece.number is not None):
            return frozenset()
        following = self._piece_at(behind + 1)
        if following is not None and not self._own_behind(following):
            return frozenset()
        return self._parts(behind)

    def _is_the_name(self, piece: Piece) -> bool:
        """Whether *piece* stands beside the words that name the type: "ingress web", and in Korean
        also "web 인그레스"."""
        if "name" not in self._known or piece.number is not None:
            return False
        if self._names_the_type(piece.word - 1):
            return True
        if not self._said.korean or not self._names_the_type(self._behind(piece)):
            return False
        ends = [end for start, end in self._own if start >= piece.end]
        if not ends:  # the type's words began before the piece
            return False
        words = self._said.words
        after = next((i for i, word in enumerate(words) if word.start >= min(ends)), len(words))
        return self._piece_at(after) is None

    def _own_behind(self, piece: Piece) -> bool:
        """Whether the word behind *piece* says a property, or the type itself."""
        behind = self._behind(piece)
        return bool(self._parts(behind)) or self._names_the_type(behind)

    def _ends_with(self, index: int) -> bool:
        """Whether a piece ends with the word *index*."""
        words = self._said.words
        return index >= 0 and any(piece.end == words[index].end for piece in self.pieces)

    def _piece_at(self, index: int) -> Piece | None:
        words = self._said.words
        return self._starts.get(words[index].start) if 0 <= index < len(words) else None

    def _names_the_type(self, index: int) -> bool:
        place = self._place(index)
        return place is not None and any(s < place[1] and place[0] < e for s, e in self._own)

    def _parts(self, index: int) -> frozenset[str]:
        """The words of properties that the word *index* says."""
        place = self._place(index)
        if place is None or self._names_the_type(index) or self._is_unit(place):
            return frozenset()
        word = self._said.words[index]
        if word.sort == "quoted":
            return frozenset()
        # The word "data" says a property, and the path "/data" does not.
        whole = word.sort == "ascii"
        return frozenset(
            part
            for part in self._known
            for start, end in self._terms.places(part)
            if start < word.end and word.start < end
            if not whole or (start <= word.start and word.end <= end)
        )

    def _is_unit(self, place: tuple[int, int]) -> bool:
        """Whether the word in *place* is the unit of a number."""
        return any(one.unit and one.start < place[0] and place[1] <= one.end for one in self.pieces)

    def _before(self, piece: Piece) -> int:
        """The number of the word before *piece*; -1 when there is none."""
        index = piece.word - 1
        while index >= 0 and self._said.words[index].has("prep", "cop"):
            index -= 1
        return index

    def _behind(self, piece: Piece) -> int:
        """The number of the word behind *piece*, which may be one too many."""
        index = piece.word
        while index < len(self._said.words) and self._said.words[index].start < piece.end:
            index += 1
        return index

    def _place(self, index: int) -> tuple[int, int] | None:
        words = self._said.words
        return (words[index].start, words[index].end) if 0 <= index < len(words) else None


def _may_be(node: Node, announced: frozenset[str]) -> bool:
    """Whether a value that a word announces may be at *node*. The keys of a mapping are anybody's,
    so of its values only the names of the object itself are known to be others."""
    if node.sort == "pairs":
        return not announced or not announced <= _HEADS
    return not announced or bool(announced & (node.parts | node.path))


def _same(one: str | int, other: str | int) -> bool:
    return type(one) is type(other) and one == other
