"""Planning the stages after the first, as far as they can be looked at before it has run.

Called by ``planning``, ``submission`` and ``parting``. A stage on servers that are not there yet is
foreseen from its code alone: each of its actions is unknown. Why it is so:
docs/decisions/0035-vdc-stages.md.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from msgspec import UNSET
from msgspec.structs import replace

from kiki import pipeline
from kiki.model.agent import Listener, Progress
from kiki.model.change import Change, Part, Stage
from kiki.model.errors import CancelledError, KikiError, NotFoundError, TemporaryError, UsageError
from kiki.model.finding import Finding
from kiki.model.intent import Later, Reading
from kiki.model.inventory import Inventory
from kiki.model.plan import Plan, Risk, Verb
from kiki.model.request import Request, Scope
from kiki.model.secret import placeholder
from kiki.service import keeping, planning, ruling
from kiki.service.parts import Parts
from kiki.targets import registry

_PLACE = re.compile(r"\{\{server:([A-Za-z0-9._-]+)\}\}")
_ASK_S = 120.0
# How a project that is not there yet is told; who asks has just logged in elsewhere
_NOT_THERE = ("cloud.project_unknown", "cloud.project_closed", "cloud.denied")
_GROUP = re.compile(r"^\[(.+)\]$")


def built(parts: Parts, change: Change, later: Later, after: str) -> tuple[Stage, pipeline.Built]:
    """The checked stage of *later*, and what its check said. NotFoundError ``secret.unknown``."""
    request = request_of(change.request, later, later.scope, {})
    made = pipeline.build(later.intent, request, parts.profile)
    ruled = ruling.asked(parts, change, later.intent, made.artifact, made.risk)
    names = registry.target(later.intent.target).secrets(later.intent)
    known = change.request.secrets
    kept = known | keeping.resolved(parts, "".join(map(placeholder, names)), known)
    for name in names:
        if name not in kept:
            raise NotFoundError("secret.unknown", name=name)
    part = Part(later=later, secrets={name: kept[name] for name in names})
    stage = Stage(
        name=later.name,
        target=later.intent.target,
        after=(after,),
        artifact=made.artifact,
        findings=made.findings + ruled.findings,
        ruling=ruled if ruled.digest else None,
        part=part,
    )
    return stage, made


def part_of(stage: Stage) -> Part:
    """What a later stage has of its own."""
    assert stage.part is not UNSET  # each stage after the first has one
    return stage.part


def request_of(asked: Request, later: Later, scope: Scope, secrets: dict[str, str]) -> Request:
    """The request of the change that runs *later* in *scope*."""
    return replace(
        asked, message="", target=later.intent.target, flags={}, answers={}, secrets=secrets,
        scope=scope,
    )  # fmt: skip


def reading_of(later: Later) -> Reading:
    """How that change was read."""
    reader = "undo" if later.undoes else "flags"
    return Reading(reader=reader, intent=later.intent)  # type: ignore[arg-type]


def alone(change: Change, stage: Stage, scope: Scope) -> Change:
    """*stage* in *scope* as a change of its own, which is never stored."""
    part = part_of(stage)
    return replace(
        change,
        state="checked",
        request=request_of(change.request, part.later, scope, part.secrets),
        reading=reading_of(part.later),
        stages=(replace(stage, part=UNSET, decisive=None, outcome=None),),
        approval=None,
        undoes=part.later.undoes,
    )


def foreseen(
    parts: Parts, change: Change, listener: Listener, password: str | None
) -> tuple[Stage, ...]:
    """The later stages of *change* with their plans. UsageError ``vdc.stage_guarded``."""
    stages = tuple(_renewed(parts, stage) for stage in change.later)
    known = addresses(parts, change, listener) if any(map(_on_servers, stages)) else {}
    return tuple(_foreseen(parts, change, stage, known, listener, password) for stage in stages)


def _renewed(parts: Parts, stage: Stage) -> Stage:
    """With the secrets' values that count now."""
    part = part_of(stage)
    held = {name: keeping.in_force(parts, name, one) or one for name, one in part.secrets.items()}
    return replace(stage, part=replace(part, secrets=held))


def _on_servers(stage: Stage) -> bool:
    return bool(part_of(stage).later.servers)


def _foreseen(
    parts: Parts,
    change: Change,
    stage: Stage,
    known: Mapping[str, str],
    listener: Listener,
    password: str | None,
) -> Stage:
    """Planned live where all of it is there, else from the code."""
    later = part_of(stage).later
    listener(Progress(code="progress.stage", params={"name": stage.name}))
    missing = [name for name in later.servers if name not in known]
    if missing:
        return _from_code(parts, change, stage, "vdc.stage_servers_missing")
    here = alone(change, stage, bound(later.scope, known))
    try:
        made = planning.looked(parts, here, listener, password)
    except CancelledError:
        raise
    except KikiError as error:
        if not _may_come(later, error):
            raise
        why = error.code if later.servers else "vdc.stage_login_missing"
        return _from_code(parts, change, stage, why)
    if made.inventory is not None and made.inventory.place and made.inventory.place.guarded:
        raise UsageError("vdc.stage_guarded", stage=stage.name, name=made.inventory.place.name)
    return replace(made, part=replace(part_of(stage), seen=True, unseen=""))


