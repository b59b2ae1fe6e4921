"""Requests without a verb: "a redis deployment with 2 replicas", "web deployment, nginx:1.27".

Called by ``interpret`` for clauses that only name things. They ask for something to be made if it
is named as a new thing ("a", "new") or if it is said how it is to be; where it is to be is not
enough, and what is named as known ("the web deployment") is there already.
"""

from collections.abc import Iterable

from kiki.understand.filling import Setting
from kiki.understand.phrases import Item
from kiki.understand.place import Placement

_KNOWN = frozenset((
    "the", "this", "that", "these", "those", "my", "our", "your", "its", "their", "existing",
))  # fmt: skip
_NEW = frozenset(("a", "an", "new", "another"))


def is_new(items: tuple[Item, ...], setting: Setting) -> bool:
    """Whether the first noun comes with "a" or "new"."""
    first = next((item for item in items if item.sort == "noun"), None)
    return first is not None and bool(_beside(first, setting) & _NEW)


def asks(items: tuple[Item, ...], placements: Iterable[Placement], setting: Setting) -> bool:
    """Whether *items*, which *placements* took, ask for something to be made."""
    placements = tuple(placements)
    if any(_beside(item, setting) & _KNOWN for item in items if _is_thing(item, placements)):
        return False
    if any(placement.doubts for placement in placements):
        return False  # "broken web deployment, 3 replicas": no name, perhaps
    if any(_tells(item) for item in items):
        return False  # "deployment wanted": no name, either
    if len(placements) == 1 and placements[0].pronoun:
        return False  # "a service for it": for what?
    return is_new(items, setting) or any(_says_how(placement) for placement in placements)


def _tells(item: Item) -> bool:
    """Whether a value that nothing announces may say what became of a thing: wanted, crashed."""
    announced = item.link == "name" or item.inner in ("name", "cop")
    return not announced and any(
        value.text.isalpha() and value.text.lower().endswith("ed") and not value.quoted
        for value in item.values
    )


def _is_thing(item: Item, placements: tuple[Placement, ...]) -> bool:
    """Whether *item* names what is to be made, or says what it is made of."""
    nouns = {noun for placement in placements for noun in placement.kind.nouns}
    roles = {f"field:{name}" for p in placements for name in (p.own, p.kind.product)}
    words = [word for value in item.values for word in value.words]
    return (item.sort == "noun" and bool(set(item.ids) & nouns)) or any(
        p.roles.get(word) in roles for p in placements for word in words
    )


def _beside(item: Item, setting: Setting) -> set[str]:
    return {setting.words[index].text.lower() for index in item.words}


def _says_how(placement: Placement) -> bool:
    """Whether anything is said but what it is called and where it is to be."""
    named = {placement.own, "" if placement.products else placement.kind.product}
    product = placement.kind.product
    return any(
        field.name in placement.values
        and not field.spread
        and (field.name not in named or (field.name == product and product in placement.explicit))
        for field in placement.kind.fields
    )
