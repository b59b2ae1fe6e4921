"""Cuts the words of a clause into phrases: values, nouns with their values, counts, connections.

Called by ``rules``. The same small grammar serves both languages: a value before its noun ("demo
네임스페이스에", "3 replicas"), after it ("이미지는 nginx:1.27", "port 80"), or alone. Knows no kinds:
what a phrase means for one is decided by ``place``. Where words can be cut in several ways, all are
given, cheapest first.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Literal

import msgspec

from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon

ItemSort = Literal["noun", "bare", "count", "join", "stop", "fill", "pronoun", "there", "skip"]
SKIP_COST = 100.0
LONGEST_LIST = 24
SHORTEST_ADVERB = 5
MAX_PATHS = 200
MAX_STEPS = 6000

# Classes whose words are no value without quotes.
_FUNCTION = frozenset((
    "det", "prep", "and", "fill", "neg", "pronoun", "there", "that", "all", "first", "last", "proto",
    "num", "noun", "verb", "number_of", "product",
))  # fmt: skip


class Value(msgspec.Struct, frozen=True):
    """A value as written. *number* is set for numbers, *form* says how it is written (``digits``,
    ``word`` for two, ``native`` for 하나, ``before`` for 두); *product* for a known product's name;
    *ordinary* for an English word that is no name; *quoted* for text in quotes."""

    text: str
    start: int
    end: int
    words: tuple[int, ...]
    number: int | None = None
    form: str = ""
    product: str = ""
    ordinary: bool = False
    quoted: bool = False
    secret: bool = False


class Item(msgspec.Struct, frozen=True):
    """A phrase. *ids* are the ids of its noun; *link* what its particle or preposition says
    (``plain`` without one); *inner* the link between a noun and the value after it; *before*: the
    value stands before the noun; *joined*: "and" follows; *every*: "all" stands before it."""

    sort: ItemSort
    words: tuple[int, ...]
    cost: float
    ids: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    link: str = "plain"
    inner: str = ""
    before: bool = False
    joined: bool = False
    every: bool = False
    counter: str = ""


Path = tuple[float, tuple[Item, ...]]


class Phrases:
    """All phrases of one clause. *args* are indices into *words*; *links* those that a describing
    verb gives to the word before it."""

    def __init__(
        self, words: tuple[Word, ...], args: list[int], links: dict[int, str], lexicon: Lexicon
    ) -> None:
        self.words = words
        self.args = args
        self.links = links
        self.lexicon = lexicon
        self._options: dict[int, list[tuple[Item, int]]] = {}
        self._found: list[Path] = []
        self._finding = self._search()

    def paths(self) -> Iterator[Path]:
        """Ways to cut the whole clause, cheapest first; at most ``MAX_PATHS``. Found once, however
        often they are asked for."""
        index = 0
        while True:
            if index == len(self._found):
                path = next(self._finding, None)
                if path is None:
                    return
                self._found.append(path)
            yield self._found[index]
            index += 1

    def _search(self) -> Iterator[Path]:
        least = self._least()
        queue: list[tuple[float, int, float, int, tuple[Item, ...]]] = [(least[0], 0, 0.0, 0, ())]
        order = found = 0
        while queue and found < MAX_PATHS and order < MAX_STEPS:
            _, _, cost, position, items = heappop(queue)
            if position == len(self.args):
                found += 1
                yield cost, items
                continue
            for item, following in self._at(position):
                order += 1
                spent = cost + item.cost
                total = spent + least[following]
                heappush(queue, (total, -order, spent, following, (*items, item)))

    def _least(self) -> list[float]:
        """The least that it costs to cut the words from each position to the end."""
        least = [0.0] * (len(self.args) + 1)
        for position in range(len(self.args) - 1, -1, -1):
            least[position] = min(item.cost + least[after] for item, after in self._at(position))
        return least

    def _at(self, position: int) -> list[tuple[Item, int]]:
        if position not in self._options:
            self._options[position] = [*self._small(position), *self._nominal(position)]
            skipped = Item(sort="skip", words=(self.args[position],), cost=SKIP_COST)
            self._options[position].append((skipped, position + 1))
        return self._options[position]

    # -- words ---------------------------------------------------------------------------------

    def _word(self, position: int) -> Word | None:
        return self.words[self.args[position]] if 0 <= position < len(self.args) else None

    def _range(self, start: int, end: int) -> tuple[int, ...]:
        return tuple(self.args[start:end])

    def _senses(self, position: int, cls: str, form: str | None = None) -> dict[int, list[str]]:
        """The ids of the senses of *cls* (in *form*) at *position*, by the position after them."""
        word = self._word(position)
        ends: dict[int, list[str]] = {}
        for sense in word.senses if word else ():
            fitting = sense.entry.cls == cls and form in (None, sense.entry.form)
            if fitting and self._adjacent(position, sense.length):
                ends.setdefault(position + sense.length, []).append(sense.entry.id)
        return dict(sorted(ends.items(), reverse=True))

    def _adjacent(self, position: int, length: int) -> bool:
        """Whether the words of a phrase are all of this clause."""
        if position + length > len(self.args):
            return False
        return self.args[position + length - 1] == self.args[position] + length - 1

    def _longest(self, position: int, cls: str) -> int:
        """The position after the longest sense of *cls*, or *position*."""
        return next(iter(self._senses(position, cls)), position)

    # -- phrases without a value ---------------------------------------------------------------

    def _small(self, position: int) -> Iterator[tuple[Item, int]]:
        for cls, sort in (("and", "join"), ("sep", "stop"), ("fill", "fill"), ("first", "fill"),
                          ("last", "fill"), ("pronoun", "pronoun"), ("there", "there")):  # fmt: skip
            for after in self._senses(position, cls):
                yield self._small_item(sort, position, after)  # type: ignore[arg-type]

    def _small_item(self, sort: ItemSort, start: int, after: int) -> tuple[Item, int]:
        end, link, joined = (
            self._post(after) if sort in ("pronoun", "there") else (after, "plain", False)
        )
        item = Item(sort=sort, words=self._range(start, end), cost=0.1, link=link, joined=joined)
        return item, end

    # -- nouns and values ----------------------------------------------------------------------

    def _nominal(self, position: int) -> Iterator[tuple[Item, int]]:
        """Every noun phrase at *position*, with and without a preposition before it."""
        yield from self._with_link(position, position, "plain")
        for after, ids in self._senses(position, "prep").items():
            for link in ids:
                if link != "cop":
                    yield from self._with_link(position, after, link)

    def _with_link(self, start: int, position: int, link: str) -> Iterator[tuple[Item, int]]:
        position, every = self._determined(position)
        for item, after in self._core(position):
            end, post, joined = self._post(after)
            chosen = link if link != "plain" else post
            if link != "plain" and post != "plain":
                continue
            yield (
                msgspec.structs.replace(
                    item,
                    words=self._range(start, end),
                    link=chosen,
                    joined=joined,
                    every=every,
                ),
                end,
            )

    def _determined(self, position: int) -> tuple[int, bool]:
        """Past "the", "a", "new" and "all"."""
        every = False
        while True:
            ends = {
                cls: self._longest(position, cls) for cls in ("det", "all", "fill", "number_of")
            }
            moved = next((end for end in ends.values() if end > position), position)
            if moved == position:
                return position, every
            every = every or ends["all"] > position
            position = moved

    def _post(self, position: int) -> tuple[int, str, bool]:
        """Past the particles and describing verbs after a phrase: where, the link, whether 와 joins."""
        link, joined = "plain", False
        while position < len(self.args):
            index = self.args[position]
            if index in self.links:
                link = self.links[index] if link in ("plain", "obj", "inst", "subj") else link
                position += 1
                continue
            after, found = self._particle(position)
            if after == position:
                break
            joined = joined or found == "and"
            link = _combined(link, found)
            position = after
        return position, link, joined

    def _particle(self, position: int) -> tuple[int, str]:
        for after, ids in self._senses(position, "part").items():
            return after, ids[0]
        return position, ""

    def _core(self, position: int) -> Iterator[tuple[Item, int]]:
        yield from self._nouns(position)
        yield from self._protocol_first(position)
        yield from self._counts(position)
        for values, after in self._values(position, forced=False):
            yield from self._value_first(position, values, after)
            if len(values) == 1:
                cost = 2.0 + (2.0 if values[0].ordinary else 0.0)
                yield Item(sort="bare", words=(), cost=cost, values=values), after

    def _value_first(
        self, start: int, values: tuple[Value, ...], after: int
    ) -> Iterator[tuple[Item, int]]:
        """A value before its noun: 80 포트, demo 네임스페이스, nginx라는 디플로이먼트."""
        position, named = self._named(after)
        for end, ids in self._senses(position, "noun", "").items():
            end = self._number_of(end)
            yield (
                Item(sort="noun", words=(), cost=1.0 - 0.05 * (end - position), ids=tuple(ids),
                     values=values, before=True, inner="name" if named else ""),
                end,
            )  # fmt: skip

    def _named(self, position: int) -> tuple[int, bool]:
        """Past 라는 or 의 between a value and its noun."""
        for after, ids in self._senses(position, "part").items():
            if ids[0] in ("name", "of"):
                return after, ids[0] == "name"
        return position, False

    def _number_of(self, position: int) -> int:
        return self._longest(position, "number_of")

    def _nouns(self, position: int) -> Iterator[tuple[Item, int]]:
        """A noun, alone or before its value: 이미지는 nginx:1.27, port 80, deployment named web."""
        for end, ids in self._senses(position, "noun").items():
            end = self._number_of(end)
            cost = 1.5 - 0.05 * (end - position)
            yield Item(sort="noun", words=(), cost=cost, ids=tuple(ids)), end
            inner, after = self._inner(end)
            forced = bool(inner) or bool(self._senses(position, "noun", "before"))
            for values, last in self._values(after, forced=forced):
                last, inner = self._copula(last, inner)
                cost = (0.9 if inner else 1.2) - 0.05 * (end - position)
                yield (
                    Item(
                        sort="noun", words=(), cost=cost, ids=tuple(ids), values=values, inner=inner
                    ),
                    last,
                )

    def _protocol_first(self, position: int) -> Iterator[tuple[Item, int]]:
        """udp port 53: the protocol belongs to every number after the noun."""
        protocol = self._protocol(position)
        for item, after in self._nouns(position + 1) if protocol else ():
            numbers = [value for value in item.values if value.number is not None]
            if numbers and len(numbers) == len(item.values):
                values = tuple(
                    msgspec.structs.replace(value, text=f"{value.text}/{protocol}", number=None)
                    for value in numbers
                )
                yield msgspec.structs.replace(item, values=values), after

    def _inner(self, position: int) -> tuple[str, int]:
        """The link between a noun and its value, and the position after it."""
        link = ""
        for cls, allowed in (
            ("part", ("topic", "subj", "obj")),
            ("prep", ("cop", "name", "of", "to")),
        ):
            for after, ids in self._senses(position, cls).items():
                if ids[0] in allowed and not (ids[0] == "of" and self._word(position) is None):
                    link, position = ids[0], after
                    break
        return link, position

    def _copula(self, position: int, inner: str) -> tuple[int, str]:
        """Past 인 or 이고 after the value of "이름이 web인", which make it a statement."""
        for after, ids in self._senses(position, "part").items():
            if ids[0] == "cop":
                return after, "cop"
        return position, inner

    def _counts(self, position: int) -> Iterator[tuple[Item, int]]:
        """3개, 세 대, 2대의; in English a number before what is counted."""
        number = self._number(position)
        if number is None:
            return
        value, after = number
        counter = self._senses(after, "cnt")
        for end, ids in counter.items():
            yield Item(sort="count", words=(), cost=1.0, values=(value,), counter=ids[0]), end
        if not counter and (value.number or 0) >= 0:
            yield Item(sort="count", words=(), cost=1.4, values=(value,)), after

    # -- values --------------------------------------------------------------------------------

    def _values(self, position: int, *, forced: bool) -> Iterator[tuple[tuple[Value, ...], int]]:
        """Lists of values from *position* on: one, two, ... joined by commas or "and"."""
        values: list[Value] = []
        while len(values) < LONGEST_LIST:
            found = self._value(position, forced=forced)
            if found is None:
                return
            value, position = found
            values.append(value)
            yield tuple(values), position
            joined = self._joined(position)
            if joined == position:
                return
            position = joined

    def _joined(self, position: int) -> int:
        """Past "," or "and" or 와 between two values."""
        start = position
        while True:
            moved = self._longest(position, "and")
            if moved == position:
                moved = self._and_particle(position)
            if moved == position:
                return position if position < len(self.args) else start
            position = moved

    def _and_particle(self, position: int) -> int:
        after, link = self._particle(position)
        return after if link == "and" else position

    def _value(self, position: int, *, forced: bool) -> tuple[Value, int] | None:
        word = self._word(position)
        if word is None:
            return None
        if (number := self._port(position)) is not None:
            return number
        for after, ids in self._senses(position, "product").items():
            made = self._made(position, after, ids[0])
            return msgspec.structs.replace(made, product=ids[0]), after
        if not word.value or (not forced and self._is_function(word)):
            return None
        return self._plain(word, position), position + 1

    def _plain(self, word: Word, position: int) -> Value:
        lower = word.value.lower()
        quoted, secret = word.sort == "quoted", word.sort == "secret"
        return Value(
            text=word.value,
            start=word.start + (1 if quoted else 0),
            end=word.end - (1 if quoted else 0),
            words=(self.args[position],),
            product=self.lexicon.products.get(lower, "") if word.sort == "ascii" else "",
            ordinary=word.sort == "ascii" and (lower in self.lexicon.common or is_adverb(lower)),
            quoted=quoted,
            secret=secret,
        )

    def _is_function(self, word: Word) -> bool:
        return any(sense.entry.cls in _FUNCTION for sense in word.senses if sense.length == 1)

    def _made(
        self, start: int, after: int, text: str, number: int | None = None, form: str = ""
    ) -> Value:
        words = self._range(start, after)
        first, last = self.words[words[0]], self.words[words[-1]]
        return Value(text, first.start, last.end, words, number, form)

    def _number(self, position: int) -> tuple[Value, int] | None:
        """Digits or a number word."""
        word = self._word(position)
        if word is None:
            return None
        if word.sort == "number":
            made = self._made(position, position + 1, word.value, int(word.value), "digits")
            return made, position + 1
        entry = word.sense("num")
        if entry is None or (entry.id == "before" and not self._senses(position + 1, "cnt")):
            return None
        return self._made(
            position, position + 1, entry.form, int(entry.form), entry.id
        ), position + 1

    def _port(self, position: int) -> tuple[Value, int] | None:
        """A number with what can belong to it: 80번, tcp 80, 80 udp, 53/udp."""
        before = self._protocol(position)
        number = self._number(position + (1 if before else 0))
        if number is None:
            return None
        value, after = number
        after = self._counted(after, value)
        protocol = before or self._protocol(after)
        if not protocol:
            return self._made(position, after, value.text, value.number, value.form), after
        after += 0 if before else 1
        return self._made(position, after, f"{value.text}/{protocol}"), after

    def _counted(self, position: int, value: Value) -> int:
        """Past 번 in 80번, and past a counter in "레플리카 3개"."""
        return next(iter(self._senses(position, "cnt")), position)

    def _protocol(self, position: int) -> str:
        word = self._word(position)
        entry = word.sense("proto") if word else None
        return entry.id if entry else ""


def is_adverb(word: str) -> bool:
    """quickly, temporarily: no name unless it is said to be one."""
    return word.endswith("ly") and word.isalpha() and len(word) >= SHORTEST_ADVERB


def _combined(first: str, second: str) -> str:
    """The link of two particles in a row: 에서는 is 에서; 까지도 stays unsupported."""
    if "unsupported" in (first, second):
        return "unsupported"
    if first == "plain":
        return "plain" if second == "and" else second
    return first
