"""Finds the kinds of operation that all phrases of a clause fit.

Called by ``rules`` for each clause, target and way to cut the words. A clause may have several
objects of different kinds ("디플로이먼트와 서비스"); then each phrase goes to the object that it
stands with. An attempt in which any phrase has no place is no attempt.
"""

import msgspec

from kiki.model.vocabulary import KindSpec, NounUse, VerbUse
from kiki.understand.each import each_own
from kiki.understand.filling import OBJECT_LINKS, Setting
from kiki.understand.hosts import may_be
from kiki.understand.joining import in_brackets, join, joined, shown, uncoordinated, unlisted
from kiki.understand.phrases import Item
from kiki.understand.place import Placement

# Uses of a verb that nobody means without the noun (or the target).
_UNLIKELY = ("required", "placed", "shared")


class Attempt(msgspec.Struct):
    """One reading of a clause: its operations, how sure their kinds are (*guessable*: without the
    noun that is missing it could still be meant), and the words left."""

    placements: list[Placement]
    noun_said: bool = True
    noun_missing: bool = False
    guessable: bool = True
    left: tuple[int, ...] = ()
    unplaced: tuple[Item, ...] = ()  # the phrases that are left
    places: bool = False  # they all say where: "node1에"


def attempts(
    items: tuple[Item, ...],
    verb: str,
    kinds: tuple[KindSpec, ...],
    setting: Setting,
    *,
    explain: bool,
) -> list[Attempt]:
    """Every reading of *items* under *verb*; with words left over only if there is none without,
    and only to *explain* what could not be read."""
    uses = {kind.id: use for kind in kinds for use in kind.verbs if use.verb == verb}
    said = {word for item in items for word in item.ids}
    if any(item.link in ("loc", "to", "inst") for item in items):
        said.add("where")
    usable = tuple(
        kind for kind in kinds if kind.id in uses and {uses[kind.id].needs} <= {"", *said}
    )
    heads = _heads(items, usable, setting)
    if len(heads) > 1:
        joint = _joint(items, heads, usable, setting, uses)
        if joint is None or joint.left:
            apart = _apart(items, usable, setting, uses)
            joint = apart[0] if apart else joint
        return [_judged(joint, uses)] if joint and (explain or not joint.left) else []
    single = [_single(items, kind, setting, uses[kind.id], explain=explain) for kind in usable]
    whole = [attempt for attempt in single if not attempt.left]
    whole = whole or _apart(items, usable, setting, uses)
    judged = [_judged(attempt, uses) for attempt in whole or single]
    if not all(item.sort in ("bare", "join", "stop", "fill") for item in items):
        # "add kim to group wheel": with more said than a name, a missing noun is no small thing.
        for attempt in judged:
            if not attempt.guessable:
                attempt.left = attempt.left or _said(items)
    return judged if explain else [attempt for attempt in judged if not attempt.left]


def _apart(
    items: tuple[Item, ...],
    kinds: tuple[KindSpec, ...],
    setting: Setting,
    uses: dict[str, VerbUse],
) -> list[Attempt]:
    """The readings in which each thing has values of its own."""
    made = (each_own(items, kind, setting, uses[kind.id]) for kind in kinds)
    return [Attempt(placements) for placements in made if placements]


def _said(items: tuple[Item, ...]) -> tuple[int, ...]:
    return tuple(word for item in items if item.values for word in item.words)


def _single(
    items: tuple[Item, ...], kind: KindSpec, setting: Setting, use: VerbUse, *, explain: bool
) -> Attempt:
    placement = Placement(kind, setting, use)
    left: list[int] = []
    unplaced: list[Item] = []
    for index, item in enumerate(items):
        following = _counted_by(items, index)
        lists = _lists_places(item, items, setting) and not placement.goes_on(item)
        if lists or item.sort == "skip" or not placement.place(item, following):
            left += item.words
            unplaced.append(item)
            if not explain:
                return Attempt([placement], left=tuple(left))
    placed = tuple(item for item in items if item not in unplaced)
    left += uncoordinated(placed, [placement]) + unlisted(placed, placement)
    placement.settle()
    left += in_brackets(items, [placement])
    if placement.pronoun and (placement.objects or placement.products):
        left += [word for item in items if item.sort == "pronoun" for word in item.words]
    if not placement.complete:
        left += [word for item in items if item.sort in ("noun", "bare") for word in item.words]
    places = (
        bool(setting.target.places)
        and _together(unplaced, items)
        and all(
            _says_where(item, setting) or _lists_places(item, items, setting) for item in unplaced
        )
    )
    return Attempt(
        [placement],
        left=tuple(left),
        unplaced=tuple(unplaced),
        places=places and bool(unplaced) and set(left) == _words(unplaced),
    )


