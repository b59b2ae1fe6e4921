"""Finds the things of a structured message, and what is said of which.

Called by ``reader``. A section with one thing is about that thing; in one with several, what stands
in the same part (between commas) or in brackets belongs to the thing there. What stands before all
things, or is said to hold for all, is shared; so is what each thing needs and none has otherwise.
Anything that may belong to one thing or to all makes the message no form.
"""

import msgspec

from kiki.model.vocabulary import KindSpec
from kiki.understand.forms.sections import Section
from kiki.understand.forms.trying import SMALL, Trying
from kiki.understand.noun_places import FEWEST
from kiki.understand.phrases import SKIP_COST, Item, Phrases

# What stands in a form where nothing is wanted, and where it is not known yet what is.
_NOTHING = frozenset(("none", "n/a", "na", "nil", "null", "nothing", "no"))
_OPEN = frozenset((
    "tbd", "tba", "tbc", "any", "anything", "whatever", "unknown", "unclear", "pending",
    "later", "same", "both", "all", "yes", "true", "false", "either", "usual", "other",
    "empty", "optional", "required", "various", "todo", "undecided", "ditto", "dito", "idem",
))  # fmt: skip
SAME = "same"  # the link of a property that is that of the thing before
MOST_WAYS = 24  # to cut a section


class Thing(msgspec.Struct):
    """What is to be made: its kind, the phrase that names it, and what is said of it alone."""

    kind: KindSpec
    head: Item
    own: list[Item] = []
    labelled: bool = False  # named as in "name: web"
    copies: bool = False  # like the one before, but for its name


class Part(msgspec.Struct):
    """A stretch between commas: a thing, if one is named there, and its properties."""

    things: list[Thing] = []
    said: list[Item] = []
    bracket: bool = False
    after: str = ""  # what divides it from the part before: "and", "comma", "colon"


class Laid(msgspec.Struct):
    """A section that was understood: what is said before its first thing, its things, and what is
    said after the last. *nouns* only say of which kind things are; *total* of how many."""

    before: list[Item] = []
    things: list[Thing] = []
    after: list[Item] = []
    nouns: list[Item] = []
    small: list[Item] = []
    total: str = ""
    ordered: bool = False


