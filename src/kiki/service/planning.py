"""Planning a checked change against the live hosts, and the digest that a person approves.

Called by ``local``, ``granting`` and ``applying``. Changes nothing on any host: only check mode
runs here.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import UNSET, to_builtins
from msgspec.structs import replace

from kiki import pipeline
from kiki.model.agent import Listener, Progress
from kiki.model.approval import Decisive
from kiki.model.artifact import Artifact
from kiki.model.change import Change, Outcome, RunningProcess, Stage
from kiki.model.errors import (
    CancelledError,
    KikiError,
    PermanentError,
    StateError,
    TemporaryError,
)
from kiki.model.finding import Finding
from kiki.model.intent import Intent
from kiki.model.inventory import Inventory
from kiki.model.lifecycle import Event
from kiki.model.plan import Plan, Risk
from kiki.model.request import Scope
from kiki.model.rollout import require_canary, waves
from kiki.model.ruling import PREFIX
from kiki.model.run import ACTION_TAG, PROBE_TAG, RunEvent, RunMode, RunOrder, RunResult
from kiki.service import keeping, ruling
from kiki.service.journal import Journal, with_stage
from kiki.service.parts import Parts
from kiki.service.submission import refusal
from kiki.targets import registry

_RISKS: tuple[Risk, ...] = ("low", "medium", "high", "forbidden")
# Of the random end of an id: enough to tell two runs of one mode at one version of a change.
_TAIL = 5
_SKIPPED: dict[RunMode, tuple[str, ...]] = {
    "check": (PROBE_TAG,),
    "apply": (PROBE_TAG,),
    "again": (ACTION_TAG,),
}
# Runs of what somebody approved: a check looks again, whatever an older plan found.
_APPROVED: tuple[RunMode, ...] = ("apply", "again")
# What the executor says of a run that ended before Ansible could say anything.
_UNHEARD = frozenset(("execution.driver_died", "execution.events_lost"))


def plannable(change: Change) -> bool:
    """Whether there is anything to plan against: checked, with an inventory, a cluster or a cloud,
    on a target that can."""
    if change.state != "checked":
        return False
    target, scope = registry.target(change.stage.target), change.request.scope
    aimed = {"cluster": scope.cluster, "cloud": scope.cloud, "hosts": scope.inventory}
    return target.plans and aimed[target.place] is not None


def intent_of(change: Change) -> Intent:
    """The change's intent; PermanentError when it was never understood."""
    if change.reading is None or change.reading.intent is None:
        raise PermanentError("change.no_intent", id=change.id)
    return change.reading.intent


def waves_of(change: Change) -> tuple[tuple[str, ...], ...]:
    """The plan's hosts in the order of their turns."""
    planned = change.stage.plan.waves if change.stage.plan is not None else ()
    return planned or (inventory_of(change).hosts,)


def scope_of(change: Change) -> Scope:
    """Where the change is planned and run now: its request's scope, or what is left of it."""
    scope = change.request.scope
    rest = change.stage.rest if change.stages else ()
    return replace(scope, limit=",".join(rest)) if rest else scope


def inventory_of(change: Change) -> Inventory:
    """The frozen inventory of the plan; StateError when it was never planned."""
    if not change.stages or change.stage.inventory is None:
        raise StateError("approval.no_plan", id=change.id, state=change.state)
    return change.stage.inventory


class Forward:
    """Turns run events into progress. In check mode nothing changes or fails yet, so its events
    are named for what they are: ``foreseen`` and ``unjudged``."""

    def __init__(self, listener: Listener, *, check: bool = False) -> None:
        self._listener = listener
        self._names = {"changed": "foreseen", "failed": "unjudged"} if check else {}

    def __call__(self, event: RunEvent) -> None:
        """Show one event."""
        status = self._names.get(event.kind, event.kind)
        self._listener(
            Progress(code="progress.event", host=event.host, task=event.task, status=status)
        )


def order(parts: Parts, change: Change, mode: RunMode, inventory: Inventory) -> RunOrder:
    """The run that *mode* means for this change. Its id is new each time: a check that was
    stopped leaves the version as it is, and a run happens once."""
    stage = change.stage
    target = registry.target(stage.target)
    approved = stage.plan if mode in _APPROVED else None
    return RunOrder(
        run_id=f"{change.id}-{mode}-{change.version}-{parts.new_id()[-_TAIL:]}",
        mode=mode,
        artifact=program(change, stage, inventory),
        inventory=inventory,
        scope=scope_of(change),
        secrets=secrets_of(change),
        skip_tags=_SKIPPED.get(mode, ()),
        variables=target.variables(intent_of(change), stage.earlier, approved),
        kept=target.kept(),
        timeout_s=change.request.scope.timeout_s or parts.timeout_s,
    )


