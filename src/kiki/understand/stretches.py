"""The stretches of a message that may each ask for something, with what their words stand for.

Called by ``retrieval``. Unlike ``clauses`` this decides nothing and refuses nothing: it cuts at
the verbs that are known for sure, and at the ends of sentences and lines, so that what is looked
for in one stretch has nothing to do with how much is said in another.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

import msgspec

from kiki.understand.grounding import Said
from kiki.understand.lexer import Sense, Word
from kiki.understand.parts import WANTED
from kiki.understand.wording import SMALL

BEGINS = 0.8  # how alike a Korean word is that begins with a known one
_VERBS = ("verb", "deed", "vnoun", "vform")
NAMES = ("product", "piece")  # senses of words that stand for themselves
_PLACING = frozenset((("prep", "loc"), ("prep", "from"), ("part", "loc"), ("part", "from")))
_LEADING = frozenset(("on", "onto", "off", "from", "in", "at", "to", "across", "for"))
_ENDS = frozenset((".", ";", "!", "?"))
_HIDDEN = 0.5  # how surely a word within a phrase stands for itself
_ALIKE = 0.6  # of two words' pairs of letters, how many have to be common
_SAMPLE = 12  # words of a message that are compared with all known ones
_UP = frozenset(("start", "launch", "rise"))

Meant = dict[str, float]  # the ids that words may stand for, and how surely: 1 for a known word


class Place(msgspec.Struct, frozen=True):
    """One word that says something: what it may mean, and where it stands."""

    meant: Meant
    start: int
    verb: bool = False  # it is a verb, or may be one
    located: bool = False  # words say that it is where something is done: "on all **servers**"


class Stretch(msgspec.Struct, frozen=True):
    """The words from *start* to *end* (characters, excluded), and those that say something."""

    start: int
    end: int
    places: tuple[Place, ...]

    @property
    def acts(self) -> bool:
        """Whether a verb is in it."""
        return any(place.verb for place in self.places)


class Stretches:
    """The stretches of one message."""

    def __init__(self, said: Said, places: frozenset[str] = frozenset()) -> None:
        """*places* are the ids of the nouns for what code runs on."""
        self._said = said
        self._places = places
        self._words = said.words
        self._sample = _SAMPLE

    def all(self) -> tuple[Stretch, ...]:
        """The stretches in their order. One without a verb and without a word that nobody knows
        belongs to the one before it, or is the beginning of the next."""
        made: list[tuple[int, int]] = []
        for first, last in self._cut():
            if made and not (self._alone(*made[-1]) and self._alone(first, last)):
                made[-1] = (made[-1][0], last)
            else:
                made.append((first, last))
        return tuple(self._stretch(first, last) for first, last in made)

    def _cut(self) -> Iterator[tuple[int, int]]:
        """The ranges of words between the cuts."""
        begun, acting = 0, False
        for index, word in enumerate(self._words):
            verb = index in self._verbs
            before = acting and verb and not self._said.korean
            after = acting and not verb and self._said.korean and not self._goes_on(word)
            if index > begun and (before or after or self._ends(index - 1)):
                yield begun, index
                begun, acting = index, False
            acting = acting or verb
        yield begun, len(self._words)

    @cached_property
    def _verbs(self) -> frozenset[int]:
        """The words that can only be one verb, also of what is so ("open")."""
        return frozenset(index for index in range(len(self._words)) if self._sure(index))

    def _sure(self, index: int) -> bool:
        if index in self._inner:
            return False
        word = self._words[index]
        length = max((sense.length for sense in word.senses), default=1)
        senses = [sense for sense in word.senses if sense.length == length]
        return len({sense.entry.id for sense in senses}) == 1 and any(map(_acts, senses))

    def _goes_on(self, word: Word) -> bool:
        """Whether a Korean word may belong to the verb before it: an ending, or a particle."""
        return word.glued or bool(word.senses and not word.has("noun") and not word.value)

    def _ends(self, index: int) -> bool:
        """Whether a sentence or a line ends with the word at *index*."""
        word = self._words[index]
        following = self._words[index + 1] if index + 1 < len(self._words) else None
        line = following is not None and "\n" in self._said.message[word.end : following.start]
        return line or word.text in _ENDS

    def _alone(self, first: int, last: int) -> bool:
        """Whether a range of words may ask for something by itself. A verb that only describes
        what another one does needs something that it is about: "켜지게 **설정해줘**"."""
        words = self._words[first:last]
        about = self._said.lexicon.about
        verbs = [self._words[index] for index in range(first, last) if index in self._verbs]
        if any(self._strange(word) for word in words):
            return True
        if any(sense.entry.id not in about for word in verbs for sense in word.senses):
            return True
        return bool(verbs) and any(word.value or word.has("noun") for word in words)

    def _strange(self, word: Word) -> bool:
        """Whether nobody knows a word, which may be a verb."""
        plain = word.sort in ("hangul", "ascii") and word.text.isalpha()
        return plain and not word.senses and word.text.lower() not in SMALL

    # -- what the words stand for ------------------------------------------------------------------

    def _stretch(self, first: int, last: int) -> Stretch:
        places = [place for index in range(first, last) if (place := self._place(index))]
        words = self._words[first:last]
        if not words:
            return Stretch(0, 0, ())
        turned = self._turned(words, {key for place in places for key in place.meant})
        if turned:
            places.append(Place(dict.fromkeys(turned, 1.0), words[0].start, verb=True))
        return Stretch(words[0].start, words[-1].end, tuple(places))

    def _place(self, index: int) -> Place | None:
        word = self._words[index]
        if index in self._which:
            return None
        senses = [s for s in word.senses if s.entry.id and s.entry.cls not in NAMES]
        if index in self._leads:
            senses = [sense for sense in senses if sense.entry.cls == "prep"]
        longest = 0 if index in self._inner else max((s.length for s in word.senses), default=0)
        meant: Meant = {}
        for sense in senses:
            surely = 1.0 if sense.length == longest else _HIDDEN
            meant[sense.entry.id] = max(meant.get(sense.entry.id, 0.0), surely)
        verb = any(_acts(sense) for sense in senses)
        name, lexicon = word.text.lower(), self._said.lexicon
        known = name in lexicon.products or name in lexicon.packages
        if name in lexicon.groups and (not known or self._joined(index)):
            meant["group"] = 1.0  # "add kim to wheel", "add it to docker"
        if self._strange(word) and self._sample and not known:
            self._sample -= 1
            for entry_id, alike, acts in _resembled(self._said, word):
                meant[entry_id] = max(meant.get(entry_id, 0.0), alike)
                verb = verb or acts
        located = index in self._leads.values() or self._located(index)
        return Place(meant, word.start, verb, located) if meant else None

    @cached_property
    def _leads(self) -> dict[int, int]:
        """The English words that lead to a noun for a place, with its number: "**on** the db
        servers", "**off** all hosts"."""
        return {
            index: last
            for index, word in enumerate(self._words if not self._said.korean else ())
            if word.text.lower() in _LEADING and (last := self._place_after(index)) is not None
        }

    def _place_after(self, index: int) -> int | None:
        """The noun for a place that follows, after articles and at most one word for which."""
        index += 1
        while index < len(self._words) and self._counts_all(self._words[index]):
            index += 1
        for last in (index, index + 1):
            word = self._words[last] if last < len(self._words) else None
            if word is not None and any(word.has("noun", place) for place in self._places):
                return last
            if word is None or last in self._verbs or word.sort != "ascii":
                return None
        return None

    @cached_property
    def _which(self) -> frozenset[int]:
        """The words between those two, which say which places: "on the **db** servers"."""
        return frozenset(
            index for first, last in self._leads.items() for index in range(first + 1, last)
        )

    def _joined(self, index: int) -> bool:
        """Whether an English word says that something is put into the name at *index*."""
        return index > 0 and self._words[index - 1].has("prep", "to")

    def _located(self, index: int) -> bool:
        """Whether a word for where stands beside the word at *index*: "on all **servers**",
        "**서버**들에"."""
        step = 1 if self._said.korean else -1
        index += step
        while 0 <= index < len(self._words) and self._counts_all(self._words[index]):
            index += step
        word = self._words[index] if 0 <= index < len(self._words) else None
        return word is not None and any((s.entry.cls, s.entry.id) in _PLACING for s in word.senses)

    def _counts_all(self, word: Word) -> bool:
        return word.has("det") or word.has("all") or word.has("part", "plural")

    @cached_property
    def _inner(self) -> frozenset[int]:
        """The words within a longer phrase."""
        found: set[int] = set()
        for index, word in enumerate(self._words):
            lengths = [s.length for s in word.senses if s.entry.cls not in NAMES]
            found |= {*range(index + 1, index + max(lengths, default=1))}
        return frozenset(found)

    def _turned(self, words: Iterable[Word], meant: set[str]) -> set[str]:
        """The verbs that words say together: "stop cups from starting at boot", "다시 띄워줘"."""
        classes = {sense.entry.cls for word in words for sense in word.senses}
        found = {"create"} if WANTED in meant else set()  # "i need a namespace"
        off = bool(classes & {"prevent", "neg"} or meant & {"stop", "release"})
        boots = self._said.boots()
        if off and ("enable" in meant or (boots and meant & _UP)):
            found.add("disable")
        if boots and meant & _UP:
            found.add("enable")
        if "again" in classes and meant & _UP:
            found.add("restart")
        return found


