"""Reads sentences that only describe what was asked for before: "레플리카는 3개로 해줘".

Called by ``target_reading`` for clauses whose verb asks for nothing, and for what stands after the
last verb. Each phrase goes to the last operation that takes it.
"""

from collections.abc import Iterator

from kiki.understand.filling import Setting
from kiki.understand.lexer import Word
from kiki.understand.parts import Roles, longest
from kiki.understand.phrases import SKIP_COST, Item, Phrases
from kiki.understand.place import Placement
from kiki.understand.showing import is_mode
from kiki.understand.values import shape_of

_NAME = "name"
_SMALL = ("join", "stop", "fill")


class Describing:
    """What more is said about *placements*, the operations so far; with *total*, of how many things
    it is said: ``2``, or any number above one (``0``, ``each``)."""

    def __init__(self, placements: list[Placement], setting: Setting, total: str = "") -> None:
        self.placements = placements
        self.total = total
        self.setting = setting
        self.roles: Roles = {}

    def read(self, phrases: Phrases) -> bool:
        """Whether all *phrases* describe; their values are then given, the words in ``roles``."""
        ways = list(self._ways(phrases))
        for clean in (True, False):
            for items in ways:
                if self._fit(items, clean=clean):
                    return self._apply(items)
        return False

    def _ways(self, phrases: Phrases) -> Iterator[tuple[Item, ...]]:
        for cost, items in phrases.paths():
            if cost >= SKIP_COST or not self.placements:
                return
            if all(_describes(item) or self._says(item) for item in items):
                yield items

    def _says(self, item: Item) -> bool:
        """Whether *item* is a value by itself, and clearly whose: "kim 계정 삭제해줘, 홈까지"."""
        if item.sort != "noun" or item.values:
            return False
        takers = [one for one in self.placements if _is_value(item, one)]
        return bool(takers) and all(one in _kin(takers[-1]) for one in takers)

    def _fit(self, items: tuple[Item, ...], *, clean: bool) -> bool:
        """Whether each phrase is taken, all together make no new problem (*clean*), and what stands
        in brackets is no further object."""
        if self._names_in_brackets(items):
            return False
        real = [item for item in items if item.sort not in _SMALL]
        takers = [self._taker(item) for item in real]
        if any(taker is None for taker in takers):
            return False
        for placement in self.placements:
            fresh = Placement(placement.kind, self.setting)
            mine = [i for i, taker in zip(real, takers, strict=True) if taker is placement]
            if not all(fresh.place(item) for item in mine) or (clean and fresh.problems):
                return False
            if fresh.objects and not placement.nameless(len(dict(fresh.objects))):
                return False  # "web 디플로이먼트 만들어줘. 이름은 api"
        return True

    def _names_in_brackets(self, items: tuple[Item, ...]) -> bool:
        if not any(self.setting.words[item.words[0]].has("open") for item in items):
            return False
        own = {placement.own for placement in self.placements}
        return any(self._fills(item) & own for item in items)

    def _fills(self, item: Item) -> set[str]:
        """The fields that *item* would fill in what was asked for last."""
        fresh = Placement(self.placements[-1].kind, self.setting)
        fresh.place(item)
        return {role.removeprefix("field:") for role in fresh.roles.values()}

    def _taker(self, item: Item) -> Placement | None:
        """The last operation that would take *item*."""
        takers = (
            placement
            for placement in reversed(self.placements)
            if Placement(placement.kind, self.setting).place(item)
        )
        return next(takers, None)

    def _as_many(self, takers: list[Placement]) -> bool:
        things = sum(max(one.count, len(dict(one.objects))) for one in takers)
        if self.total in ("0", "each"):
            return things > 1
        return self.total in ("", str(things))

    def _apply(self, items: tuple[Item, ...]) -> bool:
        if any(_NAME in item.ids for item in items):
            for placement in self.placements:
                placement.barred = ()  # "사용자 추가해줘. 이름은 kim, 그룹은 wheel": somebody new
        for item in items:
            if item.sort in _SMALL:
                self.roles |= dict.fromkeys(item.words, item.sort)
                continue
            taker = self._taker(item)
            takers = _kin(taker) if taker is not None else []
            if (
                not takers
                or not self._as_many(takers)
                or not all(one.place(item) for one in takers)
            ):
                return False
            for one in takers:
                one.named()
                self.roles |= one.roles
        return True


def _kin(taker: Placement) -> list[Placement]:
    """What is described with *taker*: all things that one clause named beside each other."""
    kin: list[Placement] = taker.kin or [taker]
    return kin


def _is_value(item: Item, placement: Placement) -> bool:
    says = (word for field in placement.kind.fields for word in field.says)
    return bool(set(says) & set(item.ids))


def _describes(item: Item) -> bool:
    """Whether *item* says by its noun or its form which property it is."""
    if item.sort in _SMALL or (item.ids and item.values):
        return True
    text = item.values[0].text if item.sort == "bare" else ""
    shown = bool(text) and (bool(shape_of(item.values[0])) or is_mode(item.values[0]))
    return shown or text.endswith("-net")


def said_of_how_many(words: tuple[Word, ...], args: list[int]) -> tuple[str, list[int]]:
    """How many things are described, if that is said ("이미지는 둘 다 rocky-9"), and *args* without
    it."""
    for place, index in enumerate(args):
        found = longest(words[index], "both")
        if found is not None:
            return found[0], args[:place] + args[place + found[1] :]
    return "", args


def beginnings(words: tuple[Word, ...], args: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Where a Korean clause may begin with a description, the longest first: the comma or full stop
    and what stands before it. As in "계정 만들고 셸은 /bin/sh, 그리고 9100 포트 열어줘", "계정
    만들어줘. wheel 그룹입니다. vim도 깔아줘"."""
    named = bool(args) and words[args[0]].has("noun")
    for comma in reversed(args):
        stated = comma in args[1:] and words[comma].has("sep")
        stated = stated and (named or words[comma - 1].has("part", "cop"))
        if stated or (named and words[comma].has("and")):
            yield comma, [index for index in args if index < comma]