def _may_come(later: Later, error: KikiError) -> bool:
    """Whether what could not be looked at may be there when an earlier stage has run: servers, or
    a login and its project."""
    if later.servers:
        return isinstance(error, TemporaryError)
    return later.scope.cloud is not None and not later.undoes and error.code in _NOT_THERE


def _from_code(parts: Parts, change: Change, stage: Stage, why: str) -> Stage:
    """What the code may do on servers that nobody can look at: anything that is in it."""
    later, target = part_of(stage).later, registry.target(stage.target)
    inventory = _blank(later)
    assert stage.artifact is not None
    made = target.plan(target.unseen(stage.artifact, inventory), later.intent, inventory, ())
    unknown: Verb = "unknown"
    actions = tuple(
        replace(one, verb=unknown, reason="plan.not_seen", message="") for one in made.actions
    )
    here = alone(change, stage, later.scope)
    judged = pipeline.judge_for_hosts(
        later.intent, stage.artifact, here.request, parts.profile, inventory
    )
    undo = target.undo(later.intent, None).undo
    risk = worst([made.risk, judged.risk])
    found = (ruling.there(inventory, later), made)
    ruled = ruling.planned(parts, here, later.intent, stage.artifact, risk, found)
    made = replace(
        made, actions=actions, complete=not actions, reversibility=undo.kind,
        risk="forbidden" if ruled.denied else worst([risk, ruled.risk]),
    )  # fmt: skip
    stage = replace(
        stage, inventory=inventory, plan=made, planned=parts.now(), folder="", undo=undo,
        outcome=None, part=replace(part_of(stage), seen=False, unseen=why),
        findings=planning.anew(stage, judged.findings + ruled.findings + made.findings),
        ruling=ruled if ruled.digest else None,
    )  # fmt: skip
    return replace(stage, decisive=planning.decisive(parts, here, stage))


def worst(risks: list[Risk]) -> Risk:
    """The highest of *risks*."""
    found: Risk = "low"
    for one in risks:
        found = planning.worst(found, one)
    return found


def _blank(later: Later) -> Inventory:
    """The inventory before addresses are known: its names and groups, and nothing that connects."""
    source, cloud = later.scope.inventory, later.scope.cloud
    if cloud is not None:
        return Inventory(text="", hosts=(cloud.name,))
    text, groups, group = source.text if source else "", dict[str, list[str]](), "ungrouped"
    for line in text.splitlines():
        if found := _GROUP.match(line.strip()):
            group = found[1]
        elif line.strip():
            groups.setdefault(group, []).append(line.split()[0])
    members = {name: tuple(hosts) for name, hosts in groups.items()}
    return Inventory(text=text, hosts=tuple(sorted(later.servers)), groups=members)


def bound(scope: Scope, known: Mapping[str, str]) -> Scope:
    """*scope* with the addresses of servers in the place of their placeholders."""
    source = scope.inventory
    if source is None:
        return scope
    text = _PLACE.sub(lambda found: known.get(found[1], found[0]), source.text)
    return replace(scope, inventory=replace(source, text=text))


def addresses(parts: Parts, change: Change, listener: Listener) -> dict[str, str]:
    """The addresses of the servers that the later stages are for, as the cloud tells them now: of
    each the floating IP, else its first one. None where the project is not there yet."""
    later = next(part_of(stage).later for stage in change.later if _on_servers(stage))
    source, names = change.request.scope.cloud, {"project": later.project, "domain": later.domain}
    theirs = [part_of(stage).later.scope.cloud for stage in change.later]
    if any(theirs) and not later.undoes:  # the tenant's own login, which is in its project
        source, names = next(filter(None, theirs)), {}
    if source is None or parts.clouds is None:
        return {}
    listener(Progress(code="progress.addresses"))
    from kiki.vdc.live.addresses import reached  # noqa: PLC0415 -- lazy: only for servers
    from kiki.vdc.live.estate import estate  # noqa: PLC0415 -- lazy: as above

    try:
        told = parts.clouds().ask(source, "estate", names, timeout_s=_ASK_S)
    except KikiError as error:
        if error.code in _NOT_THERE:
            return {}
        raise
    wanted = {name for stage in change.later for name in part_of(stage).later.servers}
    return {name: one for name, one in reached(estate(told)).items() if name in wanted}


def children(parts: Parts, change: Change) -> Iterator[Change]:
    """The changes that ran the later stages of *change*, or were to. One may be named that never
    came to be: the leading change names it first."""
    for stage in change.later:
        for name in stage.part.changes if stage.part else ():
            with suppress(NotFoundError):
                yield parts.store().changes.get(name)


def wants(change: Change) -> bool:
    """Whether any later stage has, or may have, something to do."""
    plans = (stage.plan for stage in change.later)
    return any(plan is None or bool(plan.changes or plan.unreachable) for plan in plans)


def against(change: Change) -> Finding | None:
    """Why a later stage can't be had, where its plan says so."""
    for stage in change.later:
        made = stage.plan
        if made is not None and made.errored:
            found = [one for one in made.findings if one.severity == "error"]
            said = next(iter(found), None)
            why = said.code if said else "plan.errored"
            params = {"stage": stage.name, "reason": why}
            return Finding(code="vdc.stage_errored", severity="error", params=params)
    return None


def risk_of(made: Plan, later: tuple[Stage, ...]) -> Risk:
    """The risk of a change with *later* stages: of the worst of them."""
    return worst([made.risk, *(stage.plan.risk for stage in later if stage.plan is not None)])
