"""Reads clauses in which each thing has values of its own: "web은 3개, api는 2개로 nginx
디플로이먼트 만들어줘", "kim은 wheel, lee는 docker 그룹에 추가해줘".

Called by ``interpret`` for Korean clauses that are no single operation. The clause falls into
groups, one for each thing, and what all of them share, which stands before the first group or after
the last. Groups must be alike: as many phrases, the same fields; what one leaves out ("80" beside
"8080 포트") is what another says at its place. Anything else is no such clause.
"""

from collections.abc import Iterator
from itertools import pairwise

import msgspec

from kiki.model.vocabulary import KindSpec, VerbUse
from kiki.understand.filling import Setting
from kiki.understand.joining import in_brackets, shown, uncoordinated, unlisted
from kiki.understand.phrases import Item
from kiki.understand.place import Placement

Group = tuple[Item, ...]
_TOPICS = ("topic", "also")
_SMALL = ("join", "stop", "fill")
FEWEST = 2


class Shape(msgspec.Struct, frozen=True):
    """One way to see a clause: its groups, and what they share before and after them."""

    before: Group
    groups: tuple[Group, ...]
    after: Group


def each_own(items: Group, kind: KindSpec, setting: Setting, use: VerbUse) -> list[Placement]:
    """One operation for each thing, or none if this is no such clause."""
    if not setting.korean or any(item.sort == "skip" for item in items):
        return []
    for shape in _shapes(items, kind):
        made = _placed(shape, kind, setting, use)
        if made:
            return made
    return []


# -- where the groups are -----------------------------------------------------------------------


def _shapes(items: Group, kind: KindSpec) -> Iterator[Shape]:
    starts = _starts(items, kind)
    if len(starts) >= FEWEST:
        edges = (*starts, len(items))
        parts = [items[first:last] for first, last in pairwise(edges)]
        yield from _cut(items[: starts[0]], parts)
    elif not any(item.link in _TOPICS and item.sort == "bare" for item in items):
        parts = _counted_parts(items)
        yield from _cut((), parts) if len(parts) >= FEWEST else ()


def _starts(items: Group, kind: KindSpec) -> list[int]:
    """Where the things are named: web은, kim을, api 서비스."""
    valued = [i for i, item in enumerate(items) if item.sort in ("bare", "noun") and item.values]
    topics = [i for i in valued if items[i].link in _TOPICS]
    if topics and items[topics[0]].link == "topic" and len(topics) >= FEWEST:
        return topics
    objects = [i for i in valued if items[i].link == "obj" and items[i].sort == "bare"]
    named = [i for i in valued if items[i].before and set(items[i].ids) & set(kind.nouns)]
    return objects if len(objects) >= FEWEST else named


