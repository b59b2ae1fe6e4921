"""Finds the kinds of operation that all phrases of a clause fit.

Called by ``target_reading`` for each clause and way to cut the words. Several objects of different
kinds are read by ``joints``, several of one kind with values of their own by ``each``. An attempt
in which any phrase has no place is no attempt.
"""

from itertools import pairwise

from kiki.model.vocabulary import KindSpec, NounUse, VerbUse
from kiki.understand.attempt import ANY, Attempt, single
from kiki.understand.changes import RAISES
from kiki.understand.each import possible
from kiki.understand.english_each import EnglishEach
from kiki.understand.filling import OBJECT_LINKS, Setting
from kiki.understand.joining import join
from kiki.understand.joints import heads_of, joint_of, with_things
from kiki.understand.korean_each import KoreanEach
from kiki.understand.parts import UNSAID, WANTED
from kiki.understand.phrases import Item
from kiki.understand.place import Placement
from kiki.understand.raising import raises, said_of_change
from kiki.understand.shapes import fits
from kiki.understand.unsaid import asks, is_new, is_there
from kiki.understand.values import shape_of


def use_of(kind: KindSpec, verb: str) -> VerbUse | None:
    """What *verb* asks of *kind*; "i need" asks for what "create" does, unless it has its own."""
    asked = (verb, "create") if verb == WANTED else (verb,)
    found = (use for name in asked for use in kind.verbs if use.verb == name)
    return next(found, None)


# Uses of a verb that nobody means without the noun (or the target).
_UNLIKELY = ("required", "placed", "shared", "said", "shown")


def attempts(
    items: tuple[Item, ...],
    verb: str,
    kinds: tuple[KindSpec, ...],
    uses: dict[str, VerbUse],
    setting: Setting,
    *,
    explain: bool,
    most: float = ANY,
) -> list[Attempt]:
    """Every reading of *items* under *verb*, which has *uses* for all *kinds*; with words left over
    only if there is none without, and only to *explain* what could not be read. Of those with more
    than *most* left, or more than another has, not all need be told."""
    said = {word for item in items for word in item.ids}
    if any(item.link in ("loc", "to", "inst") for item in items):
        said.add("where")
    if any(item.link == "member" for item in items):
        said.add("member")
    if "package" in said:
        said.add("where")  # "we need the package jq": where packages are
    if any(item.sort == "noun" and item.link in ("inst", "as") for item in items):
        said.add("becomes")
    if "db_user" in said:
        said.add("db")  # "DB 사용자": whose user it is, stands in the word
    if any(value.form == "time" for item in items for value in item.values):
        said.add("when")
    if "unit" in said:
        said.add("as_service")  # "systemd 서비스로"
    said.add("image_named" if any(map(_names_image, items)) else "no_image_named")
    if "at_end" in said or any(_into(item) for item in items):
        said.add("into")
    if "floating_ip" in said and any(map(_names_address, items)):
        said.add("address_named")
    if is_new(items, setting):
        said.add("new")
    said |= said_of_change(items, verb, setting)
    usable = tuple(
        kind
        for kind in kinds
        if uses[kind.id].needs in ("", *said) or _goes_with(kind, said, setting)
    )
    if raises(items, verb, setting):
        usable = tuple(kind for kind in usable if uses[kind.id].needs == RAISES)
    usable = tuple(kind for kind in usable if not kind.topics or said.intersection(kind.topics))
    usable = tuple(kind for kind in usable if not (kind.uncounted and _counts(items, kind)))
    usable = tuple(kind for kind in usable if not (kind.alone and _names_more(items, kind, kinds)))
    items = with_things(items, usable)
    heads = heads_of(items, usable, setting)
    read = _read_of(items, usable, setting, uses) if len(heads) > 1 else []
    if read:
        return [_judged(attempt, uses) for attempt in read]
    if len(heads) > 1:
        made = joint_of(items, heads, usable, setting, uses)
        joint = Attempt(made[0], left=tuple(made[1])) if made else None
        if joint is None or joint.left:
            joint = next(iter(_apart(items, usable, setting, uses)), joint)
        if joint and verb == UNSAID and not asks(items, joint.placements, setting):
            joint.left = joint.left or _said(items)
        return [_judged(joint, uses)] if joint and (explain or not joint.left) else []
    alone: list[Attempt] = []
    for kind in usable:
        alone.append(single(items, kind, setting, uses[kind.id], explain=explain, most=most))
        most = min(most, len(alone[-1].left) or most)
    if not any(not (one.left or one.has_problem) for one in alone):
        alone += _apart(items, usable, setting, uses)
    for attempt in alone if verb == UNSAID else ():
        if not asks(items, attempt.placements, setting):
            attempt.left = attempt.left or _said(items)
    whole = [attempt for attempt in alone if not attempt.left]
    judged = [_judged(attempt, uses) for attempt in whole or alone]
    if not items:  # "해줘": nothing says what
        judged = [one for one in judged if not (one.noun_missing and _only_said(one, uses))]
    for attempt in judged if verb == WANTED and is_there(items, setting) else ():
        if attempt.noun_missing:
            attempt.left = attempt.left or _said(items)
    if not all(item.sort in ("bare", "join", "stop", "fill") for item in items):
        # "add kim to group wheel": with more said than a name, a missing noun is no small thing.
        for attempt in judged:
            if not attempt.guessable:
                attempt.left = attempt.left or _said(items)
    return judged if explain else [attempt for attempt in judged if not attempt.left]


