"""What the site's own rules said of a change: rows of the plan card, and JSON.

Called by ``plan`` and by ``kiki policy explain``.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from kiki.cli.layout import one_line, table
from kiki.cli.look import Look
from kiki.cli.views import findings
from kiki.model.finding import Finding
from kiki.model.ruling import PREFIX, Ruled, Ruling

if TYPE_CHECKING:
    from kiki.policy.site.rule import Placed
    from kiki.policy.site.trials import Result


def rows(ruling: Ruling | None, look: Look) -> list[list[str]]:
    """How many were asked, and a line for each that spoke; none without rules."""
    if ruling is None:
        return []
    told = look.label("rules_asked", count=len(ruling.asked), said=len(ruling.said))
    if ruling.later:
        told += "; " + look.label("rules_later", count=len(ruling.later))
    return [[look.heading("rules"), told], *(["", spoken(one, look)] for one in ruling.said)]


def human(ruling: Ruling, look: Look) -> str:
    """The rows alone."""
    return table(rows(ruling, look))


def spoken(one: Ruled, look: Look) -> str:
    """One rule that spoke: where it stands, what it wants and why."""
    effects = ", ".join(
        look.label(f"effect_{name}", value=one_line(value)) for name, value in one.effects.items()
    )
    style = "red" if "deny" in one.effects else "yellow"
    place = look.paint(f"({one_line(one.file)}:{one.line})", "dim")
    reason = one_line(one.reason.get(look.lang, ""))
    return f"{one.rule} {place} {look.paint(effects, style)}: {reason}"


def as_json(ruling: Ruling | None) -> dict[str, Any] | None:
    """Keys: phase, at, digest, asked, later, said (rule, file, line, effects, reason by language),
    faults; None without rules."""
    if ruling is None:
        return None
    shown: dict[str, Any] = to_builtins(ruling)
    return shown


def listed(rules: Sequence["Placed"], look: Look) -> str:
    """A line for each rule: id, place, what it wants, why."""
    return table([
        [
            look.paint(one.rule.id, "bold"),
            f"{one.file}:{one.line}",
            _wants(one, look),
            _why(one, look),
        ]
        for one in rules
    ])  # fmt: skip


def one(placed: "Placed", look: Look) -> str:
    """Everything about one rule."""
    rows = [
        [look.heading("rule"), f"{placed.rule.id} ({placed.file}:{placed.line})"],
        [look.heading("rule_when"), _when(placed, look)],
        [look.heading("rule_then"), _wants(placed, look)],
        [look.heading("rule_at"), ", ".join(look.label(f"phase_{at}") for at in placed.phases)],
        [look.heading("rule_reason"), _why(placed, look)],
    ]
    return table(rows)


def _when(placed: "Placed", look: Look) -> str:
    conditions = to_builtins(placed.rule.when)
    shown = [f"{name}: {look.value(value)}" for name, value in conditions.items()]
    zone = [f"zone: {placed.zone}"] if placed.zone and "time" in conditions else []
    return "; ".join((*shown, *zone)) or look.label("rule_always")


def _wants(placed: "Placed", look: Look) -> str:
    wanted = to_builtins(placed.rule.then)
    return ", ".join(look.label(f"effect_{name}", value=value) for name, value in wanted.items())


def _why(placed: "Placed", look: Look) -> str:
    return one_line(placed.reason.get(look.lang, ""))


def rules_json(rules: Sequence["Placed"]) -> list[dict[str, Any]]:
    """Keys of each: id, file, line, zone, at, when, then, reason by language."""
    return [
        {
            "id": one.rule.id,
            "file": one.file,
            "line": one.line,
            "zone": one.zone,
            "at": list(one.phases),
            "when": to_builtins(one.rule.when),
            "then": to_builtins(one.rule.then),
            "reason": one.reason,
        }
        for one in rules
    ]


def result(found: "Result", look: Look) -> str:
    """One test: its mark and name, and under it what was expected and what was said."""
    mark = look.paint("ok", "green") if found.passed else look.paint("FAILED", "red")
    placed = found.placed
    lines = [f"{mark}  {one_line(placed.trial.name)} ({one_line(placed.file)}:{placed.line})"]
    lines += [f"    {text}" for text in _differences(found, look)]
    return "\n".join(lines)


def _differences(found: "Result", look: Look) -> list[str]:
    if found.fault is not None:
        said = look.message(found.fault.code, **found.fault.params)
        return [said.text, said.help] if said.help else [said.text]
    return [
        look.say("policy.site_test_differs", key=key, wanted=wanted, said=said)
        for key, (wanted, said) in found.wrong.items()
    ]


def failure(found: "Result") -> Finding:
    """A test that failed, as a finding."""
    if found.fault is not None:
        return found.fault
    placed = found.placed
    what = "; ".join(f"{key}: {wanted} != {said}" for key, (wanted, said) in found.wrong.items())
    return Finding(
        code=PREFIX + "test_wrong", severity="error", file=placed.file, line=placed.line,
        params={"name": placed.trial.name, "what": what},
    )  # fmt: skip


def summary(results: Sequence["Result"], look: Look) -> str:
    """How many passed and failed."""
    failed = sum(not one.passed for one in results)
    told = look.say("policy.site_tested", passed=len(results) - failed, failed=failed)
    return look.paint(told, "red" if failed or not results else "green")


def results_json(results: Sequence["Result"], look: Look) -> list[dict[str, Any]]:
    """Keys of each: name, file, line, passed, said (rules that spoke), wrong (by key: expected and
    said), fault (a text, empty without one)."""
    return [
        {
            "name": one.placed.trial.name,
            "file": one.placed.file,
            "line": one.placed.line,
            "passed": one.passed,
            "said": [rule.rule for rule in one.ruling.said] if one.ruling else [],
            "wrong": {
                key: {"expected": wanted, "said": said} for key, (wanted, said) in one.wrong.items()
            },
            "fault": look.say(one.fault.code, **one.fault.params) if one.fault else "",
        }
        for one in results
    ]


def explained(kept: Ruling | None, now: Sequence[Ruling], look: Look) -> str:
    """What was said, and what is said now at each point that is still to come."""
    if kept is None and not now:
        return look.say("policy.site_none")
    parts = []
    for ruling, code in ((kept, "rules_recorded"), *((one, "rules_now") for one in now)):
        if ruling is not None:
            title = look.heading(code, phase=look.label(f"phase_{ruling.phase}"), at=ruling.at)
            faults = findings.human(ruling.faults, look) if ruling.faults else ""
            parts.append("\n".join(filter(None, (title, human(ruling, look), faults))))
    return "\n\n".join(parts)
