"""One change: its head, how it was read, its code, findings, plan, approval, result, history.

Called by the flow of a change and by ``show``, ``diff`` and the commands that move one.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import to_builtins

from kiki.cli.exits import exit_of
from kiki.cli.layout import one_line, table
from kiki.cli.look import Look
from kiki.cli.views import answer as answer_view
from kiki.cli.views import code, findings, history, outcome, plan, question, reading
from kiki.model.approval import Approval
from kiki.model.change import Change, Stage
from kiki.model.ledger import LedgerRecord
from kiki.model.people import project_name
from kiki.model.request import ClusterSource, Scope

_STATE_STYLE = {
    "answered": "green",
    "applied": "green",
    "approved": "green",
    "awaiting_approval": "yellow",
    "asking": "yellow",
    "partly_applied": "red",
    "failed": "red",
    "invalid": "red",
    "refused": "red",
    "interrupted": "red",
    "stale": "yellow",
}


_NEXT = {
    "asking": "kiki answer {id} VALUE",
    "checked": "kiki plan {id}",
    "awaiting_approval": "kiki approve {id} && kiki run {id}",
    "approved": "kiki run {id}",
    "interrupted": "kiki plan {id}",
    "stale": "kiki plan {id}",
    "failed": "kiki plan {id}",
    "partly_applied": "kiki plan {id}",
    "cancelled": "kiki redo {id}",
    "rejected": "kiki redo {id}",
}


_RESUMABLE = frozenset(("interrupted", "failed", "partly_applied", "cancelled"))


def next_step(change: Change) -> str:
    """The command that goes on from the change's state."""
    if change.state in _RESUMABLE and _unfinished(change):
        return f"kiki resume {change.id}"
    return _NEXT.get(change.state, "kiki show {id}").replace("{id}", change.id)


def _unfinished(change: Change) -> bool:
    """Whether an apply began, and left hosts that it did not bring to a good end."""
    outcome = change.stages[0].outcome if change.stages else None
    if outcome is None:
        return False
    return bool(outcome.failed or outcome.unreachable or outcome.unsure or outcome.left)


def state(change: Change, look: Look) -> str:
    """The change's state in words."""
    return look.paint(look.say(f"state.{change.state}"), _STATE_STYLE.get(change.state, "bold"))


def reason(change: Change, look: Look) -> str:
    """Why the change is in its state, and what helps; empty when there is nothing to say."""
    if not change.reason or _is_a_finding(change):
        return ""
    found = look.message(change.reason, **{"id": change.id} | change.params)
    return f"{found.text}\n  {found.help}" if found.help else found.text


def _is_a_finding(change: Change) -> bool:
    """Whether the reason is one of the findings, which are shown anyway."""
    codes = [finding.code for stage in change.stages for finding in stage.findings]
    return change.reason in codes


def head(change: Change, look: Look) -> str:
    """Id, state and what was asked, by whom, for where."""
    rows = [
        [look.heading("change"), f"{change.id}  {state(change, look)}"],
        [look.heading("asked"), f"{one_line(change.request.requester)}  {change.created}"],
    ]
    if change.request.project:
        rows.append([look.heading("project"), change.request.project])
    if change.request.ticket:
        rows.append([look.heading("ticket"), one_line(change.request.ticket)])
    rows += _scope(change, look)
    for name, other in (
        ("undoes", change.undoes),
        ("redoes", change.redoes),
        ("undone_by", change.undone_by),
        ("commit", change.commit),
        ("part_of", change.part_of or ""),
    ):
        if other:
            rows.append([look.heading(name), other])
    return table(rows)


