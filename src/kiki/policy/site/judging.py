"""Asking every rule of the site, and adding up what they say.

Called by ``service.ruling`` and the trials. Never raises: a rule that fails denies.
"""

from kiki.model.finding import Finding
from kiki.model.ruling import Effect, Ruled, Ruling
from kiki.policy.site.facts import Facts
from kiki.policy.site.loading import Site, finding
from kiki.policy.site.matching import holds
from kiki.policy.site.rule import Placed, written

LATE = ("plan", "approval", "run")  # phases at which all is known


def judge(site: Site, facts: Facts) -> Ruling:
    """What the rules of *site* say of *facts*, in the order of their ids."""
    faults: list[Finding] = [*site.faults]
    said: list[Ruled] = []
    later: list[str] = []
    asked = sorted(_due(site, facts), key=lambda one: one.rule.id)
    for placed in asked:
        try:
            found = holds(placed, facts)
        except Exception as failure:  # noqa: BLE001 -- a rule that fails, in whatever way, denies
            faults.append(_failed(placed, f"{type(failure).__name__}: {failure}"))
            continue
        if found is None and facts.phase in LATE:
            faults.append(_failed(placed, "no plan"))
        elif found is None:
            later.append(placed.rule.id)
        elif found:
            said.append(_ruled(placed))
    return Ruling(
        phase=facts.phase,
        digest=site.digest,
        at=facts.now,
        asked=tuple(one.rule.id for one in asked),
        later=tuple(later),
        said=tuple(said),
        faults=tuple(faults),
    )


def _due(site: Site, facts: Facts) -> list[Placed]:
    return [one for one in site.rules if facts.phase in one.phases]


def _failed(placed: Placed, detail: str) -> Finding:
    return finding(
        "failed", "error", placed.file, placed.line, rule=placed.rule.id, detail=detail[:200]
    )


def _ruled(placed: Placed) -> Ruled:
    effects: dict[Effect, str] = {
        name: _text(value)  # type: ignore[misc]  # the fields of Then are the effects
        for name, value in written(placed.rule.then).items()
    }
    return Ruled(
        rule=placed.rule.id,
        file=placed.file,
        line=placed.line,
        effects=effects,
        reason=placed.reason,
    )


def _text(value: object) -> str:
    return "yes" if value is True else str(value)
