"""The plan card: what a person reads before saying yes. Risk first, then what can be taken back,
then what would change on which host, unknown actions marked, then the diffs.

Called by the flow of a change, ``plan``, ``show`` and ``approve``.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import to_builtins

from kiki.cli.layout import one_line, safe, table
from kiki.cli.look import Look
from kiki.cli.views import rules
from kiki.model.change import Stage, Undo
from kiki.model.inventory import Place
from kiki.model.plan import Action, Plan, Risk

_ONE_EACH = 40  # actions up to which each has a line of its own
_NAMED = 3  # hosts of many that do the same
_LOST = 50
_RISK_STYLE: dict[Risk, tuple[str, ...]] = {
    "low": ("green", "bold"),
    "medium": ("yellow", "bold"),
    "high": ("alarm",),
    "forbidden": ("alarm",),
}
_LONGEST = 80  # characters of a value that was there before
_GOING = 2000  # characters of what is named because it goes
_TURNS = 5  # waves that are shown
_OBJECTS = ("kubernetes.core.k8s", "openstack.cloud.stack")
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
    rows = _place(stage, look)
    rows.append([look.heading("risk"), risk.strip() if not look.colour else risk])
    if stage.undo is not None and plan.changes and not plan.errored:
        rows.append([look.heading("undo"), _undo(stage.undo, look)])
    if _where(stage) is None:
        rows.append([look.heading("hosts"), _hosts(plan, look)])
    if plan.unreachable:
        lost = look.paint(_few(plan.unreachable, _LOST), "red")
        rows.append([look.heading("unreachable"), lost])
    if stage.rest:
        told = look.label("rest_hosts", count=len(stage.rest), hosts=_few(stage.rest))
        rows.append([look.heading("rest"), told])
    if len(plan.waves) > 1:
        rows += _waves(stage, plan, look)
    rows += rules.rows(stage.ruling, look)
    if not plan.complete:
        unknown = sum(action.verb == "unknown" for action in plan.actions)
        rows.append([look.heading("complete"), look.label("incomplete", count=unknown)])
    return rows


def _where(stage: Stage) -> Place | None:
    return stage.inventory.place if stage.inventory is not None else None


def _place(stage: Stage, look: Look) -> list[list[str]]:
    """Which cluster or cloud, before anything else: nobody may take one for another."""
    place = _where(stage)
    if place is None:
        return []
    known = {key: one_line(value) for key, value in place.identity.items()}
    name = look.label("place_guarded" if place.guarded else "place_name", name=one_line(place.name))
    shown = look.paint(f" {name} ", "alarm") if look.colour else name
    rows = [[look.paint(look.label(f"place_{place.kind}"), "bold"), shown]]
    about = "place_server" if place.kind == "cluster" else "place_project"
    return [*rows, ["", look.label(about, **known)]]


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
    others = {*changing, *plan.unreachable}
    same = [host for host in plan.hosts if host not in others]
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
    changes = _by_weight(plan.changes)
    if len(changes) > _ONE_EACH:
        lines = [_action(action, look, hosts) for action, hosts in _alike(changes)]
    else:
        lines = [_action(action, look) for action in changes]
    quiet = len(plan.actions) - len(plan.changes)
    if quiet:
        lines.append(look.paint(look.label("actions_same", count=quiet), "dim"))
    return "\n".join(lines)


def _by_weight(found: Iterable[Action]) -> list[Action]:
    return sorted(found, key=lambda action: action.verb not in ("error", "delete", "replace"))


def _alike(changes: Iterable[Action]) -> list[tuple[Action, list[str]]]:
    """Of many actions those that say the same but for the host, with their hosts."""
    shared: dict[tuple[str, ...], tuple[Action, list[str]]] = {}
    for action in changes:
        key = (action.task, action.verb, action.reason, action.message)
        shared.setdefault(key, (action, []))[1].append(action.subject)
    return list(shared.values())


def _action(action: Action, look: Look, hosts: Sequence[str] = ()) -> str:
    """One action; on several *hosts* with their number."""
    where = one_line(action.subject)
    if len(hosts) > 1:
        where = look.label("action_hosts", hosts=_few(hosts, _NAMED), count=len(hosts))
    mark, style = _MARKS.get(action.verb, (" ", "dim"))
    verb = look.label("verb_" + action.verb)
    line = f"{where}: {one_line(action.task)}  {look.paint(verb, style)}"
    reason = look.say(action.reason) if action.reason else ""
    extra = "; ".join(part for part in (reason, one_line(action.message)) if part)
    line = f"  {look.paint(mark, style)} {line}"
    line = f"{line} {look.paint('(' + extra + ')', 'dim')}" if extra else line
    return "\n".join((line, *_before(action, look)))


def _before(action: Action, look: Look) -> list[str]:
    """A line for each value that was there, with the one that replaces it; of an object the diff
    says it all."""
    if action.module in _OBJECTS:
        return []
    if action.unread:
        return [look.paint(f"      {look.say(action.unread, task=action.task)}", "dim")]
    lines = []
    for name, old in action.before.items():
        new = action.after.get(name)
        was = _value(old, _GOING if action.verb == "delete" else _LONGEST)
        shown = f"{was} -> {_value(new)}" if name in action.after else was
        label = look.label("before")
        lines.append(look.paint(f"      {label} {one_line(name)}: {shown}", "dim"))
    return lines


def _value(value: Any, longest: int = _LONGEST) -> str:
    """A value from a host on one line, not too long."""
    text = one_line(value if isinstance(value, str) else msgspec.json.encode(value).decode())
    return text if len(text) <= longest else text[: longest - 1] + "…"


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
    """Keys: risk, reversibility, undo, complete, errored, applyable, place (cluster or cloud: kind,
    name, identity, guarded), rules, hosts, changing, unreachable, waves, fingerprint, digest,
    actions; None when there is no plan."""
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
        "place": to_builtins(_where(stage)),
        "rules": rules.as_json(stage.ruling),
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
        "before": action.before,
        "after": action.after,
        "unread": action.unread,
    }
