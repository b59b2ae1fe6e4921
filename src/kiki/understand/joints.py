"""Several objects in one clause: "디플로이먼트와 서비스", "a deployment with a service".

Called by ``interpret``. Each phrase goes to the object that it stands with; what is said of all of
them goes to each.
"""

import msgspec

from kiki.model.vocabulary import KindSpec, VerbUse
from kiki.understand.english_each import EACH, common
from kiki.understand.filling import OBJECT_LINKS, Setting
from kiki.understand.joining import counted_by, in_brackets, join, uncoordinated, unlisted
from kiki.understand.phrases import Item
from kiki.understand.place import Placement


def with_things(items: tuple[Item, ...], kinds: tuple[KindSpec, ...]) -> tuple[Item, ...]:
    """As in "an nginx deployment with a service on 80": what comes with "a" and is a thing itself
    is joined to what it comes with."""
    if not any(item.link == "with" and item.determined for item in items):
        return items
    made: list[Item] = []
    for item in items:
        before = {id_ for one in made for id_ in one.ids}
        if item.link == "with" and item.determined and _other_thing(item, before, kinds):
            made.append(Item("join", (), cost=0.0, link="and"))
            item = msgspec.structs.replace(item, link="plain")
        made.append(item)
    return tuple(made)


def _other_thing(item: Item, before: set[str], kinds: tuple[KindSpec, ...]) -> bool:
    """Whether *item* is made by another kind than what was named before, and is no property."""
    ids = set(item.ids)
    others = [kind for kind in kinds if set(kind.nouns) & ids]
    mains = [kind for kind in kinds if set(kind.nouns) & before and kind not in others]
    return bool(others and mains) and not any(_property(item, kind) for kind in mains)


def heads_of(items: tuple[Item, ...], kinds: tuple[KindSpec, ...], setting: Setting) -> list[int]:
    """Where the nouns of different objects are: those that are no property of another one."""
    found = [index for index, item in enumerate(items) if _is_head(item, kinds, setting)]
    things = [i for i in found if not any(_counts(items[i], kind) for kind in kinds)]
    found = things or found  # "a caddy deployment, 2 pods"
    heads = [index for index in found if not _belongs(index, found, items, kinds)]
    return found[:1] if not heads or _of_one_thing(heads, items, kinds) else heads


def _of_one_thing(heads: list[int], items: tuple[Item, ...], kinds: tuple[KindSpec, ...]) -> bool:
    """As in "the mode of /srv/x to 0750 and the owner to kim": nouns of different properties that
    are set on the one thing that is named."""
    paths = [value for item in items for value in item.values if value.text.startswith("/")]
    if len(heads) < 2 or len({value.text for value in paths}) > 1:
        return False
    for kind in kinds:
        marked = [_announced_fields(items[head], kind) for head in heads]
        names = [name for found in marked for name in found]
        if all(marked) and len(names) == len(set(names)):
            return True
    return False


def _announced_fields(item: Item, kind: KindSpec) -> list[str]:
    """The properties of *kind* of which *item* is the noun."""
    return [f.name for f in kind.fields if f.announced and set(f.markers) & set(item.ids)]


def _is_head(item: Item, kinds: tuple[KindSpec, ...], setting: Setting) -> bool:
    links = (*OBJECT_LINKS, "with", "of", "inst") if setting.code else OBJECT_LINKS
    if item.sort != "noun" or item.link not in links:
        return False
    return any(set(item.ids) & set(kind.nouns) for kind in kinds)


def _belongs(
    index: int, heads: list[int], items: tuple[Item, ...], kinds: tuple[KindSpec, ...]
) -> bool:
    """Whether a noun is a property of another head in the same part of the clause."""
    item = items[index]
    segment = range(len(items)) if item.inner in ("cop", "topic") else _segment(index, items)
    if _listed_property(index, items):
        segment = range(index)
    others = [other for other in heads if other != index and other in segment]
    others += [other for other in heads if other > index and _announced(other, index, items)]
    for other in others:
        if set(items[other].ids) == set(item.ids):
            continue
        for kind in kinds:
            if not set(items[other].ids) & set(kind.nouns):
                continue
            if set(item.ids) & set(kind.nouns) and not _counts(item, kind):
                continue
            if _property(item, kind):
                return True
    return False


def _listed_property(index: int, items: tuple[Item, ...]) -> bool:
    """As in "a deployment web, image nginx:1.27, namespace demo": no article, after a comma."""
    item = items[index]
    before = index - 1
    while before >= 0 and items[before].sort in ("join", "fill"):
        before -= 1
    comma = before >= 0 and join(items, items[before]) == "comma"
    return comma and not item.determined and bool(item.values) and not item.before


def _counts(item: Item, kind: KindSpec) -> bool:
    """As 파드 beside 디플로이먼트: by itself it names one, beside it how many there are."""
    counted = (field for field in kind.fields if field.counted)
    return any(set(field.markers) & set(item.ids) for field in counted)


def _announced(other: int, index: int, items: tuple[Item, ...]) -> bool:
    """As in "3 replicas, name cache, namespace data: a deployment": what comes with "a" after a
    colon is the thing."""
    return (
        items[other].determined
        and not items[index].determined
        and any(item.sort == "stop" and item.link == "colon" for item in items[index:other])
    )


def _property(item: Item, kind: KindSpec) -> bool:
    ids = set(item.ids)
    marks = any(
        set(field.markers) & ids and item.link in field.links and item.link != "obj"
        for field in kind.fields
    )
    return marks or bool(set(kind.adverbs) & ids)


def _segment(index: int, items: tuple[Item, ...]) -> range:
    """The part of the clause around *index* in which nothing is joined by "and"."""
    first, last = index, index
    while first > 0 and not _divides(first - 1, items):
        first -= 1
    while last + 1 < len(items) and not (items[last].joined or _divides(last + 1, items)):
        last += 1
    return range(first, last + 1)


