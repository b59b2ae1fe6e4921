"""What a message says that a model may repeat: every value with its place, and nothing else.

Called by ``schema``, which lets a model choose among these, and by ``answer``, which accepts
nothing else. A value can be said in other letters than it is written in (아파치 is httpd): both are
offered, with the same place.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from kiki.model.intent import Assumption
from kiki.model.vocabulary import FieldSpec
from kiki.understand.lexer import Sense, Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.neighbours import Neighbours, Offer
from kiki.understand.shapes import MAPPED, PORT_NAME, UnfitError, item_of
from kiki.understand.wording import SMALL

# Words of these classes are grammar and never names.
_GRAMMAR = frozenset((
    "verb", "vform", "vnoun", "ha", "aux", "req", "det", "prep", "and", "sep", "fill", "neg",
    "that", "pronoun", "there", "all", "first", "last", "num", "proto", "number_of", "after", "ask",
))  # fmt: skip
_NAMES = frozenset((
    "package", "service", "user", "group", "label", "image", "flavor", "network", "keypair",
    "secgroup", "osimage", "container",
))  # fmt: skip
_SKIPPED = frozenset(("det", "all", "number_of"))
_DIGITS = 9  # a longer number is no port and no count


# What may stand between the ends of a range, and before both with "and" between them.
RANGES = frozenset((
    "to", "thru", "through", "up to", "-", "–", "—", "~", "부터", "번부터", "에서", "번에서",
))  # fmt: skip
_BETWEEN = "between"
_LONGEST_PHRASE = 6  # words of politeness before a name that signs


class _Piece(NamedTuple):
    """A value as said; *product* is the known product that the words name."""

    text: str
    start: int
    end: int
    sort: str
    product: str = ""
    number: int | None = None


class Said(Neighbours):
    """A message (NFC, redacted) and the values in it."""

    def __init__(self, message: str, lexicon: Lexicon) -> None:
        super().__init__(message, lexicon)
        self._pieces = tuple(self._all_pieces())

    # -- what a field may have -----------------------------------------------------------------

    def offers(self, field: FieldSpec) -> tuple[Offer, ...]:
        """Every value that the message has for one item of *field*, in its order."""
        if field.shape == "switch":
            both = (self._worded(field, True, True), self._worded(field, False, False))
            return tuple(o for o in both if o.start >= 0 or o.value == field.default)
        if field.shape == "choice":
            return tuple(self._chosen(field))
        says = (self._worded(field, said, said) for said in dict.fromkeys(field.says.values()))
        worded = tuple(offer for offer in says if offer.start >= 0)
        if field.shape == "resource":
            return worded  # a name could be one, too, but only a command says it so
        joined = tuple(self._joined(field))
        sure = [one for one in joined if not self._ordinarily(one)]
        parts = [piece for piece in self._pieces if any(_within(piece, one) for one in sure)]
        pieces = (*(piece for piece in self._pieces if piece not in parts), *joined)
        return (*worded, *(offer for piece in pieces for offer in self._made(field, piece)))

    def _joined(self, field: FieldSpec) -> Iterator[_Piece]:
        """The values of *field* that are said in several words, of which the parts are none."""
        if field.shape == "portspec":
            yield from self._ranges()
        elif field.shape == "portmap":
            yield from self._named_ports(frozenset(field.markers))

    def _named_ports(self, markers: frozenset[str]) -> Iterator[_Piece]:
        """Ports of a service that have names and say where they lead: "http 80:8080". What a noun
        that is not of *markers* introduces is no port's name: "service web 80:8080"."""
        said = [word for word in self.words if word.sort == "said"]
        for word in said:  # as ``named_ports`` has found it
            field, _, value = word.value.partition("=")
            if field == "ports":
                yield _Piece(value, word.start, word.end, "ascii")
        owned = {word.start for word, nouns in self.introduced(self._nouns() - markers) if nouns}
        for name, port in pairwise(self.words):
            if (
                name.sort == "ascii"
                and not name.senses
                and name.start not in owned
                and PORT_NAME.fullmatch(name.value)
                and MAPPED.fullmatch(port.value)
            ):
                yield _Piece(f"{name.value}={port.value}", name.start, port.end, "ascii")

    def _ordinarily(self, piece: _Piece) -> bool:
        """Whether what names a port may be an ordinary word: "**using** 80:8080"."""
        name, named, _ = piece.text.partition("=")
        return bool(named) and name in self.lexicon.functional | self.lexicon.common

    def _nouns(self) -> frozenset[str]:
        senses = (sense.entry for word in self.words for sense in word.senses)
        return frozenset(entry.id for entry in senses if entry.cls == "noun")

    def _ranges(self) -> Iterator[_Piece]:
        """Ranges of ports that words say: "3000 to 3010", "3000번부터 3010번까지". Each is one
        value, and its ends are none."""
        numbers = [piece for piece in self._pieces if piece.number is not None]
        for first, last in pairwise(numbers):
            between = self.message[first.end : last.start].strip().lower()
            before = self.message[: first.start].lower().rstrip()
            if between in RANGES or (between == "and" and before.endswith(_BETWEEN)):
                yield _Piece(f"{first.text}-{last.text}", first.start, last.end, "ascii")

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
        if field.shape == "seconds":
            return  # its unit may stand beside the number
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
            for protocol in self.protocols():
                yield f"{lower}/{protocol}", f"{lower}/{protocol}", None
        elif lower in self.lexicon.ports:
            port = self.lexicon.ports[lower]
            yield piece.text, port, _note("assumption.port_name", name=piece.text, port=port)
        else:
            note = None if "/" in lower else _note("assumption.protocol", port=lower)
            yield piece.text, piece.text, note
            for protocol in self.protocols() if note else ():
                yield f"{piece.text}/{protocol}", f"{piece.text}/{protocol}", None

    def protocols(self) -> tuple[str, ...]:
        """The protocols that were said, by id."""
        entries = (word.sense("proto") for word in self.words)
        return tuple(dict.fromkeys(entry.id for entry in entries if entry))

    def _chosen(self, field: FieldSpec) -> Iterator[Offer]:
        """The choices that a word says, and the one that it is anyway."""
        for choice in field.choices:
            offer = self._worded(field, choice, choice)
            if offer.start >= 0 or choice == field.default:
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
        articles = self._in_articles()
        for index, word in enumerate(self.words):
            if index in articles:
                continue
            product = next((s for s in word.senses if s.entry.cls == "product"), None)
            number = self._number(index)
            if product is not None:
                end = self._end(index, product)
                text = self.message[word.start : end]
                yield _Piece(text, word.start, end, "product", product.entry.id)
            elif number is not None:
                text = word.value or str(number)
                yield _Piece(text, word.start, word.end, word.sort, "", number)
            elif word.value and (not self._grammar(word) or self._called(index)):
                yield self._plain(word)

    def _in_articles(self) -> set[int]:
        """The words after the first of an article of several: "the **following** block"."""
        found: set[int] = set()
        for index, word in enumerate(self.words):
            found |= {*range(index + 1, index + word.length("det"))}
        return found

    def _plain(self, word: Word) -> _Piece:
        quote = int(word.sort == "quoted" and word.text != word.value)
        known = self.lexicon.products.get(word.value.lower(), "") if not quote else ""
        return _Piece(word.value, word.start + quote, word.end - quote, word.sort, known)

    def _called(self, index: int) -> bool:
        """Whether a noun says that an ordinary word is a name here: "**monitor** 계정", "the group
        **backup**"."""
        word = self.words[index]
        if self._spoken_of(index):
            return True
        if word.sort != "ascii" or word.text.lower() in SMALL:
            return False
        if word.senses:
            return self.called_by_title(index)
        around = self.words[max(index - 1, 0) : index + 2]  # "이름 **back**", "the **web** service"
        return any(other.has("noun") for other in around if other is not word)

    def _spoken_of(self, index: int) -> bool:
        """Whether a Korean particle makes a name of any Latin word: "**back**은 8080"."""
        word = self.words[index]
        following = self.words[index + 1] if index + 1 < len(self.words) else None
        free = all(sense.entry.cls == "around" for sense in word.senses)  # half of "roll ... back"
        latin = self.korean and word.sort == "ascii" and word.text.isalpha() and free
        return latin and following is not None and following.glued and following.has("part")

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

    def number_at(self, word: Word) -> int | None:
        """The number that *word* is, in digits or as a word; None when it is none."""
        return self._number(self.words.index(word))

    # -- what no reading may drop ----------------------------------------------------------------

    def demanded(self, places: frozenset[str]) -> Iterator[Word]:
        """The words that a reading has to use: numbers, quotes, secrets, names, and whatever may
        say where. *places* are the ids of the nouns for what code runs on."""
        skipped = self._in_phrases() | self._signed()
        for index, word in enumerate(self.words):
            if index in skipped:
                continue
            value = word.sort in ("quoted", "secret") or self._counted(index)
            value = value or word.has("part", "unsupported")
            if value or (word.sort in ("ascii", "hangul") and self._a_name(index, places)):
                yield word

    def _signed(self) -> set[int]:
        """The words with which somebody signs: names after politeness and a comma, at the end."""
        last = len(self.words)
        while last and self._signs(last - 1):
            last -= 1
        polite = last > 1 and self.words[last - 1].has("and", "comma")
        for index in range(max(0, last - _LONGEST_PHRASE), last - 1) if polite else ():
            if index and index + self.words[index].length("fill") == last - 1:
                return set(range(last, len(self.words)))
        return set()

    def _signs(self, index: int) -> bool:
        word = self.words[index]
        return word.sort == "ascii" and not word.senses and word.text.rstrip(".").istitle()

    def _in_phrases(self) -> set[int]:
        """The words after the first of a known phrase ("at **startup**") that names nothing."""
        found: set[int] = set()
        for index, word in enumerate(self.words):
            lengths = [s.length for s in word.senses if s.entry.cls not in ("product", "piece")]
            found |= set(range(index + 1, index + max(lengths, default=1)))
        return found

    def _counted(self, index: int) -> bool:
        number = self._number(index)
        if self.words[index].sort == "number":
            return not (number == 1 and self._counts(index))
        return number is not None and number > 1 and self._counts(index)

    def _a_name(self, index: int, places: frozenset[str]) -> bool:
        word = self.words[index]
        others = [s for s in word.senses if s.entry.cls not in ("product", "piece")]
        if self._spoken_of(index):
            return True
        if others or word.value.lower() in self.lexicon.functional:
            return False
        if (len(others) < len(word.senses) and word.has("product")) or self._product(word):
            return True
        if self._where(index, places):
            return True
        return word.sort == "ascii" and (self.korean or _looks_like_a_name(word.value, index))

    def _product(self, word: Word) -> bool:
        """Whether a word without quotes is the name of something that is known, and no ordinary
        word."""
        name = word.value.lower()
        known = name in self.lexicon.products or name in self.lexicon.packages
        return known and name not in self.lexicon.common

    def _where(self, index: int, places: frozenset[str]) -> bool:
        """Whether an unknown word may name hosts: "on X", "X 서버에"."""
        before = index - 1
        while before >= 0 and any(s.entry.cls in _SKIPPED for s in self.words[before].senses):
            before -= 1
        if before >= 0 and self.words[before].has("prep", "loc"):
            return True
        after = self.words[index + 1] if index + 1 < len(self.words) else None
        return after is not None and any(after.has("noun", place) for place in places)


def _within(piece: _Piece, whole: _Piece) -> bool:
    return whole.start <= piece.start and piece.end <= whole.end


def _looks_like_a_name(text: str, index: int) -> bool:
    """Whether an English word can only be a name: web1, /etc/x, 10.0.0.5, db-server, Frontend."""
    inside = text.strip(".,:;~'")
    signs = any(char.isdigit() or char in "._/:@-=" for char in inside)
    return signs or (index > 0 and any(char.isupper() for char in inside))


def _note(code: str, **params: str) -> Assumption:
    return Assumption(code=code, params=params)
