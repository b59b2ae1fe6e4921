"""What "and", commas and brackets join, and what they can't.

Called by ``interpret`` with phrases that have their places: words that are joined to something of
another sort are left over.
"""

from itertools import pairwise
from typing import Literal

from kiki.understand.filling import OBJECT_LINKS
from kiki.understand.lexer import Word
from kiki.understand.phrases import Item
from kiki.understand.place import Placement
from kiki.understand.values import Value, shape_of

SURE_LIST = 3  # as many names of packages without a comma are a list
# Whose names stand beside each other as they do in their file: "10.0.0.5 db1.lab db1".
_LISTED = ("hostname", "kernel", "server", "site")
_SOURCES = ("from", "of", "with", "inst")  # links of what something is made of
Join = Literal["and", "comma", ""]


def in_brackets(items: tuple[Item, ...], placements: list[Placement]) -> list[int]:
    """Words in brackets that are no further properties: "port 80 (8080)", "nginx (httpd)"."""
    words = placements[0].setting.words
    found = [i for i, item in enumerate(items) if item.sort == "stop" and _bracket(words, item)]
    if not found:
        return []
    said = "".join(words[items[i].words[0]].text for i in found)
    if said != "()" or any(item.sort == "skip" for item in items):
        return [word for i in found for word in items[i].words]
    inside = items[found[0] + 1 : found[1]]
    outside = [item for item in items if item not in inside]
    left: list[int] = []
    for placement in placements:
        taken = {field for item in outside for field in fields_of(item, [placement])}
        taken.add(f"field:{placement.own}")
        left += [w for one in inside if fields_of(one, [placement]) & taken for w in one.words]
    return left


def _bracket(words: tuple[Word, ...], item: Item) -> bool:
    return any(words[item.words[0]].has(cls) for cls in ("open", "shut"))


def unlisted(items: tuple[Item, ...], placement: Placement) -> list[int]:
    """Objects that nothing joins: "kim lee" may be one name. Three known packages are a list; two
    may be one thing ("docker registry"), which is asked."""
    kind = placement.kind
    if placement.own and kind.field(placement.own).shape in _LISTED:
        return _two_places(items, placement)
    for item in items if kind.product and kind.several else ():
        if _titles(item, placement, items):
            placement.title(item.values)
    for field in (placement.own, kind.product) if kind.several else (placement.own,):
        having = [item for item in items if f"field:{field}" in fields_of(item, [placement])]
        loose = [pair for pair in pairwise(having) if not _next_joined(items, *pair)]
        for item, after in loose:
            values = (*item.values, *after.values)
            known = all(placement.known(v) or _port(v) for v in values)
            if kind.several or not known:
                return list(after.words)
        sure = all(_protocol_said(value) for item in having for value in item.values)
        if loose and len(having) < SURE_LIST and not sure:
            placement.ask_list()
    return _two_places(items, placement)


def _two_places(items: tuple[Item, ...], placement: Placement) -> list[int]:
    """As in "kim to group dev and lee to group ops": the second place is another one's."""
    lists = {f"field:{field.name}" for field in placement.kind.fields if field.type == "list"}
    real = [item for item in items if item.sort not in ("join", "fill")]
    for item, after in pairwise(real):
        both = fields_of(item, [placement]) & fields_of(after, [placement]) & lists
        if both and item.link == after.link in ("to", "loc") and not joined(items, item):
            return list(after.words)
    return []


def _port(value: Value) -> bool:
    return shape_of(value) == "portspec" or value.form == "digits"


def _protocol_said(value: Value) -> bool:
    """As in "161/udp 514/udp 오픈", which can be but two ports."""
    return "/" in value.text and shape_of(value) == "portspec"


def _titles(item: Item, placement: Placement, items: tuple[Item, ...]) -> bool:
    """As in "registry:2 이미지로 registry 디플로이먼트", "run redis as deployment redis": what
    it is made of is said elsewhere, so a product beside the kind's noun names the thing."""
    beside = bool(set(item.ids) & set(placement.kind.nouns)) and bool(item.values)
    if not beside or not all(value in placement.products for value in item.values):
        return False
    return any(
        other.sort == "noun"
        or (_of_which(other, item) and not joined(items, other) and not joined(items, item))
        for other in items
        if other is not item and f"field:{placement.kind.product}" in fields_of(other, [placement])
    )


def _of_which(other: Item, item: Item) -> bool:
    """Whether *other* says what the thing beside whose noun *item* stands is made of."""
    return item.link == "as" or other.link in _SOURCES


def _next_joined(items: tuple[Item, ...], item: Item, after: Item) -> bool:
    """Whether *after* is what "and" joins to *item*."""
    real = [one for one in items if one.sort not in ("join", "fill")]
    return real.index(after) == real.index(item) + 1 and joined(items, item)


