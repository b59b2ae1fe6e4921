"""Owning changes for a while: rows with a lease, which this process renews while it lives.

Called by ``wiring``, which hands ``LeasedJobs`` to the service, and by ``worker``. A thread renews
the leases. What could not be renewed is given up before its lease ends, by this process's own
monotonic clock: the run's processes are ended and nothing of it is written any more. See
docs/decisions/0031-durable-jobs.md.
"""

import atexit
import contextlib
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiki.jobs.inline import InlineJobs
from kiki.model.change import Change
from kiki.model.errors import KikiError, TemporaryError
from kiki.model.job import By, Owner
from kiki.store.port import Queue

BEAT_S = 1.0
_PARTS = 6
"""Of so many parts of a lease the last is for ending processes; it is renewed after two."""


class Held:
    """One change that this process owns."""

    def __init__(self, change_id: str, fence: int, until: float) -> None:
        self.change_id = change_id
        self.fence = fence
        self.until = until
        self.thread = threading.get_ident()
        self.lost = False
        self._end: Callable[[], object] | None = None
        self._over = False

    def watch(self, end: Callable[[], object]) -> None:
        """What ends the run that goes on."""
        self._end = end
        if self.lost:
            self.stop()

    def lose(self) -> None:
        """Others may have it."""
        if not self.lost and not self._over:
            self.lost = True
            self.stop()

    def stop(self) -> None:
        """End the run that goes on, without waiting for it."""
        end, self._end = self._end, None
        if end is not None and not self._over:
            threading.Thread(target=_quietly, args=(end,), daemon=True).start()

    def leave(self) -> None:
        """The work is over."""
        self._over = True


