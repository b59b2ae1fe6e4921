"""The worker: takes jobs whose turn it is, does them in their people's names, and reaps.

Called by the server, for itself (``kiki agent``) and alone (``kiki worker``). It may be killed at
any point: what it had is found by another one. It decides nothing: a job is done by the service as
a person's command would be, if the change still is what the job was queued for.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from kiki.jobs import reaping
from kiki.jobs.leased import Held, Leases
from kiki.model.agent import Agent, Progress
from kiki.model.change import Change
from kiki.model.errors import KikiError, PermanentError
from kiki.model.job import Failure, Job, JobState, failure
from kiki.model.lifecycle import RUNNING
from kiki.service import freezing, queueing
from kiki.service.parts import Parts
from kiki.store.port import Claim

POLL_S = 0.5
REAP_S = 1.0
TIDY_S = 60.0
TELL_S = 0.25
LOCKED_S = 1.0
_WAIT = frozenset({"change.locked", "job.owned"})
"""Codes after which a job waits for another turn."""
_KEPT = 5000


class Told:
    """The listener of one job: keeps what is told until it is written for others to follow."""

    def __init__(self, leases: Leases, change_id: str) -> None:
        self._leases = leases
        self._change_id = change_id
        self._steps: deque[Progress] = deque(maxlen=_KEPT)
        self._writing = threading.Lock()

    def __call__(self, progress: Progress) -> None:
        """Keep one step; an answer is shown to who asked and is kept nowhere."""
        self._steps.append(replace(progress, answer=None) if progress.answer else progress)

    def write(self) -> None:
        """Write what there is; what can't be written is dropped, the work goes on. One thread at a
        time: the job's own one and that of the worker would take each other's steps, and write
        them out of order."""
        with self._writing:
            steps = [self._steps.popleft() for _ in range(len(self._steps))]
            if steps:
                with suppress(KikiError):
                    self._leases.queue().tell(self._change_id, steps)


class Worker:
    """*slots* jobs at once, and no more than *most_runs* applies over all workers (0: any number).
    *parts* is the service in the worker's own name, *agent_of* in that of people; *log* gets one
    record for each job."""

    def __init__(
        self,
        parts: Parts,
        agent_of: Callable[[str], Agent],
        leases: Leases,
        *,
        slots: int,
        most_runs: int = 0,
        log: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> None:
        self._parts = parts
        self._agent_of = agent_of
        self._leases = leases
        self.slots = slots
        self._most_runs = most_runs
        self._log = log
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._working: dict[int, Told] = {}  # by fence
        self._reaped = self._tidied = 0.0

    def start(self) -> None:
        """Begin to take jobs."""
        for loop in (self._take, self._tell):
            threading.Thread(target=loop, daemon=True, name=f"worker{loop.__name__}").start()

    def wake(self) -> None:
        """Look for a job now."""
        self._wake.set()

    def hold(self) -> None:
        """Take no more."""
        self._stopping.set()
        self._wake.set()

    def close(self) -> None:
        """Say that this process is gone: what it still has is for others, at once."""
        self._leases.close()

    def stop(self, patience_s: float, end_s: float) -> None:
        """Take no more; wait for what goes on, then end the runs and wait for their record."""
        self.hold()
        self._await_end(patience_s)
        if self._working:
            self._leases.stop_all()
            self._await_end(end_s)

    @property
    def working(self) -> int:
        """How many jobs go on."""
        return len(self._working)

    def _await_end(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self._working and time.monotonic() < until:
            time.sleep(0.05)

    def _take(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look_after()
                claim = self._claim()
            except Exception as error:  # noqa: BLE001 -- the loop must outlive a database
                self._broken(error)
                claim = None
            if claim is None:
                self._wake.wait(POLL_S)
                self._wake.clear()
            else:
                self._begin(claim)

    def _broken(self, error: Exception) -> None:
        told = {"code": error.code} if isinstance(error, KikiError) else {"error": repr(error)}
        self._log({"event": "worker_failed", **told})

    def _look_after(self) -> None:
        now = time.monotonic()
        if now - self._reaped >= REAP_S:
            self._reaped = now
            reaping.reap(self._parts, self._leases)
        if now - self._tidied >= TIDY_S:
            self._tidied = now
            self._leases.queue().tidy()

    def _claim(self) -> Claim | None:
        if len(self._working) >= self.slots:
            return None
        by, lease_s = self._leases.by, self._leases.lease_s
        return self._leases.queue().claim(by, lease_s, self._most_runs)

    def _begin(self, claim: Claim) -> None:
        told = Told(self._leases, claim.job.change)
        with self._lock:
            self._working[claim.fence] = told
        threading.Thread(target=self._work, args=(claim, told), daemon=True).start()

    def _tell(self) -> None:
        while not self._stopping.wait(TELL_S) or self._working:
            with self._lock:
                every = list(self._working.values())
            for told in every:
                told.write()
            if self._stopping.is_set():
                time.sleep(TELL_S)

    def _work(self, claim: Claim, told: Told) -> None:
        job = claim.job
        self._log({"event": "job", "job": job.id, "change": job.change, "kind": job.kind})
        try:
            self._done(claim, told)
        except Exception as error:  # noqa: BLE001 -- a mistake in Kiki: found again by the reaper
            self._broken(error)
            with suppress(KikiError):
                self._leases.queue().expire(claim.fence)
        finally:
            with self._lock:
                del self._working[claim.fence]
            self._wake.set()

    def _done(self, claim: Claim, told: Told) -> None:
        """Do it and say how it ended, once the change's row is what it is to be."""
        job, fence = claim
        with self._leases.holding(job.change, fence) as held:
            try:
                change = self._owned(job, told)
                state, kept = queueing.ending(change), None
            except KikiError as error:
                if error.code == "job.lost":
                    return
                if error.code in _WAIT:
                    self._insist(held, lambda: self._wait(claim))
                    return
                state, kept = "failed", failure(error)
            except Exception as error:  # noqa: BLE001 -- told of in the log, not to people
                self._broken(error)
                state, kept = "failed", failure(PermanentError("server.broken"))
            told.write()
            self._insist(held, lambda: self._end(claim, state, kept))

    def _owned(self, job: Job, told: Told) -> Change:
        inline, mark = self._leases.inline, self._leases.by.worker
        return inline.beside(job.change, mark, lambda: self._do(job, told))

    def _do(self, job: Job, told: Told) -> Change:
        """The work itself, if the change still is what the job is for."""
        agent = self._agent_of(job.actor)
        change = self._parts.store().changes.get(job.change)
        if not queueing.due(change, job):
            return change
        if job.kind == "run":
            override = freezing.needed(self._parts, change, job.override)
            return agent.run(job.change, told, override=override)
        return (agent.replan if job.kind == "plan" else agent.resume)(job.change, told)

    def _wait(self, claim: Claim) -> None:
        self._leases.queue().put_back(claim.fence, claim.job.pinned, LOCKED_S)

    def _end(self, claim: Claim, state: JobState, kept: Failure | None) -> None:
        """An apply whose end could not be recorded is left to be found as one that was cut. What a
        database that was away kept from being done waits for another turn."""
        queue, change = self._leases.queue(), self._parts.store().changes.get(claim.job.change)
        if change.state in RUNNING:
            queue.expire(claim.fence)
            return
        if _away(kept) and queueing.due(change, claim.job):
            queue.put_back(claim.fence, queueing.pinned(change, claim.job.kind), LOCKED_S)
            return
        state = "cancelled" if change.state == "cancelled" else state
        queue.end(claim.fence, state, kept)
        self._log({"event": "job_ended", "job": claim.job.id, "state": state})

    def _insist(self, held: Held, write: Callable[[], None]) -> None:
        """Write it, also when the database is away for a while: until the lease is lost."""
        while True:
            try:
                return write()
            except KikiError:
                if held.lost or self._stopping.wait(POLL_S):
                    return None


def _away(kept: Failure | None) -> bool:
    """Whether it is the record that failed, which may be there again later."""
    return kept is not None and kept.kind == "TemporaryError" and kept.code.startswith("store.")
