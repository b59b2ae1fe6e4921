"""The plan card: what a person reads before saying yes. Risk first, then what can be taken back,
then what would change on which host, unknown actions marked, then the diffs.

Called by the flow of a change, ``plan``, ``show`` and ``approve``.
"""

from collections.abc import Iterable
from typing import Any

from kiki.cli.layout import one_line, safe, table
from kiki.cli.look import Look
from kiki.model.change import Stage, Undo
from kiki.model.plan import Action, Plan, Risk

_RISK_STYLE: dict[Risk, tuple[str, ...]] = {
    "low": ("green", "bold"),
    "medium": ("yellow", "bold"),
    "high": ("alarm",),
    "forbidden": ("alarm",),
}
_TURNS = 5  # waves that are shown
_MARKS = {
    "create": ("+", "green"),
    "update": ("~", "yellow"),
    "replace": ("±", "yellow"),
    "delete": ("-", "red"),
    "run": ("!", "yellow"),
    "unknown": ("?", "cyan"),
    "error": ("x", "red"),
}


def human(stage: Stage, look: Look) -> str:
    """The card; empty when the stage has no plan."""
    plan = stage.plan
    if plan is None:
        return ""
    parts = [table(_facts(stage, plan, look)), actions(plan, look), diffs(plan.changes, look)]
    return "\n".join(part for part in parts if part)


def _facts(stage: Stage, plan: Plan, look: Look) -> list[list[str]]:
    risk = look.paint(f" {look.label('risk_' + plan.risk)} ", *_RISK_STYLE[plan.risk])
    rows = [[look.heading("risk"), risk.strip() if not look.colour else risk]]
    if stage.undo is not None:
        rows.append([look.heading("undo"), _undo(stage.undo, look)])
    rows.append([look.heading("hosts"), _hosts(plan, look)])
    if plan.unreachable:
        lost = ", ".join(one_line(host) for host in plan.unreachable)
        rows.append([look.heading("unreachable"), look.paint(lost, "red")])
    if stage.rest:
        told = look.label("rest_hosts", count=len(stage.rest), hosts=_few(stage.rest))
        rows.append([look.heading("rest"), told])
    if len(plan.waves) > 1:
        rows += _waves(stage, plan, look)
    if not plan.complete:
        unknown = sum(action.verb == "unknown" for action in plan.actions)
        rows.append([look.heading("complete"), look.label("incomplete", count=unknown)])
    return rows


def _waves(stage: Stage, plan: Plan, look: Look) -> list[list[str]]:
    """In which steps it is applied, and when no further step is begun."""
    turns = [_few(wave, 3) for wave in plan.waves]
    shown = " → ".join(turns[:_TURNS]) + (" → …" if len(turns) > _TURNS else "")
    rows = [[look.heading("waves"), look.label("waves_text", count=len(turns), waves=shown)]]
    scope = stage.decisive.scope if stage.decisive is not None else {}
    limit = scope.get("rollout", {}).get("max_fail", 0)
    return [*rows, ["", look.label("waves_stop", max_fail=limit)]]


def _undo(undo: Undo, look: Look) -> str:
    kind = look.label("undo_" + undo.kind)
    return f"{kind} {look.say(undo.reason, **undo.params)}" if undo.reason else kind


def _hosts(plan: Plan, look: Look) -> str:
    changing = changing_hosts(plan)
    same = [host for host in plan.hosts if host not in changing and host not in plan.unreachable]
    parts = []
    if changing:
        parts.append(look.label("hosts_changing", count=len(changing), hosts=_few(changing)))
    if same:
        parts.append(look.label("hosts_same", count=len(same), hosts=_few(same)))
    return "; ".join(parts) or "-"


def changing_hosts(plan: Plan) -> list[str]:
    """Hosts (or objects) that would or might change, in the plan's order."""
    return list(dict.fromkeys(action.subject for action in plan.changes))


def _few(hosts: Iterable[str], most: int = 10) -> str:
    shown = [one_line(host) for host in hosts]
    return ", ".join(shown[:most]) + (", …" if len(shown) > most else "")


def actions(plan: Plan, look: Look) -> str:
    """One line an action that would or might change something; the others are counted."""
    lines = [_action(action, look) for action in _by_weight(plan.changes)]
    quiet = len(plan.actions) - len(plan.changes)
    if quiet:
        lines.append(look.paint(look.label("actions_same", count=quiet), "dim"))
    return "\n".join(lines)


def _by_weight(found: Iterable[Action]) -> list[Action]:
    return sorted(found, key=lambda action: action.verb not in ("error", "delete", "replace"))


def _action(action: Action, look: Look) -> str:
    mark, style = _MARKS.get(action.verb, (" ", "dim"))
    verb = look.label("verb_" + action.verb)
    line = f"{one_line(action.subject)}: {one_line(action.task)}  {look.paint(verb, style)}"
    reason = look.say(action.reason) if action.reason else ""
    extra = "; ".join(part for part in (reason, one_line(action.message)) if part)
    line = f"  {look.paint(mark, style)} {line}"
    return f"{line} {look.paint('(' + extra + ')', 'dim')}" if extra else line


def diffs(found: Iterable[Action], look: Look) -> str:
    """The actions' diffs; hosts with one and the same diff share it."""
    shared: dict[tuple[str, str], list[str]] = {}
    for action in found:
        if action.diff:
            shared.setdefault((action.task, action.diff), []).append(action.subject)
    return "\n".join(
        f"{look.paint(f'--- {_few(hosts)}: {one_line(task)}', 'cyan')}\n{diff(text, look)}"
        for (task, text), hosts in shared.items()
    )


def diff(text: str, look: Look) -> str:
    """A unified diff in colours."""
    return "\n".join(_diff_line(line, look) for line in safe(text).rstrip("\n").split("\n"))


def _diff_line(line: str, look: Look) -> str:
    style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return look.paint(line, style) if style else line


def as_json(stage: Stage, look: Look) -> dict[str, Any] | None:
    """Keys: risk, reversibility, undo, complete, errored, applyable, hosts, changing,
    unreachable, waves, fingerprint, digest, actions; None when there is no plan."""
    plan = stage.plan
    if plan is None:
        return None
    return {
        "risk": plan.risk,
        "reversibility": plan.reversibility,
        "undo": _undo_json(stage.undo, look),
        "complete": plan.complete,
        "errored": plan.errored,
        "applyable": plan.applyable,
        "hosts": list(plan.hosts),
        "changing": changing_hosts(plan),
        "unreachable": list(plan.unreachable),
        "waves": [list(wave) for wave in plan.waves],
        "fingerprint": plan.fingerprint(),
        "digest": stage.decisive.digest() if stage.decisive else "",
        "actions": [_action_json(action) for action in plan.actions],
    }


def _undo_json(undo: Undo | None, look: Look) -> dict[str, Any] | None:
    if undo is None:
        return None
    text = look.say(undo.reason, **undo.params) if undo.reason else ""
    return {"kind": undo.kind, "reason": undo.reason, "params": undo.params, "text": text}


def _action_json(action: Action) -> dict[str, Any]:
    return {
        "subject": action.subject,
        "task": action.task,
        "verb": action.verb,
        "module": action.module,
        "diff": action.diff,
        "reason": action.reason,
        "message": action.message,
    }