class Leases:
    """The changes that this process owns. *queue* opens the record, *folder* is the state folder,
    which has the locks that tell which processes of it live."""

    def __init__(self, queue: Callable[[], Queue], folder: str, lease_s: float) -> None:
        self.queue = queue
        self.lease_s = lease_s
        self.inline = InlineJobs(f"{folder}/jobs")
        self.by = By(worker=uuid.uuid4().hex[:12], node=node(folder), machine=socket.gethostname())
        self._alive = self.inline.live(self.by.worker)
        atexit.register(self._alive.close)  # a killed process leaves the file, not the lock
        self._held: dict[int, Held] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._renewed = 0.0
        self._closed = threading.Event()

    def gone(self, owner: Owner) -> bool:
        """Whether an owner does not answer any more: on its own machine that is known at once."""
        if owner.by.worker == self.by.worker:
            return owner.expired
        here = owner.by.node == self.by.node
        return owner.expired or (here and self.inline.abandoned(owner.by.worker))

    def mine(self, change_id: str) -> Held | None:
        """What this thread holds of a change. Another thread of the process may hold it anew, when
        this one was so slow that it lost it."""
        me = threading.get_ident()
        with self._lock:
            every = [one for one in self._held.values() if one.thread == me]
        return next((one for one in every if one.change_id == change_id), None)

    @contextmanager
    def holding(self, change_id: str, fence: int) -> Iterator[Held]:
        """Renew an ownership that was just taken, until this is left."""
        held = Held(change_id, fence, time.monotonic() + self.lease_s)
        with self._lock:
            self._held[fence] = held
            self._begin()
        try:
            yield held
        finally:
            held.leave()
            with self._lock:
                del self._held[fence]

    def stop_all(self) -> None:
        """End every run that goes on; their owners then record it."""
        for held in self._all():
            held.stop()

    def close(self) -> None:
        """Renew nothing more, and say that this process is gone."""
        self._closed.set()
        self._alive.close()

    def beat(self) -> None:
        """Renew what is due, give up what could not be renewed, end what was cancelled."""
        every = {held.fence: held for held in self._all()}
        if time.monotonic() - self._renewed >= 2 * self.lease_s / _PARTS:
            self._renew(every)
        for held in every.values():
            if time.monotonic() > held.until - self.lease_s / _PARTS:
                held.lose()
        with suppress(KikiError):
            for fence in self.queue().cancelled(list(every)):
                every[fence].stop()

    def _renew(self, every: dict[int, Held]) -> None:
        asked = time.monotonic()
        try:
            kept = self.queue().renew(list(every), self.lease_s)
        except KikiError:
            return  # the next beat asks again, while there is time
        self._renewed = asked
        for fence, held in every.items():
            if fence in kept:
                held.until = asked + self.lease_s
            else:
                held.lose()

    def _all(self) -> list[Held]:
        with self._lock:
            return list(self._held.values())

    def _begin(self) -> None:
        """Have the thread run; a process that owns nothing has none."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._beats, daemon=True, name="leases")
            self._thread.start()

    def _beats(self) -> None:
        while not self._closed.wait(min(BEAT_S, self.lease_s / _PARTS)):
            _quietly(self.beat)


class LeasedJobs:
    """Implements ``service.parts.Jobs`` over rows of the record, and over the lock files beside
    them, which a command line on the same state folder takes. *reap* looks after owners that are
    gone, where no worker of this process does."""

    def __init__(
        self, leases: Callable[[], Leases], reap: Callable[[], object] = lambda: None
    ) -> None:
        self._leases = leases
        self._reap = reap

    def start(self, change_id: str, work: Callable[[], Change]) -> Change:
        """Own the change and do *work*; TemporaryError ``job.owned`` when another process does.
        A worker that owns it already goes on."""
        leases = self._leases()
        held = leases.mine(change_id)
        if held is not None:
            return work()
        fence = self._fence(leases, change_id)
        try:
            with leases.holding(change_id, fence):
                return leases.inline.beside(change_id, leases.by.worker, work)
        finally:
            with suppress(KikiError):
                leases.queue().end(fence, "done")

    def _fence(self, leases: Leases, change_id: str) -> int:
        for _ in range(2):
            fence = leases.queue().own(change_id, leases.by, leases.lease_s)
            if fence:
                return fence
            self._reap()
        raise TemporaryError("job.owned", id=change_id)

    def abandoned(self, change_id: str) -> bool:
        """Whether its owner is gone, and was of this state folder: elsewhere its processes may
        live."""
        leases = self._leases()
        owners = leases.queue().owners(change_id)
        if not owners:
            return leases.inline.abandoned(change_id)
        return owners[0].by.node == leases.by.node and leases.gone(owners[0])

    def hold(self, change_id: str) -> None:
        """Return while this process owns it; TemporaryError ``job.lost``."""
        leases = self._leases()
        held = leases.mine(change_id)
        if held is None:
            return
        if held.lost or not leases.queue().holds(held.fence):
            held.lose()
            raise TemporaryError("job.lost", id=change_id)

    def watch(self, change_id: str, end: Callable[[], object]) -> None:
        """Have *end* called when ownership is lost or the change is cancelled elsewhere."""
        held = self._leases().mine(change_id)
        if held is not None:
            held.watch(end)

    def unlock(self, change_id: str, give_back: Callable[[str], None]) -> None:
        """Give back the change's host locks, unless others own it by now."""
        held = self._leases().mine(change_id)
        if held is None:
            give_back(change_id)
        else:
            self._leases().queue().unlock(held.fence)


class NearJobs(InlineJobs):
    """The jobs of a command line: lock files, and a look at what workers of this state folder
    own."""

    def __init__(self, queue: Callable[[], Queue], folder: str) -> None:
        super().__init__(f"{folder}/jobs")
        self._queue = queue
        self._state = folder

    def abandoned(self, change_id: str) -> bool:
        """Whether neither a process of this machine nor a worker elsewhere has the change."""
        if not super().abandoned(change_id):
            return False
        owners = self._queue().owners(change_id)
        if not owners:
            return True
        here = owners[0].by.node == node(self._state)
        return here and (owners[0].expired or super().abandoned(owners[0].by.worker))


def node(folder: str) -> str:
    """The id of a state folder, made when it has none."""
    path = Path(folder, "node")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        made = Path(folder, f"node.{uuid.uuid4().hex}")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(descriptor, uuid.uuid4().hex.encode())
        os.close(descriptor)
        try:
            os.link(made, path)  # whole or not at all, and of two at once one stays
        finally:
            made.unlink()
    return path.read_text("ascii").strip()


def _quietly(do: Callable[[], object]) -> None:
    """A thread that renews leases must not end by what one beat meets."""
    with suppress(Exception):
        do()