def _scope(change: Change, look: Look) -> list[list[str]]:
    scope, rows = change.request.scope, []
    if scope.inventory is not None:
        source = scope.inventory
        shown = source.origin or source.text
        rows.append([look.heading("inventory"), one_line(shown)])
    if scope.cluster is not None:
        shown = _cluster(change, scope.cluster)
        rows.append([look.heading("cluster"), one_line(shown)])
    if scope.cloud is not None:
        shown = " ".join(part for part in (scope.cloud.name, scope.cloud.region) if part)
        rows.append([look.heading("cloud"), one_line(f"{shown} ({scope.cloud.file or '-'})")])
    for name in ("limit", "user", "ssh_key"):
        if getattr(scope, name):
            rows.append([look.heading(name), one_line(getattr(scope, name))])
    if scope.tags:
        rows.append([look.heading("tags"), one_line(", ".join(scope.tags))])
    if scope.extra_vars:
        rows.append([look.heading("extra_vars"), look.value(scope.extra_vars)])
    if scope.timeout_s:
        told = look.label("timeout_s", seconds=scope.timeout_s)
        rows.append([look.heading("timeout"), told])
    return rows


def _cluster(change: Change, source: ClusterSource) -> str:
    """The context and where it comes from; once it was looked at, the one that it turned out to
    be."""
    place = change.stage.inventory.place if change.stages and change.stage.inventory else None
    name = source.context or (place.name if place else "")
    file = source.kubeconfig or "~/.kube/config"
    return f"{name} ({file})" if name else file


def made(change: Change, look: Look) -> str:
    """What a new change is: how it was read, its code, the findings."""
    parts = []
    if change.reading is not None:
        shown = reading.human(change.reading, change.request.message, look)
        parts.append(_section("reading", shown, look))
        if change.reading.question is not None:
            parts.append(question.human(change.reading.question, look))
    for stage in change.stages:
        parts += _code_and_findings(stage, look)
    return "\n\n".join(part for part in parts if part)


def _code_and_findings(stage: Stage, look: Look) -> list[str]:
    parts = []
    if stage.artifact is not None:
        parts.append(_section("code", code.human(stage.artifact, look), look))
    parts.append(_section("findings", findings.human(stage.findings, look), look))
    return parts


def _section(name: str, body: str, look: Look) -> str:
    return f"{look.heading(name)}\n{body}" if body else ""


def human(change: Change, records: Sequence[LedgerRecord], look: Look) -> str:
    """Everything about the change."""
    parts = [head(change, look), reason(change, look), made(change, look)]
    for stage in change.stages:
        parts += [
            _section("before", outcome.human(ran.outcome, look), look)
            for ran in stage.earlier
            if ran.outcome is not None
        ]
        parts.append(_section("plan", plan.human(stage, look), look))
        if stage.answered is not None:
            parts.append(_section("answer", answer_view.record(stage.answered, look), look))
        if stage.outcome is not None:
            parts.append(_section("result", outcome.human(stage.outcome, look), look))
    parts.append(_section("approval", _approval(change, look), look))
    parts.append(_section("history", history.human(records, look), look))
    return "\n\n".join(part for part in parts if part)


def _approval(change: Change, look: Look) -> str:
    granted = change.approval
    if granted is None:
        wanted = digest(change)
        bound = look.label("approvable", digest=wanted) if wanted else ""
        return "\n".join(filter(None, (table(_before(change, look)), bound)))
    rows = _before(change, look)
    rows += [
        [look.label("approver"), f"{one_line(granted.approver)}  {granted.at}"],
        [look.label("digest"), granted.digest],
    ]
    if granted.note:
        rows.append([look.label("note"), one_line(granted.note)])
    loud = look.label("break_glass", reason=one_line(granted.break_glass))
    return look.paint(loud, "red") + "\n" + table(rows) if granted.break_glass else table(rows)


def _before(change: Change, look: Look) -> list[list[str]]:
    """Approvals before the last one."""
    return [
        [look.label("approver"), f"{one_line(one.approver)}  {one.at}"] for one in change.granted
    ]


def digest(change: Change) -> str:
    """The digest that an approval of the change would be bound to; empty without a plan."""
    if not change.stages or change.stage.decisive is None:
        return ""
    return change.stage.decisive.digest()