def uncoordinated(items: tuple[Item, ...], placements: list[Placement]) -> list[int]:
    """Words that "and" joins to something of another role: "demo와 prod 네임스페이스" is no list of
    a name and a namespace, "user kim and group devs" no user with a group. Values whose form says
    what they are need no such company."""
    left: list[int] = []
    real = [item for item in items if item.sort not in ("join", "fill")]
    for item, after in pairwise(real):
        how = join(items, item)
        if how and not _belong_together(item, after, how, placements):
            left += [*item.words, *after.words]
    if real and real[-1].joined:
        left += real[-1].words  # "nginx와 설치": with what?
    return left


def _belong_together(item: Item, after: Item, how: Join, placements: list[Placement]) -> bool:
    """Whether two phrases may be joined like this."""
    if fields_of(item, placements) & fields_of(after, placements):
        return True
    if _said(item) or _said(after):  # "deployment web, min 2 and max 10"
        told = _said(item) and _said(after)
        placed = _said(after) and item.link not in OBJECT_LINKS  # "from app:2.0 and min 2"
        return how == "comma" or told or placed or "noun" in (item.sort, after.sort)
    if _announced(item, placements) and _announced(after, placements):
        return True  # "mode 0640 and owner app"
    if item.sort == after.sort == "noun":
        return how == "comma" or not (
            _thing_and_property(item, after, placements)
            or _thing_and_property(after, item, placements)
        )
    if "bare" not in (item.sort, after.sort) or shown(item) or shown(after):
        return True
    if (item.link in ("loc", "to") and not item.values) or after.link == "name":
        return True  # "a namespace, call it demo"
    if how == "comma" and _places_it(item, after, placements):
        return True  # "a vm, flavor m1.medium, on net-ci"
    if how == "comma" and _made_of(item, placements):
        return True  # "deployment web (nginx, 3 replicas)"
    return how == "comma" and item.link not in OBJECT_LINKS


def _said(item: Item) -> bool:
    """Whether *item* names the fields that it fills itself."""
    return any(value.form == "said" for value in item.values)


def _announced(item: Item, placements: list[Placement]) -> bool:
    """Whether *item* only says what a property is to be that a thing is given beside others."""
    known = {f"field:{f.name}" for p in placements for f in p.kind.fields if f.announced}
    found = fields_of(item, placements)
    return bool(found) and found <= known


def _places_it(item: Item, after: Item, placements: list[Placement]) -> bool:
    """Whether *after* says where the thing is to be, after a property of it: no list of the two."""
    own = {f"field:{name}" for p in placements for name in (p.own, p.kind.product)}
    filled = fields_of(item, placements)
    property_of = item.sort == "noun" and bool(item.values) and bool(filled - own)
    return property_of and after.sort == "bare" and after.link == "loc"


def _made_of(item: Item, placements: list[Placement]) -> bool:
    """Whether *item* only says what something that has a name is made of."""
    return any(
        p.objects and item.sort == "bare" and fields_of(item, [p]) == {f"field:{p.kind.product}"}
        for p in placements
    )


def _thing_and_property(thing: Item, other: Item, placements: list[Placement]) -> bool:
    """As in "user kim and group devs", "group devs and user kim": the object, and what would be its
    property."""
    own = {f"field:{name}" for p in placements for name in (p.own, p.kind.product)}
    property_of = fields_of(other, placements) - own
    said = bool(thing.values) and any(set(thing.ids) & set(p.kind.nouns) for p in placements)
    return said and bool(property_of) and other.link in ("plain", "obj")


def join(items: tuple[Item, ...], item: Item) -> Join:
    """What joins *item* to the next one: "and", a comma, or nothing."""
    following = items.index(item) + 1
    between = []
    while following < len(items) and items[following].sort == "join":
        between.append(items[following].link)
        following += 1
    if item.joined or "and" in between:
        return "and"
    return "comma" if between else ""


def joined(items: tuple[Item, ...], item: Item) -> bool:
    """Whether something joins *item* to the next one."""
    return bool(join(items, item))


def shown(item: Item) -> bool:
    """Whether the form of a value by itself says what it is."""
    return item.sort == "bare" and bool(shape_of(item.values[0]))


def counted_by(items: tuple[Item, ...], index: int, target: tuple[str, ...] = ()) -> Item | None:
    """What follows the phrase at *index*, past values whose form says what they are, and past the
    name of the *target*: "two m1.small rocky-9 servers", "two openstack servers"."""
    for item in items[index + 1 :]:
        of_target = item.sort == "noun" and not item.values and bool(set(item.ids) & set(target))
        if not ((shown(item) or of_target) and item.link == "plain"):
            return item
    return None


def fields_of(item: Item, placements: list[Placement]) -> set[str]:
    """The fields that the values of *item* fill."""
    words = [word for value in item.values for word in value.words]
    return {p.roles[word] for p in placements for word in words if word in p.roles}
