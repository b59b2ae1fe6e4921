"""What speaks for a kind of operation: its nouns, its verbs, its fields' words, values' shapes.

Called by ``retrieval``, which ranks the kinds of one stretch of a message by it. What few kinds
have says more than what many have, so that *create* says little by itself; a verb that means
another kind without a noun says next to nothing until a noun of the kind is said; and a value says
as much as its shape tells kinds apart (a kernel's parameter is nothing else, a label anything).
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from math import log
from typing import Any

import msgspec

from kiki.model.vocabulary import FieldSpec, KindSpec, VerbUse, Vocabulary
from kiki.understand.changes import CHANGES
from kiki.understand.grounding import Said
from kiki.understand.stretches import BEGINS, NAMES, Meant, Place, Stretch

# How much a word says: a noun of its own says more than a verb, which many
# have, and that more than what announces a field, which may be said of other things, too.
_NOUN, _VERB, _WORD, _VALUE = 2.0, 1.5, 1.0, 0.5
_ELSEWHERE = 0.5  # when it is said in another stretch
_ALONE = 0.25  # what is left of a verb's weight without what it needs
_NEEDED = frozenset(("required", "said", "shown"))  # nouns without which a verb means another kind
_NO_NAMES = frozenset(("switch", "choice", "text"))  # shapes whose values are words of ours, or any
# The shapes that the name of a known product or package may have; as anything else it says nothing.
_SOFTWARE = frozenset(("package", "service", "image", "portspec"))
_OWN, _WORDED, _VALUED = "own ", "word", "value"
_LEAST = 0.1  # what something says that all kinds have

# What a verb may need that no word by itself says; the values do.
CIRCUMSTANCES = CHANGES | {"into", "new", "when", "where"}

Span = tuple[int, int]
Claim = tuple[int, str]  # where a word or value stands, and what it is taken for


class Points(msgspec.Struct):
    """How much speaks for one kind: *all* there is, and whether it is *named*: by a noun of its
    own, or by a verb with all that it needs. *explains* are the places of the words and values
    that are the kind's."""

    all: float = 0.0
    verb: float = 0.0
    named: bool = False
    explains: frozenset[Claim] = frozenset()

    def claim(self, start: int, taken: str, *, named: bool = False) -> None:
        """Note that the word or value at *start* is taken for *taken*, which may name the kind."""
        self.explains |= {(start, taken)}
        self.named = self.named or named


Rank = dict[str, Points]  # by kind
Worth = dict[str, float]  # by kind


