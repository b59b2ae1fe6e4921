"""The queue in memory: the fake that ships with Kiki, over the same book as the other fakes.

Called by ``store.memory`` and tests; it passes the contract suite of ``store.queue``.
"""

import time
from collections.abc import Callable, Collection, Sequence

from msgspec.structs import replace

from kiki.model.agent import Progress
from kiki.model.errors import NotFoundError, StateError
from kiki.model.job import OPEN, RANKS, By, Failure, Job, JobFilter, JobState, Owner
from kiki.model.people import project_name
from kiki.store.memory import MemoryBook
from kiki.store.port import Claim


class MemoryQueue:
    """The Queue port. *moment* is its clock, in seconds."""

    def __init__(self, book: MemoryBook, moment: Callable[[], float] = time.monotonic) -> None:
        self._book = book
        self._moment = moment
        self._jobs: dict[str, Job] = {}
        self._due: dict[str, float] = {}
        self._owners: dict[int, tuple[Owner, float]] = {}
        self._fence = self._number = 0
        self._told: list[tuple[int, str, Progress]] = []

    def add(self, job: Job) -> Job:
        """Put it at the end of its priority."""
        with self._book.alone:
            for one in self._jobs.values():
                if one.change == job.change and one.state in OPEN:
                    raise StateError("job.queued", id=job.change, job=one.id)
            self._jobs[job.id], self._due[job.id] = job, 0.0
            told = {"job": job.id, "kind": job.kind, "priority": job.priority}
            if job.change in self._book.rows:
                told["project"] = project_name(self._book.rows[job.change]["project"])
            self._book.append(job.actor, "queue", job.change, told)
        return job

    def get(self, job_id: str) -> Job:
        """The job with this id."""
        with self._book.alone:
            if job_id not in self._jobs:
                raise NotFoundError("job.unknown", id=job_id)
            return self._shown(self._jobs[job_id])

    def find(self, wanted: JobFilter) -> tuple[Job, ...]:
        """Matching jobs: open ones first."""
        with self._book.alone:
            newest = [self._shown(one) for one in reversed(self._jobs.values())]
            every = [one for one in newest if _matches(one, wanted)]
            queued = [one for one in reversed(every) if one.state == "queued"]
            queued.sort(key=lambda one: -RANKS[one.priority])
            running = [one for one in every if one.state == "running"]
            ordered = running + queued + [one for one in every if one.state not in OPEN]
        return tuple(ordered[: wanted.limit] if wanted.limit > 0 else ordered)

    def claim(self, by: By, lease_s: float, most_runs: int = 0) -> Claim | None:
        """Own the change of the job whose turn it is."""
        with self._book.alone:
            for job in self.find(JobFilter(state="queued", limit=0)):
                if not self._has_turn(job, most_runs):
                    continue
                started = replace(
                    job,
                    state="running",
                    attempts=job.attempts + 1,
                    started=self._book.now(),
                    worker=by.worker,
                    machine=by.machine,
                )
                self._jobs[job.id] = started
                self._told = [one for one in self._told if one[1] != job.change]
                return Claim(started, self._owned(job.change, by, lease_s, job.id))
        return None

    def own(self, change_id: str, by: By, lease_s: float) -> int:
        """Own a change without a job."""
        with self._book.alone:
            return 0 if self.owners(change_id) else self._owned(change_id, by, lease_s, "")

    def owners(self, change_id: str = "") -> tuple[Owner, ...]:
        """All owners, or that of one change."""
        with self._book.alone:
            now = self._moment()
            return tuple(
                replace(owner, expired=until <= now)
                for owner, until in self._owners.values()
                if change_id in ("", owner.change)
            )

    def renew(self, fences: Collection[int], lease_s: float) -> frozenset[int]:
        """Have leases that have not ended end later."""
        with self._book.alone:
            held = frozenset(fence for fence in fences if self.holds(fence))
            for fence in held:
                self._owners[fence] = (self._owners[fence][0], self._moment() + lease_s)
        return held

    def holds(self, fence: int) -> bool:
        """Whether this ownership has not ended."""
        with self._book.alone:
            return fence in self._owners and self._owners[fence][1] > self._moment()

    def expire(self, fence: int) -> None:
        """End the lease now."""
        with self._book.alone:
            if fence in self._owners:
                self._owners[fence] = (self._owners[fence][0], self._moment())

    def take_over(self, fence: int, by: By, lease_s: float) -> int:
        """Own it in place of one who is gone."""
        with self._book.alone:
            owner, _ = self._owners.pop(fence, (None, 0.0))
            return self._owned(owner.change, by, lease_s, owner.job) if owner else 0

    def end(
        self,
        fence: int,
        state: JobState,
        error: Failure | None = None,
        following: Job | None = None,
    ) -> bool:
        """End an ownership, and its job; add the next one."""
        with self._book.alone:
            owner = self._let_go(fence)
            if owner is not None and owner.job:
                ended = replace(
                    self._jobs[owner.job], state=state, ended=self._book.now(), error=error
                )
                self._jobs[owner.job] = ended
            if owner is not None and following is not None:
                self.add(following)
            return owner is not None

    def put_back(self, fence: int, pinned: str, wait_s: float = 0.0) -> bool:
        """End an ownership, and have its job wait again."""
        with self._book.alone:
            owner = self._let_go(fence)
            if owner is not None and owner.job:
                job = self._jobs[owner.job]
                tries = job.attempts - (1 if wait_s > 0 else 0)
                self._jobs[owner.job] = replace(job, state="queued", pinned=pinned, attempts=tries)
                self._due[owner.job] = self._moment() + wait_s
            return owner is not None

    def unlock(self, fence: int) -> bool:
        """Give back the host locks of the change that is owned so."""
        with self._book.alone:
            if fence not in self._owners:
                return False
            mine = self._owners[fence][0].change
            kept = {name: who for name, who in self._book.locks.items() if who != mine}
            self._book.locks = kept
            return True

    def drop(self, change_id: str) -> tuple[Job, ...]:
        """Cancel the change's queued jobs."""
        with self._book.alone:
            queued = self.find(JobFilter(state="queued", change=change_id, limit=0))
            gone = tuple(replace(one, state="cancelled", ended=self._book.now()) for one in queued)
            self._jobs.update({one.id: one for one in gone})
        return gone

    def cancelled(self, fences: Collection[int]) -> frozenset[int]:
        """Those whose change was cancelled."""
        with self._book.alone:
            return frozenset(
                fence
                for fence in fences
                if fence in self._owners
                and self._book.rows[self._owners[fence][0].change]["state"] == "cancelled"
            )

    def tell(self, change_id: str, steps: Sequence[Progress]) -> None:
        """Keep what work on a change tells."""
        with self._book.alone:
            self._number += 1
            number = self._number
            self._told += [(number, change_id, step) for step in steps]

    def told(self, change_id: str, after: int = 0) -> tuple[tuple[int, Progress], ...]:
        """What was told of a change since then."""
        with self._book.alone:
            return tuple(
                (number, step)
                for number, about, step in self._told
                if about == change_id and number > after
            )

    def tidy(self) -> None:
        """Nothing: it goes with the process."""

    def _has_turn(self, job: Job, most_runs: int) -> bool:
        running = [one for one in self._jobs.values() if one.state == "running"]
        runs = sum(one.kind == "run" for one in running)
        return (
            self._due[job.id] <= self._moment()
            and not self.owners(job.change)
            and (not job.place or all(one.place != job.place for one in running))
            and (job.kind != "run" or not most_runs or runs < most_runs)
        )

    def _owned(self, change_id: str, by: By, lease_s: float, job: str) -> int:
        self._fence += 1
        owner = Owner(fence=self._fence, change=change_id, by=by, job=job)
        self._owners[self._fence] = (owner, self._moment() + lease_s)
        return self._fence

    def _let_go(self, fence: int) -> Owner | None:
        owner, _ = self._owners.pop(fence, (None, 0.0))
        return owner

    def _shown(self, job: Job) -> Job:
        mine = [owner for owner in self.owners(job.change) if owner.job == job.id]
        return replace(job, lost=bool(mine) and mine[0].expired)


def _matches(job: Job, wanted: JobFilter) -> bool:
    return (
        wanted.state in ("", job.state)
        and wanted.change in ("", job.change)
        and (not wanted.open or job.state in OPEN)
    )
