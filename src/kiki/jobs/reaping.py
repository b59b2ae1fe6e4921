"""What dead workers leave: applies are said to be interrupted, other work goes back to the queue.

Called by ``worker`` once a second. Whoever reaps takes the ownership over first, so that only one
does; then the change's next version is written, which refuses whatever a slow owner would still
write.
"""

from contextlib import suppress

from kiki.jobs.leased import Leases
from kiki.model.change import Change
from kiki.model.errors import KikiError, PermanentError, TemporaryError
from kiki.model.job import MOST_ATTEMPTS, Job, Owner, failure
from kiki.model.lifecycle import RUNNING
from kiki.service import queueing, recovery
from kiki.service.locking import OWNED
from kiki.service.parts import Parts


def reap(parts: Parts, leases: Leases) -> int:
    """Look after every owner that is gone; how many were."""
    gone = [owner for owner in leases.queue().owners() if leases.gone(owner)]
    for owner in gone:
        with suppress(KikiError):  # one that can't be written now is found again
            _after(parts, leases, owner)
    return len(gone)


def _after(parts: Parts, leases: Leases, owner: Owner) -> None:
    """An apply that was cut on another machine stays as it is: its processes may live."""
    change = recovery.as_it_is(parts, parts.store().changes.get(owner.change))
    if change.state in RUNNING:
        return
    fence = leases.queue().take_over(owner.fence, leases.by, leases.lease_s)
    if not fence:
        return
    _free(leases, owner.change, fence)
    job = leases.queue().get(owner.job) if owner.job else None
    if job is None or not queueing.due(change, job):
        following = _plan(parts, change, job)
        leases.queue().end(fence, queueing.ending(change), following=following)
    else:
        _once_more(parts, leases, owner, change, job, fence)


def _free(leases: Leases, change_id: str, fence: int) -> None:
    """Give back the hosts that the dead owner held, unless a command line on this state folder has
    the change by now: then they are its own, and it gives them back itself."""
    try:
        leases.inline.beside(change_id, leases.by.worker, lambda: leases.queue().unlock(fence))
    except TemporaryError as error:
        if error.code != OWNED:
            raise


def _once_more(
    parts: Parts, leases: Leases, owner: Owner, change: Change, job: Job, fence: int
) -> None:
    if job.attempts >= MOST_ATTEMPTS:
        error = PermanentError("job.too_often", id=change.id, count=job.attempts)
        leases.queue().end(fence, "failed", failure(error))
        return
    moved = queueing.hand_over(parts, change, owner.by.worker)
    leases.queue().put_back(fence, queueing.pinned(moved, job.kind))


def _plan(parts: Parts, change: Change, job: Job | None) -> Job | None:
    """After an apply that was cut a plan is made, in the name of who ran it: it shows what is left
    and waits for an approval."""
    if job is None or job.kind != "run" or change.state != "interrupted":
        return None
    with suppress(KikiError):  # a plan that needs a password, say: people make it
        return queueing.job(parts._replace(actor=job.actor), change, "plan", job.priority)
    return None
