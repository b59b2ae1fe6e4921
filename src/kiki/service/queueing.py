"""Queueing work on a change, and whether it is still wanted when its turn comes.

Called by ``local`` and by ``jobs``, which does it. Nothing waits in a job for a person: what needs
an approval is queued once that is there, and what needs a password that somebody types is not
queued at all, as it would have to be kept.
"""

from kiki.model.change import Change
from kiki.model.errors import StateError, UsageError
from kiki.model.job import Job, JobKind, JobState, Priority
from kiki.model.lifecycle import transition
from kiki.model.records import digest
from kiki.service import applying, freezing, granting, locking, planning, reversal
from kiki.service.journal import Journal
from kiki.service.parts import Parts

UNFINISHED = ("draft", "checked", "planned")
"""States that a plan goes through by itself."""
_FAILED = ("failed", "stale", "invalid", "refused")


def enqueue(parts: Parts, change: Change, kind: JobKind, priority: Priority, override: str) -> Job:
    """Put it in the queue, if it could be done now."""
    return parts.store().queue.add(job(parts, change, kind, priority, override))


def job(parts: Parts, change: Change, kind: JobKind, priority: Priority, override: str = "") -> Job:
    """The job of doing it, if it could be done now."""
    if change.request.scope.ask_become_pass:
        raise UsageError("job.needs_password", id=change.id)
    override = _require(parts, change, kind, override)
    return Job(
        id=parts.new_id(),
        change=change.id,
        kind=kind,
        actor=parts.actor,
        created=parts.now(),
        priority=priority,
        place=_place(change) if kind == "run" else "",
        pinned=pinned(change, kind),
        override=override,
    )


def _require(parts: Parts, change: Change, kind: JobKind, override: str) -> str:
    """What ``run``, ``replan`` or ``resume`` would raise at once; the reason for being done in
    spite of a change window, as it is recorded."""
    if kind == "run":
        applying.require_approved(change)
        freezing.hold(parts)
        shut = freezing.hold_windows(parts, change, override)
        return freezing.said(override, "freeze.no_override_reason") if shut else ""
    if kind == "resume":
        freezing.hold(parts)
        reversal.rest(parts, change)
    elif change.state not in UNFINISHED:
        transition(change.state, "replan")
        if not change.stages:
            raise StateError("plan.no_code", id=change.id, state=change.state)
    return ""


def pinned(change: Change, kind: JobKind) -> str:
    """What the job is for: this approval, or the change as it is now."""
    if kind != "run":
        return str(change.version)
    granted = change.approval
    return f"{granted.digest} {granted.at}" if granted else ""


def due(change: Change, job: Job) -> bool:
    """Whether the change still is what the job was queued for. A plan that was cut goes on."""
    if job.kind == "run":
        return change.state == "approved" and pinned(change, "run") == job.pinned
    return pinned(change, job.kind) == job.pinned or change.state in UNFINISHED


def ending(change: Change) -> JobState:
    """How a job has ended whose change is in this state."""
    if change.state in ("cancelled", "interrupted"):
        return "cancelled" if change.state == "cancelled" else "interrupted"
    return "failed" if change.state in _FAILED else "done"


def hand_over(parts: Parts, change: Change, gone: str) -> Change:
    """Make the change's next version in place of a worker that is *gone*: should it only be slow,
    what it writes is refused from now on."""
    return Journal(parts).note(change, "job_moved", {"from": gone})


def _place(change: Change) -> str:
    names = locking.locks_of(planning.inventory_of(change))
    return digest(sorted(names)) if names else granting.digest_of(change)
