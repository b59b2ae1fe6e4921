"""Running what was approved, once, and verifying it.

Called by ``local``. No model is called from here on. A run that is cut is never started again by
itself: ``recovery`` ends it and the change is interrupted.
"""

from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from kiki.model.agent import Listener, Progress
from kiki.model.change import Change, Outcome, RunningProcess
from kiki.model.errors import ApprovalNeeded, KikiError, StateError
from kiki.model.finding import Finding
from kiki.model.lifecycle import RUNNING, Event
from kiki.model.run import RunMode, RunResult
from kiki.service import committing, freezing, granting, locking, planning, reporting, ruling, waves
from kiki.service.journal import Journal, with_stage
from kiki.service.parts import Parts
from kiki.targets import registry

LOST = "job.lost"
"""The code of an ownership that others may have."""

_NAMED = 5  # hosts of a wave that progress names


def run(
    parts: Parts, change: Change, listener: Listener, password: str | None, override: str = ""
) -> Change:
    """Apply an approved change; the change in its last state. *override* is why it is applied in
    spite of a change window."""
    require_approved(change)
    freezing.hold(parts)
    ruling.hold(parts, change, "run")
    if freezing.hold_windows(parts, change, override):
        override = freezing.said(override, "freeze.no_override_reason")
    return parts.jobs.start(
        change.id, lambda: _owned(parts, change.id, listener, password, override)
    )


def _owned(
    parts: Parts, change_id: str, listener: Listener, password: str | None, override: str
) -> Change:
    """The work of the process that owns the change, and is alone on its hosts."""
    change = parts.store().changes.get(change_id)  # another owner may have just ended
    parts.jobs.hold(change.id)
    require_approved(change)
    with locking.alone(parts, change, planning.inventory_of(change)):
        granting.confirm(parts, change, listener, password)
        freezing.hold(parts)  # planning again may have taken minutes
        change = ruling.lasting(change, ruling.hold(parts, change, "run"))
        if override:
            told = {"override": override}
            change = Journal(parts).note(change, "window_override", told)
        else:
            freezing.hold_windows(parts, change, "")
        change = committing.commit(parts, change, Heard(listener))
        return Attempt(parts, change, listener, password, override).go()


