"""Work that waits in the queue: put in, listed, and followed from whichever worker does it.

Called by ``routing`` and ``work``. A password is never queued; what needs one is done by the
server that got it.
"""

import time
from itertools import islice

from kiki.model.agent import Progress
from kiki.model.change import Change
from kiki.model.errors import NotFoundError, UsageError
from kiki.model.job import OPEN, RANKS, Job, JobFilter, JobKind
from kiki.server.bodies import Jobs
from kiki.server.sight import may, mine, seen, sight, visible
from kiki.server.surroundings import Call

LOOK_S = 0.2


def enqueue(call: Call, kind: JobKind) -> Job:
    """Put it in the queue; the same rights as doing it at once, and only who operates is served
    before others."""
    change_id = visible(call).id if kind == "run" else mine(call)
    change = call.agent.get(change_id)
    override = getattr(call.body, "override", "")
    if override and not may(call, "admin", change):
        raise UsageError("server.forbidden", right="admin")
    if call.body.become_password is not None:
        raise UsageError("job.needs_password", id=change_id)
    priority = call.query.get("priority", "normal")
    if priority not in RANKS:
        raise UsageError("job.priority", value=priority[:40])
    if priority == "high" and not may(call, "operate", change):
        raise UsageError("server.forbidden", right="operate")
    job = call.agent.enqueue(change_id, kind, priority, override=override)
    if call.server.worker is not None:
        call.server.worker.wake()
    return job


def jobs(call: Call, limit: int) -> Jobs:
    """The first *limit* jobs of the changes that one may see."""
    wanted = JobFilter(
        state=call.query.get("state", ""),
        change=call.query.get("change", ""),
        open=call.query.get("open", "") in ("true", "1"),
        # What others have must not push out what one may see.
        limit=limit if sight(call.who).projects is None else 0,
    )
    shown = (one for one in call.agent.jobs(wanted) if seen(call, one.change))
    return Jobs(jobs=tuple(islice(shown, limit)))


def job(call: Call) -> Job:
    """One job; NotFoundError ``job.unknown``, also for that of a change that one may not see."""
    found = call.server.queue.get(call.path["id"])
    if not seen(call, found.change):
        raise NotFoundError("job.unknown", id=found.id)
    return found


def to_follow(call: Call, change_id: str) -> Job | None:
    """The job that a run has already, or that it becomes where this server does no jobs itself;
    None when it is to be done here and now."""
    found = call.agent.jobs(JobFilter(change=change_id, open=True))
    runs = [one for one in found if one.kind == "run"]
    if runs:
        return runs[0]
    worker = call.server.worker
    if worker is None or worker.slots or call.body.become_password is not None:
        return None
    return call.agent.enqueue(change_id, "run", override=call.body.override)


def follow(call: Call, job: Job) -> Change:
    """Tell what is told of it until it ends; the change, or the error that it ended with."""
    heard, waits = 0, False
    while True:
        found = call.server.queue.get(job.id)
        if found.state == "queued" and not waits:
            waits = True
            call.listener(Progress(code="progress.queued", params={"job": job.id}))
        told = call.server.queue.told(job.change, heard)
        for _, step in told:
            call.listener(step)
        heard = told[-1][0] if told else heard
        if found.state not in OPEN:
            break
        time.sleep(LOOK_S)
    if found.error is not None:
        raise found.error.error()
    return call.agent.get(job.change)
