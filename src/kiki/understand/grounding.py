"""What a message says that a model may repeat: every value with its place, and nothing else.

Called by ``schema``, which lets a model choose among these, and by ``answer``, which accepts
nothing else. A value can be said in other letters than it is written in (아파치 is httpd): both are
offered, with the same place.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from kiki.model.intent import Assumption
from kiki.model.languages import language_of
from kiki.model.vocabulary import FieldSpec, KindSpec
from kiki.understand.lexer import Sense, Word, lex
from kiki.understand.lexicon import Lexicon
from kiki.understand.output import spans
from kiki.understand.shapes import UnfitError, item_of

# Words of these classes are grammar and never names.
_GRAMMAR = frozenset((
    "verb", "vform", "vnoun", "ha", "aux", "req", "det", "prep", "and", "sep", "fill", "neg",
    "that", "pronoun", "there", "all", "first", "last", "num", "proto", "number_of", "after", "ask",
))  # fmt: skip
_NAMES = frozenset((
    "package", "service", "user", "group", "label", "image", "flavor", "network", "keypair",
    "secgroup",
))  # fmt: skip
# What may stand between a noun and the value that it announces.
_LINKS = frozenset({("part", "topic"), ("part", "subj"), ("prep", "cop")})
_VERBS = ("verb", "vnoun", "vform")
_SKIPPED = frozenset(("det", "all", "number_of"))
_DIGITS = 9  # a longer number is no port and no count


class Offer(NamedTuple):
    """One value that a field may have: *text* is what a model writes for it, *value* the field's
    JSON value. *start* and *end* are -1 for a choice that no word says by itself."""

    text: str | int | bool
    value: Any
    start: int = -1
    end: int = -1
    note: Assumption | None = None


_RANGES = ("to", "through", "부터", "번부터", "에서", "번에서")


class _Piece(NamedTuple):
    """A value as said; *product* is the known product that the words name."""

    text: str
    start: int
    end: int
    sort: str
    product: str = ""
    number: int | None = None


class Said:
    """A message (NFC, redacted) and the values in it."""

    def __init__(self, message: str, lexicon: Lexicon) -> None:
        self.message = message
        self.lexicon = lexicon
        self.words: tuple[Word, ...] = lex(message, lexicon, spans(message))
        self.korean = language_of(message) == "ko"
        self._pieces = tuple(self._all_pieces())

    # -- what a field may have -----------------------------------------------------------------

    def offers(self, field: FieldSpec) -> tuple[Offer, ...]:
        """Every value that the message has for one item of *field*, in its order."""
        if field.shape == "switch":
            return (self._worded(field, True, True), self._worded(field, False, False))
        if field.shape == "choice":
            return tuple(self._chosen(field))
        ranges = self._ranges() if field.shape == "portspec" else ()
        pieces = (*self._pieces, *ranges)
        return tuple(offer for piece in pieces for offer in self._made(field, piece))

    def _ranges(self) -> Iterator[_Piece]:
        """Ranges of ports that words say: "3000 to 3010", "3000번부터 3010번까지"."""
        for first, last in pairwise(self._pieces):
            between = self.message[first.end : last.start].strip()
            if first.number is not None and last.number is not None and between in _RANGES:
                yield _Piece(f"{first.text}-{last.text}", first.start, last.end, "ascii")

    def announced(self, offer: Offer) -> frozenset[str]:
        """The ids of the nouns that stand beside a value and say what it is: "port 80", "이름은
        web", "3 replicas"; empty when there is none."""
        inside = [i for i, w in enumerate(self.words) if _meet(w, offer)]
        if offer.start < 0 or not inside:
            return frozenset()
        return frozenset((*self._before(inside[0] - 1), *self._after(inside[-1] + 1)))

    def _before(self, last: int) -> Iterator[str]:
        """The nouns that end with the word *last*, or before what joins them to a value."""
        joined = False
        while last >= 0 and self._joins(last):
            last, joined = last - 1, True
        for first in range(max(0, last - 2), last + 1):
            if joined or not self._taken(first):
                for sense in self.words[first].senses:
                    if sense.entry.cls == "noun" and first + sense.length - 1 == last:
                        yield sense.entry.id

    def _after(self, first: int) -> Iterator[str]:
        """The nouns that begin with the word *first* and speak of what is before them."""
        for sense in self.words[first].senses if first < len(self.words) else ():
            if sense.entry.cls == "noun" and not self._joins(first + sense.length):
                yield sense.entry.id

    def _joins(self, index: int) -> bool:
        """Whether a word joins a noun to the value after it: "이름**은** web", "name**:** web"."""
        senses = self.words[index].senses if index < len(self.words) else ()
        return bool(senses) and all((s.entry.cls, s.entry.id) in _LINKS for s in senses)

    def _taken(self, noun: int) -> bool:
        """Whether a Korean noun has its value before it: "rocky-9 **이미지** m1.small"."""
        before = self.words[noun - 1] if noun else None
        return self.korean and before is not None and bool(before.value) and not before.senses

    def counts(self, offer: Offer) -> bool:
        """Whether the value is a number of things: "3개", "두 대", and not "80번"."""
        last = max((i for i, word in enumerate(self.words) if _meet(word, offer)), default=-1)
        counted = last >= 0 and self._counts(last)
        return counted and not self.words[last + 1].has("cnt", "no")

    def is_noun(self, offer: Offer) -> bool:
        """Whether the value is a word of ours for a thing ("deployment"), and not in quotes."""
        inside = [word for word in self.words if _meet(word, offer)]
        return len(inside) == 1 and inside[0].has("noun") and inside[0].sort == "ascii"

    def texts(self, text: str = "") -> Iterator[Offer]:
        """What may be a text: the quotes; without any, every run of whole words that has an
        ordinary word in it, of which nothing else is known. With *text* only those that are it,
        which may have its quotes around it. A secret's placeholder is no text."""
        quotes = [piece for piece in self._pieces if piece.sort == "quoted"]
        for piece in quotes:
            if text in ("", piece.text, self.message[piece.start - 1 : piece.end + 1]):
                said = text or piece.text
                yield Offer(said, said, piece.start, piece.end)
        if not quotes:
            yield from self._runs(text)

    def _runs(self, text: str) -> Iterator[Offer]:
        for first, word in enumerate(self.words):
            plain = False
            for last in self.words[first:]:
                if last.sort == "secret":
                    break
                plain = plain or self._ordinary(last)
                said = self.message[word.start : last.end]
                if plain and said.strip() and text in ("", said):
                    yield Offer(said, said, word.start, last.end)

    def _ordinary(self, word: Word) -> bool:
        """Whether a word can only be part of a text: known for nothing, and no name."""
        if word.sort not in ("hangul", "ascii") or word.senses or not word.text.isalpha():
            return False
        return word.text.lower() not in self.lexicon.products.keys() | self.lexicon.packages

    def _made(self, field: FieldSpec, piece: _Piece) -> Iterator[Offer]:
        for text, written, note in self._written(field, piece):
            try:
                value = item_of(field, str(written))
            except UnfitError:
                continue
            if field.shape == "label" and value != written and note is None:
                note = _note("assumption.lowercased", given=str(written), value=value)
            yield Offer(text, value, piece.start, piece.end, note)

    def _written(
        self, field: FieldSpec, piece: _Piece
    ) -> Iterator[tuple[str | int, str | int, Assumption | None]]:
        """How *piece* can be given for *field*: what a model writes, the text that it stands for,
        and what is assumed by that."""
        if (piece.sort == "secret") != (field.shape == "secret"):
            return
        if field.shape in ("port", "integer"):
            if piece.number is not None:
                yield piece.number, piece.number, None
        elif field.shape == "portspec":
            yield from self._ports(piece)
        elif piece.product and not self._kept(field, piece):
            yield from self._products(field, piece)
        elif self._nameable(field, piece):
            yield piece.text, piece.text, None

    def _nameable(self, field: FieldSpec, piece: _Piece) -> bool:
        if field.shape == "text":
            return piece.sort == "quoted"
        if piece.number is not None and piece.sort != "number":
            return False
        return field.shape not in _NAMES or any(char.isalpha() for char in piece.text)

    def _kept(self, field: FieldSpec, piece: _Piece) -> bool:
        named = field.shape in ("package", "service", "label")
        kept = named and piece.text.lower() in self.lexicon.kept
        return kept or not (named or field.shape == "image")

    def _products(
        self, field: FieldSpec, piece: _Piece
    ) -> Iterator[tuple[str, str, Assumption | None]]:
        """A known product by any of its names, and by the one that it has in this field."""
        name = piece.product
        if field.shape == "image":
            name = self.lexicon.images.get(piece.product, piece.text.lower())
        plain = field.shape == "image" or piece.text.lower() == name
        note = None if plain else _note("assumption.product", given=piece.text, value=name)
        for text in dict.fromkeys((piece.text, piece.product, name)):
            yield text, name, note

    def _ports(self, piece: _Piece) -> Iterator[tuple[str, str, Assumption | None]]:
        lower = piece.text.lower()
        if piece.number is not None:
            yield lower, lower, _note("assumption.protocol", port=lower)
            for protocol in self._protocols():
                yield f"{lower}/{protocol}", f"{lower}/{protocol}", None
        elif lower in self.lexicon.ports:
            port = self.lexicon.ports[lower]
            yield piece.text, port, _note("assumption.port_name", name=piece.text, port=port)
        else:
            note = None if "/" in lower else _note("assumption.protocol", port=lower)
            yield piece.text, piece.text, note

    def _protocols(self) -> tuple[str, ...]:
        entries = (word.sense("proto") for word in self.words)
        return tuple(dict.fromkeys(entry.id for entry in entries if entry))

    def _chosen(self, field: FieldSpec) -> Iterator[Offer]:
        """The choices that a word says; of a field that has a default also the others, as what
        the sentence asks for can be said in other words."""
        for choice in field.choices:
            offer = self._worded(field, choice, choice)
            if offer.start >= 0 or not field.required:
                yield offer

    def _worded(self, field: FieldSpec, text: str | bool, value: Any) -> Offer:
        """A choice or a switch, with the word that says it if there is one."""
        ids = {word for word, meant in field.says.items() if meant == value}
        for index, word in enumerate(self.words):
            for sense in word.senses:
                if sense.entry.id in ids and sense.entry.cls != "product":
                    return Offer(text, value, word.start, self._end(index, sense))
        for piece in self._pieces:
            if text in (piece.product, piece.text) or str(text).lower() == piece.text.lower():
                return Offer(text, value, piece.start, piece.end)
        return Offer(text, value)

    # -- the pieces ----------------------------------------------------------------------------

    def _end(self, index: int, sense: Sense) -> int:
        return self.words[index + sense.length - 1].end

    def _all_pieces(self) -> Iterator[_Piece]:
        for index, word in enumerate(self.words):
            product = next((s for s in word.senses if s.entry.cls == "product"), None)
            number = self._number(index)
            if product is not None:
                end = self._end(index, product)
                text = self.message[word.start : end]
                yield _Piece(text, word.start, end, "product", product.entry.id)
            elif number is not None:
                text = word.value or str(number)
                yield _Piece(text, word.start, word.end, word.sort, "", number)
            elif word.value and not self._grammar(word):
                yield self._plain(word)

    def _plain(self, word: Word) -> _Piece:
        quote = int(word.sort == "quoted")
        known = self.lexicon.products.get(word.value.lower(), "") if not quote else ""
        return _Piece(word.value, word.start + quote, word.end - quote, word.sort, known)

    def _grammar(self, word: Word) -> bool:
        if word.sort in ("quoted", "secret"):
            return False
        cls = {sense.entry.cls for sense in word.senses if sense.length == 1}
        return bool(cls & _GRAMMAR) or word.value.lower() in self.lexicon.functional

    def _number(self, index: int) -> int | None:
        """Digits, or a number word; 한 and 두 only before what they count."""
        word = self.words[index]
        if word.sort == "number":
            return int(word.value) if len(word.value) <= _DIGITS else None
        entry = word.sense("num")
        if entry is None or (entry.id == "before" and not self._counts(index)):
            return None
        return int(entry.form)

    def _counts(self, index: int) -> bool:
        return index + 1 < len(self.words) and self.words[index + 1].has("cnt")

    # -- what the words mean -------------------------------------------------------------------

    def verbs(self) -> dict[str, str]:
        """The verbs that are said and can be nothing else, by id, with the word that says each. A
        phrase hides the words in it ("자동 시작" starts nothing), and those that only describe
        ("use") are none."""
        found: dict[str, str] = {}
        for index, senses in self._longest():
            ids = {sense.entry.id for sense in senses if sense.entry.cls in _VERBS}
            if len(ids) == len({(s.entry.cls in _VERBS, s.entry.id) for s in senses}):
                for verb in ids - self.lexicon.about:
                    found.setdefault(verb, self.words[index].text)
        return found

    def negates(self) -> bool:
        """Whether a word says that something is not to be."""
        return any(s.entry.cls in ("neg", "prevent") for word in self.words for s in word.senses)

    def unexplained(self, used: list[tuple[int, int]]) -> bool:
        """Whether there is a word that means nothing to us and is in none of the places *used*."""
        return any(
            not word.senses
            and word.sort in ("hangul", "ascii")
            and word.value.lower() not in self.lexicon.functional
            and not any(start < word.end and word.start < end for start, end in used)
            for word in self.words
        )

    def _longest(self) -> Iterator[tuple[int, list[Sense]]]:
        """The words and phrases one after another, each with its senses of the longest sort."""
        index = 0
        while index < len(self.words):
            senses = self.words[index].senses
            length = max((sense.length for sense in senses), default=1)
            yield index, [sense for sense in senses if sense.length == length]
            index += length

    # -- what no reading may drop ----------------------------------------------------------------

    def demanded(self, places: frozenset[str]) -> Iterator[Word]:
        """The words that a reading has to use: numbers, quotes, secrets, names, and whatever may
        say where. *places* are the ids of the nouns for what code runs on."""
        for index, word in enumerate(self.words):
            value = word.sort in ("quoted", "secret") or self._counted(index)
            value = value or word.has("part", "unsupported")
            if value or (word.sort in ("ascii", "hangul") and self._a_name(index, places)):
                yield word

    def _counted(self, index: int) -> bool:
        number = self._number(index)
        if self.words[index].sort == "number":
            return not (number == 1 and self._counts(index))
        return number is not None and number > 1 and self._counts(index)

    def _a_name(self, index: int, places: frozenset[str]) -> bool:
        word = self.words[index]
        others = [s for s in word.senses if s.entry.cls not in ("product", "piece")]
        if others or word.value.lower() in self.lexicon.functional:
            return False
        if len(others) < len(word.senses) and word.has("product"):
            return True
        if self._where(index, places):
            return True
        return word.sort == "ascii" and (self.korean or _looks_like_a_name(word.value, index))

    def _where(self, index: int, places: frozenset[str]) -> bool:
        """Whether an unknown word may name hosts: "on X", "X 서버에"."""
        before = index - 1
        while before >= 0 and any(s.entry.cls in _SKIPPED for s in self.words[before].senses):
            before -= 1
        if before >= 0 and self.words[before].has("prep", "loc"):
            return True
        after = self.words[index + 1] if index + 1 < len(self.words) else None
        return after is not None and any(after.has("noun", place) for place in places)

    def names_any(self, nouns: frozenset[str]) -> bool:
        """Whether one of these nouns is said."""
        senses = (sense.entry for word in self.words for sense in word.senses)
        return any(entry.cls == "noun" and entry.id in nouns for entry in senses)

    def names_kind(self, kind: KindSpec) -> bool:
        """Whether a noun or a verb of *kind* is said."""
        ids = {("noun", noun) for noun in kind.nouns}
        ids |= {(cls, use.verb) for use in kind.verbs for cls in ("verb", "vnoun", "vform")}
        return any((s.entry.cls, s.entry.id) in ids for word in self.words for s in word.senses)


def _meet(word: Word, offer: Offer) -> bool:
    return word.start < offer.end and offer.start < word.end


def _looks_like_a_name(text: str, index: int) -> bool:
    """Whether an English word can only be a name: web1, /etc/x, 10.0.0.5, db-server, Frontend."""
    inside = text.strip(".,:;~'")
    signs = any(char.isdigit() or char in "._/:@-=" for char in inside)
    return signs or (index > 0 and any(char.isupper() for char in inside))


def _note(code: str, **params: str) -> Assumption:
    return Assumption(code=code, params=params)
