"""One way to read a clause: the operations that its phrases make, and the words that are left.

Made by ``interpret``. Phrases that say where on hosts ("node1에") are left, and marked so.
"""

import msgspec

from kiki.model.vocabulary import KindSpec, VerbUse
from kiki.understand.filling import OBJECT_LINKS, Setting
from kiki.understand.hosts import may_be
from kiki.understand.joining import counted_by, in_brackets, joined, uncoordinated, unlisted
from kiki.understand.phrases import Item
from kiki.understand.place import Placement

ANY = float("inf")  # however many words are left


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

    @property
    def has_problem(self) -> bool:
        """Whether something that was said can't be so."""
        return any(placement.problems for placement in self.placements)

    @property
    def empty(self) -> bool:
        """As in "확인해줘": a verb that says nothing without the noun that is missing."""
        bare = not self.left and not any(one.object_said for one in self.placements)
        return bare and self.noun_missing


def single(
    items: tuple[Item, ...],
    kind: KindSpec,
    setting: Setting,
    use: VerbUse,
    *,
    explain: bool,
    most: float = ANY,
) -> Attempt:
    """*items* as one operation of *kind*; all words left only to *explain* why it is none, and no
    more than one over *most* where they can't all say where. What is left may be whose it is: "n1의
    nginx 재시작해줘"."""
    made = _single(items, kind, setting, use, explain=explain, most=most)
    if not explain or not made.left or made.places or not setting.target.places:
        return made
    beside = _hosts_beside(items, setting)
    if not beside:
        return made
    owned = _single(items, kind, setting, use, explain=True, most=most, beside=beside)
    return owned if owned.places else made


def _single(
    items: tuple[Item, ...],
    kind: KindSpec,
    setting: Setting,
    use: VerbUse,
    *,
    explain: bool,
    most: float,
    beside: tuple[Item, ...] = (),
) -> Attempt:
    """*items* as one operation of *kind* on the hosts that *beside* names."""
    placement = Placement(kind, setting, use)
    left: list[int] = []
    unplaced: list[Item] = []
    may_be_places = True
    for index, item in enumerate(items):
        following = None
        if item.sort == "count":
            following = counted_by(items, index, setting.target.words)
        lists = _lists_places(item, items, setting) and not placement.goes_on(item)
        if lists or item in beside or item.sort == "skip" or not placement.place(item, following):
            left += item.words
            unplaced.append(item)
            may_be_places = may_be_places and _may_be_place(item, setting)
            if not explain or (len(left) > most and not may_be_places):
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
            item in beside
            or _says_where(item, setting)
            or _is_host(item, kind)
            or _owns(item, kind, setting)
            or _lists_places(item, items, setting)
            for item in unplaced
        )
    )
    return Attempt(
        [placement],
        left=tuple(left),
        unplaced=tuple(unplaced),
        places=places and bool(unplaced) and set(left) == _words(unplaced),
    )


def _may_be_place(item: Item, setting: Setting) -> bool:
    """Whether *item* can be among phrases that all say where; what else has no place leaves the
    clause unread, whatever follows it."""
    places = setting.target.places
    return bool(places) and (item.sort == "bare" or not set(places).isdisjoint(item.ids))


def _words(items: list[Item]) -> set[int]:
    return {word for item in items for word in item.words}


def _says_where(item: Item, setting: Setting) -> bool:
    places = set(item.ids) & set(setting.target.places)
    if item.link == "from" and places and item.values:
        return setting.takes_away  # "remove php from the web servers"
    path = item.sort == "bare" and item.values[0].text.startswith("/")
    if setting.korean and item.link == "to":
        return False  # "kim한테": somebody
    return item.link in ("loc", "to") and ((item.sort == "bare" and not path) or bool(places))


def _is_host(item: Item, kind: KindSpec) -> bool:
    """As in "reboot web1": what is done to hosts and to nothing on them names them."""
    whole = not kind.object and ("host" in kind.nouns or kind.of == "hosts")
    return whole and item.sort == "bare" and item.link in OBJECT_LINKS and may_be(item.values[0])


def _owns(item: Item, kind: KindSpec, setting: Setting) -> bool:
    """As in "n8의 시간대", "the time zone of the db servers": whose setting it is."""
    if kind.of != "hosts" or item.link != "of" or not item.values:
        return False
    places = set(item.ids) & set(setting.target.places)
    return (item.sort == "bare" and may_be(item.values[0])) or bool(places)


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


def _hosts_beside(items: tuple[Item, ...], setting: Setting) -> tuple[Item, ...]:
    """The hosts of the inventory that a thing is said to be of: n1 and n2 in "n1, n2의 nginx", "n1
    디스크 사용량", "the uptime of n1 and n2". The thing itself stands after them, or before."""
    real = [item for item in items if item.sort != "join"]
    run: list[Item] = []
    for item in real if setting.korean else reversed(real):
        if not _may_own(item, setting):
            break
        run.append(item)
        if item.link == "of":
            break
    whole = bool(run) and len(run) < len(real) and (setting.korean or run[-1].link == "of")
    known = whole and all(setting.is_host(v.text) for item in run for v in item.values)
    return tuple(run) if known else ()


def _may_own(item: Item, setting: Setting) -> bool:
    """Whether *item* can be a host's name, bare or beside a noun for hosts."""
    noun = bool(set(item.ids) & set(setting.target.places))
    named = bool(item.values) and all(may_be(value, known=True) for value in item.values)
    return (item.sort == "bare" or noun) and named and item.link in ("of", "plain")


def _together(unplaced: list[Item], items: tuple[Item, ...]) -> bool:
    """Whether nothing stands between *unplaced*: "on web1 and redis on db1" names two places."""
    real = [one for one in items if one.sort != "join"]
    places = [real.index(item) for item in unplaced]
    return not places or places[-1] - places[0] == len(places) - 1


def _where(item: Item, setting: Setting) -> bool:
    return bool(item.values) and _says_where(item, setting)
