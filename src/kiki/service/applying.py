"""Running what was approved, once, and verifying it.

Called by ``local``. No model is called from here on. A run that is cut is never started again by
itself: ``recovery`` ends it and the change is interrupted.
"""

from contextlib import suppress

from msgspec.structs import replace

from kiki.model.agent import Listener, Progress
from kiki.model.change import Change, Outcome, RunningProcess
from kiki.model.errors import ApprovalNeeded, KikiError, StateError
from kiki.model.lifecycle import RUNNING, Event
from kiki.model.run import RunMode, RunResult
from kiki.service import granting, locking, planning
from kiki.service.journal import Journal, with_stage
from kiki.service.parts import Parts
from kiki.targets import registry


def run(parts: Parts, change: Change, listener: Listener, password: str | None) -> Change:
    """Apply an approved change; the change in its last state."""
    _require_approved(change)
    return parts.jobs.start(change.id, lambda: _owned(parts, change.id, listener, password))


def _owned(parts: Parts, change_id: str, listener: Listener, password: str | None) -> Change:
    """The work of the process that owns the change, and is alone on its hosts."""
    change = parts.store().changes.get(change_id)  # another owner may have just ended
    _require_approved(change)
    with locking.alone(parts, change, planning.inventory_of(change)):
        granting.confirm(parts, change, listener, password)
        return Attempt(parts, change, listener, password).go()


def _require_approved(change: Change) -> None:
    if change.state == "awaiting_approval":
        raise ApprovalNeeded("approval.needed", id=change.id)
    if change.state != "approved":
        raise StateError("change.not_runnable", id=change.id, state=change.state)


class Heard:
    """A listener that can't end a run: when it fails it is not called again."""

    def __init__(self, listener: Listener) -> None:
        self._listener: Listener | None = listener

    def __call__(self, progress: Progress) -> None:
        """Tell of one step."""
        try:
            if self._listener is not None:
                self._listener(progress)
        except Exception:  # noqa: BLE001 -- hosts must not be left half changed for a screen
            self._listener = None


class Attempt:
    """One apply of one change; keeps the change's row in step with the run."""

    def __init__(
        self, parts: Parts, change: Change, listener: Listener, password: str | None
    ) -> None:
        self._parts = parts
        self._change = change
        self._inventory = planning.inventory_of(change)
        self._listener = Heard(listener)
        self._password = password
        self._journal = Journal(parts)

    def go(self) -> Change:
        """Run, verify, record."""
        self._change = self._journal.move(self._change, "start")
        try:
            return self._applied(self._execute("apply"))
        except KikiError as error:
            return self._failed(error)
        except BaseException as error:
            self._cut("cancel" if isinstance(error, KeyboardInterrupt) else "interrupt")
            raise

    def _failed(self, error: KikiError) -> Change:
        """Keep why it failed; when somebody else moved the change meanwhile (a cancel from
        another terminal), theirs stands."""
        current = self._current(error)
        if current.state not in RUNNING:
            return current
        self._journal.fail(current, "fail" if current.state == "applying" else "verify_fail", error)
        raise error

    def _current(self, error: KikiError) -> Change:
        """The change as it is stored; *error* when even that can't be read."""
        try:
            return self._parts.store().changes.get(self._change.id)
        except KikiError:
            raise error from None

    def _cut(self, event: Event) -> None:
        """Say what ended it. The executor has ended the run's processes; when nothing can be
        written, ``recovery`` says it later."""
        reason = "job.cancelled" if event == "cancel" else "job.interrupted"
        with suppress(KikiError):
            current = self._parts.store().changes.get(self._change.id)
            self._journal.move(current, event, process=None, reason=reason, params={})

    def _execute(self, mode: RunMode) -> RunResult:
        code = "progress.apply" if mode == "apply" else "progress.verify"
        self._listener(Progress(code=code))
        order = planning.order(self._parts, self._change, mode, self._inventory)
        return self._parts.executor().run(
            order,
            planning.Forward(self._listener),
            self._started,
            self._password,
        )

    def _started(self, process: RunningProcess) -> None:
        """Record the run's processes. When that fails the executor ends them before they have
        been told what to do."""
        self._change = self._journal.note(self._change, "process", process=process)

    def _applied(self, result: RunResult) -> Change:
        outcome = self._outcome(result, None)
        if result.status == "cancelled":
            return self._cancelled(outcome)
        if result.status != "successful":
            return self._move("ran_partly" if result.status == "partly" else "fail", outcome)
        self._move("ran", outcome)
        if self._change.request.scope.verify != "all":
            return self._move("verify_pass", outcome)
        return self._verified(result, outcome, self._execute("again"))

    def _verified(self, applied: RunResult, before: Outcome, again: RunResult) -> Change:
        outcome = self._outcome(applied, again)
        if again.status == "cancelled":
            return self._cancelled(replace(before, runs=outcome.runs, done=outcome.done))
        if outcome.verified == "passed":
            return self._move("verify_pass", outcome)
        lost = again.status in ("partly", "unreachable") and not _failed(again)
        return self._move("ran_partly" if lost else "verify_fail", outcome)

    def _outcome(self, applied: RunResult, again: RunResult | None) -> Outcome:
        target = registry.target(self._change.stage.target)
        return target.outcome(applied, again, self._inventory)

    def _cancelled(self, outcome: Outcome) -> Change:
        return self._move("cancel", replace(outcome, reason="job.cancelled", params={}))

    def _move(self, event: Event, outcome: Outcome) -> Change:
        """Move by *event*; StateError ``change.moved`` when somebody else did."""
        try:
            self._change = self._journal.move(
                self._change,
                event,
                stages=with_stage(self._change, outcome=outcome),
                process=None,
                reason=outcome.reason,
                params=outcome.params,
            )
        except StateError:
            self._leave(replace(outcome, reason="job.cancelled", params={}))
            raise
        return self._change

    def _leave(self, outcome: Outcome) -> None:
        """Keep what the run did beside a cancel from elsewhere, which knew nothing of it: an undo
        needs it."""
        with suppress(KikiError):
            current = self._parts.store().changes.get(self._change.id)
            if current.state == "cancelled" and current.stage.outcome is None:
                stages = with_stage(current, outcome=outcome)
                self._journal.note(current, "outcome", stages=stages)


def _failed(result: RunResult) -> bool:
    """Whether any host failed, beside those that did not answer."""
    return any(stats.failed for stats in result.stats.values())
