"""Hosts that are no longer as a change left them, when it is to be taken back.

Called by ``local`` before the plan of an undo. The original's code runs in check mode on the hosts:
where it would change again what it did, somebody else has changed that since, and it is not ours to
take back. Such hosts are left out by name; when there are no others the undo is refused.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from kiki import pipeline
from kiki.model.agent import Listener, Progress
from kiki.model.change import Change, Outcome, Ran
from kiki.model.errors import CancelledError
from kiki.model.intent import Assumption, Intent, Operation
from kiki.model.inventory import Inventory
from kiki.model.run import RunResult
from kiki.service import keeping, planning, reversal
from kiki.service.journal import Journal, with_stage
from kiki.service.parts import Parts
from kiki.targets import registry

_NEVER_THE_SAME = ".verify_changed"  # how each target calls a second run that changed something


def leave_out(parts: Parts, change: Change, listener: Listener, password: str | None) -> Change:
    """*change*, the undo of another one, without the hosts that have moved since; refused when all
    have. Any other change as it is."""
    if not change.undoes or not planning.plannable(change):
        return change
    original = parts.store().changes.get(change.undoes)
    runs = reversal.runs_of(parts, original)
    journal = Journal(parts)
    with planning.failing(journal, change):
        listener(Progress(code="progress.compare", params={"id": original.id}))
        inventory = parts.executor().resolve(change.request.scope)
        if not _comparable(parts, original, runs):
            return _noted(journal, change, Assumption(code="undo.not_compared"))
        result = _compared(parts, change, original, inventory, listener, password)
        moved = _moved(original, runs, inventory, result)
    return _without(parts, change, moved, inventory) if moved else change


def _comparable(parts: Parts, original: Change, runs: tuple[Ran, ...]) -> bool:
    """Whether a second run of the original says anything: not when its own second run changed
    something, when nobody heard what it did on any host, or when a secret in it is gone."""
    last = runs[-1].outcome if runs else None
    if last is None or _unheard(last) or last.reason.endswith(_NEVER_THE_SAME):
        return False
    needed = planning.secrets_of(original)
    return all(keeping.in_force(parts, name, version) for name, version in needed.items())


def _unheard(outcome: Outcome) -> bool:
    return bool(outcome.done) and not any(each.heard for each in (outcome.done or {}).values())


def _compared(
    parts: Parts,
    change: Change,
    original: Change,
    inventory: Inventory,
    listener: Listener,
    password: str | None,
) -> RunResult:
    """A check run of the original's code on the hosts of the undo, as the undo reaches them."""
    # Also of what was only to be created it is asked whether it is as it was left.
    tags = original.request.scope.tags
    scope = replace(change.request.scope, tags=tags, create_only=False)
    code = replace(original, request=replace(keeping.renewed(parts, original.request), scope=scope))
    target, intent = registry.target(original.stage.target), planning.intent_of(original)
    order = planning.order(parts, code, "check", inventory)
    asked = replace(order, variables=target.variables(intent, ()))  # of no earlier run
    heard = planning.Forward(listener, check=True)
    result = parts.executor().run(asked, heard, planning.ignore, password)
    if result.status == "cancelled":
        raise CancelledError("plan.cancelled", id=change.id)
    planning.require_a_host(result, inventory)
    return result


def _moved(
    original: Change, runs: tuple[Ran, ...], inventory: Inventory, result: RunResult
) -> tuple[str, ...]:
    target, intent = registry.target(original.stage.target), planning.intent_of(original)
    now = target.plan(result, intent, inventory, original.request.scope.tags)
    return target.moved(intent, runs, now)


def _without(parts: Parts, change: Change, moved: tuple[str, ...], inventory: Inventory) -> Change:
    """*change* with new code for the hosts that are left."""
    journal, intent = Journal(parts), planning.intent_of(change)
    left = tuple(host for host in inventory.hosts if host not in moved)
    operations = tuple(_narrowed(intent.operations, left)) if left else ()
    names = ", ".join(moved)
    if not operations:
        params = {"id": change.undoes, "hosts": names}
        return journal.move(change, "refuse", reason="undo.moved", params=params)
    note = Assumption(code="undo.left_out", params={"hosts": names})
    narrowed = replace(intent, operations=operations, assumptions=(*intent.assumptions, note))
    scope = replace(change.request.scope, limit=",".join(left))
    request = replace(change.request, scope=scope)
    built = pipeline.build(narrowed, request, parts.profile)
    return journal.note(
        change,
        "left_out",
        request=request,
        reading=_with_intent(change, narrowed),
        stages=with_stage(change, artifact=built.artifact, findings=built.findings),
    )


def _narrowed(operations: Iterable[Operation], left: tuple[str, ...]) -> Iterable[Operation]:
    """The operations that have a host left, for those only."""
    for operation in operations:
        hosts = tuple(host for host in operation.hosts if host in left)
        if hosts or not operation.hosts:
            yield replace(operation, hosts=hosts)


def _noted(journal: Journal, change: Change, note: Assumption) -> Change:
    """*change* with *note* among its assumptions, once."""
    intent = planning.intent_of(change)
    if note in intent.assumptions:
        return change
    intent = replace(intent, assumptions=(*intent.assumptions, note))
    return journal.note(change, "not_compared", reading=_with_intent(change, intent))


def _with_intent(change: Change, intent: Intent) -> object:
    return None if change.reading is None else replace(change.reading, intent=intent)
