"""Planning a checked change against the live hosts, and the digest that a person approves.

Called by ``local`` and ``applying``. Changes nothing on any host: only check mode runs here.
"""

from msgspec import to_builtins
from msgspec.structs import replace

from kiki import pipeline
from kiki.model.agent import Listener, Progress
from kiki.model.approval import Decisive
from kiki.model.change import Change, Outcome, RunningProcess, Stage
from kiki.model.errors import CancelledError, KikiError, PermanentError, TemporaryError
from kiki.model.finding import Finding
from kiki.model.intent import Intent
from kiki.model.inventory import Inventory
from kiki.model.plan import Plan, Risk
from kiki.model.run import RunEvent, RunMode, RunOrder, RunResult
from kiki.service.journal import Journal, with_stage
from kiki.service.parts import Parts
from kiki.targets import registry

_RISKS: tuple[Risk, ...] = ("low", "medium", "high", "forbidden")


def plannable(change: Change) -> bool:
    """Whether there is anything to plan against: checked, with an inventory, on a target that
    can."""
    if change.state != "checked" or change.request.scope.inventory is None:
        return False
    return registry.target(change.stage.target).plans


def intent_of(change: Change) -> Intent:
    """The change's intent; PermanentError when it was never understood."""
    if change.reading is None or change.reading.intent is None:
        raise PermanentError("change.no_intent", id=change.id)
    return change.reading.intent


class Forward:
    """Turns run events into progress."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def __call__(self, event: RunEvent) -> None:
        """Show one event."""
        self._listener(
            Progress(code="progress.event", host=event.host, task=event.task, status=event.kind)
        )


def order(parts: Parts, change: Change, mode: RunMode, inventory: Inventory) -> RunOrder:
    """The run that *mode* means for this change; its id is new each time."""
    stage = change.stage
    if stage.artifact is None:
        raise PermanentError("change.no_intent", id=change.id)
    return RunOrder(
        run_id=f"{change.id}-{mode}-{change.version}",
        mode=mode,
        artifact=stage.artifact,
        inventory=inventory,
        scope=change.request.scope,
        secrets=secrets_of(change),
        timeout_s=parts.timeout_s,
    )


def secrets_of(change: Change) -> dict[str, str]:
    """Version ids of the secrets that the change's code uses."""
    names = registry.target(change.stage.target).secrets(intent_of(change))
    return {name: change.request.secrets[name] for name in names}


def check_run(
    parts: Parts, change: Change, inventory: Inventory, listener: Listener, password: str | None
) -> RunResult:
    """Run the change's playbook in check mode; CancelledError when the user stopped it."""
    executor = parts.executor()
    result = executor.run(
        order(parts, change, "check", inventory), Forward(listener), _ignore, password
    )
    if result.status == "cancelled":
        raise CancelledError("plan.cancelled", id=change.id)
    return result


def _ignore(_: RunningProcess) -> None:
    """Check runs change nothing, so nobody needs to find one again."""


def syntax(parts: Parts, change: Change, listener: Listener) -> Change:
    """``--verify syntax``: Ansible's own syntax check and nothing else."""
    listener(Progress(code="progress.syntax"))
    journal = Journal(parts)
    try:
        inventory = parts.executor().resolve(change.request.scope)
        result = parts.executor().run(
            order(parts, change, "syntax", inventory), Forward(listener), _ignore
        )
    except KikiError as error:
        journal.fail(change, "plan_fail", error)
        raise
    if result.rc == 0:
        passed = Finding(code="plan.syntax_passed", severity="info")
        stages = with_stage(change, findings=(*change.stage.findings, passed))
        return journal.note(change, "syntax", stages=stages)
    found = Finding(code="plan.syntax", severity="error", params={"output": result.output[-2000:]})
    stages = with_stage(change, findings=(*change.stage.findings, found))
    return journal.move(change, "check_fail", stages=stages, reason="plan.syntax")


