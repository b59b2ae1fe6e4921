"""Finds the kinds of operation that all phrases of a clause fit.

Called by ``rules`` for each clause, target and way to cut the words. A clause may have several
objects of different kinds ("디플로이먼트와 서비스"); then each phrase goes to the object that it
stands with. An attempt in which any phrase has no place is no attempt.
"""

import msgspec

from kiki.model.vocabulary import KindSpec, NounUse
from kiki.understand.phrases import Item
from kiki.understand.place import Placement, Setting

_HEAD_LINKS = ("plain", "obj", "subj", "topic", "also")


class Attempt(msgspec.Struct):
    """One reading of a clause: its operations, how sure their kinds are, and the words left."""

    placements: list[Placement]
    noun_said: bool = True
    noun_missing: bool = False
    left: tuple[int, ...] = ()


def attempts(
    items: tuple[Item, ...], verb: str, kinds: tuple[KindSpec, ...], setting: Setting
) -> list[Attempt]:
    """Every reading of *items* under *verb*; with words left over only if there is none without."""
    uses = {kind.id: use.noun for kind in kinds for use in kind.verbs if use.verb == verb}
    usable = tuple(kind for kind in kinds if kind.id in uses)
    heads = _heads(items, usable, setting)
    if len(heads) > 1:
        joint = _joint(items, heads, usable, setting)
        return [_judged(joint, uses)] if joint else []
    single = [_single(items, kind, setting) for kind in usable]
    whole = [attempt for attempt in single if not attempt.left]
    return [_judged(attempt, uses) for attempt in whole or single]


def _single(items: tuple[Item, ...], kind: KindSpec, setting: Setting) -> Attempt:
    placement = Placement(kind, setting)
    left: list[int] = []
    for index, item in enumerate(items):
        following = items[index + 1] if index + 1 < len(items) else None
        previous = items[index - 1] if index else None
        if item.sort == "skip" or not placement.place(item, following, previous):
            left += item.words
    placement.settle()
    return Attempt([placement], left=tuple(left))


def _judged(attempt: Attempt, uses: dict[str, NounUse]) -> Attempt:
    """Say whether each kind was asked for clearly enough."""
    attempt.noun_said = all(placement.noun_said for placement in attempt.placements)
    attempt.noun_missing = any(not _clear(p, uses[p.kind.id]) for p in attempt.placements)
    return attempt


def _clear(placement: Placement, use: NounUse) -> bool:
    if placement.noun_said or use == "optional":
        return True
    said = bool(placement.objects or placement.products)
    if use == "known":
        return placement.all_known and (said or bool(placement.kind.shares))
    if use == "object":
        return bool(placement.objects)
    return use == "target" and placement.target_said and said


# -- several objects in one clause --------------------------------------------------------------


def _heads(items: tuple[Item, ...], kinds: tuple[KindSpec, ...], setting: Setting) -> list[int]:
    """Where the nouns of different objects are: those that are no property of another one."""
    found = [index for index, item in enumerate(items) if _is_head(item, kinds, setting)]
    heads = [index for index in found if not _belongs(index, found, items, kinds)]
    return heads or found[:1]


def _is_head(item: Item, kinds: tuple[KindSpec, ...], setting: Setting) -> bool:
    links = (*_HEAD_LINKS, "with", "of", "inst") if setting.code else _HEAD_LINKS
    if item.sort != "noun" or item.link not in links:
        return False
    return any(set(item.ids) & set(kind.nouns) for kind in kinds)


def _belongs(
    index: int, heads: list[int], items: tuple[Item, ...], kinds: tuple[KindSpec, ...]
) -> bool:
    """Whether a noun is a property of another head in the same part of the clause."""
    item = items[index]
    segment = _segment(index, items)
    others = [other for other in heads if other != index and other in segment]
    for other in others:
        if set(items[other].ids) == set(item.ids):
            continue
        for kind in kinds:
            if not set(items[other].ids) & set(kind.nouns) or set(item.ids) & set(kind.nouns):
                continue
            if _property(item, kind):
                return True
    return False


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
    while first > 0 and not (items[first - 1].joined or items[first - 1].sort == "join"):
        first -= 1
    while last + 1 < len(items) and not (items[last].joined or items[last + 1].sort == "join"):
        last += 1
    return range(first, last + 1)


def _joint(
    items: tuple[Item, ...], heads: list[int], kinds: tuple[KindSpec, ...], setting: Setting
) -> Attempt | None:
    """One operation for each head, and every phrase with the head that it belongs to."""
    chosen = [_kind_of(items[head], kinds) for head in heads]
    if any(kind is None for kind in chosen):
        return None
    if len({_segment(head, items).start for head in heads}) < len(heads):
        return None
    placements = [Placement(kind, setting) for kind in chosen if kind is not None]
    left: list[int] = []
    for index, item in enumerate(items):
        if not _place_near(index, item, items, heads, placements, setting):
            left += item.words
    _spread(placements)
    for placement in placements:
        placement.settle()
    return Attempt(placements, left=tuple(left))


def _kind_of(item: Item, kinds: tuple[KindSpec, ...]) -> KindSpec | None:
    having = [kind for kind in kinds if set(kind.nouns) & set(item.ids)]
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
    following = items[index + 1] if index + 1 < len(items) else None
    previous = items[index - 1] if index else None
    order = [heads.index(index)] if index in heads else _nearest(index, items, heads, setting)
    return any(placements[head].place(item, following, previous) for head in order)


def _nearest(
    index: int, items: tuple[Item, ...], heads: list[int], setting: Setting
) -> list[int]:
    """Numbers of the heads, the one that a phrase at *index* belongs to first.

    Within its segment a phrase belongs to the segment's head; else to the next head in Korean,
    where what describes a noun stands before it, and to the one before in English.
    """
    segment = _segment(index, items)
    inside = [number for number, head in enumerate(heads) if head in segment]
    after = [number for number, head in enumerate(heads) if head > index]
    before = [number for number, head in reversed(list(enumerate(heads))) if head < index]
    order = inside + (after + before if setting.korean else before + after)
    return list(dict.fromkeys(order))


def _spread(placements: list[Placement]) -> None:
    """What holds for the whole clause (a namespace) holds for each of its objects."""
    for giver in placements:
        for field in giver.kind.fields:
            if not field.spread or field.name not in giver.values:
                continue
            for taker in placements:
                names = {other.name for other in taker.kind.fields if other.spread}
                if field.name in names and field.name not in taker.values:
                    taker.values[field.name] = giver.values[field.name]
                    taker.sources[field.name] = giver.sources[field.name]
