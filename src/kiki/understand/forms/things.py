"""Finds the things of a structured message, and what is said of which.

Called by ``reader``. A section with one thing is about that thing; in one with several, what stands
in the same part (between commas) or in brackets belongs to the thing there. What stands before all
things, or is said to hold for all, is shared; so is what each thing needs and none has otherwise.
Anything that may belong to one thing or to all makes the message no form.
"""

from collections.abc import Iterator

import msgspec

from kiki.model.vocabulary import KindSpec
from kiki.understand.forms.sections import Section
from kiki.understand.forms.trying import SMALL, Trying
from kiki.understand.phrases import SKIP_COST, Item, Phrases
from kiki.understand.place import FEWEST

MOST_WAYS = 24  # to cut a section


class Thing(msgspec.Struct):
    """What is to be made: its kind, the phrase that names it, and what is said of it alone."""

    kind: KindSpec
    head: Item
    own: list[Item] = []
    labelled: bool = False  # named as in "name: web"


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


class Form(msgspec.Struct):
    """All things, what holds for each of them, and what only frames them. *totals* are how many
    there must be."""

    things: list[Thing] = []
    shared: list[Item] = []
    nouns: list[Item] = []
    small: list[Item] = []
    totals: list[str] = []


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
        self.ordered = section.ordered
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
        if len(heads) == 1:
            made.things[0].own = [item for part in parts for item in part.said]
            return made
        return self._divided(parts, heads, made)

    def _divided(self, parts: list[Part], heads: list[int], made: Laid) -> Laid | None:
        """Give each of several things what stands in its part and after it."""
        made.before = [item for part in parts[: heads[0]] for item in part.said]
        _total_first(made, parts[heads[0]])
        ends = [*heads[1:], len(parts)]
        loose: list[list[Item]] = []
        beside: list[set[str]] = []
        for thing, start, end in zip(made.things, heads, ends, strict=True):
            own = [part for part in parts[start:end] if part is parts[start] or part.bracket]
            thing.own = [item for part in own for item in part.said]
            beside.append(self._filled(parts[start].said))
            loose.append([i for part in parts[start:end] if part not in own for i in part.said])
        alike = all(fields - self.counted == beside[0] - self.counted for fields in beside)
        same = len({thing.kind.id for thing in made.things}) == 1
        return made if (alike or not same) and self._settled(made, loose) else None

    def _settled(self, made: Laid, loose: list[list[Item]]) -> bool:
        """Whether it is clear whose those phrases are that stand in no part with a thing: of each
        thing the same, or of all what stands last."""
        *before, last = loose
        kinds = [self._filled(said) for said in loose]
        if last and all(kind == kinds[-1] for kind in kinds) and not made.total:
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
        filled = self._filled(said)
        if filled & own:
            return False
        return bool(made.total) or not filled or filled <= self.needed(made.things)

    def needed(self, things: list[Thing]) -> set[str]:
        """The fields that every one of *things* must have, or that hold for all anyway."""
        required = [
            {f.name for f in thing.kind.fields if f.required or f.spread} for thing in things
        ]
        return set.intersection(*required) if required else set()

    @property
    def counted(self) -> set[str]:
        """The fields that say of how many of a thing: beside it, they can be of no other."""
        return {field.name for kind in self.kinds for field in kind.fields if field.counted}

    def _filled(self, said: list[Item]) -> set[str]:
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
            if not self._taken(items, index, parts[-1], made, inside=inside):
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
        self, items: tuple[Item, ...], index: int, part: Part, made: Laid, *, inside: bool
    ) -> bool:
        head = None if inside else self.head(items, index)
        if head is not None:
            kind, item = head
            part.things.append(Thing(kind, item, labelled=self.labels(item)))
            return True
        if self._names_code(items[index]):
            made.nouns.append(msgspec.structs.replace(items[index], values=()))
            return True
        if count := self._counts(items[index]):
            made.nouns.append(msgspec.structs.replace(items[index], values=()))
            part.said.append(count)
            return True
        found = self.property_(items, index, inside=inside)
        if found is None:
            return False
        only_noun = found.sort == "noun" and not found.values and not self._says(found)
        (made.nouns if only_noun else part.said).append(found)
        return True

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

    # -- the whole --------------------------------------------------------------------------------

    def form(self, laid: list[Laid]) -> Form | None:
        """What all sections say together; None where it is not clear whose something is."""
        if any(section.ordered for section in laid) and not self._in_order(laid):
            return None
        made = Form(things=[thing for section in laid for thing in section.things])
        if not made.things or len({thing.labelled for thing in made.things}) > 1:
            return None
        for section in laid:
            made.nouns += section.nouns
            made.small += section.small
        made.totals = [section.total for section in laid if section.total]
        if len(made.things) > 1:
            made.totals += [total for section in laid for total in _counted(section)]
        return made if self._assigned(laid, made) else None

    def _in_order(self, laid: list[Laid]) -> bool:
        """As in "web and api with 2 and 3 replicas respectively": give each thing its own value."""
        for section in laid:
            for thing in section.things if section.ordered else ():
                section.before += thing.own
                thing.own = []
            section.things = [one for thing in section.things for one in _each(thing)]
        things = [thing for section in laid for thing in section.things]
        given = [self._dealt(section, things) for section in laid if section.ordered]
        return len(things) > 1 and all(given)

    def _dealt(self, section: Laid, things: list[Thing]) -> bool:
        """Deal what *section* has as many of as there are *things*; whether there was any."""
        dealt = False
        for items in _runs(section.before):
            values = [(item, value) for item in items for value in item.values]
            if len(values) == len(things) and (len(items) == 1 or items[0].sort == "count"):
                section.before = [item for item in section.before if item not in items]
                for thing, (item, value) in zip(things, values, strict=True):
                    thing.own.append(msgspec.structs.replace(item, values=(value,)))
                dealt = True
        return dealt

    def _assigned(self, laid: list[Laid], made: Form) -> bool:
        if len(made.things) == 1:
            for section in laid:
                made.things[0].own += [*section.before, *section.after]
            return True
        own = list(self._records(laid, made))
        if any(own) and all(self._filled(said) == self._filled(own[0]) for said in own):
            for thing, said in zip(made.things, own, strict=True):
                thing.own += said
            return True
        if any(own[:-1]):
            return False
        return self._said_of_all(laid, made)

    def _records(self, laid: list[Laid], made: Form) -> Iterator[list[Item]]:
        """What stands in sections of its own after each thing, as in "name: web" and "image: x" on
        lines of their own. It shares nothing."""
        after: dict[int, list[Item]] = {id(thing): [] for thing in made.things}
        last: Thing | None = None
        for section in laid:
            if section.things:
                last = section.things[-1]
                made.shared += [*section.before, *section.after]
            elif last is None or section.total:
                made.shared += section.before
            else:
                after[id(last)] += section.before
        yield from (after[id(thing)] for thing in made.things)

    def _said_of_all(self, laid: list[Laid], made: Form) -> bool:
        """Sentences after the last thing: of all, if they say what each thing needs and none has."""
        own = {f for thing in made.things for item in thing.own for f in self.fields(item)}
        started = False
        for section in laid:
            started = started or bool(section.things)
            if section.things or not started or section.total or not section.before:
                continue
            filled = self._filled(section.before)
            if filled & own or not filled & self.needed(made.things):
                return False
            made.shared += section.before
        return True


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


def _each(thing: Thing) -> Iterator[Thing]:
    """A thing for each of the names in its phrase, if nothing else was said of it."""
    if len(thing.head.values) < 2:
        yield thing
        return
    for value in thing.head.values:
        head = msgspec.structs.replace(thing.head, values=(value,))
        yield Thing(thing.kind, head, list(thing.own), thing.labelled)


def _runs(items: list[Item]) -> list[list[Item]]:
    """Counts that stand together ("3개, 2개"), and every other phrase by itself."""
    runs: list[list[Item]] = []
    for item in items:
        if runs and item.sort == runs[-1][-1].sort == "count":
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _counted(section: Laid) -> Iterator[str]:
    """How many things there are to be, as in "서버 두 대 만들어줘: ns1, ns2". Taken from what was
    said before the things."""
    for item in [item for item in section.before if item.sort == "count"]:
        section.before.remove(item)
        yield str(item.values[0].number)
