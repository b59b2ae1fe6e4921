"""Falls English clauses apart in which each thing has values of its own: "web with 3 replicas and
api with 2".

Called by ``interpret``, with the steps of ``each``. What stands before the first thing holds for
all, what follows a thing is its own. What stands last may be meant for all: that is so where "all",
"both" or "each" says so, for what holds for a whole clause anyway (a namespace), and for what every
thing needs and none but the last would have.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec

from kiki.understand.each import SMALL, Each, Part
from kiki.understand.filling import OBJECT_LINKS
from kiki.understand.phrases import Item
from kiki.understand.place import Placement
from kiki.understand.values import Value

EACH = -1  # of "2 replicas each": what stands before it is meant
_LIKE = {"on": ("on", "loc"), "loc": ("on", "loc")}


def common(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """*items*, and those after "all", "both" or "each" that hold for each thing before: "..., all
    on ext-net", "2 replicas each"."""
    said = [index for index, item in enumerate(items) if item.sort == "both"]
    if not said:
        return list(items), []
    first = said[-1]
    after = list(items[first + 1 :])
    if after and (items[first].ids != (str(EACH),) or items[first - 1].sort in SMALL):
        return list(items[:first]), after
    last = max((i for i in range(first) if items[i].sort in SMALL), default=first)
    return list(items[:last]), [*items[last + 1 : first], *after]


