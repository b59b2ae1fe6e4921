"""What streams of events wait for: that the ledger moved, or that something runs in this process.

Called by ``events``, which waits, and by streams of work, which tell. One watcher asks the
database, however many wait: another process (a command line on the same state folder) may have
written."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from kiki.model.agent import Progress

LOOK_S = 0.5
MOST_WAITING = 200
"""Progress that a stream has not read yet; more of it is dropped, records never are."""


Told = Callable[[str, int], Iterable[tuple[int, Progress]]]


def nothing(change_id: str, after: int) -> Iterable[tuple[int, Progress]]:
    """Nothing was told."""
    del change_id, after
    return ()


class Hub:
    """Wakes waiting streams. *head* gives the number of the ledger's last record, *told* what
    workers told of a change after a number."""

    def __init__(self, head: Callable[[], int], told: Told = nothing) -> None:
        self._head = head
        self._told = told
        self._heard: dict[str, int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queues: dict[str, set[asyncio.Queue[Progress | None]]] = {}
        self.stopping = False
        self.applying: set[str] = set()
        """Changes that run in this process."""

    async def watch(self) -> None:
        """Look at the ledger for ever, while anybody waits."""
        self._loop = asyncio.get_running_loop()
        last = -1
        while not self.stopping:
            if self._queues:
                with contextlib.suppress(Exception):  # a locked database: the next look
                    now = await asyncio.to_thread(self._head)
                    if now != last:
                        self._wake()
                    last = now
                    await self._pass_on()
            await asyncio.sleep(LOOK_S)

    async def _pass_on(self) -> None:
        """What workers told of the changes that somebody watches."""
        for change_id in tuple(self._queues):
            after = self._heard.get(change_id, 0)
            for number, step in await asyncio.to_thread(self._told, change_id, after):
                self._heard[change_id] = number
                self._put(change_id, step)
        self._heard = {name: one for name, one in self._heard.items() if name in self._queues}

    def stop(self) -> None:
        """Have every stream end."""
        self.stopping = True
        self._wake()

    def tell(self, change_id: str, progress: Progress) -> None:
        """Something of this change was done, in whichever thread."""
        if self._loop is not None and change_id in self._queues:
            self._loop.call_soon_threadsafe(self._put, change_id, progress)

    @contextmanager
    def waiting(self, change_id: str) -> Iterator[asyncio.Queue[Progress | None]]:
        """A queue of what happens to this change: None says to look at the record."""
        queue: asyncio.Queue[Progress | None] = asyncio.Queue(MOST_WAITING)
        self._queues.setdefault(change_id, set()).add(queue)
        try:
            yield queue
        finally:
            self._queues[change_id].discard(queue)
            if not self._queues[change_id]:
                del self._queues[change_id]

    @property
    def streams(self) -> int:
        """How many wait."""
        return sum(len(queues) for queues in self._queues.values())

    def _put(self, change_id: str, progress: Progress) -> None:
        for queue in self._queues.get(change_id, ()):
            with contextlib.suppress(asyncio.QueueFull):
                queue.put_nowait(progress)

    def _wake(self) -> None:
        for queues in self._queues.values():
            for queue in queues:
                with contextlib.suppress(asyncio.QueueFull):  # it has to look anyhow
                    queue.put_nowait(None)
