"""Counting failed logins, so that passwords can't be guessed.

Called by ``accounts``. In memory, bounded, gone with the process: whoever can restart the server
needs no password. A name is locked for one address only, as otherwise anybody could lock anybody
out; an address is locked for all names after more failures."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from kiki.model.errors import TemporaryError

WINDOW_S = 900.0
PER_NAME = 5
PER_ADDRESS = 20
_MOST_KEYS = 10_000


class Failures:
    """The failures of the last quarter of an hour."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._times: OrderedDict[tuple[str, ...], deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, name: str, address: str) -> None:
        """One more try, which counts as failed until it is known to be right: many at once are no
        way round. TemporaryError ``server.too_many_logins`` after too many failures."""
        with self._lock:
            wait = max(self._wait((address,), PER_ADDRESS), self._wait((address, name), PER_NAME))
            if wait > 0:
                raise TemporaryError("server.too_many_logins", seconds=int(wait) + 1)
            for key in ((address,), (address, name)):
                self._times.setdefault(key, deque(maxlen=PER_ADDRESS)).append(self._now())
                self._times.move_to_end(key)
            while len(self._times) > _MOST_KEYS:
                self._times.popitem(last=False)

    def succeed(self, name: str, address: str) -> None:
        """It was right: the name's failures are over, the address's earlier ones are not."""
        with self._lock:
            self._times.pop((address, name), None)
            if self._times.get((address,)):
                self._times[address,].pop()

    def undecided(self, name: str, address: str) -> None:
        """Nobody could say whether it was right: this one try does not count."""
        with self._lock:
            for key in ((address,), (address, name)):
                if self._times.get(key):
                    self._times[key].pop()

    def _wait(self, key: tuple[str, ...], most: int) -> float:
        times = self._times.get(key, deque())
        while times and times[0] <= self._now() - WINDOW_S:
            times.popleft()
        return times[-most] + WINDOW_S - self._now() if len(times) >= most else 0.0
