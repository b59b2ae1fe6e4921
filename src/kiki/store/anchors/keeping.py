"""When heads are kept elsewhere, and reading them back.

Called by ``store.ledger`` (what was appended, what to compare with), by ``store.opening`` (which
wraps the database in ``Anchoring``), and through it by ``kiki audit anchor``. A head is kept after
its transaction: a place that is away never undoes what was recorded. It is then kept with the next
head that is due, and ``kiki audit verify`` says what the places know.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from kiki.model.errors import KikiError, TemporaryError
from kiki.model.ledger import LedgerFault, LedgerHead
from kiki.store.anchors.lines import heads, line
from kiki.store.chain import Anchored
from kiki.store.sql import Connection, Database

if TYPE_CHECKING:
    from kiki.store.anchors.places import Place

ALWAYS = frozenset({"approve", "break_glass"})
"""After these records a head is kept at once."""

EVERY = 1000
"""And after so many others."""

_AWAY = (OSError, ValueError, OverflowError)
"""How a place fails. The last two: a host's name or a port that the system can't take."""


class Anchors:
    """The places of the setting ``ledger_anchors``."""

    def __init__(self, places: "Sequence[Place]") -> None:
        self._places = places
        self._due = threading.local()

    def note(self, event: str, sequence: int) -> None:
        """Hear of a record that is being appended in this thread's transaction."""
        if self._places and (event in ALWAYS or sequence % EVERY == 0):
            self._due.now = True

    def begin(self) -> None:
        """Forget what an earlier transaction of this thread had noted and then not written."""
        self._due.now = False

    def settle(self, head: Callable[[], LedgerHead | None]) -> None:
        """Keep the head if one is due; a place that is away is passed over. Never raises: the
        record is committed, and whoever wrote it must not be told that it failed."""
        if not getattr(self._due, "now", False):
            return
        self._due.now = False
        newest = None
        with suppress(*_AWAY, KikiError):
            newest = head()
        for place in self._places if newest else ():
            with suppress(*_AWAY, KikiError):
                place.keep(line(newest))  # type: ignore[arg-type]

    def keep(self, head: LedgerHead) -> tuple[str, ...]:
        """Keep the head everywhere; the names of the places. TemporaryError
        ``ledger.anchor_away``, after all others were tried."""
        failed: list[tuple[str, str]] = []
        for place in self._places:
            try:
                place.keep(line(head))
            except _AWAY as error:
                failed.append((place.name, str(error)))
        if failed:
            raise TemporaryError("ledger.anchor_away", place=failed[0][0], detail=failed[0][1])
        return tuple(place.name for place in self._places)

    def read(self) -> tuple[tuple[Anchored, ...], tuple[LedgerFault, ...]]:
        """The heads of all places that can be read, and a fault for each that should be and
        can't."""
        found: list[Anchored] = []
        away: list[LedgerFault] = []
        for place in self._places:
            try:
                found.extend(anchored(place.name, place.lines()))
            except _AWAY as error:
                detail = getattr(error, "strerror", None) or str(error)
                told = {"place": place.name, "detail": detail}
                away.append(LedgerFault(code="ledger.anchor_unreadable", sequence=0, params=told))
        return tuple(found), tuple(away)


def anchored(place: str, text: Iterable[str]) -> Iterator[Anchored]:
    """The heads in a text from *place*."""
    return (Anchored(place=place, head=head) for head in heads(text))


NOWHERE = Anchors(())


class Anchoring:
    """A database whose heads are kept elsewhere, too, after the transactions that they end."""

    def __init__(
        self, database: Database, anchors: Anchors, head: Callable[[], LedgerHead | None]
    ) -> None:
        self._database = database
        self._anchors = anchors
        self._head = head
        self.reading = database.reading
        self.forget = database.forget
        self.close = database.close

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """As the database's own."""
        self._anchors.begin()
        with self._database.writing() as connection:
            yield connection
        self._anchors.settle(self._head)
