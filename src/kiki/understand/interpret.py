"""Finds the kinds of operation that all phrases of a clause fit.

Called by ``target_reading`` for each clause and way to cut the words. Several objects of different
kinds are read by ``joints``, several of one kind with values of their own by ``owning`` and
``each``. An attempt
in which any phrase has no place is no attempt.
"""

import msgspec

from kiki.model.vocabulary import KindSpec, NounUse, VerbUse
from kiki.understand.each import each_own
from kiki.understand.filling import Setting
from kiki.understand.hosts import may_be
from kiki.understand.joining import counted_by, in_brackets, joined, uncoordinated, unlisted
from kiki.understand.joints import heads_of, joint_of, with_things
from kiki.understand.owning import parts
from kiki.understand.parts import UNSAID, WANTED
from kiki.understand.phrases import Item
from kiki.understand.place import Placement
from kiki.understand.unsaid import asks, is_new


def use_of(kind: KindSpec, verb: str) -> VerbUse | None:
    """What *verb* asks of *kind*; "i need" asks for what "create" does, unless it has its own."""
    asked = (verb, "create") if verb == WANTED else (verb,)
    found = (use for name in asked for use in kind.verbs if use.verb == name)
    return next(found, None)


# Uses of a verb that nobody means without the noun (or the target).
_UNLIKELY = ("required", "placed", "shared", "said", "shown")


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
    uses = {kind.id: use for kind in kinds if (use := use_of(kind, verb))}
    said = {word for item in items for word in item.ids}
    if any(item.link in ("loc", "to", "inst") for item in items):
        said.add("where")
    if any(item.link == "member" for item in items):
        said.add("member")
    if "package" in said:
        said.add("where")  # "we need the package jq": where packages are
    if is_new(items, setting):
        said.add("new")
    usable = tuple(
        kind for kind in kinds if kind.id in uses and {uses[kind.id].needs} <= {"", *said}
    )
    items = with_things(items, usable)
    heads = heads_of(items, usable, setting)
    if len(heads) > 1:
        made = joint_of(items, heads, usable, setting, uses)
        joint = Attempt(made[0], left=tuple(made[1])) if made else None
        if joint is None or joint.left:
            joint = next(iter(_apart(items, usable, setting, uses)), joint)
        if joint and verb == UNSAID and not asks(items, joint.placements, setting):
            joint.left = joint.left or _said(items)
        return [_judged(joint, uses)] if joint and (explain or not joint.left) else []
    single = [_single(items, kind, setting, uses[kind.id], explain=explain) for kind in usable]
    if not any(_clean(attempt) for attempt in single):
        single += _apart(items, usable, setting, uses)
    for attempt in single if verb == UNSAID else ():
        if not asks(items, attempt.placements, setting):
            attempt.left = attempt.left or _said(items)
    whole = [attempt for attempt in single if not attempt.left]
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
    """The readings as several things of one kind, each with values of its own."""
    if not setting.korean:
        return _each(items, kinds, setting, uses)
    made = (each_own(items, kind, setting, uses[kind.id]) for kind in kinds)
    return [Attempt(placements) for placements in made if placements]


def _said(items: tuple[Item, ...]) -> tuple[int, ...]:
    return tuple(word for item in items if item.values for word in item.words)


def _clean(attempt: Attempt) -> bool:
    return not attempt.left and not any(one.problems for one in attempt.placements)


def _each(
    items: tuple[Item, ...],
    kinds: tuple[KindSpec, ...],
    setting: Setting,
    uses: dict[str, VerbUse],
) -> list[Attempt]:
    """The same in English."""
    found: list[Attempt] = []
    for kind in kinds:
        own = parts(items, kind, setting, uses[kind.id]) or ()
        made = [_single(part, kind, setting, uses[kind.id], explain=False) for part in own]
        if not made or any(attempt.left for attempt in made):
            continue
        placements = [placement for attempt in made for placement in attempt.placements]
        for item in items:
            if not any(word in p.roles for word in item.words for p in placements):
                placements[0].roles |= dict.fromkeys(item.words, item.sort)
        found.append(Attempt(placements))
    return found


def _single(
    items: tuple[Item, ...], kind: KindSpec, setting: Setting, use: VerbUse, *, explain: bool
) -> Attempt:
    placement = Placement(kind, setting, use)
    left: list[int] = []
    unplaced: list[Item] = []
    for index, item in enumerate(items):
        following = counted_by(items, index, setting.target.words)
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


def _words(items: list[Item]) -> set[int]:
    return {word for item in items for word in item.words}


def _says_where(item: Item, setting: Setting) -> bool:
    places = set(item.ids) & set(setting.target.places)
    if item.link == "from" and places and item.values:
        return setting.takes_away  # "remove php from the web servers"
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
    for placement in unclear:
        if uses[placement.kind.id].noun == "said":
            attempt.left = attempt.left or tuple(placement.roles)
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
    if use in ("shown", "placed") and placement.shown:
        return True
    return use in ("target", "placed") and placement.target_said and said
