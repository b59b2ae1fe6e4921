"""Trying the site's rules without a change: their tests, and what is odd about them.

Called by the CLI for ``kiki policy``. Offline: requests are read by the rules of language alone,
with no model, no host, no database and no clock but the caller's.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from kiki import pipeline
from kiki.model.artifact import Artifact
from kiki.model.finding import Finding
from kiki.model.intent import Intent, Operation
from kiki.model.inventory import Inventory
from kiki.model.plan import Plan, Risk
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.policy.reading import only_reads
from kiki.policy.site import examining, trials
from kiki.policy.site.facts import Facts, facts_images
from kiki.policy.site.judging import judge
from kiki.policy.site.loading import Site, finding
from kiki.policy.site.rule import given
from kiki.policy.site.trials import Placed, Result
from kiki.targets import registry

_RISKS: tuple[Risk, ...] = ("low", "medium", "high", "forbidden")
_SHOWN = 300


def rehearsed(
    site: Site, tests: Iterable[Placed], profile: Profile, tell: Callable[[Result], None]
) -> tuple[Result, ...]:
    """The result of each test; *tell* hears of each when it is there."""
    results = []
    for placed in tests:
        result = _tried(site, placed, profile)
        tell(result)
        results.append(result)
    return tuple(results)


def checked(
    site: Site, folder: str, now: datetime, results: Sequence[Result]
) -> tuple[Finding, ...]:
    """What is odd about rules that can be read."""
    vocabulary = registry.vocabulary()
    kinds = [kind.id for kind in (*vocabulary.every, *vocabulary.generic)]
    rulings = [result.ruling for result in results if result.ruling is not None]
    return examining.examined(site, folder, kinds, now, rulings)


def _tried(site: Site, placed: Placed, profile: Profile) -> Result:
    try:
        return _judged(site, placed, profile)
    except _NotRead as failure:
        return Result(placed=placed, fault=failure.finding)
    except Exception as failure:  # noqa: BLE001 -- a field that no code can be made of
        detail = f"{type(failure).__name__}: {failure}"[:_SHOWN]
        return Result(placed=placed, fault=_fault(placed, "test_failed", detail=detail))


class _NotRead(Exception):  # noqa: N818 -- ends a test, not a command
    def __init__(self, found: Finding) -> None:
        super().__init__(found.code)
        self.finding = found


def _fault(placed: Placed, what: str, **params: str) -> Finding:
    return finding(what, "error", placed.file, placed.line, name=placed.trial.name, **params)


def _judged(site: Site, placed: Placed, profile: Profile) -> Result:
    trial = placed.trial
    request = Request(
        message="" if not given(trial.request) else str(trial.request),
        target=str(trial.target) if given(trial.target) else None,
        ticket=trial.ticket,
    )
    intent = _intent(placed, request, profile)
    inventory = None if trial.at == "request" else trials.inventory(trial)
    artifact, risk = _built(intent, request, profile, inventory)
    plan = trials.plan(trial, len(intent.operations), risk) if inventory else None
    return trials.compared(
        placed, judge(site, _facts(placed, intent, artifact, profile, risk, (inventory, plan)))
    )


def _facts(
    placed: Placed,
    intent: Intent,
    artifact: Artifact,
    profile: Profile,
    risk: Risk,
    found: tuple[Inventory | None, Plan | None],
) -> Facts:
    trial = placed.trial
    return Facts(
        phase=trial.at,
        now=placed.now,
        operations=registry.target(intent.target).judged(intent).intent.operations,
        target=intent.target,
        risk=risk,
        requester=trial.who,
        roles=tuple(trial.roles),
        ticket=trial.ticket,
        undo=trial.undo,
        reads=only_reads(intent, registry.vocabulary()),
        inventory=found[0],
        plan=found[1],
        images=facts_images(artifact),
        profile=profile,
    )


def _built(
    intent: Intent, request: Request, profile: Profile, inventory: Inventory | None
) -> tuple[Artifact, Risk]:
    """The code and its risk by the built-in rules, whatever else they say of it."""
    built = pipeline.build(intent, request, profile)
    if inventory is None:
        return built.artifact, built.risk
    later = pipeline.judge_for_hosts(intent, built.artifact, request, profile, inventory)
    return built.artifact, max(built.risk, later.risk, key=_RISKS.index)


def _intent(placed: Placed, request: Request, profile: Profile) -> Intent:
    """What the test asks for; _NotRead when it is not understood, or of no kind that there is."""
    if not request.message:
        return _given(placed)
    reading = pipeline.read(request, profile, None)
    if reading.intent is None:
        said = reading.question or reading.refusal
        raise _NotRead(_fault(placed, "test_not_read", why=said.code if said else "-"))
    return reading.intent


def _given(placed: Placed) -> Intent:
    wanted = placed.trial.operations
    assert isinstance(wanted, list)  # the reader saw to it
    vocabulary = registry.vocabulary()
    known = {kind.id for kind in (*vocabulary.every, *vocabulary.generic)}
    for one in wanted:
        if one.kind not in known:
            raise _NotRead(_fault(placed, "test_kind", value=one.kind))
    operations = tuple(Operation(kind=one.kind, fields=one.fields) for one in wanted)
    return Intent(target=operations[0].target, name="test", operations=operations, reader="flags")
