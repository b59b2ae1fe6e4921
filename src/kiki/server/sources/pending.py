"""Logins that began and are not finished: kept by a ticket that can't be guessed, used once.

Called by ``oidc``. In memory, bounded for each address and for all, gone with the process: whoever
was in the middle begins again."""

import secrets
import threading
import time
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from kiki.model.errors import TemporaryError

MOST, MOST_EACH = 1000, 50
T = TypeVar("T")


class _Kept(NamedTuple, Generic[T]):
    ends: float
    owner: str
    value: T


class Pending(Generic[T]):
    """Values by ticket, for *lasts_s* seconds each."""

    def __init__(self, lasts_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._lasts_s = lasts_s
        self._now = now
        self._kept: dict[str, _Kept[T]] = {}
        self._lock = threading.Lock()

    def put(self, value: T, owner: str) -> str:
        """Its ticket. TemporaryError ``login.busy`` when too many wait, of *owner* or of all: none
        that waits is dropped for a new one."""
        ticket = secrets.token_urlsafe(32)
        with self._lock:
            self._drop_old()
            theirs = sum(one.owner == owner for one in self._kept.values())
            if len(self._kept) >= MOST or theirs >= MOST_EACH:
                raise TemporaryError("login.busy", seconds=60)
            self._kept[ticket] = _Kept(self._now() + self._lasts_s, owner, value)
        return ticket

    def look(self, ticket: str) -> T | None:
        """The value, which stays; None for any other ticket."""
        with self._lock:
            self._drop_old()
            found = self._kept.get(ticket)
            return found.value if found else None

    def take(self, ticket: str) -> T | None:
        """The value, which is gone then: of two at once one gets it."""
        with self._lock:
            self._drop_old()
            found = self._kept.pop(ticket, None)
            return found.value if found else None

    def _drop_old(self) -> None:
        now = self._now()
        for ticket in [ticket for ticket, one in self._kept.items() if one.ends < now]:
            del self._kept[ticket]