def program(change: Change, stage: Stage, inventory: Inventory) -> Artifact:
    """What a run of *stage* is given; PermanentError when it has no code."""
    if stage.artifact is None:
        raise PermanentError("change.no_intent", id=change.id)
    target = registry.target(stage.target)
    return target.program(stage.artifact, inventory, change.request.scope)


def secrets_of(change: Change) -> dict[str, str]:
    """Version ids of the secrets that the change's code uses; ``submission`` saw to it that each
    has one."""
    names = registry.target(change.stage.target).secrets(intent_of(change))
    return {name: change.request.secrets[name] for name in names}


def check_run(
    parts: Parts, change: Change, inventory: Inventory, listener: Listener, password: str | None
) -> RunResult:
    """Run the change's playbook in check mode; CancelledError when the user stopped it."""
    executor = parts.executor()
    result = executor.run(
        order(parts, change, "check", inventory), Forward(listener, check=True), ignore, password
    )
    if result.status == "cancelled":
        raise CancelledError("plan.cancelled", id=change.id)
    return result


def ignore(_: RunningProcess) -> None:
    """Check runs change nothing, and end by themselves with Kiki: nobody has to find one again."""


def syntax(parts: Parts, change: Change, listener: Listener) -> Change:
    """``--verify syntax``: Ansible's own syntax check and nothing else. Only an error that
    Ansible itself found makes the change invalid."""
    listener(Progress(code="progress.syntax"))
    journal = Journal(parts)
    with failing(journal, change):
        result = _syntax_run(parts, change, listener)
    if result.status == "successful":
        passed = Finding(code="plan.syntax_passed", severity="info")
        stages = with_stage(change, findings=_merged(change.stage.findings, (passed,)))
        return journal.note(change, "syntax", stages=stages)
    params = {"output": result.output[-2000:]}
    found = Finding(code="plan.syntax", severity="error", params=params)
    stages = with_stage(change, findings=(*change.stage.findings, found))
    return journal.move(change, "check_fail", stages=stages, reason=found.code, params=params)


def _syntax_run(parts: Parts, change: Change, listener: Listener) -> RunResult:
    inventory = parts.executor().resolve(change.request.scope)
    result = parts.executor().run(
        order(parts, change, "syntax", inventory), Forward(listener), ignore
    )
    if result.status == "cancelled":
        raise CancelledError("plan.cancelled", id=change.id)
    require_heard(result, change)
    return result


def require_heard(result: RunResult, change: Change) -> None:
    """TemporaryError when a run took too long, or ended before Ansible could say anything."""
    if result.status == "timeout":
        raise TemporaryError("plan.timeout", id=change.id)
    for event in result.events:
        if event.result.get("reason") in _UNHEARD:
            raise TemporaryError(str(event.result["reason"]))


@contextmanager
def failing(journal: Journal, change: Change, event: Event = "plan_fail") -> Iterator[None]:
    """What a look at the hosts may end with: Ctrl-C leaves the change as it is, anything else
    fails it by *event*; the error has the change's id."""
    try:
        yield
    except KeyboardInterrupt:
        raise _stopped(change) from None
    except CancelledError as error:
        error.change_id = change.id
        raise
    except KikiError as error:
        journal.fail(change, event, error)
        raise


def _stopped(change: Change) -> CancelledError:
    error = CancelledError("plan.cancelled", id=change.id)
    error.change_id = change.id
    return error


def plan(parts: Parts, change: Change, listener: Listener, password: str | None = None) -> Change:
    """Plan a checked change, with the secrets' values that count now, and put it up for approval.

    A failure to plan moves the change to ``failed`` with the reason, and is raised with its id;
    Ctrl-C leaves it ``checked``.
    """
    journal = Journal(parts)
    since = parts.now()
    change = replace(change, request=keeping.renewed(parts, change.request))
    with failing(journal, change):
        inventory, result = _look(parts, change, listener, password)
        change = replace(change, stages=with_stage(change, folder=result.folder))
    with failing(journal, change):
        require_a_host(result, inventory)
        stage = _stage(parts, change, inventory, result, since)
        if change.later and stage.plan is not None and not stage.plan.errored:
            change = with_later(
                parts, replace(change, stages=(stage, *change.later)), listener, password
            )
            stage = change.stage
    stages, said = (
        (stage, *change.later),
        _against_any(replace(change, stages=(stage, *change.later))),
    )
    if said is not None:
        return journal.move(
            change, "plan_fail", stages=stages, reason=said.code, params=said.params
        )
    planned = journal.move(change, "plan", stages=stages, reason="", params={})
    return put_up(parts, planned, listener, password)


