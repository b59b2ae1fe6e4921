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

    def require_few(self, name: str, address: str) -> None:
        """TemporaryError ``server.too_many_logins`` after too many failures."""
        with self._lock:
            waits = [self._wait((address,), PER_ADDRESS), self._wait((address, name), PER_NAME)]
        if max(waits) > 0:
            raise TemporaryError("server.too_many_logins", seconds=int(max(waits)) + 1)

    def add(self, name: str, address: str) -> None:
        """One more."""
        with self._lock:
            for key in ((address,), (address, name)):
                self._times.setdefault(key, deque(maxlen=PER_ADDRESS)).append(self._now())
                self._times.move_to_end(key)
            while len(self._times) > _MOST_KEYS:
                self._times.popitem(last=False)

    def forget(self, name: str, address: str) -> None:
        """A login that succeeded: the name's failures are over, not the address's."""
        with self._lock:
            self._times.pop((address, name), None)

    def _wait(self, key: tuple[str, ...], most: int) -> float:
        times = self._times.get(key, deque())
        while times and times[0] <= self._now() - WINDOW_S:
            times.popleft()
        return times[-most] + WINDOW_S - self._now() if len(times) >= most else 0.0