def plan(parts: Parts, change: Change, listener: Listener, password: str | None = None) -> Change:
    """Plan a checked change and put it up for approval.

    A failure to plan moves the change to ``failed`` with the reason, and is raised with its id;
    Ctrl-C leaves it ``checked``.
    """
    journal = Journal(parts)
    try:
        stage = _planned_stage(parts, change, listener, password)
    except CancelledError as error:
        error.change_id = change.id
        raise
    except KikiError as error:
        journal.fail(change, "plan_fail", error)
        raise
    made = stage.plan
    if made is None or made.errored:
        return journal.move(change, "plan_fail", stages=(stage,), reason="plan.errored")
    planned = journal.move(change, "plan", stages=(stage,), reason="", params={})
    return _after_planning(journal, planned, made)


def _after_planning(journal: Journal, change: Change, made: Plan) -> Change:
    if not made.applyable:
        return journal.move(change, "refuse", reason=_refusal_code(change))
    if made.changes or made.unreachable:
        return journal.move(change, "submit")
    outcome = Outcome(unchanged=made.hosts, verified="passed", reason="plan.nothing")
    return journal.move(change, "settle", stages=with_stage(change, outcome=outcome))


def _refusal_code(change: Change) -> str:
    errors = [found.code for found in change.stage.findings if found.severity == "error"]
    return errors[0] if errors else "policy.forbidden"


def _planned_stage(parts: Parts, change: Change, listener: Listener, password: str | None) -> Stage:
    listener(Progress(code="progress.inventory"))
    inventory = parts.executor().resolve(change.request.scope)
    listener(Progress(code="progress.plan", params={"hosts": str(len(inventory.hosts))}))
    result = check_run(parts, change, inventory, listener, password)
    _refuse_unreachable(result, inventory)
    return _stage(parts, change, inventory, result)


def _refuse_unreachable(result: RunResult, inventory: Inventory) -> None:
    """TemporaryError with the first host's own reason when no host at all answered."""
    lost = [event for event in result.events if event.kind == "unreachable"]
    if len({event.host for event in lost}) < len(inventory.hosts):
        return
    code = str(lost[0].result.get("reason", "execution.unreachable"))
    hosts = ", ".join(sorted({event.host for event in lost}))
    raise TemporaryError(code, host=hosts, message=lost[0].message)


def _stage(parts: Parts, change: Change, inventory: Inventory, result: RunResult) -> Stage:
    intent = intent_of(change)
    target = registry.target(change.stage.target)
    made = target.plan(result, intent, inventory)
    artifact = change.stage.artifact
    if artifact is None:
        raise PermanentError("change.no_intent", id=change.id)
    judged = pipeline.judge_for_hosts(intent, artifact, change.request, parts.profile, inventory)
    undo = target.undo(intent, made, None).undo
    made = replace(made, risk=worst(made.risk, judged.risk), reversibility=undo.kind)
    stage = replace(
        change.stage,
        inventory=inventory,
        plan=made,
        planned=parts.now(),
        folder=result.folder,
        undo=undo,
        findings=_merged(change.stage.findings, judged.findings),
        outcome=None,
    )
    return replace(stage, decisive=decisive(parts, change, stage, inventory, made))


def _merged(old: tuple[Finding, ...], new: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return old + tuple(finding for finding in new if finding not in old)


def worst(one: Risk, other: Risk) -> Risk:
    """The higher of two risks."""
    return max(one, other, key=_RISKS.index)


def decisive(
    parts: Parts, change: Change, stage: Stage, inventory: Inventory, made: Plan
) -> Decisive:
    """Everything that decides what an apply would do, as it is now."""
    executor = parts.executor()
    files = stage.artifact.files if stage.artifact else ()
    return Decisive(
        files={file.path: file.digest() for file in files},
        inventory=inventory.digest(),
        scope=to_builtins(change.request.scope),
        ansible_cfg=executor.config(),
        collections=executor.versions(),
        identity={"hosts": ",".join(inventory.hosts)},
        secrets=secrets_of(change),
        plan=made.fingerprint(),
    )
