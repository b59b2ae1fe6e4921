"""After a crash: what was running is ended and said to be interrupted, never started again.

Called by ``local`` before anything that writes or shows changes. A run is cut when its change is
in a running state and nobody owns its job any more.
"""

from kiki.model.change import Change
from kiki.model.errors import KikiError, StateError
from kiki.model.lifecycle import RUNNING
from kiki.service.journal import MOVED, Journal
from kiki.service.parts import Parts


def recover(parts: Parts) -> tuple[Change, ...]:
    """End the processes of abandoned runs; the changes that are now ``interrupted``."""
    recovered = (_recovered(parts, change) for change in parts.store().changes.running())
    return tuple(change for change in recovered if change.state == "interrupted")


def as_it_is(parts: Parts, change: Change) -> Change:
    """*change*, interrupted if its run was cut: nobody is shown a run that is over. It is shown
    as it is stored when this can't be written now (a full disk)."""
    if change.state not in RUNNING:
        return change
    try:
        return _recovered(parts, change)
    except KikiError:
        return change


def _recovered(parts: Parts, change: Change) -> Change:
    """The change after its run was found to be cut, else as it is. First the processes end, then
    it is said."""
    if not parts.jobs.abandoned(change.id):
        return change
    if change.process is not None:
        parts.executor().end(change.process)
    try:
        moved = Journal(parts).move(change, "interrupt", process=None, reason="job.interrupted")
    except StateError as error:
        if error.code != MOVED:
            raise
        # Its owner finished it, or another process recovered it, since it was looked up.
        return parts.store().changes.get(change.id)
    parts.store().changes.unlock(change.id)
    _stop_later(parts, moved, running=False)
    return moved


def _stop_later(parts: Parts, change: Change, *, running: bool) -> None:
    """What is left of the later stages of a change that was cut or stopped, if it has any: nobody
    is to run it any more under that change's grant."""
    if change.later:
        from kiki.service import parting  # noqa: PLC0415 -- lazy: most changes have one stage

        parting.stop_all(parts, change, running=running)


def stop(parts: Parts, change: Change) -> None:
    """End the processes of a run that this process owns, which is about to stop: the run's owner
    then records what came of it."""
    if change.process is not None:
        parts.executor().end(change.process)


def cancel(parts: Parts, change: Change) -> Change:
    """Stop a change, whatever it is doing; one that runs in another process is ended there.

    It is said before it is done: then the run's owner, whose run now fails, leaves it so. The
    record keeps which processes were meant.
    """
    moved = _cancelled(parts, change)
    if moved.process is not None:
        parts.executor().end(moved.process)
    _stop_later(parts, moved, running=True)
    return moved


def _cancelled(parts: Parts, change: Change) -> Change:
    """Move it, also when a run is being recorded at this very moment; StateError once it is over
    for good."""
    while True:
        try:
            return Journal(parts).move(change, "cancel", reason="job.cancelled", params={})
        except StateError as error:
            if error.code != MOVED:
                raise
            change = parts.store().changes.get(change.id)
