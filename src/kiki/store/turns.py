"""One writer of a process after the other.

Called by ``store.database`` and ``store.postgres.database``. Databases make writers of other
processes wait; of one process's own many threads only one asks at a time. SQLite's way of waiting
is to sleep and try again, by which some threads wait for ever while others go ahead, and in
PostgreSQL each waiting one would keep a connection from the readers.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from kiki.model.errors import TemporaryError


class Turns:
    """A lock that is given in the order in which it was asked for. *shown* names the database."""

    def __init__(self, shown: str, wait_s: float) -> None:
        self._shown = shown
        self._wait_s = wait_s
        self._alone = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Be alone; TemporaryError ``store.locked`` after too long a wait."""
        self._take()
        try:
            yield
        finally:
            self._give()

    def _take(self) -> None:
        with self._alone:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        try:
            came = mine.wait(self._wait_s)
        except BaseException:  # a signal in the main thread
            if self._leave(mine):
                self._give()
            raise
        if not came and not self._leave(mine):
            raise TemporaryError("store.locked", path=self._shown)

    def _leave(self, mine: threading.Event) -> bool:
        """Wait no longer; whether the turn had come meanwhile, and is kept."""
        with self._alone:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
            return True

    def _give(self) -> None:
        with self._alone:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
