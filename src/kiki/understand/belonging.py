"""Whether the values of a model's answer stand by the things that they belong to.

Called by ``answer`` when every value has its place. Two values are two items of a list only if the
message lists them: "6000 to 6010" is one value, and in "open 8080. hmm, 9090" the second one is no
further item. Of several things each has the values that stand by it: in "web 2, db 1" no other
assignment is what was said.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, groupby, pairwise
from typing import NamedTuple

from kiki.understand.grounding import RANGES, Said
from kiki.understand.lexer import Word
from kiki.understand.neighbours import Use
from kiki.understand.whole import UnsaidError, quoted
from kiki.understand.wording import Places

_VERBS = ("verb", "vnoun", "vform")
_ALSO = frozenset(("also", "too"))
# What may stand between two items beside the comma: grammar, what the items are, how they count.
_BETWEEN = frozenset((
    "all", "and", "cnt", "det", "fill", "noun", "number_of", "part", "prep", "product", "pronoun",
    "proto",
))  # fmt: skip
_DASHES = frozenset("-–—~")


# From the place of a value, and those of the things, to one of these.
_Step = Callable[[int, dict[int, int]], int]


class _Own(NamedTuple):
    """One value that some of several things have: which of them, and where it was said."""

    owners: frozenset[int]
    use: Use


def require_belonging(said: Said, uses: Sequence[Use]) -> None:
    """UnsaidError for the first value that stands by something else."""
    placed = sorted((use for use in uses if use.offer.start >= 0), key=lambda use: use.offer.start)
    lists = groupby(sorted(placed, key=_list), key=_list)
    found = {key: [*items] for key, items in lists if key[1]}
    for items in found.values():
        _require_list(said, items, [(use.offer.start, use.offer.end) for use in placed])
    for (one, items), (other, others) in combinations(found.items(), 2):
        if one[0] == other[0] and _alternate(items, others):
            shown = quoted(items[0].offer.text)
            raise UnsaidError(f"each has its own {other[1]}: {shown} has not those of others")
    _require_whole_ranges(said, placed)
    _require_protocols(said, placed)
    for kind_id in dict.fromkeys(use.kind.id for use in placed):
        _require_owners([use for use in placed if use.kind.id == kind_id])


def _list(use: Use) -> tuple[int, str]:
    """The list in which a value is an item: operation and field; no field, if it is in none."""
    return use.operation, use.field.name if use.field.type == "list" else ""


# -- lists ----------------------------------------------------------------------------------------


def _require_list(said: Said, items: list[Use], used: Places) -> None:
    places = dict.fromkeys((item.offer.start, item.offer.end) for item in items)
    for (start, end), (following, last) in pairwise(sorted(places)):
        if following < end:
            continue  # one value, said once: "53 tcp and udp"
        inside = [w for w in said.words if end <= w.start and w.end <= following]
        between = [w for w in inside if not any(a < w.end and w.start < b for a, b in used)]
        first = next(w for w in said.words if w.start < end and start < w.end)
        second = [w for w in said.words if w.start < last and following < w.end]
        after = next((w for w in said.words if w.start >= last), None)
        before = next((w for w in reversed(said.words) if w.end <= start), None)
        if _range(before, between) or not _listed(first, between, second[0], after):
            words = quoted(said.message[start:last])
            raise UnsaidError(f"{words} does not list two values")


def _range(before: Word | None, between: list[Word]) -> bool:
    """Whether two values are the ends of one: "between 80 and 90", "80 - 90"."""
    if before is not None and before.text.lower() == "between":
        return True
    return any(word.text in _DASHES for word in between)


def _listed(first: Word, between: list[Word], second: Word, after: Word | None) -> bool:
    """Whether what stands between two values lists them."""
    if any(_adds(word) for word in between) or _added(after):
        return True
    if not between:
        return all(word.sort == "number" or word.has("product") for word in (first, second))
    return any(word.text in (",", "、", "·", "/") for word in between) and all(
        _harmless(word) for word in between
    )


def _adds(word: Word) -> bool:
    """Whether *word* is "and", 랑 or "also"; a comma alone says less."""
    if word.has("part", "and") or word.has("part", "also") or word.text.lower() in _ALSO:
        return True
    return any(s.entry.cls == "and" and s.entry.id != "comma" for s in word.senses)


def _added(after: Word | None) -> bool:
    return after is not None and (after.has("part", "also") or after.text.lower() in _ALSO)


def _harmless(word: Word) -> bool:
    if not word.senses:
        return word.sort == "punct" and word.text not in ".;!?"
    return all(s.entry.cls in _BETWEEN for s in word.senses) and not any(
        s.entry.cls in _VERBS for s in word.senses
    )


def _alternate(items: list[Use], others: list[Use]) -> bool:
    """Whether two lists of one operation stand in each other: "kim wheel, lee docker"."""
    ours, theirs = ([one.offer.start for one in each] for each in (items, others))
    return any(min(ours) < at < max(ours) for at in theirs) and any(
        min(theirs) < at < max(theirs) for at in ours
    )


def _require_whole_ranges(said: Said, placed: list[Use]) -> None:
    """The ends of a range are no values of two fields ("2 to 4 replicas"), but of two that are
    ports, one of which leads to the other ("80 to 8080")."""
    for first, last in pairwise(placed):
        numbers = all(isinstance(use.offer.value, int) for use in (first, last))
        ports = first.field.shape == last.field.shape == "port" and first.field != last.field
        between = said.message[first.offer.end : last.offer.start].strip().lower()
        if numbers and between in RANGES and not ports:
            raise UnsaidError(f"{quoted(said.message[first.offer.start : last.offer.end])} is one")


def _require_protocols(said: Said, placed: list[Use]) -> None:
    """A protocol that was said is that of a port."""
    ports = [str(use.offer.value) for use in placed if use.field.shape == "portspec"]
    for protocol in said.protocols() if ports else ():
        if not any(port.endswith(f"/{protocol}") for port in ports):
            raise UnsaidError(f"{quoted(protocol)} was said, but no port has it")


# -- several things -------------------------------------------------------------------------------


def _require_owners(uses: list[Use]) -> None:
    """Of several things of one kind each has the values that stand by it."""
    things = _things(uses)
    if len(things) < 2:
        return
    for name in dict.fromkeys(use.field.name for use in uses):
        own = [*_owned(uses, name, {*things})]
        if not own or own[0].use.field.name == _object(own[0].use, uses):
            continue
        after, before = (_stands(own, things, step) for step in (_before, _after))
        if not (after or before):
            shown = own[0].use.offer.text
            raise UnsaidError(f"{name} {quoted(shown)} stands by another {own[0].use.kind.id}")


def _object(use: Use, uses: list[Use]) -> str:
    """The field by which things of a kind are told apart: the name, else the image."""
    named = {other.field.name for other in uses}
    return use.kind.object if use.kind.object in named else use.kind.product


def _things(uses: list[Use]) -> dict[int, int]:
    """The operations of one kind that have a thing of their own, with its place, in the order of
    the places. Empty when one of them has none: which is which is then not known."""
    places: dict[int, int] = {}
    for use in uses:
        if use.field.name == _object(use, uses):
            places.setdefault(use.operation, use.offer.start)
    everyone = {use.operation for use in uses}
    if everyone - set(places) or len(set(places.values())) < len(places):
        return {}
    return dict(sorted(places.items(), key=lambda item: item[1]))


def _owned(uses: list[Use], name: str, things: set[int]) -> Iterator[_Own]:
    """The values of the field *name*, each with the things that have it."""
    of_field = [use for use in uses if use.field.name == name and use.operation in things]
    for place in dict.fromkeys(use.offer.start for use in of_field):
        here = [use for use in of_field if use.offer.start == place]
        yield _Own(frozenset(use.operation for use in here), here[0])


def _stands(own: list[_Own], things: dict[int, int], step: _Step) -> bool:
    """Whether every value stands by its owner, looking one way from the values; what several have
    stands outside of them all, or in the last place of those that have it."""
    for one in own:
        place = one.use.offer.start
        outside = place < min(things.values()) or place > max(things.values())
        if len(one.owners) == len(things):
            if not outside:
                return False
        elif {step(place, things)} != one.owners or (outside and _anyones(own, one, things)):
            return False
    return True


def _anyones(own: list[_Own], one: _Own, things: dict[int, int]) -> bool:
    """Whether a value at the edge may be meant for all: the others have none of that sort, and it
    does not count."""
    having = frozenset[int]().union(*(each.owners for each in own))
    return not one.use.field.counted and len(having) < len(things)


def _before(place: int, things: dict[int, int]) -> int:
    """The thing that stands before a value; -1 for none."""
    return next((n for n, at in reversed([*things.items()]) if at < place), -1)


def _after(place: int, things: dict[int, int]) -> int:
    """The thing that stands after a value; -1 for none."""
    return next((n for n, at in things.items() if at > place), -1)