class Things(Trying):
    """The things of one message for the kinds of one target."""

    def laid(self, section: Section, phrases: Phrases) -> Laid | None:
        """The cheapest way to cut *section* in which every phrase has a place."""
        for tried, (cost, items) in enumerate(phrases.paths()):
            if cost >= SKIP_COST or tried >= MOST_WAYS:
                return None
            made = self._laid(items, section)
            if made is not None:
                return made
        return None

    def _laid(self, items: tuple[Item, ...], section: Section) -> Laid | None:
        made = Laid(total=section.total, ordered=section.ordered)
        self.ordered, self.same = section.ordered, frozenset(section.same)
        self.total = section.total if section.begins else ""
        parts = self._parts(items, made)
        if parts is None:
            return None
        heads = [number for number, part in enumerate(parts) if part.things]
        if not heads:
            made.before = [item for part in parts for item in part.said]
            return made
        if any(len(part.things) > 1 for part in parts) or any(map(_mixes, parts, parts[1:])):
            return None
        made.things = [parts[number].things[0] for number in heads]
        if len(heads) > 1 and not self._counted_before(parts, heads):
            return None
        made.things[0].copies = section.copies
        if len(heads) == 1:
            made.things[0].own = [item for part in parts for item in part.said]
            return made
        return self._divided(parts, heads, made)

    def _counted_before(self, parts: list[Part], heads: list[int]) -> bool:
        """As in "서버 2대(이름 a, ...)랑 서버 1대(이름 b, ...)": what stands before each bracket is
        about the thing in it. Whether this is so, if any thing is named in a bracket."""
        inside = [number for number in heads if parts[number].bracket]
        if inside and inside != heads:
            return False
        for number in inside:
            if number == 0 or any(item.sort != "count" for item in parts[number - 1].said):
                return False
            parts[number].said += parts[number - 1].said
            parts[number - 1].said = []
        return True

    def _divided(self, parts: list[Part], heads: list[int], made: Laid) -> Laid | None:
        """Give each of several things what stands in its part and after it."""
        made.before = [item for part in parts[: heads[0]] for item in part.said]
        _total_first(made, parts[heads[0]])
        self._total_last(made, parts)
        ends = [*heads[1:], len(parts)]
        loose: list[list[Item]] = []
        beside: list[set[str]] = []
        for thing, start, end in zip(made.things, heads, ends, strict=True):
            own = [part for part in parts[start:end] if part is parts[start] or part.bracket]
            thing.own = [item for part in own for item in part.said]
            beside.append(self.filled(parts[start].said))
            loose.append([i for part in parts[start:end] if part not in own for i in part.said])
        same = len({thing.kind.id for thing in made.things}) == 1
        first = [item for item in parts[heads[0]].said if item.words < made.things[0].head.words]
        alike = self._no_more(beside, even=bool(self.filled(first) - self.counted))
        return made if (alike or not same) and self._settled(made, loose) else None

    def _total_last(self, made: Laid, parts: list[Part]) -> None:
        """As in "서비스 a(80)와 서비스 b(443) 두 개": of what can't be counted otherwise, how many
        there are."""
        counted = any(field.counted for thing in made.things for field in thing.kind.fields)
        counts = [item for item in parts[-1].said if item.sort == "count"]
        if counts and not counted:
            parts[-1].said.remove(counts[-1])
            made.before.append(counts[-1])

    def _no_more(self, filled: list[set[str]], *, even: bool) -> bool:
        """Whether nothing is said of the last thing only, which may be meant for all; *even*: nor
        of the first only, where it stands before it."""
        *before, last = [fields - self.counted for fields in filled]
        return all(last == fields if even else last <= fields for fields in before)

    def _settled(self, made: Laid, loose: list[list[Item]]) -> bool:
        """Whether it is clear whose those phrases are that stand in no part with a thing: of each
        thing the same, or of all what stands last."""
        *before, last = loose
        own = [
            self.filled([*thing.own, *said])
            for thing, said in zip(made.things[:-1], before, strict=True)
        ]
        if any(before) and self._no_more([*own, self.filled(last)], even=False) and not made.total:
            pass
        elif not any(before) and self._for_all(last, made):
            made.after = last
            return True
        elif last or any(before):
            return False
        for thing, said in zip(made.things, loose, strict=True):
            thing.own += said
        return True

    def _for_all(self, said: list[Item], made: Laid) -> bool:
        """Whether what stands last holds for all things: it is said so, or every thing needs it
        and none has it."""
        own = {field for thing in made.things for i in thing.own for field in self.fields(i)}
        filled = self.filled(said)
        if filled & own:
            return False
        return bool(made.total) or not filled or filled <= needed(made.things)

    @property
    def counted(self) -> set[str]:
        """The fields that say of how many of a thing: beside it, they can be of no other."""
        return {field.name for kind in self.kinds for field in kind.fields if field.counted}

    def filled(self, said: list[Item]) -> set[str]:
        """The fields that *said* fills."""
        return {field for item in said for field in self.fields(item)}

    # -- the parts of a section -------------------------------------------------------------------

    def _parts(self, items: tuple[Item, ...], made: Laid) -> list[Part] | None:
        """The parts of *items*; None where a phrase has no place. What only frames goes into
        *made*."""
        parts, inside = [Part()], False
        for index, item in enumerate(items):
            if item.sort in SMALL:
                made.small.append(item)
                inside = self._stop(item, parts, inside=inside)
                continue
            announced = parts[-1].after == "colon"
            named = any(part.things for part in parts)
            if not self._taken(
                items, index, parts[-1], made, inside=inside, named=named, shown=announced
            ):
                return None
            if item.joined and not inside:
                parts.append(Part(after="and"))
        return parts

    def _stop(self, item: Item, parts: list[Part], *, inside: bool) -> bool:
        """Begin another part where *item* divides; whether what follows stands in brackets."""
        if item.link in ("open", "shut"):
            parts.append(Part(bracket=item.link == "open"))
            return item.link == "open"
        if item.sort in ("join", "stop") and not inside:
            parts.append(Part(after=item.link))
        return inside

    def _taken(
        self,
        items: tuple[Item, ...],
        index: int,
        part: Part,
        made: Laid,
        *,
        inside: bool,
        named: bool,
        shown: bool,
    ) -> bool:
        if _says(items[index], _OPEN):
            return False
        if _says(items[index], _NOTHING):
            made.small.append(items[index])
            return self._left_out(items[index])
        # As in "2 servers (name: app, ...)": inside a bracket only a label names a thing.
        labelled = self.labels(items[index]) and len(items[index].values) == 1
        head = self.head(items, index) if not inside or (labelled and not named) else None
        if head is not None:
            kind, item = head
            part.things.append(Thing(kind, item, labelled=self.labels(item)))
            return True
        if items[index].words[0] in self.same:
            if items[index].sort != "noun" or (items[index].values and part.things):
                return False
            if not items[index].values:
                part.said.append(msgspec.structs.replace(items[index], link=SAME))
                return True
        if self._names_code(items[index]):
            made.nouns.append(msgspec.structs.replace(items[index], values=()))
            return True
        if count := self._counts(items[index]):
            made.nouns.append(msgspec.structs.replace(items[index], values=()))
            part.said.append(count)
            return True
        found = self.property_(items, index, shown=inside or shown)
        if found is None:
            return False
        only_noun = found.sort == "noun" and not found.values and not self._says(found)
        (made.nouns if only_noun else part.said).append(found)
        return True

    def _left_out(self, item: Item) -> bool:
        """As in "key pair: none": whether *item* may be left out."""
        needs = {f.name for kind in self.kinds for f in kind.fields if f.required}
        fields = self.fields(msgspec.structs.replace(item, inner="cop"))
        return item.sort == "noun" and len(item.values) == 1 and bool(fields) and not fields & needs

    def _names_code(self, item: Item) -> bool:
        """As in "템플릿 하나에"."""
        one = all(value.number == 1 for value in item.values)
        return one and bool(set(item.ids) & set(self.setting.target.artifacts))

    def _counts(self, item: Item) -> Item | None:
        """As in "서버 두 개": how many things, with their noun."""
        nouns = {noun for kind in self.kinds for noun in kind.nouns}
        number = item.values[0].number if len(item.values) == 1 else None
        if item.sort != "noun" or number is None or number >= FEWEST or not set(item.ids) & nouns:
            return None
        return Item("count", (), cost=0.0, values=item.values, counter="ea")

    def _says(self, item: Item) -> bool:
        """Whether a noun is a value by itself: NodePort, 시스템."""
        return any(set(f.says) & set(item.ids) for kind in self.kinds for f in kind.fields)


def _says(item: Item, words: frozenset[str]) -> bool:
    """Whether a value of *item*, without quotes, is one of *words*."""
    return any(value.text.lower() in words and not value.quoted for value in item.values)


def needed(things: list[Thing]) -> set[str]:
    """The fields that every one of *things* must have, or that hold for all anyway."""
    required = [{f.name for f in thing.kind.fields if f.required or f.spread} for thing in things]
    return set.intersection(*required) if required else set()


def _total_first(made: Laid, part: Part) -> None:
    """As in "2 servers: web (m1.small) and db (m1.large)": the count is that of all things."""
    thing = part.things[0]
    counts = [item for item in part.said if item.sort == "count"]
    if thing.head.inner == "cop" and counts and counts[0].words[0] < thing.head.words[0]:
        part.said.remove(counts[0])
        made.before.append(counts[0])


def _mixes(part: Part, after: Part) -> bool:
    """As in "user alice and group devs": a thing, and what would be its property."""
    named = bool(part.things) and not part.said
    return named and after.after == "and" and bool(after.said) and not after.things