def looked(parts: Parts, change: Change, listener: Listener, password: str | None) -> Stage:
    """The stage of *change*, planned and stored nowhere."""
    since = parts.now()
    inventory, result = _look(parts, change, listener, password)
    require_a_host(result, inventory)
    return _stage(parts, change, inventory, result, since)


def with_later(parts: Parts, change: Change, listener: Listener, password: str | None) -> Change:
    """*change*, whose first stage is planned, with its later ones planned, too: what decides them
    is part of what decides it, its risk is that of the worst, and what the site's rules said of
    them it says, too: who approves it approves them all."""
    from kiki.service import foreseeing  # noqa: PLC0415 -- it plans with what is here

    later = foreseeing.foreseen(parts, change, listener, password)
    stage = change.stage
    assert stage.plan is not None
    plan = replace(stage.plan, risk=foreseeing.risk_of(stage.plan, later))
    stage = replace(stage, plan=plan, ruling=ruling.of_all((stage, *later)))
    change = replace(change, stages=(stage, *later))
    stage = replace(change.stage, decisive=decisive(parts, change, change.stage))
    return replace(change, stages=(stage, *later))


def _against_any(change: Change) -> Finding | None:
    """Why the plan of any stage can't be had."""
    from kiki.service import foreseeing  # noqa: PLC0415 -- as above

    if change.stage.plan is None or change.stage.plan.errored:
        return _against(change.stage)
    return foreseeing.against(change) if change.later else None


def _against(stage: Stage) -> Finding:
    """Why the plan can't be had: what the live state says against it, where it says it."""
    found = stage.plan.findings if stage.plan is not None else ()
    wrong = (one for one in found if one.severity == "error")
    return next(wrong, Finding(code="plan.errored", severity="error"))


def put_up(parts: Parts, change: Change, listener: Listener, password: str | None = None) -> Change:
    """Carry a ``planned`` change on: up for approval, done when there is nothing to do and what
    there is works, or refused. Also for one that a crash left there."""
    journal = Journal(parts)
    made = change.stage.plan
    if made is None or not made.applyable:
        said = refusal(tuple(found for stage in change.stages for found in stage.findings))
        return journal.move(change, "refuse", reason=said.code, params=said.params)
    if made.changes or made.unreachable or _wants_later(change):
        return journal.move(change, "submit")
    outcome = Outcome(unchanged=made.hosts, verified="passed", reason="plan.nothing")
    failed = _probed(parts, change, listener, password)
    if failed is not None:
        outcome = replace(outcome, verified="failed", reason=failed.reason, params=failed.params)
    event: Event = "settle" if failed is None else "verify_fail"
    stages = with_stage(change, outcome=outcome)
    if failed is None:
        return journal.move(change, event, stages=stages)
    return journal.move(change, event, stages=stages, reason=outcome.reason, params=outcome.params)


def _wants_later(change: Change) -> bool:
    from kiki.service import foreseeing  # noqa: PLC0415 -- as above

    return bool(change.later) and foreseeing.wants(change)


def _probed(
    parts: Parts, change: Change, listener: Listener, password: str | None
) -> Outcome | None:
    """What a run of the probes says, where there are any and one fails: in check mode, as nobody
    has approved anything."""
    target = registry.target(change.stage.target)
    if change.request.scope.verify != "all" or not target.probes(intent_of(change)):
        return None
    listener(Progress(code="progress.verify"))
    inventory = inventory_of(change)
    asked = replace(order(parts, change, "check", inventory), skip_tags=(ACTION_TAG,))
    result = parts.executor().run(asked, Forward(listener, check=True), ignore, password)
    if result.status == "cancelled":
        raise CancelledError("plan.cancelled", id=change.id)
    nothing = replace(result, status="successful", events=(), stats={})
    found = target.outcome(nothing, result, inventory)
    return found if found.reason else None


def _look(
    parts: Parts, change: Change, listener: Listener, password: str | None
) -> tuple[Inventory, RunResult]:
    """The hosts, and what a check run shows of them. UsageError for tags that no task has, and for
    a canary that is no host."""
    target = registry.target(change.stage.target)
    target.require_tags(intent_of(change), change.request.scope.tags)
    listener(Progress(code="progress.inventory"))
    inventory = parts.executor().resolve(scope_of(change))
    if not change.stage.rest:
        require_canary(change.request.scope.rollout, inventory.hosts)
    listener(_planning(inventory))
    return inventory, check_run(parts, change, inventory, listener, password)


def _planning(inventory: Inventory) -> Progress:
    if inventory.place is not None:
        code = f"progress.plan_{inventory.place.kind}"
        return Progress(code=code, params={"name": inventory.place.name})
    return Progress(code="progress.plan", params={"hosts": str(len(inventory.hosts))})


