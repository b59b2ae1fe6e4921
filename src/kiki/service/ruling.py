"""What the site's own rules say of a change, at each point of its life, and holding to it.

Called by ``submission``, ``planning``, ``answering``, ``granting``, ``applying`` and ``local``. The
files are read anew each time; without a ``policy_dir`` there are no rules and everything here says
yes.
"""

from collections.abc import Sequence
from typing import TypeVar

from msgspec import UnsetType
from msgspec.structs import replace

from kiki.model.approval import Approval
from kiki.model.artifact import Artifact
from kiki.model.change import Change, Stage
from kiki.model.errors import RefusedError
from kiki.model.intent import Intent, Later
from kiki.model.inventory import Inventory, Place
from kiki.model.people import Role, serves_as
from kiki.model.plan import Plan, Risk
from kiki.model.request import Scope
from kiki.model.ruling import Phase, Ruling
from kiki.policy.reading import only_reads
from kiki.service.parts import Parts
from kiki.targets import registry

NONE = Ruling(phase="request", digest="")
_One = TypeVar("_One")


def asked(parts: Parts, change: Change, intent: Intent, artifact: Artifact, risk: Risk) -> Ruling:
    """What is said before anything is planned."""
    return _ruled(parts, change, "request", intent, artifact, risk)


def planned(
    parts: Parts,
    change: Change,
    intent: Intent,
    artifact: Artifact,
    risk: Risk,
    found: tuple[Inventory, Plan],
) -> Ruling:
    """What is said with the plan known; *risk* is without the site's rules."""
    return _ruled(parts, change, "plan", intent, artifact, risk, found)


def now(parts: Parts, change: Change, phase: Phase) -> Ruling:
    """What is said of all stages of a planned *change* at this moment: one grant is for them all.
    The plan's risk is compared as it is, with what rules made of it."""
    intent = change.reading.intent if change.reading else None
    if not change.stages or intent is None:
        return NONE
    intents = (intent, *(stage.part.later.intent for stage in change.later if stage.part))
    every = zip(change.stages, intents, strict=True)
    return together(tuple(_of_stage(parts, change, phase, stage, one) for stage, one in every))


def _of_stage(parts: Parts, change: Change, phase: Phase, stage: Stage, intent: Intent) -> Ruling:
    inventory = stage.inventory
    if inventory is not None and stage.part:
        inventory = there(inventory, stage.part.later)
    known = inventory is not None and stage.plan is not None
    found = (inventory, stage.plan) if known else None
    risk = stage.plan.risk if stage.plan is not None else "low"
    return _ruled(parts, change, phase, intent, stage.artifact, risk, found)  # type: ignore[arg-type]


def there(inventory: Inventory, later: Later) -> Inventory:
    """*inventory* with the cloud and the project that *later* is for, where its login could not be
    asked yet: they are what its own change will be judged by."""
    if inventory.place is not None or later.scope.cloud is None:
        return inventory
    name = later.scope.cloud.name
    place = Place(kind="cloud", name=name, identity={"project": later.project})
    return replace(inventory, place=place)


def together(found: tuple[Ruling, ...]) -> Ruling:
    """What was said of several stages at one phase as one: the effects of all hold."""
    if len(found) == 1:
        return found[0]
    said = tuple(one for ruling in found for one in ruling.said)
    faults = tuple(one for ruling in found for one in ruling.faults)
    asked = tuple(name for ruling in found for name in ruling.asked)
    later = tuple(name for ruling in found for name in ruling.later)
    return replace(
        found[0],
        asked=_once(asked), later=_once(later), said=_once(said), faults=_once(faults),
    )  # fmt: skip


def _once(every: tuple[_One, ...]) -> tuple[_One, ...]:
    """*every* without what was there before."""
    return tuple(one for at, one in enumerate(every) if one not in every[:at])


def _ruled(
    parts: Parts,
    change: Change,
    phase: Phase,
    intent: Intent,
    artifact: Artifact | None,
    risk: Risk,
    found: tuple[Inventory, Plan] | None = None,
) -> Ruling:
    if parts.site is None:
        return NONE
    from kiki.policy.site.facts import Facts, facts_images  # noqa: PLC0415 -- lazy: few have rules
    from kiki.policy.site.judging import judge  # noqa: PLC0415 -- lazy: as above

    judged = registry.target(intent.target).judged(intent)
    request = change.request
    facts = Facts(
        phase=phase,
        now=parts.now(),
        operations=judged.intent.operations,
        target=intent.target,
        risk=risk,
        requester=request.requester,
        roles=_had(parts, request.requester, request.project, change.roles),
        ticket=request.ticket,
        undo=bool(change.undoes),
        reads=only_reads(intent, registry.vocabulary()),
        inventory=found[0] if found else None,
        plan=found[1] if found else None,
        images=facts_images(artifact),
        profile=parts.profile,
    )
    return judge(parts.site(), facts)