def as_json(
    change: Change, look: Look, records: Sequence[LedgerRecord] | None = None
) -> dict[str, Any]:
    """Keys: see docs/cli/json.md, "A change"."""
    shown: dict[str, Any] = {
        "id": change.id,
        "state": change.state,
        "exit": int(exit_of(change)),
        "created": change.created,
        "updated": change.updated,
        "requester": change.request.requester,
        "project": project_name(change.request.project),
        "message": change.request.message,
        "scope": _scope_json(change.request.scope),
        "reading": reading.as_json(change.reading, look) if change.reading else None,
        "stages": [_stage_json(stage, look) for stage in change.stages],
        "ticket": change.request.ticket,
        "approval": _approval_json(change.approval),
        "granted": [_approval_json(one) for one in change.granted],
        "digest": digest(change),
        "undoes": change.undoes,
        "redoes": change.redoes,
        "undone_by": change.undone_by,
        "commit": change.commit,
        **({"part_of": change.part_of} if change.part_of else {}),
        "reason": change.reason,
        "params": change.params,
        "text": reason(change, look),
    }
    if records is not None:
        shown["history"] = history.as_json(records)
    return shown


def _scope_json(scope: Scope) -> dict[str, Any]:
    source = scope.inventory
    return {
        "inventory": {"form": source.form, "text": source.text, "origin": source.origin}
        if source
        else None,
        "cluster": to_builtins(scope.cluster),
        "cloud": to_builtins(scope.cloud),
        "take_over": scope.take_over,
        "create_only": scope.create_only,
        "limit": scope.limit,
        "tags": list(scope.tags),
        "extra_vars": scope.extra_vars,
        "user": scope.user,
        "ssh_key": scope.ssh_key,
        "verify": scope.verify,
        "rollout": {
            "canary": scope.rollout.canary,
            "batch": scope.rollout.batch,
            "max_fail": scope.rollout.max_fail,
        },
        "timeout_s": scope.timeout_s,
    }


def _approval_json(granted: Approval | None) -> dict[str, Any] | None:
    if granted is None:
        return None
    return {
        "digest": granted.digest,
        "approver": granted.approver,
        "at": granted.at,
        "note": granted.note,
        "name": granted.name,
        "break_glass": granted.break_glass,
    }


def _stage_json(stage: Stage, look: Look) -> dict[str, Any]:
    return {
        "name": stage.name,
        "target": stage.target,
        "artifact": code.as_json(stage.artifact) if stage.artifact else None,
        "findings": findings.as_json(stage.findings, look),
        "plan": plan.as_json(stage, look),
        "answered": answer_view.record_as_json(stage.answered),
        "outcome": outcome.as_json(stage.outcome, look) if stage.outcome else None,
        "rest": list(stage.rest),
        **_part_json(stage),
        "earlier": [
            outcome.as_json(ran.outcome, look) if ran.outcome else None for ran in stage.earlier
        ],
    }


def _part_json(stage: Stage) -> dict[str, Any]:
    """Of a stage after the first: whether its plan was made live, and the changes that ran it."""
    part = stage.part
    return {"seen": part.seen, "unseen": part.unseen, "changes": list(part.changes)} if part else {}


def later(change: Change, look: Look) -> str:
    """The plans of the stages after the first, each under its name."""
    parts = []
    for number, stage in enumerate(change.later, start=2):
        card = plan.human(stage, look)
        if stage.part and stage.part.unseen:
            why = look.say(stage.part.unseen, host=stage.name, message="")
            card = f"{look.label('stage_unseen', why=why)}\n{card}"
        parts.append(_section_of(stage, number, card, look))
    return "\n\n".join(part for part in parts if part)


def later_results(change: Change, look: Look) -> str:
    """What became of the stages after the first."""
    parts = []
    for number, stage in enumerate(change.later, start=2):
        told = outcome.human(stage.outcome, look) if stage.outcome else look.label("stage_not_run")
        ran = f" {stage.part.changes[-1]}" if stage.part and stage.part.changes else ""
        parts.append(_section_of(stage, number, told, look, ran))
    return "\n".join(parts)


def _section_of(stage: Stage, number: int, body: str, look: Look, more: str = "") -> str:
    return f"{look.heading('stage', number=number, name=stage.name)}{more}\n{body}" if body else ""
