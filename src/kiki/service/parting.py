"""Running the stages after the first, each as a change of its own under one grant.

Called by ``applying``, when the first stage has ended well. A stage is made, planned live and held
against what was approved; only what is the same runs. Nothing here is started again by itself: the
leading change is running meanwhile, and a cut one is interrupted. Why it is so:
docs/decisions/0035-vdc-stages.md.
"""

import time
from typing import NamedTuple

from msgspec import to_builtins
from msgspec.structs import replace

from kiki.model.agent import Listener, Progress
from kiki.model.approval import Decisive
from kiki.model.change import Change, Stage
from kiki.model.errors import KikiError, TemporaryError
from kiki.model.lifecycle import FINISHED, RUNNING
from kiki.model.records import digest
from kiki.service import (
    foreseeing,
    freezing,
    granting,
    moved,
    planning,
    recovery,
    reversal,
    submission,
)
from kiki.service.foreseeing import part_of
from kiki.service.journal import Journal
from kiki.service.parts import Parts

BOOT_S = 300.0
"""How long servers may take until they answer."""
_PAUSE_S = 5.0


class Halt(NamedTuple):
    """Why a stage did not end well: a code with parameters, and that of the stage's own change."""

    reason: str
    params: dict[str, str]


class Parting:
    """The later stages of one running change."""

    def __init__(
        self, parts: Parts, change: Change, listener: Listener, password: str | None, override: str
    ) -> None:
        self.change = change
        self._parts = parts
        self._listener = listener
        self._password = password
        self._override = override
        self._journal = Journal(parts)

    def run(self) -> Halt | None:
        """Run them in their order; why it ended before the last one. ``change`` is then as it is
        stored."""
        if any(part_of(stage).later.servers for stage in self.change.later):
            try:
                known = foreseeing.addresses(self._parts, self.change, self._listener)
            except KikiError as error:
                params = {key: str(value) for key, value in error.params.items()}
                name = self.change.later[0].name
                return Halt("vdc.stage_halted", {**params, "stage": name, "reason": error.code})
            self._note("outputs", 0, outputs={"addresses": known})
        for number in range(1, len(self.change.stages)):
            halted = self._stage(number)
            if halted is not None:
                return halted
        return None

    def _note(self, event: str, number: int, **fields: object) -> None:
        """Keep *fields* of a stage; StateError ``change.moved`` when somebody else moved the change
        meanwhile, and it goes no further."""
        stages = list(self.change.stages)
        stages[number] = replace(stages[number], **fields)
        told = {"stage": stages[number].name}
        self.change = self._journal.note(self.change, event, told, stages=tuple(stages))

    def _stage(self, number: int) -> Halt | None:
        stage = self.change.stages[number]
        self._listener(Progress(code="progress.stage", params={"name": stage.name}))
        known = self.change.stage.outputs.get("addresses", {})
        missing = [name for name in part_of(stage).later.servers if name not in known]
        if missing:
            params = {"stage": stage.name, "names": ", ".join(missing)}
            return Halt("vdc.stage_no_address", params)
        try:
            self._wait(number, known)
        except KikiError as error:
            return Halt(
                "vdc.stage_halted", {"stage": stage.name, "reason": error.code, "change": "-"}
            )
        return self._ran(number, self._made(number, known))

    def _ran(self, number: int, child: Change) -> Halt | None:
        """Plan the stage's change, hold it against what was approved, run it."""
        stage = self.change.stages[number]
        try:
            child = self._planned(child)
            if child.state != "applied":
                child = self._applied(stage, child)
        except KikiError as error:
            now = self._parts.store().changes.get(child.id)
            self._note("stage", number, outcome=now.stage.outcome if now.stages else None)
            self._drop(now)
            return _halt(stage, now, error.code, {k: str(v) for k, v in error.params.items()})
        self._note("stage", number, outcome=child.stage.outcome)
        reversal.close_undone(self._parts, child)
        if child.state == "applied":
            return None
        return _halt(stage, child, child.reason or f"state.{child.state}", child.params)

    def _made(self, number: int, known: dict[str, str]) -> Change:
        """The stage's change, which the leading one names before it does anything."""
        part = part_of(self.change.stages[number])
        scope = foreseeing.bound(part.later.scope, known)
        now = self._parts.now()
        child = Change(
            id=self._parts.new_id(),
            state="draft",
            request=foreseeing.request_of(self.change.request, part.later, scope, part.secrets),
            created=now,
            updated=now,
            reading=foreseeing.reading_of(part.later),
            undoes=part.later.undoes,
            part_of=self.change.id,
            roles=self.change.roles,
        )
        self._note("stage", number, part=replace(part, changes=(*part.changes, child.id)))
        return self._journal.create(child, leading=self.change.id)

    def _wait(self, number: int, known: dict[str, str]) -> None:
        """Until the servers answer that nobody could look at before; what they say later is for the
        plan to say."""
        stage = self.change.stages[number]
        if part_of(stage).seen or not part_of(stage).later.servers:
            return
        scope = foreseeing.bound(part_of(stage).later.scope, known)
        here = foreseeing.alone(self.change, stage, scope)
        until = time.monotonic() + BOOT_S
        while not self._answers(here) and time.monotonic() < until:
            self._listener(Progress(code="progress.stage_waits", params={"name": stage.name}))
            time.sleep(_PAUSE_S)

    def _answers(self, here: Change) -> bool:
        try:
            inventory = self._parts.executor().resolve(planning.scope_of(here))
            result = planning.check_run(
                self._parts, here, inventory, self._listener, self._password
            )
        except TemporaryError:
            return False
        return not any(one.kind == "unreachable" for one in result.events)

    def _planned(self, child: Change) -> Change:
        """*child* with a plan, up for approval, or done because there is nothing to do."""
        parts, listener = self._parts, self._listener
        child = submission.settle_reading(parts, child, listener)
        if child.state == "checked":
            child = moved.leave_out(parts, child, listener, self._password)
        if child.state == "checked":
            child = planning.plan(parts, child, listener, self._password)
        return child

    def _applied(self, stage: Stage, child: Change) -> Change:
        """Run what is as it was approved; a change that is not is cancelled, and says why."""
        if child.state != "awaiting_approval":
            return child
        what = differing(stage, child)
        if what:
            params = {"stage": stage.name, "what": what, "leading": self.change.id}
            return self._journal.move(child, "cancel", reason="vdc.stage_differs", params=params)
        from kiki.service import applying  # noqa: PLC0415 -- it runs what is here, and the other way about

        child = granting.pass_on(self._parts, child, self.change)
        override = freezing.needed(self._parts, child, self._override)
        return applying.run(self._parts, child, self._listener, self._password, override)

    def _drop(self, child: Change) -> None:
        """Nobody is to run what is left of a stage that was stopped before it began."""
        if child.state in ("checked", "planned", "awaiting_approval", "approved"):
            self._journal.move(child, "cancel", reason="vdc.stage_dropped", params={})


