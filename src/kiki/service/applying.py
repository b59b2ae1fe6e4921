"""Running what was approved, once, and verifying it.

Called by ``local`` through the jobs port. No model is called from here on. A run that is cut is
never started again by itself: ``recovery`` ends it and the change is interrupted.
"""

from msgspec.structs import replace

from kiki.model.agent import Listener, Progress
from kiki.model.change import Change, Outcome, RunningProcess
from kiki.model.errors import ApprovalNeeded, KikiError, StateError, TemporaryError
from kiki.model.inventory import Inventory
from kiki.model.lifecycle import Event
from kiki.model.records import digest_bytes
from kiki.model.run import RunMode, RunResult
from kiki.service import granting, planning
from kiki.service.journal import Journal, with_stage
from kiki.service.parts import Parts
from kiki.targets import registry

# Tasks that do something every time by nature (a restart) carry this tag, and the second run,
# which must change nothing, leaves them out.
ACTION_TAG = "kiki_action"


def run(parts: Parts, change: Change, listener: Listener, password: str | None) -> Change:
    """Apply an approved change; the change in its last state."""
    if change.state == "awaiting_approval":
        raise ApprovalNeeded("approval.needed", id=change.id)
    if change.state != "approved":
        raise StateError("change.not_runnable", id=change.id, state=change.state)
    granting.confirm(parts, change, listener, password)
    inventory = inventory_of(change)
    _lock(parts, change, inventory)
    try:
        attempt = Attempt(parts, change, inventory, listener, password)
        return parts.jobs.start(change.id, attempt.go)
    finally:
        parts.store().changes.unlock(lock_name(inventory), change.id)


def inventory_of(change: Change) -> Inventory:
    """The frozen inventory of the plan."""
    if change.stage.inventory is None:
        raise StateError("approval.no_plan", id=change.id, state=change.state)
    return change.stage.inventory


def lock_name(inventory: Inventory) -> str:
    """The lock for everything that this inventory reaches, whatever the limit."""
    return "inventory:" + digest_bytes(inventory.text.encode())


def _lock(parts: Parts, change: Change, inventory: Inventory) -> None:
    changes = parts.store().changes
    if not changes.lock(lock_name(inventory), change.id):
        holder = changes.holder(lock_name(inventory))
        raise TemporaryError("change.locked", id=change.id, holder=holder)


class Attempt:
    """One apply of one change; keeps the change's row in step with the run."""

    def __init__(
        self,
        parts: Parts,
        change: Change,
        inventory: Inventory,
        listener: Listener,
        password: str | None,
    ) -> None:
        self._parts = parts
        self._change = change
        self._inventory = inventory
        self._listener = listener
        self._password = password
        self._journal = Journal(parts)

    def go(self) -> Change:
        """Run, verify, record."""
        self._change = self._journal.move(self._change, "start")
        try:
            return self._applied(self._execute("apply"))
        except KikiError as error:
            return self._failed(error)

    def _failed(self, error: KikiError) -> Change:
        """Keep why it failed; when somebody else moved the change meanwhile (a cancel from
        another terminal), theirs stands."""
        current = self._parts.store().changes.get(self._change.id)
        if current.state not in ("applying", "verifying"):
            return current
        event: Event = "fail" if current.state == "applying" else "verify_fail"
        self._journal.fail(current, event, error)
        raise error

    def _execute(self, mode: RunMode) -> RunResult:
        code = "progress.apply" if mode == "apply" else "progress.verify"
        self._listener(Progress(code=code))
        skip = (ACTION_TAG,) if mode == "again" else ()
        order = planning.order(self._parts, self._change, mode, self._inventory)
        return self._parts.executor().run(
            replace(order, skip_tags=skip),
            planning.Forward(self._listener),
            self._started,
            self._password,
        )

    def _started(self, process: RunningProcess) -> None:
        self._change = self._journal.note(self._change, "process", process=process)

    def _applied(self, result: RunResult) -> Change:
        target = registry.target(self._change.stage.target)
        scope = self._change.request.scope
        outcome = target.outcome(result, None, scope)
        if result.status == "successful" and scope.verify == "all":
            return self._verified(result)
        if result.status == "successful":
            self._move("ran", outcome)
            return self._move("verify_pass", outcome)
        return self._unsuccessful(result, outcome)

    def _unsuccessful(self, result: RunResult, outcome: Outcome) -> Change:
        if result.status == "cancelled":
            return self._move("cancel", outcome)
        return self._move("ran_partly" if result.status == "partly" else "fail", outcome)

    def _verified(self, applied: RunResult) -> Change:
        target = registry.target(self._change.stage.target)
        scope = self._change.request.scope
        self._move("ran", target.outcome(applied, None, scope))
        again = self._execute("again")
        outcome = target.outcome(applied, again, scope)
        if again.status == "cancelled":
            return self._move("cancel", outcome)
        return self._move("verify_pass" if outcome.verified == "passed" else "verify_fail", outcome)

    def _move(self, event: Event, outcome: Outcome) -> Change:
        stages = with_stage(self._change, outcome=outcome)
        current = self._parts.store().changes.get(self._change.id)
        if current.version != self._change.version:
            return current
        self._change = self._journal.move(
            self._change,
            event,
            stages=stages,
            process=None,
            reason=outcome.reason,
            params=outcome.params,
        )
        return self._change
