"""Cuts the words of a clause into phrases: values, nouns with their values, counts, connections.

Called by ``rules``. The same small grammar serves both languages: a value before its noun ("demo
네임스페이스에", "3 replicas"), after it ("이미지는 nginx:1.27", "port 80"), or alone. Knows no
kinds: what a phrase means for one is decided by ``place``. Where words can be cut in several ways,
all are given, cheapest first.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Literal

import msgspec

from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.values import SPREAD, Value, Values, same_port

ItemSort = Literal[
    "noun", "bare", "count", "join", "stop", "fill", "pronoun", "there", "both", "skip"
]  # fmt: skip
SKIP_COST = 100.0
# What words without a value are.
_SMALL: dict[str, ItemSort] = {
    "and": "join", "sep": "stop", "fill": "fill", "first": "fill", "last": "fill",
    "pronoun": "pronoun", "there": "there", "both": "both", "open": "stop", "shut": "stop",
}  # fmt: skip
# Particles that say more than where a word belongs: few phrases can take them.
_LIMITING = ("unsupported", "only", "upto")
MAX_PATHS = 200
MAX_STEPS = 6000


class Item(msgspec.Struct, frozen=True):
    """A phrase. *ids* are the ids of its noun; *link* what its particle or preposition says
    (``plain`` without one; of a stop, whether it is a ``colon``, or ``open`` or ``shut`` for
    brackets); *inner* the link between a noun and the value after it; *before*: the
    value stands before the noun; *joined*: "and" follows; *every*: "all" stands before it;
    *determined*: "a" or "the" does. Of a join, *link* is ``and`` or ``comma``."""

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
    determined: bool = False
    counter: str = ""


Path = tuple[float, tuple[Item, ...]]


class Phrases(Values):
    """All phrases of one clause."""

    def __init__(
        self, words: tuple[Word, ...], args: list[int], links: dict[int, str], lexicon: Lexicon
    ) -> None:
        super().__init__(words, args, links, lexicon)
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
            options = (*self._small(position), *self._colon(position), *self._nominal(position))
            self._options[position] = list(options)
            skipped = Item(sort="skip", words=(self.args[position],), cost=SKIP_COST)
            self._options[position].append((skipped, position + 1))
        return self._options[position]

    # -- phrases without a value ---------------------------------------------------------------

    def _small(self, position: int) -> Iterator[tuple[Item, int]]:
        for cls, sort in _SMALL.items():
            for after, ids in self._senses(position, cls).items():
                made, end = self._small_item(sort, position, after, ids[0])
                bracket = cls in ("open", "shut")
                yield msgspec.structs.replace(made, link=cls) if bracket else made, end

    def _small_item(
        self, sort: ItemSort, start: int, after: int, entry_id: str
    ) -> tuple[Item, int]:
        end, link, joined = after, "plain", False
        if sort in ("pronoun", "there", "both") or self.words[self.args[start]].has("shut"):
            end, link, joined = self._post(after)
        elif sort == "join":
            link = "comma" if entry_id == "comma" else "and"
        ids = (entry_id,) if sort == "both" else ()
        words = self._range(start, end)
        return Item(sort, words, cost=0.1, ids=ids, link=link, joined=joined), end

    def _colon(self, position: int) -> Iterator[tuple[Item, int]]:
        """As in "a service orders in namespace shop: port 80": what follows describes it."""
        word = self._word(position)
        if word is not None and word.text in (":", "：") and 0 < position < len(self.args) - 1:
            yield (
                Item("stop", self._range(position, position + 1), cost=0.9, link="colon"),
                position + 1,
            )

    # -- nouns and values ----------------------------------------------------------------------

    def _nominal(self, position: int) -> Iterator[tuple[Item, int]]:
        """Every noun phrase at *position*, with and without a preposition before it."""
        yield from self._with_link(position, position, "plain")
        for after, ids in self._senses(position, "prep").items():
            yield from self._of_it(position, after, ids)
            for link in ids:
                if link != "cop":
                    yield from self._with_link(position, after, link)

    def _of_it(self, start: int, position: int, links: list[str]) -> Iterator[tuple[Item, int]]:
        """As in "a service for it": the object of an earlier clause."""
        for end in self._senses(position, "pronoun") if "of" in links else ():
            yield Item(sort="pronoun", words=self._range(start, end), cost=0.2, link="of"), end

    def _with_link(self, start: int, position: int, link: str) -> Iterator[tuple[Item, int]]:
        position, every, determined = self._determined(position)
        for item, after in self._core(position):
            end, post, joined = self._post(after)
            if post == "upto" and not any(value.number is not None for value in item.values):
                post = "also"  # "서비스까지 만들어줘"
            if post == "since":  # "네임스페이스부터 만들고"; of numbers, it begins a range
                numbers = any(value.number is not None for value in item.values)
                post = "unsupported" if numbers else "obj"
            if link == "on" and (item.sort != "bare" or item.values[0].number is None):
                continue
            chosen = link if link != "plain" else post
            if link != "plain" and post != "plain":
                continue
            yield (
                msgspec.structs.replace(
                    item,
                    words=self._range(start, end),
                    link=chosen,
                    joined=joined,
                    every=every or item.every,
                    determined=determined,
                ),
                end,
            )

    def _determined(self, position: int) -> tuple[int, bool, bool]:
        """Past "the", "a", "new" and "all": where, whether "all" was said, and whether "a" was."""
        every = determined = False
        while True:
            ends = {
                cls: self._longest(position, cls) for cls in ("det", "all", "fill", "number_of")
            }
            if position < ends["all"] < self._longest(position, "noun"):
                return position, every, determined  # "all packages" is a noun of its own
            moved = next((end for end in ends.values() if end > position), position)
            if moved == position:
                return position, every, determined
            determined = determined or ends["det"] > position
            every = every or ends["all"] > position
            position = moved

    def _post(self, position: int) -> tuple[int, str, bool]:
        """Past the particles and describing verbs after a phrase: where, the link, whether 와
        joins."""
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

    def _core(self, position: int) -> Iterator[tuple[Item, int]]:
        yield from self._nouns(position)
        yield from self._protocol_first(position)
        yield from self._counts(position)
        for values, after in self._values(position, forced=False):
            yield from self._value_first(position, values, after)
            if len(values) == 1 or same_port(values):
                cost = 2.0 + (2.0 if values[0].ordinary else 0.0)
                yield Item(sort="bare", words=(), cost=cost, values=values), after

    def _value_first(
        self, start: int, values: tuple[Value, ...], after: int
    ) -> Iterator[tuple[Item, int]]:
        """A value before its noun: 80 포트, demo 네임스페이스, nginx라는 디플로이먼트."""
        position, named = self._named(after)
        if position == after:
            position = self._called(after)
        for end, ids in self._senses(position, "noun", "").items():
            end = self._number_of(end)
            item = Item(sort="noun", words=(), cost=1.0 - 0.05 * (end - position), ids=tuple(ids),
                        values=values, before=True, inner="name" if named else "")  # fmt: skip
            yield item, end
            yield from self._spoken(item, end)

    def _spoken(self, item: Item, end: int) -> Iterator[tuple[Item, int]]:
        """A port, and its protocols after the noun: "53번 포트는 tcp, udp"."""
        value = item.values[0]
        if "port" not in item.ids or len(item.values) > 1 or value.form != "digits":
            return
        after, link = self._particle(end)
        start = after if link in ("topic", "obj") else end
        named, last = self._protocols(start)
        if named:
            values = self._with_protocols(value, start, named)
            yield msgspec.structs.replace(item, values=values), last

    def _called(self, position: int) -> int:
        """Past 으로 in "web으로 이름 지어서"."""
        after, link = self._particle(position)
        noun = self._word(after) if link == "inst" else None
        return after if noun is not None and noun.has("noun", "name") else position

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
            if (word := self._word(end)) is not None and word.has("all") and word.text == "전체":
                every = Item(sort="noun", words=(), cost=cost, ids=tuple(ids), every=True)
                yield every, end + 1  # "서버 전체에"
            inner, after = self._inner(end)
            forced = inner not in ("", "of", "to") or bool(self._senses(position, "noun", "before"))
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
            numbers = [v for v in item.values if v.number is not None or SPREAD.fullmatch(v.text)]
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
            ("part", ("topic", "subj", "obj", "since")),
            ("prep", ("cop", "name", "of", "to")),
        ):
            for after, ids in self._senses(position, cls).items():
                if ids[0] in allowed and not (ids[0] == "of" and self._word(position) is None):
                    link, position = "topic" if ids[0] == "since" else ids[0], after
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
            yield from self._times(position)
            return
        value, after = number
        counter = self._senses(after, "cnt")
        for end, ids in counter.items():
            yield Item(sort="count", words=(), cost=1.0, values=(value,), counter=ids[0]), end
        if not counter and (value.number or 0) >= 0:
            yield Item(sort="count", words=(), cost=1.4, values=(value,)), after

    def _times(self, position: int) -> Iterator[tuple[Item, int]]:
        """x3."""
        word, number = self._word(position), self._number(position + 1)
        if word is None or word.text.lower() != "x" or number is None:
            return
        if self.words[self.args[position + 1]].glued:
            yield (
                Item(sort="count", words=(), cost=1.0, values=(number[0],), counter="ea"),
                (number[1]),
            )


def _combined(first: str, second: str) -> str:
    """The link of two particles in a row: 에서는 is 에서, 들에 is 에; 까지도 stays unsupported."""
    unsupported = next((link for link in _LIMITING if link in (first, second)), "")
    if unsupported:
        return unsupported
    if second == "plural":
        return first
    if first == "plain":
        return "plain" if second == "and" else second
    return first
