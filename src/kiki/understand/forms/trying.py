"""What a phrase would be by itself: a thing of a kind, or which of its properties.

The base of ``things``. Kinds are those whose nouns a message has; each phrase is tried in an empty
operation of each.
"""

import re

import msgspec

from kiki.model.vocabulary import KindSpec, VerbUse
from kiki.understand.filling import OBJECT_LINKS, Setting
from kiki.understand.joining import counted_by
from kiki.understand.lexer import Word
from kiki.understand.noun_places import FEWEST
from kiki.understand.phrases import Item
from kiki.understand.place import Placement
from kiki.understand.showing import network_like
from kiki.understand.values import shape_of

SMALL = ("join", "stop", "fill", "both")
_MODE = re.compile("[0-7]{3,4}")


class Tried(msgspec.Struct, frozen=True):
    """What a phrase is in one kind: whether it has a place (and *clean*, no question beside it),
    names a thing (an *object*, or a known product), and fills what."""

    placed: bool
    clean: bool
    object: bool
    names: bool
    fields: frozenset[str]


class Trying:
    """Phrases by themselves. *bare* is the kind of things that stand without a noun: the only
    one."""

    def __init__(
        self, kinds: tuple[KindSpec, ...], uses: dict[str, VerbUse], setting: Setting
    ) -> None:
        self.kinds = kinds
        self.uses = uses
        self.setting = setting
        self.bare = kinds[0] if len(kinds) == 1 else None
        self.total = ""  # of how many things the section is said
        self.same: frozenset[int] = frozenset()  # the words after "the same"
        self.ordered = False  # whether values are given to the things in their order
        self._known: dict[tuple[str, Item], Tried] = {}

    def empty(self, kind: KindSpec) -> Placement:
        """An operation of *kind* about which nothing is known."""
        return Placement(kind, self.setting, self.uses[kind.id])

    def tried(self, kind: KindSpec, item: Item, following: Item | None = None) -> Tried:
        """What *item* is in *kind*."""
        key = (kind.id, item)
        if key not in self._known:
            made = self.empty(kind)
            placed = made.place(item, following)
            fields = {
                role.removeprefix("field:")
                for role in made.roles.values()
                if role.startswith("field:")
            }
            names = placed and bool(made.objects or made.products)
            clean = placed and not made.problems
            self._known[key] = Tried(placed, clean, bool(made.objects), names, frozenset(fields))
        return self._known[key]

    def head(self, items: tuple[Item, ...], index: int) -> tuple[KindSpec, Item] | None:
        """The kind of the thing that the phrase at *index* names, and the phrase with the noun that
        it may leave out; None if it names none."""
        item = items[index]
        if item.link not in (*OBJECT_LINKS, "name"):
            return None
        if item.sort == "noun" and not item.values:
            return self._derived(item)
        if item.sort == "noun":
            return self._by_noun(item)
        if (
            item.sort == "bare"
            and self.bare is not None
            and _begins(items, index, self.setting.words)
        ):
            inner = "name" if item.link == "name" else item.inner
            noun = msgspec.structs.replace(
                item, sort="noun", ids=self.bare.nouns[:1], link="plain", inner=inner
            )
            own = self.bare.field(self.bare.object)
            alone = self.tried(self.bare, item)
            fits = shape_of(item.values[0]) in ("", own.shape) and not self.total
            fits = fits and (alone.object or not alone.placed)  # "x-net" is a network
            return (self.bare, noun) if fits and self.tried(self.bare, noun).names else None
        return None

    def _derived(self, item: Item) -> tuple[KindSpec, Item] | None:
        """As in "cart 디플로이먼트랑 8080 포트 서비스": what takes its name from something else
        that the message names."""
        for kind in self.kinds if len(self.kinds) > 1 else ():
            others = {other.id for other in self.kinds if other is not kind}
            sources = {origin.kind for origin in kind.field(kind.object).sources}
            if set(kind.nouns) & set(item.ids) and sources & others:
                return kind, item
        return None

    def _by_noun(self, item: Item) -> tuple[KindSpec, Item] | None:
        if self.labels(item):
            return (self.bare, item) if self.bare and self.tried(self.bare, item).names else None
        for kind in self.kinds:
            if set(kind.nouns) & set(item.ids) and self.tried(kind, item).names:
                return kind, item
        return None

    def labels(self, item: Item) -> bool:
        """Whether *item* is a form's field for the name: "name: web", "계정명 kim"."""
        if self.bare is None:
            return set(item.ids) == {"name"}
        own = set(self.bare.field(self.bare.object).markers) - set(self.bare.nouns)
        return bool(item.ids) and set(item.ids) <= own

    def property_(self, items: tuple[Item, ...], index: int, *, shown: bool) -> Item | None:
        """The phrase at *index* as a property of some kind, or None; *shown*: by a bracket around
        it or a colon before it."""
        item = items[index]
        if item.sort == "skip":
            return None
        shown_as = self._shown(item) if shown and item.values else item
        only = shown_as.ids[:1] in (("port",), ("target_port",))
        for one in (shown_as,) if only else dict.fromkeys((self._sure(item), shown_as)):
            tried = [self.tried(kind, one, counted_by(items, index)) for kind in self.kinds]
            if any(
                (made.clean or self.ordered) and made.placed and not made.object for made in tried
            ):
                counts = one.sort == "count" and not one.counter
                return msgspec.structs.replace(one, counter="ea") if counts else one
        return None

    def _shown(self, item: Item) -> Item:
        """As in "ns1(net-a)", "web-in(80)", "/srv/a(700)", "web-svc: 80 -> 3000": what a value in
        brackets or behind a colon shows itself to be."""
        value = item.values[0]
        plain = item.sort == "bare" or (item.sort == "count" and not item.counter)
        if not plain or value.form not in ("", "digits"):
            return item
        noun = "network" if network_like(value.text, sure=False) else ""
        if value.text.isdigit():
            noun = self._number(value.text, to=item.link == "to")
        link = "plain" if noun == "target_port" else item.link
        made = msgspec.structs.replace(item, sort="noun", ids=(noun,), link=link)
        return made if noun else item

    def _number(self, text: str, *, to: bool) -> str:
        """The noun of what a number alone can be."""
        fields = [field for kind in self.kinds for field in kind.fields]
        if any(field.shape == "mode" for field in fields) and _MODE.fullmatch(text):
            return "mode"
        ports = any(field.beside for field in fields) and (to or int(text) >= FEWEST)
        return ("target_port" if to else "port") if ports else ""

    def _sure(self, item: Item) -> Item:
        """As in "network search": an ordinary word that names things, after the noun of a field;
        and what a statement ends with, "lab-net입니다"."""
        if item.sort == "bare" and item.link == "cop":
            return msgspec.structs.replace(item, link="plain")
        names = all(value.text.lower() in self.setting.lexicon.labels for value in item.values)
        after = item.sort == "noun" and bool(item.values) and not (item.before or item.inner)
        return msgspec.structs.replace(item, inner="cop") if after and names else item

    def fields(self, item: Item) -> frozenset[str]:
        """The fields that *item* fills in any kind."""
        found = [self.tried(kind, item).fields for kind in self.kinds]
        counted = {f.name for kind in self.kinds for f in kind.fields if f.counted}
        count = frozenset(counted if item.sort == "count" else ())
        return frozenset().union(count, *found)


def _begins(items: tuple[Item, ...], index: int, words: tuple[Word, ...]) -> bool:
    """Whether a name without a noun may stand at *index*: first in its section ("lb01: image x"),
    before a bracket ("ns1(net-a), ns2(net-b)"), or in a list of such names."""
    before = [item for item in items[:index] if item.sort not in ("fill", "count")]
    if not before:
        return True
    after = items[index + 1] if index + 1 < len(items) else None
    divided = before[-1].sort in ("join", "stop") or before[-1].joined
    opens = after is not None and after.sort == "stop" and after.link in ("open", "colon")
    opens = opens or (after is not None and after.link == "with")
    opens = opens or (after is not None and after.sort == "stop" and _dash(words[after.words[0]]))
    stop = next((i for i, item in enumerate(items) if item.sort == "stop"), len(items))
    return divided and (opens or (index < stop and all(map(_only_names, items[:stop]))))


def _dash(word: Word) -> bool:
    """As in "db01 - rocky-9, m1.small / db02 - rocky-9, m1.large"."""
    return word.text in ("-", "--")


def _only_names(item: Item) -> bool:
    plain = item.sort == "bare" and not shape_of(item.values[0])
    return plain or item.sort in ("join", "fill")