class EnglishEach(Each):
    """A thing, what follows it, and what is meant for all."""

    def ways(self) -> Iterator[list[Part]]:
        """The one way to cut the clause, if there is any."""
        if not any(item.sort in ("join", "stop") or item.joined for item in self.items):
            return
        items, shared = common(self.items)
        starts = self._things(items)
        before = self._before(items[: starts[0]], len(starts)) if starts else None
        if before is None:
            return
        own = _cut(items, starts)
        for part in own[:-1]:
            while part[-1].sort in SMALL and part[-1].link != "shut":
                part.pop()
        own = self._like_the_first(self._named(own, before))
        shared = [*shared, *self._meant_for_all(own)]
        if not self._more_at_the_end(own):
            yield [(*before, *part, *shared) for part in own]

    def role(self, item: Item) -> str:
        """What sort of phrase it is."""
        return item.sort

    # -- things ----------------------------------------------------------------------------------

    def _things(self, items: list[Item]) -> list[int]:
        """Where the things begin, at least two; none where that is not clear."""
        if sum(bool(item.values) and self._names(item) for item in items) < 2:
            return []
        objects = self._objects(items)
        if len(objects) > 1 and not self.kind.several:
            objects = self._runs(items, objects)
        valued = all(any(i.sort not in SMALL for i in part[1:]) for part in _cut(items, objects))
        if len(objects) < 2 or not valued:
            objects = self._starts(items)
        return objects if len(objects) > 1 else []

    def _names(self, item: Item) -> bool:
        """Whether *item* may tell one thing from another."""
        thing, fields = self._alone(item)
        return thing or not fields.isdisjoint((self.kind.object, self.kind.product))

    def _objects(self, items: list[Item]) -> list[int]:
        """Where the things are: each but the first stands after a comma, an "and" or a new line."""
        found: list[int] = []
        for index, item in enumerate(items):
            if item.sort not in ("noun", "bare") or len(item.values) != 1:
                continue
            if item.link not in OBJECT_LINKS or (found and not _after_join(items, index)):
                continue
            if self._alone(item)[0]:
                found.append(index)
        return found

    def _fields(self, item: Item) -> frozenset[str]:
        """The fields that *item* fills."""
        return self._alone(item)[1]

    def _alone(self, item: Item) -> tuple[bool, frozenset[str]]:
        """Whether *item* names a thing, and the fields that it fills; the same for all ways to cut
        the clause."""
        known, key = self.setting.alone, (self.kind.id, item)
        if key not in known:
            tried = Placement(self.kind, self.setting, self.use)
            if tried.place(item):
                roles = {role for role in tried.roles.values() if role.startswith("field:")}
                fields = {role.removeprefix("field:") for role in roles}
                known[key] = bool(tried.objects or tried.products), frozenset(fields)
            else:
                known[key] = False, frozenset({"count"} if item.sort == "count" else ())
        return known[key]

    def _runs(self, items: list[Item], objects: list[int]) -> list[int]:
        """Of things with nothing between them only the first, if what follows them is what each
        must have: "add alice and bob to developers, and carol to dba"."""
        needed = {field.name for field in self.kind.fields if field.required} - {self.kind.object}
        runs: list[int] = []
        alone = False
        for start, part in zip(objects, _cut(items, objects), strict=True):
            fields = {name for item in part[1:] for name in self._fields(item)}
            if not alone:
                runs.append(start)
            if alone and fields and not needed & fields:
                return []
            alone = all(item.sort in SMALL for item in part[1:])
        return [] if alone else runs

    def _starts(self, items: list[Item]) -> list[int]:
        """As in "3 pods of nginx:1.25 called front and 2 pods of redis:7 called cache": parts that
        say the same of each thing, in the same order. Where they begin."""
        first = next((i for i, item in enumerate(items) if self._fields(item)), None)
        if first is None:
            return []
        filled = self._fields(items[first])
        starts = [first] + [
            index
            for index in range(first + 1, len(items))
            if _after_join(items, index) and self._fields(items[index]) == filled
        ]
        said = [
            [field for item in part for field in sorted(self._fields(item))]
            for part in _cut(items, starts)
        ]
        alike = all(one[: len(said[0])] == said[0] for one in said)
        named = {self.kind.object, self.kind.product} & set(said[0])
        return starts if alike and named and len(set(said[0])) > 1 else []

    def _before(self, items: list[Item], count: int) -> list[Item] | None:
        """What holds for all things; a number of them must be the right one."""
        if any(item.sort == "count" and item.values[0].number != count for item in items):
            return None
        if any(item.sort in ("pronoun", "both", "skip") for item in items):
            return None
        return [item for item in items if item.sort != "count"]

    def _named(self, own: list[list[Item]], before: Iterable[Item]) -> list[list[Item]]:
        """*own* with the noun of the first thing, or the one before all, at each of them."""
        nouns = set(self.kind.nouns)
        having = [item for item in (own[0][0], *before) if set(item.ids) & nouns]
        if not having:
            return own
        ids = having[0].ids
        return [
            [msgspec.structs.replace(part[0], sort="noun", ids=ids), *part[1:]]
            if part[0].sort == "bare"
            else part
            for part in own
        ]

    # -- values ----------------------------------------------------------------------------------

    def _like_the_first(self, own: list[list[Item]]) -> list[list[Item]]:
        """As in "with 3 replicas and api with 2": the noun is that of the part before."""
        made = [own[0]]
        for part in own[1:]:
            made.append([part[0], *(self._like(item, made[-1]) for item in part[1:])])
        return made

    def _like(self, item: Item, before: list[Item]) -> Item:
        if item.sort != "count" and (item.sort != "bare" or self._fields(item)):
            return item
        links = _LIKE.get(item.link, (item.link,))
        alike = [o for o in before[1:] if o.sort == "noun" and o.values and o.link in links]
        alike = [o for o in alike if _written_alike(o.values[0], item.values[0])]
        if not alike:
            return item
        return msgspec.structs.replace(item, sort="noun", ids=alike[0].ids, link=alike[0].link)

    def _more_at_the_end(self, own: list[list[Item]]) -> bool:
        """As in "web with 3 replicas and api with 2 on port 80": the port may be meant for both."""
        *before, last = [{f for item in part for f in self._fields(item)} for part in own]
        brackets = own[-1][-1].link == "shut"
        return set().union(*before) < last and not brackets

    def _meant_for_all(self, own: list[list[Item]]) -> list[Item]:
        """What stands last and holds for all; it is taken from the last part."""
        elsewhere = {name for part in own[:-1] for item in part for name in self._fields(item)}
        every = {field.name for field in self.kind.fields if field.spread or field.required}
        last, first = own[-1], len(own[-1])
        for index in range(len(last) - 1, 1, -1):
            fields = self._fields(last[index])
            if last[index].sort == "join":
                continue
            if not fields or not fields <= every - elsewhere:
                break
            first = index
        shared = last[first:]
        del last[first:]
        return shared


def _cut(items: list[Item], starts: list[int]) -> list[list[Item]]:
    """*items* from each of *starts* to the next one."""
    return [items[first:end] for first, end in pairwise((*starts, len(items)))]


def _after_join(items: list[Item], index: int) -> bool:
    before = items[index - 1]
    return before.sort in SMALL or before.joined


def _written_alike(one: Value, other: Value) -> bool:
    """Whether both are numbers, paths, or neither."""
    numbers = (one.number is None) == (other.number is None)
    return numbers and one.text.startswith("/") == other.text.startswith("/")