def require_approved(change: Change) -> None:
    """ApprovalNeeded or StateError for a change that can't be run now."""
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
    """One apply of one change, wave by wave; keeps the change's row in step with the runs."""

    def __init__(
        self,
        parts: Parts,
        change: Change,
        listener: Listener,
        password: str | None,
        override: str = "",
    ) -> None:
        self._override = override
        self._parts = parts
        self._change = change
        self._inventory = planning.inventory_of(change)
        self._rollout = change.request.scope.rollout
        self._waves = planning.waves_of(change)
        self._ended: list[Outcome] = []
        self._reports: dict[str, Any] = {}
        self._said: tuple[Finding, ...] = ()
        self._listener = Heard(listener)
        self._password = password
        self._journal = Journal(parts)

    def go(self) -> Change:
        """Run, verify, record."""
        untouched = Outcome(left=self._left(0), done={})
        stages = with_stage(self._change, outcome=untouched)
        self._change = self._journal.move(self._change, "start", stages=stages)
        try:
            for number, hosts in enumerate(self._waves, start=1):
                if not self._wave(number, hosts):
                    break
            return self._change
        except KikiError as error:
            return self._failed(error)
        except BaseException as error:
            self._cut("cancel" if isinstance(error, KeyboardInterrupt) else "interrupt")
            raise

    def _failed(self, error: KikiError) -> Change:
        """Keep why it failed; when somebody else moved the change meanwhile (a cancel from
        another terminal), theirs stands. Who lost the change to others has nothing to say of it."""
        if error.code == LOST:
            raise error
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

    def _wave(self, number: int, hosts: tuple[str, ...]) -> bool:
        """Apply and verify on *hosts*; whether the next wave is to begin."""
        self._tell_wave(number, hosts)
        applied = self._execute("apply", hosts, self._so_far(number, waves.begun(hosts)))
        self._keep_reports(applied)
        part = self._outcome(applied, None, hosts)
        if applied.status == "cancelled":
            return self._stop("cancel", number, _cancelled(part))
        if not waves.goes_on(self._rollout, hosts, part, applied.status) or self._hopeless(part):
            return self._stopped(number, part)
        well = hosts if applied.status == "successful" else waves.good(part)
        if self._change.request.scope.verify != "all" or not well:
            self._move("ran", self._so_far(number, part))
            return self._on(number, part)
        self._move("ran", self._so_far(number, waves.unproven(part, well)))
        return self._verified(number, hosts, well, applied, part)

    def _verified(
        self,
        number: int,
        hosts: tuple[str, ...],
        proven: tuple[str, ...],
        applied: RunResult,
        before: Outcome,
    ) -> bool:
        """The second run, on the hosts where the first one ended well."""
        standing = self._so_far(number, waves.unproven(before, proven))
        again = self._execute("again", proven, standing)
        part = self._outcome(applied, again, hosts)
        if again.status == "cancelled":
            stopped = replace(before, runs=part.runs, done=part.done)
            return self._stop("cancel", number, _cancelled(waves.unproven(stopped, proven)))
        if part.verified == "passed":
            return self._on(number, part)
        if not again.stats:
            part = waves.unproven(part, proven)
        if again.status not in ("partly", "unreachable") or _failed(again):
            return self._stop("verify_fail", number, part)
        if waves.within(self._rollout, hosts, part):
            return self._on(number, part)
        return self._stop("ran_partly", number, part)

    def _on(self, number: int, part: Outcome) -> bool:
        """The end of a wave that ended as it should: the next one's turn, or the end of all."""
        standing = self._so_far(number, part)
        self._ended.append(part)
        last = number == len(self._waves)
        if last and self._change.later and not waves.bad(standing):
            self._stages(standing)
        elif last:
            self._move("ran_partly" if waves.bad(standing) else "verify_pass", standing)
        else:
            self._move("next", standing)
        return not last

    def _stages(self, standing: Outcome) -> None:
        """The later stages' turn, and the end of all. What the first one did is kept before."""
        from kiki.service.parting import Parting  # noqa: PLC0415 -- lazy: most changes have one stage

        stages = with_stage(self._change, outcome=standing)
        self._change = self._journal.note(self._change, "outcome", process=None, stages=stages)
        later = Parting(self._parts, self._change, self._listener, self._password, self._override)
        try:
            halted = later.run()
        finally:
            self._change = later.change
        if halted is None:
            self._move("verify_pass", standing)
        else:
            told = replace(standing, reason=halted.reason, params=halted.params)
            self._move("ran_partly", told)

    def _stopped(self, number: int, part: Outcome) -> bool:
        """The end of a wave after which there is no other. What went well has no second run any
        more: nothing is done on hosts after a failure."""
        event: Event = "ran_partly" if self._any_good(part) else "fail"
        if self._change.request.scope.verify == "all":
            part = waves.unproven(part, waves.good(part))
        return self._stop(event, number, part)

    def _stop(self, event: Event, number: int, part: Outcome) -> bool:
        self._move(event, self._so_far(number, part))
        return False

    def _hopeless(self, part: Outcome) -> bool:
        """Whether that was the last wave, and no host of any ended well."""
        last = len(self._ended) + 1 == len(self._waves)
        return last and bool(waves.bad(part)) and not self._any_good(part)

    def _any_good(self, part: Outcome) -> bool:
        return any(waves.good(each) for each in (*self._ended, part))

    def _so_far(self, number: int, part: Outcome) -> Outcome:
        """What is known when of wave *number* it is *part*."""
        return waves.together((*self._ended, part), self._left(number))

    def _left(self, number: int) -> tuple[str, ...]:
        """The hosts of the waves after *number*."""
        return tuple(host for wave in self._waves[number:] for host in wave)

    def _tell_wave(self, number: int, hosts: tuple[str, ...]) -> None:
        if len(self._waves) > 1:
            params = {"number": str(number), "count": str(len(self._waves)), "hosts": _few(hosts)}
            self._listener(Progress(code="progress.wave", params=params))

    def _execute(self, mode: RunMode, hosts: tuple[str, ...], standing: Outcome) -> RunResult:
        """One run on *hosts*; *standing* is true of the change as soon as it begins."""
        code = "progress.apply" if mode == "apply" else "progress.verify"
        self._listener(Progress(code=code))
        inventory = replace(self._inventory, hosts=hosts)
        order = planning.order(self._parts, self._change, mode, inventory)
        executor = self._parts.executor()

        def started(process: RunningProcess) -> None:
            """When it can't be recorded the executor ends the run before it is told what to do."""
            stages = with_stage(self._change, outcome=standing)
            self._change = self._journal.note(
                self._change, "process", process=process, stages=stages
            )
            self._parts.jobs.watch(self._change.id, lambda: executor.end(process))

        result = executor.run(order, planning.Forward(self._listener), started, self._password)
        self._parts.jobs.hold(self._change.id)
        return result

    def _outcome(
        self, applied: RunResult, again: RunResult | None, hosts: tuple[str, ...]
    ) -> Outcome:
        target = registry.target(self._change.stage.target)
        part = target.outcome(applied, again, replace(self._inventory, hosts=hosts))
        return replace(part, remarks=(*part.remarks, *self._said))

    def _keep_reports(self, applied: RunResult) -> None:
        """Write what hosts reported, those of earlier waves as well: the last folder has all."""
        if applied.reports:
            self._reports |= applied.reports
            self._said = reporting.keep(self._change, applied.folder, self._reports)
            self._ended = [reporting.without(part) for part in self._ended]
        else:
            self._said = ()

    def _move(self, event: Event, outcome: Outcome) -> None:
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
            self._leave(_cancelled(outcome))
            raise

    def _leave(self, outcome: Outcome) -> None:
        """Keep what the run did beside a cancel from elsewhere, which knew nothing of it: an undo
        needs it."""
        with suppress(KikiError):
            current = self._parts.store().changes.get(self._change.id)
            if current.state == "cancelled" and current.stage == self._change.stage:
                stages = with_stage(current, outcome=outcome)
                self._journal.note(current, "outcome", stages=stages)


def _few(hosts: tuple[str, ...]) -> str:
    return ", ".join(hosts[:_NAMED]) + (", …" if len(hosts) > _NAMED else "")


def _cancelled(outcome: Outcome) -> Outcome:
    return replace(outcome, reason="job.cancelled", params={})


def _failed(result: RunResult) -> bool:
    """Whether any host failed, beside those that did not answer."""
    return any(stats.failed for stats in result.stats.values())