def _read_of(
    items: tuple[Item, ...],
    kinds: tuple[KindSpec, ...],
    setting: Setting,
    uses: dict[str, VerbUse],
) -> list[Attempt]:
    """As in "the logs of the web deployment in namespace demo": what is looked at is often named by
    several things' nouns. Only whole readings as one look count, in which nothing is said twice."""
    alone = (
        single(items, kind, setting, uses[kind.id], explain=False) for kind in kinds if kind.reads
    )
    return [one for one in alone if not (one.left or one.has_problem)]


def _names_more(items: tuple[Item, ...], alone: KindSpec, kinds: tuple[KindSpec, ...]) -> bool:
    """As in "계정 kim(그룹 wheel)": whether something is named of which *alone*'s noun is a
    property: of what "and" joins it to it is none."""
    others = {noun for kind in kinds for noun in kind.nouns} - set(alone.nouns)
    named = any(others.intersection(item.ids) for item in items)
    return named and not any(
        _and(items, item, after, set(alone.nouns), others)
        for item, after in pairwise(one for one in items if one.sort not in ("join", "fill"))
    )


def _and(
    items: tuple[Item, ...], item: Item, after: Item, mine: set[str], others: set[str]
) -> bool:
    """Whether a thing of *mine* and one of *others*, each with its name, are joined by "and"."""
    things = all(one.values and one.link in OBJECT_LINKS for one in (item, after))
    if not things or join(items, item) != "and":
        return False
    first, second = set(item.ids), set(after.ids)
    return bool((first & mine and second & others) or (first & others and second & mine))


def _names_image(item: Item) -> bool:
    """As in "nginx 컨테이너", "quay.io/app:1 컨테이너": what a new one can be made of."""
    return "image" in item.ids or any(v.product or shape_of(v) == "image" for v in item.values)


def _names_address(item: Item) -> bool:
    """As in "플로팅 IP 203.0.113.5": one that is there."""
    return any(fits("address", value.text) for value in item.values)


def _counts(items: tuple[Item, ...], kind: KindSpec) -> bool:
    """As in "nginx 파드 3개", "3 nginx pods": more than one of what *kind* makes."""
    counts = (item for item in items if item.sort == "count" or set(item.ids) & set(kind.nouns))
    numbers = [value.number for item in counts for value in item.values]
    return any(number not in (None, 1) for number in numbers)


def _into(item: Item) -> bool:
    """As in "/etc/hosts 파일에", "to /etc/hosts": a path that something goes to."""
    return item.link in ("loc", "to") and any(value.text.startswith("/") for value in item.values)


def _only_said(attempt: Attempt, uses: dict[str, VerbUse]) -> bool:
    return any(uses[placement.kind.id].noun == "said" for placement in attempt.placements)


def _apart(
    items: tuple[Item, ...],
    kinds: tuple[KindSpec, ...],
    setting: Setting,
    uses: dict[str, VerbUse],
) -> list[Attempt]:
    """The readings as several things of one kind, each with values of its own."""
    each = KoreanEach if setting.korean else EnglishEach
    if not possible(items):
        return []
    made = (each(items, kind, setting, uses[kind.id]).read() for kind in kinds)
    return [attempt for attempt in made if attempt]


def _said(items: tuple[Item, ...]) -> tuple[int, ...]:
    return tuple(word for item in items if item.values for word in item.words)


def _goes_with(kind: KindSpec, said: set[str], setting: Setting) -> bool:
    """As in "nginx 디플로이먼트 만들고 서비스는 80으로 열어줘": what is named is about what was
    asked for before, so that nothing else can be meant."""
    origins = {origin.kind for field in kind.fields for origin in field.sources} - {"", kind.id}
    return bool(origins & setting.before) and bool(set(kind.nouns) & said)


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
    if use == "said" and placement.of_named_cloud:
        return True
    if use == "optional":
        return said or bool(placement.kind.shares) or not placement.needs_object
    if use == "known":
        return placement.all_known and (said or bool(placement.kind.shares))
    if use == "shared":
        return not said and bool(placement.kind.shares)
    if use == "object":
        return bool(placement.objects)
    if use in ("shown", "placed", "target") and placement.shown:
        return True
    return use in ("target", "placed") and placement.target_said and said