class Evidence:
    """What a message says of each of *kinds*."""

    def __init__(self, said: Said, kinds: Sequence[KindSpec], vocabulary: Vocabulary) -> None:
        self._said = said
        self._kinds = {kind.id: kind for kind in kinds}
        self._where = frozenset(noun for target in vocabulary.targets for noun in target.places)
        self._targets = {t.name: {*t.words, t.name} for t in vocabulary.targets}
        self._nouns = _index((noun, kind.id) for kind in kinds for noun in kind.nouns)
        self._verbs = _index((use.verb, kind.id) for kind in kinds for use in kind.verbs)
        self._words = _index((word, kind.id) for kind in kinds for word in _words(kind))
        self._offered: dict[Any, frozenset[Span]] = {}

    def of(self, stretch: Stretch, whole: frozenset[str]) -> Rank:
        """How much *stretch* says of each kind that it says anything of; *whole* are the ids that
        the message's words may stand for."""
        points: Rank = {}
        seen: set[str] = set()
        nouns = _most(stretch.places)
        for place in stretch.places:
            counted = self._named(place, seen, points)
            self._acting(place, nouns, whole, counted, points)
        for found in points.values():
            found.all += found.verb
        self._valued(stretch, points)
        return points

    def targeted(self, kind_id: str, whole: frozenset[str]) -> float:
        """What the words that name a target say of a kind."""
        own = self._targets.get(self._kinds[kind_id].target, set())
        return _NOUN if own & whole else 0.0

    def _rarity(self, count: int) -> float:
        """How much it tells kinds apart that *count* of them have something."""
        return log(len(self._kinds) / count) + _LEAST

    # -- words -------------------------------------------------------------------------------------

    def _named(self, place: Place, seen: set[str], points: Rank) -> Worth:
        """What one word says as a noun, or as a word of a field: the most that it may. What was
        *seen* before says no more."""
        best: Worth = {}
        for meant, alike in place.meant.items():
            own, beside = self._nouns.get(meant, ()), self._words.get(meant, ())
            where = place.located and meant in self._where
            for kind_id in () if where else (*own, *beside):
                noun = kind_id in own
                found = points.setdefault(kind_id, Points())
                found.claim(place.start, _WORDED)
                if noun:
                    found.claim(place.start, f"{_OWN}{meant}", named=alike >= BEGINS)
                worth = (_NOUN if noun else _WORD) * alike * self._rarity(len(own) + len(beside))
                best[kind_id] = max(best.get(kind_id, 0.0), 0.0 if meant in seen else worth)
        for kind_id, worth in best.items():
            points[kind_id].all += worth
        seen |= place.meant.keys()
        return best

    def _acting(
        self, place: Place, nouns: Meant, whole: frozenset[str], counted: Worth, points: Rank
    ) -> None:
        """What one word says as a verb; only the kinds that it fits best explain it."""
        for verb, alike in place.meant.items():
            fits = {
                kind_id: self._fit(kind_id, verb, nouns, whole)
                for kind_id in self._verbs.get(verb, ())
            }
            best = max(fits.values(), default=0.0)
            for kind_id, fit in fits.items():
                worth = _VERB * self._rarity(len(fits)) * alike * fit - counted.get(kind_id, 0.0)
                found = points.setdefault(kind_id, Points())
                found.verb = max(found.verb, worth)
                if fit == best:
                    found.claim(place.start, verb, named=fit == 1.0 and alike >= BEGINS)
                for noun in self._kinds[kind_id].nouns if fit == 1.0 else ():
                    if nouns.get(noun, 0.0) >= BEGINS and noun not in self._where:
                        found.claim(place.start, f"{verb} {noun}")  # both of them together

    def _fit(self, kind_id: str, verb: str, nouns: Meant, whole: frozenset[str]) -> float:
        kind = self._kinds[kind_id]
        return max(self._fits(kind, use, nouns, whole) for use in kind.verbs if use.verb == verb)

    def _fits(self, kind: KindSpec, use: VerbUse, nouns: Meant, whole: frozenset[str]) -> float:
        """How well a verb asks for a kind: with what it needs, wholly."""
        if use.needs in CIRCUMSTANCES and not self._filled(kind):
            return _ALONE
        if use.needs and use.needs not in CIRCUMSTANCES and use.needs not in whole:
            return _ALONE
        if use.noun not in _NEEDED:
            return 1.0
        said = max((nouns.get(noun, 0.0) for noun in kind.nouns), default=0.0)
        elsewhere = any(noun in whole for noun in kind.nouns)
        return max(said, _ELSEWHERE if elsewhere else 0.0, _ALONE)

    def _filled(self, kind: KindSpec) -> bool:
        """Whether the message may hold each value that *kind* must have."""
        wanted = [field for field in kind.fields if field.required and not field.sources]
        return all(field.shape in _NO_NAMES or self.spans(field) for field in wanted)

    # -- values ------------------------------------------------------------------------------------

    def _valued(self, stretch: Stretch, points: Rank) -> None:
        """What the values in the stretch say; those that no reading may drop must be explained."""
        for (start, _), kinds in self._values.items():
            if not stretch.start <= start < stretch.end:
                continue
            for kind_id in kinds:
                found = points.setdefault(kind_id, Points())
                found.all += _VALUE * self._rarity(len(kinds))
                if start in self._demanded:
                    found.claim(start, _VALUED)

    @cached_property
    def _values(self) -> dict[Span, frozenset[str]]:
        """Each value of the message, with the kinds that have a field for it."""
        found: dict[Span, set[str]] = {}
        for kind in self._kinds.values():
            for field in kind.fields:
                for span in self.spans(field):
                    found.setdefault(span, set()).add(kind.id)
        return {span: frozenset(kinds) for span, kinds in found.items()}

    def spans(self, field: FieldSpec) -> frozenset[Span]:
        """Where the message has values that *field* could have."""
        if field.shape == "text":
            return self._quotes
        if field.shape in _NO_NAMES:
            return frozenset()
        key = value_key(field)
        if key not in self._offered:
            self._offered[key] = frozenset(self._spans(field))
        return self._offered[key]

    @cached_property
    def _quotes(self) -> frozenset[Span]:
        words = self._said.words
        return frozenset((w.start + 1, w.end - 1) for w in words if w.sort == "quoted")

    @cached_property
    def _demanded(self) -> frozenset[int]:
        """Where the values begin that no reading may drop."""
        quotes = {start for start, _ in self._quotes}
        return frozenset(quotes | {word.start for word in self._said.demanded(frozenset())})

    @cached_property
    def _ours(self) -> frozenset[int]:
        """Where the words begin that mean something to us, and are hardly a value."""
        return frozenset(
            word.start
            for word in self._said.words
            if not word.text.startswith("/")  # "/etc/hosts" is a noun and a path
            and any(sense.entry.cls not in NAMES for sense in word.senses)
        )

    def _spans(self, field: FieldSpec) -> Iterator[Span]:
        for offer in self._said.offers(field):
            known = self._said.message[max(offer.start, 0) : offer.end].lower()
            software = known in self._said.lexicon.products or known in self._said.lexicon.packages
            if (
                offer.start >= 0
                and offer.start not in self._ours
                and (field.shape in _SOFTWARE or not software)
            ):
                yield offer.start, offer.end


def value_key(field: FieldSpec) -> tuple[Any, ...]:
    """What is the same for all fields of which the message offers the same values."""
    limits = (field.minimum, field.maximum, repr(field.default), field.choices)
    return (field.shape, field.type, *limits, tuple(field.says.items()))


def _most(places: Iterable[Place]) -> dict[str, float]:
    """The ids that the places' words may stand for, and how surely at most."""
    found: dict[str, float] = {}
    for place in places:
        for meant, alike in place.meant.items():
            found[meant] = max(found.get(meant, 0.0), alike)
    return found


def _words(kind: KindSpec) -> set[str]:
    """The words that speak of a kind's fields, and those that may stand beside it."""
    found = {*kind.adverbs, *kind.titles}
    for field in kind.fields:
        found |= {*field.markers, *field.says, *field.beside}
    return found - {*kind.nouns}


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, kind_id in pairs:
        found.setdefault(key, set()).add(kind_id)
    return {key: frozenset(kinds) for key, kinds in found.items()}
