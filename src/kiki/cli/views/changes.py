"""The list of changes.

Called by ``changes``.
"""

from collections.abc import Sequence
from typing import Any

from kiki.cli.layout import columns, cut, one_line, table
from kiki.cli.look import Look
from kiki.cli.views import change as change_view
from kiki.model.change import Change
from kiki.model.people import project_name


def human(changes: Sequence[Change], look: Look) -> str:
    """A table, newest first; the message is cut to what the terminal has left."""
    if not changes:
        return look.label("no_changes")
    titles = [look.heading(name) for name in ("id", "state", "target", "asked_at", "by")]
    rows = [titles, *(_row(change, look) for change in changes)]
    used = columns(table(rows).split("\n", 1)[0]) + 2
    widest = max(columns(line) for line in table(rows).split("\n")) + 2
    room = max(20, look.width - max(used, widest))
    messages = [look.heading("message"), *(cut(title(change), room) for change in changes)]
    return table([[*row, message] for row, message in zip(rows, messages, strict=True)])


def _row(change: Change, look: Look) -> list[str]:
    target = change.stages[0].target if change.stages else change.request.target or ""
    return [
        change.id,
        change_view.state(change, look),
        target,
        change.created[:16].replace("T", " "),
        one_line(change.request.requester),
    ]


def title(change: Change) -> str:
    """What was asked, on one line."""
    if change.request.message:
        return one_line(change.request.message)
    if change.undoes:
        return f"undo {change.undoes}"
    flags = ({"name": change.request.name} if change.request.name else {}) | change.request.flags
    return " ".join(f"--{key} {one_line(value)}" for key, value in flags.items())


def as_json(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Keys of each: id, state, target, created, updated, requester, project, message,
    risk."""
    return [
        {
            "id": change.id,
            "state": change.state,
            "target": change.stages[0].target if change.stages else change.request.target or "",
            "created": change.created,
            "updated": change.updated,
            "requester": change.request.requester,
            "project": project_name(change.request.project),
            "message": change.request.message,
            "risk": _risk(change),
        }
        for change in changes
    ]


def _risk(change: Change) -> str:
    plan = change.stages[0].plan if change.stages else None
    return plan.risk if plan else ""
