"""After a crash: what was running is ended and said to be interrupted, never started again.

Called by ``local`` before anything that writes. A run is cut when its change is in a running
state and nobody owns its job any more.
"""

from kiki.model.change import Change
from kiki.service.applying import lock_name
from kiki.service.journal import Journal
from kiki.service.parts import Parts


def recover(parts: Parts) -> tuple[Change, ...]:
    """End the processes of abandoned runs; the changes that are now ``interrupted``."""
    abandoned = [
        change for change in parts.store().changes.running() if parts.jobs.abandoned(change.id)
    ]
    return tuple(_interrupt(parts, change) for change in abandoned)


def _interrupt(parts: Parts, change: Change) -> Change:
    if change.process is not None:
        parts.executor().end(change.process)
    if change.stage.inventory is not None:
        parts.store().changes.unlock(lock_name(change.stage.inventory), change.id)
    return Journal(parts).move(change, "interrupt", process=None, reason="job.interrupted")


def cancel(parts: Parts, change: Change) -> Change:
    """Stop a change, whatever it is doing; one that runs in another process is ended there."""
    moved = Journal(parts).move(change, "cancel", reason="job.cancelled", process=None)
    if change.process is not None:
        parts.executor().end(change.process)
    return moved
