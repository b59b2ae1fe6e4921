"""The queue. Called by ``kiki jobs`` and ``kiki run --queue``."""

from collections.abc import Sequence
from typing import Any

from kiki.cli.layout import one_line, table
from kiki.cli.look import Look
from kiki.model.job import Job

_STATES = {"queued": "job_waits"}


def human(found: Sequence[Job], look: Look) -> str:
    """A table: what runs, what waits in its order, and what is over."""
    if not found:
        return look.label("no_jobs")
    names = ("id", "job_kind", "state", "priority", "asked_at", "by", "worker")
    rows = [[look.heading(name) for name in names], *(_row(one, look) for one in found)]
    return "\n".join([table(rows), *(_why(one, look) for one in found if one.error)])


def added(job: Job, look: Look) -> str:
    """One job that was put into the queue."""
    return look.label("job_queued", id=job.change, job=job.id)


def _row(job: Job, look: Look) -> list[str]:
    state = (
        look.label("job_lost")
        if job.lost
        else look.label(_STATES.get(job.state, f"job_{job.state}"))
    )
    return [
        job.change,
        job.kind,
        look.paint(state, "red") if job.lost or job.state == "failed" else state,
        job.priority,
        job.created[:16].replace("T", " "),
        one_line(job.actor),
        one_line(f"{job.machine}/{job.worker}" if job.worker else ""),
    ]


def _why(job: Job, look: Look) -> str:
    said = look.message(job.error.code, **job.error.params) if job.error else None
    return f"{job.change}: {said.text}" if said else ""


def as_json(job: Job) -> dict[str, Any]:
    """Keys: id, change, kind, state, lost, priority, actor, created, started, ended, attempts,
    worker, machine, error (a code, or empty)."""
    return {
        "id": job.id,
        "change": job.change,
        "kind": job.kind,
        "state": job.state,
        "lost": job.lost,
        "priority": job.priority,
        "actor": job.actor,
        "created": job.created,
        "started": job.started,
        "ended": job.ended,
        "attempts": job.attempts,
        "worker": job.worker,
        "machine": job.machine,
        "error": job.error.code if job.error else "",
    }