def require_a_host(result: RunResult, inventory: Inventory) -> None:
    """TemporaryError with the first host's own reason when no host at all answered."""
    lost = [event for event in result.events if event.kind == "unreachable"]
    if not lost or len({event.host for event in lost}) < len(inventory.hosts):
        return
    code = str(lost[0].result.get("reason", "execution.unreachable"))
    hosts = ", ".join(sorted({event.host for event in lost}))
    raise TemporaryError(code, host=hosts, message=lost[0].message)


def _stage(
    parts: Parts, change: Change, inventory: Inventory, result: RunResult, since: str
) -> Stage:
    """The planned stage. It was *since* then that the hosts and the inventory were looked at: what
    moved while the check ran is newer than the plan."""
    intent = intent_of(change)
    target = registry.target(change.stage.target)
    made = target.plan(result, intent, inventory, change.request.scope.tags)
    artifact = change.stage.artifact
    if artifact is None:
        raise PermanentError("change.no_intent", id=change.id)
    judged = pipeline.judge_for_hosts(intent, artifact, change.request, parts.profile, inventory)
    undo = target.undo(intent, made).undo
    risk = worst(made.risk, judged.risk)
    if undo.kind == "impossible" and made.changes:
        risk = worst(risk, "medium")  # what can't be taken back is not low, however small
    if change.request.scope.take_over or (inventory.place and inventory.place.guarded):
        risk = worst(risk, "high")
    ruled = ruling.planned(parts, change, intent, artifact, risk, (inventory, made))
    risk = "forbidden" if ruled.denied else worst(risk, ruled.risk)
    turns = _waves(change, made, inventory, result)
    made = replace(made, risk=risk, reversibility=undo.kind, waves=turns)
    stage = replace(
        change.stage,
        inventory=inventory,
        plan=made,
        planned=since,
        folder=result.folder,
        undo=undo,
        findings=anew(change.stage, judged.findings + ruled.findings + made.findings),
        ruling=ruled if ruled.digest else None,
        outcome=None,
    )
    return replace(stage, decisive=decisive(parts, change, stage))


def anew(stage: Stage, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The stage's findings with those that were *found* now, without those of an earlier plan, and
    without what the site's rules said before: they are asked anew."""
    old = stage.plan.findings if stage.plan is not None else ()
    lasting = (one for one in stage.findings if one not in old and not one.code.startswith(PREFIX))
    return _merged(tuple(lasting), found)


def _waves(
    change: Change, made: Plan, inventory: Inventory, result: RunResult
) -> tuple[tuple[str, ...], ...]:
    """The turns of a rollout; none without. Hosts that no play is for have none: alone in a wave
    they would be an error."""
    rollout = change.request.scope.rollout
    if not rollout.stepwise:
        return ()
    met = {event.host for event in result.events}.union(result.stats)
    hosts = tuple(host for host in inventory.hosts if host in met)
    if not change.stage.rest:
        require_canary(rollout, hosts)
    return waves(rollout, hosts, {action.subject for action in made.changes})


def _merged(old: tuple[Finding, ...], new: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return old + tuple(finding for finding in new if finding not in old)


def worst(one: Risk, other: Risk) -> Risk:
    """The higher of two risks."""
    return max(one, other, key=_RISKS.index)


def decisive(parts: Parts, change: Change, stage: Stage) -> Decisive:
    """Everything that decides what an apply of the planned *stage* would do, as it is now."""
    if stage.artifact is None or stage.inventory is None or stage.plan is None:
        raise StateError("approval.no_plan", id=change.id, state=change.state)
    executor = parts.executor()
    return Decisive(
        files={file.path: file.digest() for file in program(change, stage, stage.inventory).files},
        inventory=stage.inventory.digest(),
        scope=to_builtins(scope_of(change)),
        ansible_cfg=executor.config(),
        collections=executor.versions(),
        identity=_identity(stage.inventory, stage.plan),
        secrets=secrets_of(change),
        plan=stage.plan.fingerprint(),
        later=_later(change) if change.later else UNSET,
    )


def _later(change: Change) -> dict[str, str]:
    """What decides each later stage, and where it comes: none may be left out or come before its
    turn."""
    told = enumerate(change.later, start=1)
    return {
        f"{number} {stage.name}": stage.decisive.digest() if stage.decisive is not None else ""
        for number, stage in told
    }


def _identity(inventory: Inventory, plan: Plan) -> dict[str, str]:
    """The hosts, and the order of their turns where it is not all at once; which cluster or cloud
    it is."""
    turns = {"waves": ";".join(",".join(wave) for wave in plan.waves)} if plan.waves else {}
    place = inventory.place.identity if inventory.place else {}
    return {"hosts": ",".join(inventory.hosts), **turns, **place}