def _had(
    parts: Parts, who: str, project: str, then: tuple[Role, ...] | UnsetType
) -> tuple[Role, ...]:
    """The roles that somebody has, and those that they had *then*: of people from elsewhere nobody
    knows any when they are logged out."""
    now = parts.roles(who, project)
    return (*now, *(role for role in then or () if role not in now))


def looking(
    parts: Parts, change: Change, intent: Intent, artifact: Artifact, inventory: Inventory | None
) -> Ruling:
    """What is said of a request that only reads, right before it does. Where it is asked without
    hosts, a context or cloud that was named is what is known; rules about one that was not can't be
    judged, and deny."""
    known = inventory or _named(change.request.scope)
    found = (known, Plan(actions=())) if known is not None else None
    return _ruled(parts, change, "run", intent, artifact, "low", found)


def _named(scope: Scope) -> Inventory | None:
    """The cluster or cloud that the request names."""
    place = None
    if scope.cluster is not None and scope.cluster.context:
        place = Place(kind="cluster", name=scope.cluster.context, identity={})
    elif scope.cloud is not None and scope.cloud.name:
        place = Place(kind="cloud", name=scope.cloud.name, identity={})
    return Inventory(text="", hosts=(place.name,), place=place) if place is not None else None


def hold(parts: Parts, change: Change, phase: Phase) -> Ruling:
    """What is said now; RefusedError with the first denial's code."""
    found = now(parts, change, phase)
    if found.denied:
        said = found.findings[0]
        place = f"{said.file}:{said.line}" if said.line else said.file
        params = {"file": place} | said.params | {"id": change.id}
        raise RefusedError(said.code, **params)
    return found


def upcoming(parts: Parts, change: Change) -> tuple[Ruling, ...]:
    """What is said now of a planned change, at each point that is still to come."""
    left: dict[str, tuple[Phase, ...]] = {
        "awaiting_approval": ("approval", "run"),
        "approved": ("run",),
    }
    found = (now(parts, change, phase) for phase in left.get(change.state, ()))
    return tuple(one for one in found if one.digest)


def missing(
    parts: Parts, found: Ruling, grants: Sequence[Approval], project: str
) -> dict[str, str]:
    """What *grants* lack by the rules in the change's *project*, as parameters of a message; empty
    when they are enough. A broken glass is enough for everything that is about whose approvals they
    are."""
    if any(grant.break_glass for grant in grants):
        return {}
    people = {grant.approver for grant in grants}
    had = [_had(parts, grant.approver, project, grant.roles) for grant in grants]
    roles = [role for role in found.approver_roles if not any(serves_as(one, role) for one in had)]
    if len(people) >= found.approvers and not roles:
        return {}
    rules = {*found.wanting("approvers"), *found.wanting("approver_role")}
    return {
        "count": str(len(people)),
        "wanted": str(max(found.approvers, 1)),
        "roles": ", ".join(roles) or "-",
        "rules": ", ".join(sorted(rules)),
    }


def told(found: Ruling) -> dict[str, object]:
    """What the ledger is told: ids and effects, never the site's texts."""
    if not found.digest:
        return {}
    said = {one.rule: sorted(one.effects) for one in found.said}
    faults = sorted({one.code for one in found.faults})
    kept: dict[str, object] = {"phase": found.phase, "digest": found.digest, "said": said}
    return {"rules": kept | ({"faults": faults} if faults else {})}


def of_all(stages: tuple[Stage, ...]) -> Ruling | None:
    """What was said of *stages* when each was planned; None without rules."""
    found = tuple(stage.ruling for stage in stages if stage.ruling is not None)
    return together(found) if found else None


def lasting(change: Change, found: Ruling) -> Change:
    """*change* with what was said now, in the place of what was said before."""
    if not found.digest or not change.stages:
        return change
    stage = replace(change.stage, ruling=found)
    return replace(change, stages=(stage, *change.stages[1:]))
