"""What the catalogues of live systems share: one question for all sorts, remembered for a while.

Called by ``openstack`` and ``kubernetes``. A system that can't be asked is not asked again for as
long, so that no reading waits twice.
"""

import time
from collections.abc import Callable
from typing import ClassVar

from kiki.catalogues.asking import Answer
from kiki.model.catalogue import Sort
from kiki.model.errors import KikiError, TemporaryError

FRESH_S = 60.0


class LiveCatalogue:
    """A ``model.catalogue.Catalogue`` of one system, called *where*."""

    sorts: ClassVar[tuple[Sort, ...]] = ()

    def __init__(self, where: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._where = where
        self._clock = clock
        self._at = 0.0
        self._answer: Answer | KikiError | None = None

    def place(self, sort: Sort) -> str:
        """See the port."""
        return self._where if sort in self.sorts else ""

    def members(self, names: tuple[str, ...]) -> tuple[str, ...] | None:
        """None: no system of these has an inventory."""
        return None

    def names(self, sort: Sort) -> tuple[str, ...] | None:
        """See the port. TemporaryError ``catalogue.timeout``, ``too_many``, ``denied``,
        ``not_configured`` or ``unreachable``; what installing the client raises."""
        if sort not in self.sorts:
            return None
        answer = self._asked()
        error = answer.error or answer.errors.get(sort, "")
        if error:
            raise TemporaryError(_code(error), where=self._where, reason=error)
        return tuple(sorted(set(answer.names.get(sort, ()))))

    def _ask(self) -> Answer:
        """The system's answer, now."""
        raise NotImplementedError

    def _asked(self) -> Answer:
        if self._answer is None or self._clock() - self._at > FRESH_S:
            try:
                self._answer = self._ask()
            except KikiError as error:
                self._answer = error
            self._at = self._clock()
        if isinstance(self._answer, KikiError):
            raise self._answer
        return self._answer


def _code(error: str) -> str:
    """What a driver's *error* means: the clients' own class names, and HTTP statuses."""
    name, _, status = error.partition(" ")
    if error in ("timeout", "too_many"):
        return f"catalogue.{error}"
    if status in ("401", "403"):
        return "catalogue.denied"
    return "catalogue.not_configured" if name == "ConfigException" else "catalogue.unreachable"