def _counted_parts(items: Group) -> list[Group]:
    """The parts between joins, if each has a count: "nginx 3개, redis 2개 디플로이먼트"."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if item.sort == "join":
            parts.append([])
        else:
            parts[-1].append(item)
            if item.joined:
                parts.append([])
    counted = all(sum(item.sort == "count" for item in part) == 1 for part in parts)
    return [tuple(part) for part in parts] if counted else []


def _cut(before: Group, parts: list[Group]) -> Iterator[Shape]:
    """The groups of *parts*, all as long as the shortest: what is more is shared."""
    inner = [tuple(item for item in part if item.sort not in _SMALL) for part in parts[:-1]]
    last, tail = parts[-1], _own_end(parts[-1])
    for length in range(min(len(inner[0]), tail), 1, -1):
        if any(len(part) != length for part in inner[1:]) or (before and len(inner[0]) != length):
            continue
        more = len(inner[0]) - length
        groups = (inner[0][more:], *inner[1:], tuple(_first(last, length)))
        rest = last[last.index(groups[-1][-1]) + 1 :]
        while rest and rest[0].sort == "join":
            rest = rest[1:]
        yield Shape((*before, *inner[0][:more]), groups, rest)


def _own_end(part: Group) -> int:
    return sum(item.sort not in _SMALL for item in part)


def _first(part: Group, length: int) -> list[Item]:
    return [item for item in part if item.sort not in _SMALL][:length]


# -- what they mean -----------------------------------------------------------------------------


def _placed(shape: Shape, kind: KindSpec, setting: Setting, use: VerbUse) -> list[Placement]:
    groups = _alike(shape.groups)
    alone = [_filled(group, kind, setting, use) for group in groups]
    fields = {frozenset(_fields(placement)) for placement in alone if placement}
    if None in alone or len(fields) != 1 or not _of_one_thing(alone, next(iter(fields))):
        return []
    shared = _without_total(shape, next(iter(fields)), kind)
    if shared is None or not _apart(shared, next(iter(fields)), kind, setting, use):
        return []
    before, after = shared
    made = [_filled((*before, *group, *after), kind, setting, use) for group in groups]
    placements = [placement for placement in made if placement]
    if len(placements) < len(groups):
        return []
    spoken = {word: "count" for item in (*shape.before, *shape.after) for word in item.words}
    placements[0].roles = spoken | placements[0].roles  # with how many there are
    return _settled(placements, (*before, *after), groups)


def _settled(placements: list[Placement], shared: Group, groups: list[Group]) -> list[Placement]:
    said = any(placement.noun_said for placement in placements)
    for placement, group in zip(placements, groups, strict=True):
        placement.noun_said = said
        placement.kin = placements
        left = uncoordinated(shared, [placement]) + unlisted((*group, *shared), placement)
        if left or in_brackets(shared, [placement]) or not placement.complete:
            return []
        placement.settle()
    return placements


def _alike(groups: tuple[Group, ...]) -> list[Group]:
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


def _filled(
    items: tuple[Item, ...], kind: KindSpec, setting: Setting, use: VerbUse
) -> Placement | None:
    placement = Placement(kind, setting, use)
    return placement if all(placement.place(item) for item in items) else None


def _fields(placement: Placement) -> set[str]:
    """The fields that were filled, the object among them."""
    given = set(placement.use.gives) if placement.use else set()
    return (
        set(placement.values) - given
        | ({placement.own} if placement.objects else set())
        | ({placement.kind.product} if placement.products else set())
    )


def _of_one_thing(alone: list[Placement | None], fields: frozenset[str]) -> bool:
    """Whether each group names one thing and says something about it."""
    one = all(
        placement is not None
        and len(placement.objects) <= 1
        and len(placement.products) <= 1
        and placement.object_said
        for placement in alone
    )
    return one and len(fields) >= FEWEST


def _without_total(
    shape: Shape, fields: frozenset[str], kind: KindSpec
) -> tuple[Group, Group] | None:
    """What is shared, without how many things there are ("인스턴스 두 개", "둘 다"), which must be
    right; None if it is not."""
    said = [item for item in (*shape.before, *shape.after) if item.sort == "both"]
    apart = any(item.ids[0] == "each" for item in said)
    total = len(shape.groups)
    if any(item.ids[0] not in ("0", "each", str(total)) for item in said):
        return None
    counts = [item for item in (*shape.before, *shape.after) if item.sort == "count"]
    counted = {field.name for field in kind.fields if field.counted}
    drop = list(said)
    if counts and not (apart or counts[0].counter == "each"):
        if counts[0].values[0].number != total or counted & fields:
            return None
        drop += counts
    kept = [tuple(i for i in part if i not in drop) for part in (shape.before, shape.after)]
    return kept[0], kept[1]


def _apart(
    shared: tuple[Group, Group],
    fields: frozenset[str],
    kind: KindSpec,
    setting: Setting,
    use: VerbUse,
) -> bool:
    """Whether what is shared says nothing that the groups say themselves."""
    placement = _filled((*shared[0], *shared[1]), kind, setting, use)
    return placement is not None and not _fields(placement) & fields
