"""Falls Korean clauses apart in which each thing has values of its own: "web은 3개, api는 2개로
nginx 디플로이먼트 만들어줘", "kim은 wheel, lee는 docker 그룹에 추가해줘".

Called by ``interpret``, with the steps of ``each``. The clause falls into groups, one for each
thing, and what all of them share, which stands before the first group or after the last. Groups
must be alike: as many phrases, the same fields; what one leaves out ("80" beside "8080 포트") is
what another says at its place. Anything else is no such clause.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from kiki.understand.attempt import Attempt
from kiki.understand.each import SMALL, Each, Part
from kiki.understand.joining import shown
from kiki.understand.phrases import Item
from kiki.understand.place import Placement

_TOPICS = ("topic", "also")
FEWEST = 2  # things, and fields of each


class Shape(msgspec.Struct, frozen=True):
    """One way to see a clause: its groups, and what they share before and after them."""

    before: Part
    groups: tuple[Part, ...]
    after: Part


class KoreanEach(Each):
    """Groups that are alike, and what they share."""

    def ways(self) -> Iterator[list[Part]]:
        """The groups, each with what is shared, where nothing of that is said twice."""
        for shape in self._shapes():
            groups = _alike(shape.groups)
            fields = self._fields_of_each(groups)
            shared = self._without_total(shape, fields) if fields else None
            if shared is None:
                continue
            alone = self._filled((*shared.before, *shared.after))
            if alone is not None and not _fields(alone) & fields:
                yield [(*shared.before, *group, *shared.after) for group in groups]

    def role(self, item: Item) -> str:
        """With how many things there are; what joins them has its own role."""
        return "" if item.sort in SMALL else "count"

    def made_of(self, parts: list[Part]) -> Attempt | None:
        """Things whose noun one of them has, and of which all may be described together later."""
        made = super().made_of(parts)
        placements = made.placements if made else []
        for placement in placements:
            placement.noun_said = any(one.noun_said for one in placements)
            placement.kin = placements
        return made

    # -- where the groups are --------------------------------------------------------------------

    def _shapes(self) -> Iterator[Shape]:
        starts = self._starts()
        if len(starts) >= FEWEST:
            edges = (*starts, len(self.items))
            parts = [self.items[first:last] for first, last in pairwise(edges)]
            yield from _cut(self.items[: starts[0]], parts)
        elif not any(item.link in _TOPICS and item.sort == "bare" for item in self.items):
            parts = self._counted_parts()
            yield from _cut((), parts) if len(parts) >= FEWEST else ()

    def _starts(self) -> list[int]:
        """Where the things are named: web은, kim을, api 서비스."""
        items = self.items
        valued = [
            i for i, item in enumerate(items) if item.sort in ("bare", "noun") and item.values
        ]
        topics = [i for i in valued if items[i].link in _TOPICS]
        if topics and items[topics[0]].link == "topic" and len(topics) >= FEWEST:
            return topics
        objects = [i for i in valued if items[i].link == "obj" and items[i].sort == "bare"]
        nouns = set(self.kind.nouns)
        named = [i for i in valued if items[i].before and set(items[i].ids) & nouns]
        return objects if len(objects) >= FEWEST else named

    def _counted_parts(self) -> list[Part]:
        """The parts between joins, if each has a count: "nginx 3개, redis 2개 디플로이먼트"."""
        parts: list[list[Item]] = [[]]
        for item in self.items:
            if item.sort == "join":
                parts.append([])
            else:
                parts[-1].append(item)
                if item.joined:
                    parts.append([])
        counted = all(sum(item.sort == "count" for item in part) == 1 for part in parts)
        return [tuple(part) for part in parts] if counted else []

    # -- what they say ---------------------------------------------------------------------------

    def _fields_of_each(self, groups: Sequence[Part]) -> set[str]:
        """The fields that every group fills, if it names one thing and says something about it."""
        common: set[str] = set()
        for group in groups:
            alone = self._filled(group)
            fields = _fields(alone) if alone and _names_one(alone) else set()
            if len(fields) < FEWEST or fields != (common or fields):
                return set()
            common = fields
        return common

    def _filled(self, items: Part) -> Placement | None:
        placement = Placement(self.kind, self.setting, self.use)
        return placement if all(placement.place(item) for item in items) else None

    def _without_total(self, shape: Shape, fields: set[str]) -> Shape | None:
        """*shape* without how many things there are ("인스턴스 두 개", "둘 다"), which must be
        right; None if it is not."""
        shared = (*shape.before, *shape.after)
        drop = [item for item in shared if item.sort == "both"]
        said = {item.ids[0] for item in drop}
        total = len(shape.groups)
        if said - {"0", "each", str(total)}:
            return None
        counts = [item for item in shared if item.sort == "count"]
        counted = {field.name for field in self.kind.fields if field.counted}
        if counts and "each" not in said and counts[0].counter != "each":
            if counts[0].values[0].number != total or counted & fields:
                return None
            drop += counts
        before, after = (
            tuple(item for item in part if item not in drop) for part in (shape.before, shape.after)
        )
        return Shape(before, shape.groups, after)


def _cut(before: Part, parts: list[Part]) -> Iterator[Shape]:
    """The groups of *parts*, all as long as the shortest: what is more is shared."""
    inner = [tuple(item for item in part if item.sort not in SMALL) for part in parts]
    *others, end = inner
    for length in range(min(len(others[0]), len(end)), 1, -1):
        if any(len(part) != length for part in others[1:]) or (before and len(others[0]) != length):
            continue
        more = len(others[0]) - length
        groups = (others[0][more:], *others[1:], end[:length])
        rest = parts[-1][parts[-1].index(groups[-1][-1]) + 1 :]
        while rest and rest[0].sort == "join":
            rest = rest[1:]
        yield Shape((*before, *others[0][:more]), groups, rest)


def _alike(groups: tuple[Part, ...]) -> list[Part]:
    """The groups with what each of them leaves out: "web은 80, api는 8080 포트로"."""
    columns = zip(*groups, strict=True)
    filled = [_column(column, first=number == 0) for number, column in enumerate(columns)]
    return list(zip(*filled, strict=True))


def _column(column: tuple[Item, ...], *, first: bool) -> tuple[Item, ...]:
    nouns = [item for item in column if item.sort == "noun" and item.values]
    model = nouns[-1] if nouns and all(item.ids == nouns[-1].ids for item in nouns) else None
    link = "" if first else column[-1].link
    return tuple(_like(item, model, link) for item in column)


def _like(item: Item, model: Item | None, link: str) -> Item:
    """*item* with the noun of *model* and *link*, where it has none of its own."""
    if model is not None and item.sort == "bare":
        item = msgspec.structs.replace(model, values=item.values, words=item.words, link=item.link)
    linked = link if link and item.link == "plain" else item.link
    if not link and shown(item):
        linked = "plain"  # "redis:7은 2개"
    return msgspec.structs.replace(item, link=linked, joined=False)


def _fields(placement: Placement) -> set[str]:
    """The fields that were filled, the object among them."""
    given = set(placement.use.gives) if placement.use else set()
    return (
        set(placement.values) - given
        | ({placement.own} if placement.objects else set())
        | ({placement.kind.product} if placement.products else set())
    )


def _names_one(placement: Placement) -> bool:
    """Whether one thing is named."""
    one = len(placement.objects) <= 1 and len(placement.products) <= 1
    return one and placement.object_said