def _acts(sense: Sense) -> bool:
    return sense.entry.cls in _VERBS


def _resembled(said: Said, word: Word) -> Iterator[tuple[str, float, bool]]:
    """The ids of known words that look like *word*, how much they do, and whether they are
    verbs."""
    pairs = _pairs(word.text.lower())
    for surface, entries in said.lexicon.words.items():
        alike = _overlap(pairs, _pairs(surface)) if _near(word.text, surface) else 0.0
        if word.sort == "hangul" and len(surface) > 1 and word.text.startswith(surface):
            alike = max(alike, BEGINS)  # "인스톨" in "인스톨해주세여"
        if alike >= _ALIKE:
            for entry in entries:
                if entry.id and entry.cls in ("noun", *_VERBS):
                    yield entry.id, alike, entry.cls in _VERBS


@lru_cache(maxsize=32768)  # more than the known words, which are gone through in their order
def _pairs(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[index : index + 2] for index in range(len(padded) - 1))


def _near(text: str, surface: str) -> bool:
    """Whether two words are of lengths with which they can be alike."""
    shorter, longer = sorted((len(text) + 1, len(surface) + 1))
    return 2 * shorter >= _ALIKE * (shorter + longer)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient."""
    return 2 * len(one & other) / (len(one) + len(other))