def _divides(index: int, items: tuple[Item, ...]) -> bool:
    """Whether another part begins at or after *index*; what is in brackets belongs to what is
    before them."""
    if items[index].link in ("open", "shut"):
        return items[index].joined
    brackets = [item.link for item in items[:index] if item.link in ("open", "shut")]
    inside = bool(brackets) and brackets[-1] == "open"
    return not inside and (items[index].joined or items[index].sort in ("join", "stop"))


def joint_of(
    items: tuple[Item, ...],
    heads: list[int],
    kinds: tuple[KindSpec, ...],
    setting: Setting,
    uses: dict[str, VerbUse],
) -> tuple[list[Placement], list[int]] | None:
    """One operation for each head, with every phrase at the head that it belongs to; and the words
    that are left."""
    chosen = [_kind_of(items[head], kinds, uses) for head in heads]
    if any(kind is None for kind in chosen):
        return None
    if len({_segment(head, items).start for head in heads}) < len(heads):
        return None
    placements = [Placement(kind, setting, uses[kind.id]) for kind in chosen if kind]
    left = _place_all(items, heads, placements, setting)
    left += uncoordinated(items, placements) + in_brackets(items, placements)
    for placement in placements:
        placement.kin = [other for other in placements if other.kind is placement.kind]
        left += unlisted(items, placement)
    _spread(placements)
    for placement in placements:
        placement.settle()
    return placements, left


def _place_all(
    items: tuple[Item, ...], heads: list[int], placements: list[Placement], setting: Setting
) -> list[int]:
    """Give every phrase to its head; the words of those that none takes."""
    left: list[int] = []
    shared = [] if setting.korean else common(items)[1]
    for index, item in enumerate(items):
        if item in shared or item.sort == "there" or (shared and item.sort == "both"):
            placed = _place_shared(item, placements)
        else:
            placed = _place_near(index, item, items, heads, placements, setting)
        left += () if placed else item.words
    return left


def _place_shared(item: Item, placements: list[Placement]) -> bool:
    """Give each object what is said of all of them: "both", "there", "..., all on ext-net"."""
    if item.sort == "both":
        placements[-1].roles |= dict.fromkeys(item.words, "both")
        return int(item.ids[0]) in (EACH, 0, sum(one.count for one in placements))
    last = placements[-1].kind
    alike = [one for one in placements if item.sort == "there" or one.kind is last]
    taken = [one.place(item) for one in alike]
    return any(taken) if item.sort == "there" else all(taken)


def _kind_of(item: Item, kinds: tuple[KindSpec, ...], uses: dict[str, VerbUse]) -> KindSpec | None:
    """The one kind that the noun is of; of several, the one that needs what else is named, as a
    user beside a database is one of its users."""
    having = [kind for kind in kinds if set(kind.nouns) & set(item.ids)]
    having = [kind for kind in having if uses[kind.id].needs] or having
    return having[0] if len(having) == 1 else None


def _place_near(
    index: int,
    item: Item,
    items: tuple[Item, ...],
    heads: list[int],
    placements: list[Placement],
    setting: Setting,
) -> bool:
    """Give *item* to the head of its segment, else to the next nearest that takes it."""
    if item.sort == "skip":
        return False
    following = counted_by(items, index)
    order = [heads.index(index)] if index in heads else _nearest(index, items, heads, setting)
    if item.sort == "count" or (item.sort == "bare" and item.link != "loc"):
        order = order[:1]  # "디플로이먼트와 서비스 2개" counts services
    return any(placements[head].place(item, following) for head in order)


def _nearest(index: int, items: tuple[Item, ...], heads: list[int], setting: Setting) -> list[int]:
    """Numbers of the heads, the one that a phrase at *index* belongs to first.

    Within its segment a phrase belongs to the segment's head; else to the next head in Korean,
    where what describes a noun stands before it, and to the one before in English.
    """
    bracket = _bracketed(index, items, heads, setting)
    if bracket:
        return bracket
    segment = _segment(index, items)
    inside = [number for number, head in enumerate(heads) if head in segment]
    after = [number for number, head in enumerate(heads) if head > index]
    before = [number for number, head in reversed(list(enumerate(heads))) if head < index]
    order = inside + (after + before if setting.korean else before + after)
    return list(dict.fromkeys(order))


def _bracketed(
    index: int, items: tuple[Item, ...], heads: list[int], setting: Setting
) -> list[int]:
    """The head right before the bracket that a phrase stands in: "web 디플로이먼트(nginx:1.25)하고
    80 포트 서비스"."""
    opened = [i for i in range(index) if _stops(items[i], "open", setting)]
    shut = opened and any(_stops(items[i], "shut", setting) for i in range(opened[-1], index))
    if not opened or shut:
        return []
    return [number for number, head in enumerate(heads) if head == opened[-1] - 1]


def _stops(item: Item, cls: str, setting: Setting) -> bool:
    return item.sort == "stop" and setting.words[item.words[0]].has(cls)


def _spread(placements: list[Placement]) -> None:
    """What holds for the whole clause (a namespace, "there") holds for each of its objects."""
    if any(placement.there for placement in placements):
        for placement in placements:
            placement.there = any(
                origin.how == "ask" for field in placement.kind.fields for origin in field.sources
            )
    for giver in placements:
        for field in giver.kind.fields:
            if not field.spread or field.name not in giver.values:
                continue
            for taker in placements:
                names = {other.name for other in taker.kind.fields if other.spread}
                if field.name in names and field.name not in taker.values:
                    taker.values[field.name] = giver.values[field.name]
                    taker.sources[field.name] = giver.sources[field.name]
