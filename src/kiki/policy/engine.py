"""Asking every policy rule and adding up what they say.

Called by ``pipeline``. A rule is a file in ``policy/rules`` with a ``judge`` function; nothing
else has to be edited to add one. What can't be judged is refused: a rule that raises or can't be
imported denies, and so does an installation without rules.
"""

import os
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module

from kiki.model.artifact import Artifact
from kiki.model.finding import Finding, Severity, has_errors
from kiki.model.intent import Intent
from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.request import Scope
from kiki.policy import rules
from kiki.policy.case import Approver, Case, Concern, Opinion, Verdict

Judge = Callable[[Case], tuple[Opinion, ...]]

_RISKS: tuple[Risk, ...] = ("low", "medium", "high", "forbidden")
_SHOWN_AS: dict[Risk, Severity] = {
    "low": "info",
    "medium": "info",
    "high": "warning",
    "forbidden": "error",
}
_APPROVERS: dict[Risk, tuple[Approver, ...]] = {
    "low": ("requester",),
    "medium": ("requester",),
    "high": ("other",),
    "forbidden": (),
}


def judge(
    intent: Intent,
    artifact: Artifact,
    risks: tuple[str, ...],
    scope: Scope,
    profile: Profile,
    hosts: tuple[str, ...],
    *,
    writes: tuple[tuple[str, ...], ...] | None = None,
    connecting: tuple[str, ...] = (),
    ssh_ports: tuple[int, ...] = (22,),
) -> Verdict:
    """The verdict of all rules; see ``Case`` for the parameters. Never raises."""
    case = Case(
        intent=intent,
        artifact=artifact,
        risks=risks,
        scope=scope,
        profile=profile,
        hosts=hosts,
        writes=writes,
        connecting=connecting,
        ssh_ports=ssh_ports,
    )
    return judge_case(case, found_rules())


def judge_case(case: Case, found: Mapping[str, Judge]) -> Verdict:
    """The verdict of the given rules, by name."""
    if not found:
        return _verdict({"engine": (Finding(code="policy.no_rules", severity="error"),)})
    opinions = {name: _ask(name, rule, case) for name, rule in sorted(found.items())}
    return _verdict({name: said for name, said in opinions.items() if said})


@cache
def found_rules() -> dict[str, Judge]:
    """Every rule in ``policy/rules`` by name. One that can't be imported is there too, and denies
    when asked."""
    entries = (entry for folder in rules.__path__ for entry in os.scandir(folder))
    return {name: _load(name) for name in sorted(filter(None, map(_rule_name, entries)))}


def _rule_name(entry: "os.DirEntry[str]") -> str:
    """The rule that *entry* is, or empty. By hand: pkgutil needs ``inspect``, which takes 5 ms."""
    name, _, ending = entry.name.rpartition(".")
    return name if ending == "py" and name != "__init__" else ""


def _load(name: str) -> Judge:
    try:
        loaded: Judge = import_module(f"{rules.__name__}.{name}").judge
    except Exception as failure:  # noqa: BLE001 -- a rule that can't be loaded must deny
        return _denying(failure)
    return loaded


def _denying(failure: Exception) -> Judge:
    def deny(_: Case) -> tuple[Opinion, ...]:
        raise failure

    return deny


def _ask(name: str, rule: Judge, case: Case) -> tuple[Opinion, ...]:
    try:
        said = tuple(rule(case))
        for opinion in said:
            _require_opinion(opinion)
    except Exception as failure:  # noqa: BLE001 -- a rule that fails, in whatever way, must deny
        detail = f"{type(failure).__name__}: {failure}"[:200]
        params = {"rule": name, "detail": detail}
        return (Finding(code="policy.rule_failed", severity="error", params=params),)
    return said


def _require_opinion(said: object) -> None:
    """TypeError unless *said* is an opinion that can be added up."""
    match said:
        case Concern(risk=risk) if risk in _RISKS:
            return
        case Finding(severity=severity) if severity in _SHOWN_AS.values():
            return
    raise TypeError(f"not an opinion: {said!r}")


def _verdict(opinions: Mapping[str, tuple[Opinion, ...]]) -> Verdict:
    said = [opinion for spoken in opinions.values() for opinion in spoken]
    findings = tuple(map(_shown, said))
    raised: list[Risk] = [opinion.risk for opinion in said if isinstance(opinion, Concern)]
    worst: Risk = max(raised, key=_RISKS.index, default="low")
    risk: Risk = "forbidden" if has_errors(findings) else worst
    return Verdict(
        risk=risk,
        findings=_worst_first(findings),
        approvers=_APPROVERS[risk],
        rules={name: tuple(opinion.code for opinion in said) for name, said in opinions.items()},
    )


def _worst_first(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What a person has to see: errors, then warnings; notes stay in ``rules``."""
    return tuple(
        found
        for severity in ("error", "warning")
        for found in findings
        if found.severity == severity
    )


def _shown(opinion: Opinion) -> Finding:
    if isinstance(opinion, Finding):
        return opinion
    severity = _SHOWN_AS[opinion.risk]
    return Finding(code=opinion.code, severity=severity, params=opinion.params)