def _counted_by(items: tuple[Item, ...], index: int) -> Item | None:
    """What follows the phrase at *index*, past values whose form says what they are: "two m1.small
    rocky-9 servers"."""
    rest = (item for item in items[index + 1 :] if not (shown(item) and item.link == "plain"))
    return next(rest, None)


def _words(items: list[Item]) -> set[int]:
    return {word for item in items for word in item.words}


def _says_where(item: Item, setting: Setting) -> bool:
    places = set(item.ids) & set(setting.target.places)
    path = item.sort == "bare" and item.values[0].text.startswith("/")
    return item.link in ("loc", "to") and ((item.sort == "bare" and not path) or bool(places))


def _lists_places(item: Item, items: tuple[Item, ...], setting: Setting) -> bool:
    """As node1 in "node1과 node2에", node2 in "on node1 and node2": no product, and of a list of
    which one says where."""
    if not setting.target.places or item.sort != "bare" or not may_be(item.values[0]):
        return False
    real = [one for one in items if one.sort != "join"]
    place = real.index(item)
    if setting.korean:
        following = real[place + 1] if place + 1 < len(real) else None
        if following is None or item.link != "plain" or not joined(items, item):
            return False
        return _where(following, setting) or _lists_places(following, items, setting)
    before = real[place - 1] if place else None
    if before is None or item.link != "plain" or not joined(items, before):
        return False
    return _where(before, setting) or _lists_places(before, items, setting)


def _together(unplaced: list[Item], items: tuple[Item, ...]) -> bool:
    """Whether nothing stands between *unplaced*: "on web1 and redis on db1" names two places."""
    real = [one for one in items if one.sort != "join"]
    places = [real.index(item) for item in unplaced]
    return not places or places[-1] - places[0] == len(places) - 1


def _where(item: Item, setting: Setting) -> bool:
    return bool(item.values) and _says_where(item, setting)


def _judged(attempt: Attempt, uses: dict[str, VerbUse]) -> Attempt:
    """Say whether each kind was asked for clearly enough."""
    attempt.noun_said = all(placement.noun_said for placement in attempt.placements)
    unclear = [p for p in attempt.placements if not _clear(p, uses[p.kind.id].noun)]
    attempt.noun_missing = bool(unclear)
    attempt.guessable = all(uses[p.kind.id].noun not in _UNLIKELY for p in unclear)
    return attempt


def _clear(placement: Placement, use: NounUse) -> bool:
    if placement.noun_said:
        return True
    said = placement.object_said
    if use == "optional":
        return said or bool(placement.kind.shares) or not placement.needs_object
    if use == "known":
        return placement.all_known and (said or bool(placement.kind.shares))
    if use == "shared":
        return not said and bool(placement.kind.shares)
    if use == "object":
        return bool(placement.objects)
    return use in ("target", "placed") and placement.target_said and said


# -- several objects in one clause --------------------------------------------------------------


def _heads(items: tuple[Item, ...], kinds: tuple[KindSpec, ...], setting: Setting) -> list[int]:
    """Where the nouns of different objects are: those that are no property of another one."""
    found = [index for index, item in enumerate(items) if _is_head(item, kinds, setting)]
    heads = [index for index in found if not _belongs(index, found, items, kinds)]
    return heads or found[:1]


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
    while first > 0 and not (items[first - 1].joined or items[first - 1].sort in ("join", "stop")):
        first -= 1
    while last + 1 < len(items) and not (
        items[last].joined or items[last + 1].sort in ("join", "stop")
    ):
        last += 1
    return range(first, last + 1)


def _joint(
    items: tuple[Item, ...],
    heads: list[int],
    kinds: tuple[KindSpec, ...],
    setting: Setting,
    uses: dict[str, VerbUse],
) -> Attempt | None:
    """One operation for each head, and every phrase with the head that it belongs to."""
    chosen = [_kind_of(items[head], kinds) for head in heads]
    if any(kind is None for kind in chosen):
        return None
    if len({_segment(head, items).start for head in heads}) < len(heads):
        return None
    placements = [Placement(kind, setting, uses[kind.id]) for kind in chosen if kind]
    left: list[int] = []
    for index, item in enumerate(items):
        if not _place_near(index, item, items, heads, placements, setting):
            left += item.words
    left += uncoordinated(items, placements) + in_brackets(items, placements)
    for placement in placements:
        placement.kin = [other for other in placements if other.kind is placement.kind]
        left += unlisted(items, placement)
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
    following = _counted_by(items, index)
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
