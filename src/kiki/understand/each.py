"""Several things of one kind in one clause, each with values of its own: "web with 3 replicas and
api with 2", "web은 3개, api는 2개로".

Called by ``interpret`` for clauses that are no single operation. Such a clause falls into one part
for each thing, with what is said of all of them in every part. How it falls apart is a matter of
the language (``korean_each``, ``english_each``); here each part becomes an operation. A part in
which any phrase has no place makes it no such clause.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from kiki.model.vocabulary import KindSpec, VerbUse
from kiki.understand.attempt import Attempt, single
from kiki.understand.filling import Setting
from kiki.understand.phrases import Item
from kiki.understand.place import Placement

Part = tuple[Item, ...]
SMALL = ("join", "stop", "fill")  # what stands between things
FEWEST = 4  # phrases: two things with a value each


def possible(items: Part) -> bool:
    """Whether *items* may be such a clause, whatever kind the things are."""
    real = sum(item.sort not in SMALL for item in items)
    return real >= FEWEST and all(item.sort != "skip" for item in items)


class Each(ABC):
    """One clause that is to fall into the parts of its things, which are of *kind*."""

    def __init__(self, items: Part, kind: KindSpec, setting: Setting, use: VerbUse) -> None:
        self.items = items
        self.kind = kind
        self.setting = setting
        self.use = use

    def read(self) -> Attempt | None:
        """One operation for each thing; None if this is no such clause."""
        return next((made for parts in self.ways() if (made := self.made_of(parts))), None)

    @abstractmethod
    def ways(self) -> Iterator[list[Part]]:
        """Ways in which the clause may fall apart: at least two parts, whole."""

    @abstractmethod
    def role(self, item: Item) -> str:
        """The role of the words of a phrase that is in no part; empty if they need none."""

    def made_of(self, parts: list[Part]) -> Attempt | None:
        """One operation for each of *parts*, if all their phrases have places."""
        placements: list[Placement] = []
        for part in parts:
            alone = single(part, self.kind, self.setting, self.use, explain=False)
            if alone.left:
                return None
            placements += alone.placements
        roles = placements[0].roles
        for item in self.items:
            if not any(word in one.roles for word in item.words for one in placements):
                roles |= dict.fromkeys(item.words if self.role(item) else (), self.role(item))
        return Attempt(placements)
