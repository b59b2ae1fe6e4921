"""The queue of jobs in the record's database, who owns a change, and what is told of work.

Called by ``service.queueing``, ``jobs`` and the server through the port. Every call is one
transaction that is alone in writing, so that what is looked at can't move before it is written;
looking whether there is anything to do takes no such one. Leases are compared with the database's
clock, ``moment``.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import msgspec

from kiki.model.agent import Progress
from kiki.model.errors import NotFoundError, StateError
from kiki.model.job import RANKS, By, Failure, Job, JobFilter, JobState, Owner
from kiki.model.people import project_name
from kiki.store.ledger import SqlLedger
from kiki.store.port import Claim
from kiki.store.ring import Ring
from kiki.store.sql import NO_LIMIT, Connection, Database

SQLITE_MOMENT = "(julianday('now') - 2440587.5) * 86400.0"
POSTGRES_MOMENT = "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"
"""Seconds since 1970, as either database reckons them."""
KEPT_S = 600.0

_COLUMNS = """j.id, j.change_id, j.kind, j.actor, j.priority, j.state, j.place, j.pinned,
j.override, j.created, j.started, j.ended, j.attempts, j.worker, j.machine, j.error"""
_ADD = """
INSERT INTO jobs (id, change_id, kind, actor, priority, state, place, pinned, override, created,
started, ended, due, attempts, worker, machine, error)
VALUES (:id, :change, :kind, :actor, :priority, 'queued', :place, :pinned, :override, :created,
'', '', 0, 0, '', '', '')
"""
_HAS_OPEN = "SELECT id FROM jobs WHERE change_id = ? AND state IN ('queued', 'running')"
_FIND = f"""
SELECT {_COLUMNS}, o.until FROM jobs j LEFT JOIN owners o ON o.job = j.id
WHERE (:state = '' OR j.state = :state) AND (:change = '' OR j.change_id = :change)
AND (:open = 0 OR j.state IN ('queued', 'running'))
ORDER BY CASE j.state WHEN 'running' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END,
CASE WHEN j.state = 'queued' THEN -j.priority ELSE 0 END,
CASE WHEN j.state = 'queued' THEN j.ordinal ELSE -j.ordinal END LIMIT :limit
"""  # noqa: S608 -- constant
_BY_ID = f"SELECT {_COLUMNS}, o.until FROM jobs j LEFT JOIN owners o ON o.job = j.id WHERE j.id = ?"  # noqa: S608
_ANY = "SELECT 1 FROM jobs WHERE state = 'queued' AND due <= {moment} LIMIT 1"
_FIRST = """
SELECT j.id, j.change_id FROM jobs j WHERE j.state = 'queued' AND j.due <= {moment}
AND NOT EXISTS (SELECT 1 FROM owners o WHERE o.change_id = j.change_id)
AND (j.place = '' OR NOT EXISTS
(SELECT 1 FROM jobs r WHERE r.state = 'running' AND r.place = j.place))
AND (j.kind <> 'run' OR :most = 0 OR :most >
(SELECT count(*) FROM jobs r WHERE r.state = 'running' AND r.kind = 'run'))
ORDER BY j.priority DESC, j.ordinal LIMIT 1
"""
_START = """
UPDATE jobs SET state = 'running', attempts = attempts + 1, started = :now, worker = :worker,
machine = :machine WHERE id = :id
"""
_OWN = """
INSERT INTO owners (change_id, worker, node, machine, job, until)
VALUES (:change, :worker, :node, :machine, :job, {moment} + :lease)
"""
_FENCE = "SELECT fence FROM owners WHERE change_id = ?"
_OWNERS = """
SELECT fence, change_id, worker, node, machine, job, until <= {moment} FROM owners
WHERE ? = '' OR change_id = ? ORDER BY fence
"""
_RENEW = "UPDATE owners SET until = {moment} + ? WHERE fence IN ({marks}) AND until > {moment}"
_HELD = "SELECT fence FROM owners WHERE fence IN ({marks}) AND until > {moment}"
_OWNED = "SELECT change_id, job FROM owners WHERE fence = ?"
_END = "UPDATE jobs SET state = ?, ended = ?, error = ? WHERE id = ? AND state = 'running'"
_BACK = """
UPDATE jobs SET state = 'queued', pinned = :pinned, due = {moment} + :wait,
attempts = attempts - CASE WHEN :wait > 0 THEN 1 ELSE 0 END WHERE id = :id AND state = 'running'
"""
_CANCELLED = """
SELECT o.fence FROM owners o JOIN changes c ON c.id = o.change_id
WHERE o.fence IN ({marks}) AND c.state = 'cancelled'
"""
_QUEUED = "SELECT id FROM jobs WHERE change_id = ? AND state = 'queued'"
_DROP = "UPDATE jobs SET state = 'cancelled', ended = ? WHERE change_id = ? AND state = 'queued'"
_PROJECT = "SELECT project FROM changes WHERE id = ?"
_TELL = "INSERT INTO told (change_id, at, steps) VALUES (?, {moment}, ?)"
_TOLD = "SELECT ordinal, steps FROM told WHERE change_id = ? AND ordinal > ? ORDER BY ordinal"


class SqlQueue:
    """The Queue port. *now* gives RFC 3339 UTC; *moment* is SQL for the database's own clock, in
    seconds."""

    def __init__(
        self,
        database: Database,
        ring: Ring,
        ledger: SqlLedger,
        now: Callable[[], str],
        moment: str = SQLITE_MOMENT,
    ) -> None:
        self._database = database
        self._ring = ring
        self._ledger = ledger
        self._now = now
        self._moment = moment

    def add(self, job: Job) -> Job:
        """Put it at the end of its priority, unless the change has an open one."""
        with self._database.writing() as connection:
            open_one = connection.execute(_HAS_OPEN, (job.change,)).fetchone()
            if open_one is not None:
                raise StateError("job.queued", id=job.change, job=open_one[0])
            self._add(connection, job)
        return job

    def get(self, job_id: str) -> Job:
        """The job with this id."""
        with self._database.reading() as connection:
            row = connection.execute(_BY_ID, (job_id,)).fetchone()
            if row is None:
                raise NotFoundError("job.unknown", id=job_id)
            return _job(row, self._seconds(connection))

    def find(self, wanted: JobFilter) -> tuple[Job, ...]:
        """Matching jobs: open ones first."""
        asked = {"state": wanted.state, "change": wanted.change, "open": int(wanted.open)}
        asked_for = {**asked, "limit": wanted.limit if wanted.limit > 0 else NO_LIMIT}
        with self._database.reading() as connection:
            moment = self._seconds(connection)
            return tuple(_job(row, moment) for row in connection.execute(_FIND, asked_for))

    def claim(self, by: By, lease_s: float, most_runs: int = 0) -> Claim | None:
        """Own the change of the job whose turn it is."""
        with self._database.reading() as connection:
            if connection.execute(self._sql(_ANY)).fetchone() is None:
                return None
        with self._database.writing() as connection:
            row = connection.execute(self._sql(_FIRST), {"most": most_runs}).fetchone()
            if row is None:
                return None
            job_id, change_id = row
            who = {"worker": by.worker, "machine": by.machine}
            connection.execute(_START, {**who, "id": job_id, "now": self._now()})
            connection.execute("DELETE FROM told WHERE change_id = ?", (change_id,))
            fence = self._owned(connection, change_id, by, job_id, lease_s)
            found = connection.execute(_BY_ID, (job_id,)).fetchone()
            return Claim(_job(found, self._seconds(connection)), fence)

    def own(self, change_id: str, by: By, lease_s: float) -> int:
        """Own a change without a job; 0 while somebody owns it."""
        with self._database.writing() as connection:
            if connection.execute(_FENCE, (change_id,)).fetchone() is not None:
                return 0
            return self._owned(connection, change_id, by, "", lease_s)

    def owners(self, change_id: str = "") -> tuple[Owner, ...]:
        """All owners, or that of one change."""
        with self._database.reading() as connection:
            rows = connection.execute(self._sql(_OWNERS), (change_id, change_id))
            return tuple(map(_owner, rows))

    def renew(self, fences: Collection[int], lease_s: float) -> frozenset[int]:
        """Have leases that have not ended end later."""
        if not fences:
            return frozenset()
        with self._database.writing() as connection:
            connection.execute(self._sql(_RENEW, fences), (lease_s, *fences))
            return _numbers(connection.execute(self._sql(_HELD, fences), tuple(fences)))

    def holds(self, fence: int) -> bool:
        """Whether this ownership has not ended."""
        with self._database.reading() as connection:
            return connection.execute(self._sql(_HELD, (fence,)), (fence,)).fetchone() is not None

    def expire(self, fence: int) -> None:
        """End the lease now."""
        with self._database.writing() as connection:
            connection.execute("UPDATE owners SET until = 0 WHERE fence = ?", (fence,))

    def take_over(self, fence: int, by: By, lease_s: float) -> int:
        """Own it in place of one who is gone."""
        with self._database.writing() as connection:
            owned = connection.execute(_OWNED, (fence,)).fetchone()
            if owned is None:
                return 0
            connection.execute("DELETE FROM owners WHERE fence = ?", (fence,))
            return self._owned(connection, owned[0], by, owned[1], lease_s)

    def end(
        self,
        fence: int,
        state: JobState,
        error: Failure | None = None,
        following: Job | None = None,
    ) -> bool:
        """End an ownership, and its job; add the next one."""
        with self._database.writing() as connection:
            job_id = self._let_go(connection, fence)
            if job_id:
                kept = msgspec.json.encode(error).decode() if error else ""
                connection.execute(_END, (state, self._now(), kept, job_id))
            if job_id is not None and following is not None:
                self._add(connection, following)
            return job_id is not None

    def put_back(self, fence: int, pinned: str, wait_s: float = 0.0) -> bool:
        """End an ownership, and have its job wait again."""
        with self._database.writing() as connection:
            job_id = self._let_go(connection, fence)
            if job_id:
                row = {"pinned": pinned, "wait": wait_s, "id": job_id}
                connection.execute(self._sql(_BACK), row)
            return job_id is not None

    def unlock(self, fence: int) -> bool:
        """Give back the host locks of the change that is owned so."""
        with self._database.writing() as connection:
            owned = connection.execute(_OWNED, (fence,)).fetchone()
            if owned is not None:
                connection.execute("DELETE FROM locks WHERE change_id = ?", (owned[0],))
            return owned is not None

    def drop(self, change_id: str) -> tuple[Job, ...]:
        """Cancel the change's queued jobs."""
        with self._database.writing() as connection:
            names = [row[0] for row in connection.execute(_QUEUED, (change_id,)).fetchall()]
            if names:
                connection.execute(_DROP, (self._now(), change_id))
            moment = self._seconds(connection)
            rows = (connection.execute(_BY_ID, (name,)).fetchone() for name in names)
            return tuple(_job(row, moment) for row in rows)

    def cancelled(self, fences: Collection[int]) -> frozenset[int]:
        """Those whose change was cancelled."""
        if not fences:
            return frozenset()
        with self._database.reading() as connection:
            rows = connection.execute(self._sql(_CANCELLED, fences), tuple(fences))
            return _numbers(rows)

    def tell(self, change_id: str, steps: Sequence[Progress]) -> None:
        """Keep what work on a change tells."""
        plain = msgspec.json.encode(tuple(steps))
        self._ring.prepare()
        with self._database.writing() as connection:
            sealed = self._ring.seal(connection, plain, "told", change_id)
            connection.execute(self._sql(_TELL), (change_id, sealed))

    def told(self, change_id: str, after: int = 0) -> tuple[tuple[int, Progress], ...]:
        """What was told of a change since then; the steps of one write have one number."""
        with self._database.reading() as connection:
            found: list[tuple[int, Progress]] = []
            for number, sealed in connection.execute(_TOLD, (change_id, after)).fetchall():
                plain = self._ring.unseal(connection, sealed, "told", change_id)
                steps = msgspec.json.decode(plain, type=tuple[Progress, ...])
                found += [(number, step) for step in steps]
            return tuple(found)

    def tidy(self) -> None:
        """Remove what was told long ago."""
        with self._database.writing() as connection:
            connection.execute(self._sql("DELETE FROM told WHERE at < {moment} - ?"), (KEPT_S,))

    def _add(self, connection: Connection, job: Job) -> None:
        row = msgspec.structs.asdict(job) | {"priority": RANKS[job.priority]}
        connection.execute(_ADD, {name: row[name] for name in _names(_ADD)})
        told = {"job": job.id, "kind": job.kind, "priority": job.priority}
        found = connection.execute(_PROJECT, (job.change,)).fetchone()
        if found is not None:
            told["project"] = project_name(found[0])
        self._ledger.append_in(connection, job.actor, "queue", job.change, told)

    def _owned(
        self, connection: Connection, change_id: str, by: By, job: str, lease_s: float
    ) -> int:
        row = {**msgspec.structs.asdict(by), "change": change_id, "job": job, "lease": lease_s}
        connection.execute(self._sql(_OWN), row)
        return int(connection.execute(_FENCE, (change_id,)).fetchone()[0])

    def _let_go(self, connection: Connection, fence: int) -> str | None:
        """End an ownership; its job's id, None where it has ended. The hosts stay locked: a command
        line that has the change beside its owner holds them under the same name."""
        owned = connection.execute(_OWNED, (fence,)).fetchone()
        if owned is None:
            return None
        connection.execute("DELETE FROM owners WHERE fence = ?", (fence,))
        return str(owned[1])

    def _sql(self, statement: str, listed: Collection[int] = ()) -> str:
        marks = ", ".join("?" * len(listed))
        return statement.format(moment=self._moment, marks=marks)

    def _seconds(self, connection: Connection) -> float:
        return float(connection.execute(f"SELECT {self._moment}").fetchone()[0])


def _names(statement: str) -> list[str]:
    """The named values of a statement."""
    return [word[1:].strip(",)") for word in statement.replace("(", " ").split() if word[0] == ":"]


def _numbers(rows: Iterable[Any]) -> frozenset[int]:
    return frozenset(int(row[0]) for row in rows)


def _job(row: Sequence[Any], moment: float) -> Job:
    names = {rank: name for name, rank in RANKS.items()}
    return Job(
        id=row[0],
        change=row[1],
        kind=row[2],
        actor=row[3],
        priority=names[row[4]],
        state=row[5],
        place=row[6],
        pinned=row[7],
        override=row[8],
        created=row[9],
        started=row[10],
        ended=row[11],
        attempts=row[12],
        worker=row[13],
        machine=row[14],
        error=msgspec.json.decode(row[15], type=Failure) if row[15] else None,
        lost=row[16] is not None and row[16] <= moment,
    )


def _owner(row: Sequence[Any]) -> Owner:
    fence, change_id, worker, node, machine, job, expired = row
    by = By(worker=worker, node=node, machine=machine)
    return Owner(fence=int(fence), change=change_id, by=by, job=job, expired=bool(expired))