def _halt(stage: Stage, child: Change, why: str, params: dict[str, str]) -> Halt:
    told = {**params, "stage": stage.name, "change": child.id, "reason": why}
    return Halt("vdc.stage_halted", told)


def differing(stage: Stage, child: Change) -> str:
    """What of *child* is not as *stage* was approved; empty when nothing is."""
    approved, now = stage.decisive, child.stage.decisive
    if approved is None or now is None or stage.plan is None or child.stage.plan is None:
        return "plan"
    for name in ("files", "ansible_cfg", "collections", "secrets"):
        if getattr(approved, name) != getattr(now, name):
            return name
    if digest(_scope(stage, child)) != digest(approved.scope):
        return "scope"
    if where := _where(stage, approved, child, now):
        return where
    if what := _in_plan(stage, approved, child, now):
        return what
    worse = foreseeing.worst([stage.plan.risk, child.stage.plan.risk]) != stage.plan.risk
    return "risk" if worse else ""


def _scope(stage: Stage, child: Change) -> object:
    """The scope that *child* has, with the placeholders again where they stood: all else of the
    inventory is the approved text's, as ``foreseeing.bound`` puts addresses into that."""
    scope, later = planning.scope_of(child), part_of(stage).later
    if part_of(stage).seen:
        return to_builtins(scope)
    return to_builtins(replace(scope, inventory=later.scope.inventory))


def _where(stage: Stage, approved: Decisive, child: Change, now: Decisive) -> str:
    """Of a login that could not be asked only the name was known: it has to be in the project that
    the definition makes. Production is never met under a grant for another name."""
    place = child.stage.inventory.place if child.stage.inventory is not None else None
    if place is not None and place.guarded:
        return "production"
    if place is None or part_of(stage).seen:
        return "" if approved.identity == now.identity else "hosts"
    named = place.identity.get("project", "") == part_of(stage).later.project
    return "" if named and approved.identity["hosts"] == now.identity["hosts"] else "project"


def _in_plan(stage: Stage, approved: Decisive, child: Change, now: Decisive) -> str:
    """A plan that was made live must be the same; of one that was only foreseen nothing may be
    there that was not."""
    assert stage.plan is not None and child.stage.plan is not None
    if part_of(stage).seen:
        return "" if (approved.plan, approved.inventory) == (now.plan, now.inventory) else "plan"
    if child.stage.plan.unreachable:
        return "unreachable"
    known = {(one.subject, one.task) for one in stage.plan.actions}
    found = {(one.subject, one.task) for one in child.stage.plan.changes}
    return "" if found <= known else "plan"


def stop_all(parts: Parts, change: Change, *, running: bool) -> None:
    """Cancel what could be run of the later stages of *change*, which was stopped or cut; with
    *running* also what runs. A run that was cut is for ``recovery``, as any other."""
    over = FINISHED | {"interrupted", "stale"}
    for child in foreseeing.children(parts, change):
        if child.state not in over and (running or child.state not in RUNNING):
            recovery.cancel(parts, child)
