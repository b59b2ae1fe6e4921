"""Puts together what the sections of a form say: whose is what stands by itself.

Called by ``making``. What stands before all things holds for all; what follows a thing in sections
of its own is that thing's, if every thing has the same, or is a record of a form ("name: web").
Anything that may belong to one thing or to all makes the message no form.
"""

from collections.abc import Iterator

import msgspec

from kiki.understand.forms.things import SAME, Laid, Thing, Things, needed
from kiki.understand.phrases import Item


class Form(msgspec.Struct):
    """All things, what holds for each of them, and what only frames them. *totals* are how many
    there must be."""

    things: list[Thing] = []
    shared: list[Item] = []
    nouns: list[Item] = []
    small: list[Item] = []
    totals: list[str] = []


class Gathering:
    """All sections of one form."""

    def __init__(self, things: Things, laid: list[Laid]) -> None:
        self.known = things
        self.laid = laid
        self.made = Form()

    def form(self) -> Form | None:
        """What all sections say together; None where it is not clear whose something is."""
        if any(section.ordered for section in self.laid) and not self._in_order():
            return None
        things = [thing for section in self.laid for thing in section.things]
        own = [thing for thing in things if not thing.copies]
        if not own or len({thing.labelled for thing in own}) > 1:
            return None  # "web 서버 만들어줘. 이름은 api"
        for section in self.laid:
            self.made.nouns += section.nouns
            self.made.small += section.small
        self.made.totals = [section.total for section in self.laid if section.total]
        if len(things) > 1:
            self.made.totals += [total for section in self.laid for total in _counted(section)]
        pairs = list(zip([None, *things], things, strict=False))
        clear = all(self._like_before(before, thing) for before, thing in pairs)
        clear = clear and self._assigned(own)
        self.made.things = things
        return self.made if clear and all(self._copied(*pair) for pair in pairs) else None

    # -- like the one before ----------------------------------------------------------------------

    def _like_before(self, before: Thing | None, thing: Thing) -> bool:
        """Give *thing* what it has in common with the one *before*: "same image". Whether that is
        clear."""
        for item in [item for item in thing.own if item.link == SAME]:
            fields = {f.name for f in thing.kind.fields if set(f.markers) & set(item.ids)}
            said = before.own if before is not None else []
            found = [other for other in said if self.known.fields(other) & fields]
            if len(found) != 1:
                return False
            thing.own[thing.own.index(item)] = found[0]
        return True

    def _copied(self, before: Thing | None, thing: Thing) -> bool:
        """As in "the second one the same, called b"."""
        if not thing.copies:
            return True
        if before is None:
            return False
        said = self.known.filled(thing.own)
        thing.own += [item for item in before.own if not self.known.fields(item) & said]
        return before.kind.id == thing.kind.id

    # -- in their order ---------------------------------------------------------------------------

    def _in_order(self) -> bool:
        """As in "web and api with 2 and 3 replicas respectively": give each thing its own value."""
        for section in self.laid:
            for thing in section.things if section.ordered else ():
                section.before += thing.own
                thing.own = []
            section.things = [one for thing in section.things for one in _each(thing)]
        things = [thing for section in self.laid for thing in section.things]
        given = [self._dealt(section, things) for section in self.laid if section.ordered]
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

    def _assigned(self, things: list[Thing]) -> bool:
        """Whether it is clear of which of *things* each section is that names none."""
        if len(things) == 1:
            for section in self.laid:
                things[0].own += [*section.before, *section.after]
            return True
        own = list(self._records(things))
        filled = [self.known.filled(said) for said in own]
        alike = any(own) and all(fields == filled[0] for fields in filled)
        if alike or (all(own) and all(thing.labelled for thing in things)):
            for thing, said in zip(things, own, strict=True):
                thing.own += said
            return True
        if any(own[:-1]):
            return False
        return self._said_of_all(things)

    def _records(self, things: list[Thing]) -> Iterator[list[Item]]:
        """What stands in sections of its own after each thing, as in "name: web" and "image: x" on
        lines of their own. It shares nothing."""
        after: dict[int, list[Item]] = {id(thing): [] for thing in things}
        last: Thing | None = None
        for section in self.laid:
            if section.things:
                last = next((one for one in reversed(section.things) if one in things), last)
                self.made.shared += [*section.before, *section.after]
            elif last is None or section.total:
                self.made.shared += section.before
            else:
                after[id(last)] += section.before
        yield from (after[id(thing)] for thing in things)

    def _said_of_all(self, things: list[Thing]) -> bool:
        """Sentences after the last thing: of all, if they say what each needs and none has."""
        own = {f for thing in things for item in thing.own for f in self.known.fields(item)}
        started = False
        for section in self.laid:
            started = started or bool(section.things)
            if section.things or not started or section.total or not section.before:
                continue
            filled = self.known.filled(section.before)
            if filled & own or not filled & needed(things):
                return False
            self.made.shared += section.before
        return True


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
