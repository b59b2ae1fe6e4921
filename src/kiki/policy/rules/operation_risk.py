"""The risk of each operation, as its target classes it.

A target that gives no class, or one that policy doesn't know, makes the operation ``high``.
"""

from typing import get_args

from kiki.model.finding import Finding
from kiki.model.plan import Risk
from kiki.policy.case import Case, Concern, Opinion

_KNOWN: dict[str, Risk] = {risk: risk for risk in get_args(Risk)}


def judge(case: Case) -> tuple[Opinion, ...]:
    """One opinion for each operation."""
    kinds = [operation.kind for operation in case.intent.operations]
    given = [*case.risks, *[""] * (len(kinds) - len(case.risks))]
    return tuple(_opinion(kind, risk) for kind, risk in zip(kinds, given, strict=True))


def _opinion(kind: str, given: str) -> Opinion:
    risk = _KNOWN.get(given)
    params = {"kind": kind}
    if risk == "forbidden":
        return Finding(code="policy.operation_forbidden", severity="error", params=params)
    if risk is None:
        return Concern(code="policy.operation_unclassified", risk="high", params=params)
    return Concern(code=f"policy.operation_{risk}", risk=risk, params=params)
