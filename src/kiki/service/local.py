"""The agent in this process: ``model.agent.Agent`` over the parts that ``wiring`` hands in.

Called by the CLI (through ``wiring``) and by the server. Only delegates: each method is one part
of a change's life in a module of its own.
"""

from contextlib import suppress
from typing import Any

from kiki.model.agent import ChangeFilter, Listener, silent
from kiki.model.approval import Approval
from kiki.model.change import Change
from kiki.model.errors import KikiError, StateError
from kiki.model.freeze import Freeze
from kiki.model.job import Job, JobFilter, JobKind, Priority
from kiki.model.ledger import LedgerExport, LedgerFault, LedgerFilter, LedgerRecord
from kiki.model.lifecycle import transition
from kiki.model.request import Request
from kiki.model.ruling import Ruling
from kiki.model.secret import MasterRotation, SecretVersion
from kiki.service import (
    answering,
    applying,
    committing,
    freezing,
    granting,
    keeping,
    moved,
    planning,
    queueing,
    recovery,
    reversal,
    ruling,
    searching,
    submission,
)
from kiki.service.generating import LocalGenerator
from kiki.service.journal import MOVED, Journal, with_stage
from kiki.service.parts import Parts
from kiki.targets import registry


class LocalAgent(LocalGenerator):
    """Implements ``model.agent.Agent``; see there for what each method promises."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(
            parts.profile, parts.engine, parts.report, generic=parts.generic, files=parts.files
        )
        self._parts = parts

    def submit(
        self, raw: Request, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """Make a change, and plan it when it has an inventory."""
        self.recover()
        change = submission.draft(self._parts, submission.redact(self._parts, raw))
        return self._carry_on(change, listener, become_password)

    def answer(
        self,
        change_id: str,
        value: str,
        listener: Listener = silent,
        become_password: str | None = None,
    ) -> Change:
        """Fill the asked field and read again."""
        change = self.get(change_id)
        if change.reading is None or change.reading.question is None:
            raise StateError("change.no_question", id=change.id, state=change.state)
        transition(change.state, "answer")
        request = submission.answered(self._parts, change, change.reading.question.field, value)
        change = Journal(self._parts).move(change, "answer", request=request, reading=None)
        return self._carry_on(change, listener, become_password)

    def _carry_on(self, change: Change, listener: Listener, password: str | None) -> Change:
        """As far as it goes by itself: read, check, plan. When somebody else moves the change
        meanwhile (cancels it), theirs stands."""
        parts = self._parts
        try:
            if change.state == "draft":
                change = submission.settle_reading(parts, change, listener)
            if change.state == "planned":
                change = planning.put_up(parts, change, listener, password)
            elif answering.answerable(change):
                change = answering.answer(parts, change, listener, password)
            elif planning.plannable(change) and change.request.scope.verify == "syntax":
                change = planning.syntax(parts, change, listener)
            elif answering.answerable(change):
                change = answering.answer(parts, change, listener, password)
            elif planning.plannable(change):
                change = moved.leave_out(parts, change, listener, password)
                if change.state == "checked":
                    change = planning.plan(parts, change, listener, password)
            return reversal.close_undone(parts, change)
        except KikiError as error:
            error.change_id = change.id
            if error.code == MOVED:
                return self.get(change.id)
            raise

    def get(self, change_id: str) -> Change:
        """The change with this id or unique prefix."""
        return recovery.as_it_is(self._parts, self._parts.store().changes.get(change_id))

    def find(self, wanted: ChangeFilter) -> tuple[Change, ...]:
        """Matching changes, newest first."""
        for change in self._parts.store().changes.running():
            recovery.as_it_is(self._parts, change)
        return self._parts.store().changes.find(wanted)

    def approve(
        self,
        change_id: str,
        digest: str,
        note: str = "",
        *,
        name: str = "",
        break_glass: str = "",
        ticket: str = "",
    ) -> Change:
        """Grant exactly *digest*."""
        wanted = Approval(
            digest=digest, approver="", at="", note=note, name=name, break_glass=break_glass
        )
        return granting.approve(self._parts, self.get(change_id), wanted, ticket)

    def reject(self, change_id: str, reason: str = "") -> Change:
        """Say no for good."""
        return granting.reject(self._parts, self.get(change_id), reason)

    def run(
        self,
        change_id: str,
        listener: Listener = silent,
        become_password: str | None = None,
        *,
        override: str = "",
    ) -> Change:
        """Apply what was approved and verify it."""
        self.recover()
        change = self.get(change_id)
        try:
            change = applying.run(self._parts, change, listener, become_password, override)
        except KikiError as error:
            error.change_id = change.id
            if error.code == MOVED:
                return self.get(change.id)
            raise
        with suppress(KikiError):  # the run is over and recorded; old folders go the next time
            self._parts.retain()
        change = committing.push(self._parts, change)
        return reversal.close_undone(self._parts, change)

    def replan(
        self, change_id: str, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """Check and plan again; an approval that there was is void. What a crash left half read
        or half planned goes on from there."""
        self.recover()
        change = self.get(change_id)
        self._parts.jobs.hold(change.id)
        if change.state not in ("draft", "checked", "planned"):
            change = self._back_to_checked(change, self._same_rest(change))
        return self._carry_on(change, listener, become_password)

    def resume(
        self, change_id: str, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """Plan again, for the hosts that the last apply did not bring to a good end."""
        self.recover()
        change = self.get(change_id)
        self._parts.jobs.hold(change.id)
        freezing.hold(self._parts)
        rest = reversal.rest(self._parts, change)
        if change.state == "checked":  # a plan that was stopped, perhaps of all hosts
            stages = with_stage(change, rest=rest)
            change = Journal(self._parts).note(change, "resume", stages=stages)
        elif change.state != "planned":
            change = self._back_to_checked(change, rest)
        return self._carry_on(change, listener, become_password)

    def _same_rest(self, change: Change) -> tuple[str, ...]:
        """The hosts of a plan that is made anew: those that it had, all after an apply."""
        if not change.stages or reversal.began(self._parts, change):
            return ()
        return change.stage.rest

    def _back_to_checked(self, change: Change, rest: tuple[str, ...]) -> Change:
        transition(change.state, "replan")
        if not change.stages:
            raise StateError("plan.no_code", id=change.id, state=change.state)
        earlier = reversal.runs_of(self._parts, change)
        return Journal(self._parts).move(
            change,
            "replan",
            approval=None,
            granted=(),
            reason="",
            params={},
            stages=with_stage(change, decisive=None, earlier=earlier, rest=rest),
        )

    def cancel(self, change_id: str) -> Change:
        """Stop it, whatever it is doing."""
        change = recovery.cancel(self._parts, self.get(change_id))
        self._parts.store().queue.drop(change.id)
        return change

    def stop(self, change_id: str) -> None:
        """End a run of this process, which stops; not of the port."""
        recovery.stop(self._parts, self._parts.store().changes.get(change_id))

    def enqueue(
        self,
        change_id: str,
        kind: JobKind = "run",
        priority: Priority = "normal",
        *,
        override: str = "",
    ) -> Job:
        """Have a worker do it when its turn comes."""
        self.recover()
        return queueing.enqueue(self._parts, self.get(change_id), kind, priority, override)

    def jobs(self, wanted: JobFilter) -> tuple[Job, ...]:
        """Matching jobs."""
        return self._parts.store().queue.find(wanted)

    def redo(
        self, change_id: str, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """A new change with the same request and reading."""
        self.recover()
        change = reversal.redo(self._parts, self.get(change_id))
        return self._carry_on(change, listener, become_password)

    def undo(
        self, change_id: str, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """A new change that takes this one back."""
        self.recover()
        freezing.hold(self._parts)
        change = reversal.undo(self._parts, self.get(change_id))
        return self._carry_on(change, listener, become_password)

    def history(self, change_id: str) -> tuple[LedgerRecord, ...]:
        """The ledger's records about one change, in order."""
        return self._parts.store().ledger.records(self.get(change_id).id)

    def ledger(self, limit: int = 100) -> tuple[LedgerRecord, ...]:
        """The last *limit* records, oldest first."""
        return self._parts.store().ledger.records(last=limit)

    def bundle(self, change_id: str, path: str) -> str:
        """Write the change's ``bundle.zip``."""
        change = self.get(change_id)
        outcome = change.stage.outcome if change.stages else None
        planned = (change.stage.folder,) if change.stages and change.stage.folder else ()
        head = self._parts.store().ledger.head()
        folders = planned + (outcome.runs if outcome else ())
        records = self.history(change.id)
        return self._parts.bundle(path, change, records, folders, head=head, overwrite=True)

    def audit(self) -> tuple[LedgerFault, ...]:
        """Verify the ledger, its head, and every change against its records."""
        return self._parts.store().ledger.verify()

    def search(self, wanted: LedgerFilter) -> tuple[LedgerRecord, ...]:
        """The newest matching records."""
        return searching.search(self._parts, wanted)

    def export(self) -> LedgerExport:
        """The whole ledger at one moment."""
        return self._parts.store().ledger.export()

    def freeze(self, reason: str, until: str = "") -> Freeze:
        """Halt all new applies."""
        return freezing.begin(self._parts, reason, until)

    def thaw(self) -> Freeze:
        """End the freeze."""
        return freezing.end(self._parts)

    def frozen(self) -> Freeze:
        """The freeze that holds now."""
        return freezing.frozen(self._parts)

    def rulings(self, change_id: str) -> tuple[Ruling, ...]:
        """What the site's own rules say of the change now."""
        return ruling.upcoming(self._parts, self.get(change_id))

    def secrets(self) -> tuple[SecretVersion, ...]:
        """Every version of every secret, without values."""
        return keeping.listed(self._parts)

    def keep_secret(self, name: str, value: str, *, known: bool = False) -> SecretVersion:
        """Store a value under a name of one's own."""
        return keeping.keep(self._parts, name, value, known=known)

    def remove_secret(
        self, name: str, version: str = "", *, force: bool = False
    ) -> tuple[SecretVersion, ...]:
        """Remove a secret, or one version of it."""
        return keeping.remove(self._parts, name, version, force=force)

    def rotate_master_key(self, to: str = "") -> MasterRotation:
        """Bring everything under another master key."""
        return keeping.rotate_master(self._parts, to)

    def recover(self) -> tuple[Change, ...]:
        """Mark what a crash cut as interrupted, and end its processes."""
        return recovery.recover(self._parts)

    def describe(self) -> dict[str, Any]:
        """What this agent is."""
        return {"targets": list(registry.names()), **self._parts.about()}
