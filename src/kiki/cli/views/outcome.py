"""What a finished run left: hosts by how they ended, the changed ones first.

Called by the flow of a change, ``run`` and ``show``.
"""

from typing import Any

from kiki.cli.layout import one_line, table
from kiki.cli.look import Look
from kiki.cli.views import findings
from kiki.model.change import Outcome

_MOST = 50  # hosts of one kind that are named
_STYLE = {
    "changed": "yellow",
    "unchanged": "green",
    "failed": "red",
    "unreachable": "red",
    "unsure": "red",
    "left": "yellow",
}


def human(outcome: Outcome, look: Look) -> str:
    """The summary."""
    rows = []
    for name, style in _STYLE.items():
        hosts = getattr(outcome, name)
        if hosts:
            listed = ", ".join(one_line(host) for host in hosts[:_MOST])
            listed += ", …" if len(hosts) > _MOST else ""
            count = look.paint(f"{look.label(name)} {len(hosts)}", style)
            rows.append([count, listed])
    rows.append([look.heading("verified"), look.label("verified_" + outcome.verified)])
    if outcome.reason:
        rows += [["", line] for line in _why(outcome, look)]
    if outcome.remarks:
        return f"{table(rows)}\n{findings.human(outcome.remarks, look)}"
    return table(rows)


def _why(outcome: Outcome, look: Look) -> list[str]:
    """What went wrong, the cause where it is known, and what helps."""
    said = look.message(outcome.reason, **outcome.params)
    code = outcome.params.get("cause", "")
    if not code:
        return [line for line in (said.text, said.help) if line]
    cause = look.message(code, **outcome.params)
    same = outcome.reason == "ansible.host_unreachable"  # the cause says whole what that says
    repeats = same and one_line(outcome.params.get("message", "")) in cause.text
    told = (cause.text,) if repeats else (said.text, cause.text)
    return [*told, *((cause.help,) if cause.help else ())]


def as_json(outcome: Outcome, look: Look) -> dict[str, Any]:
    """Keys: changed, unchanged, failed, unreachable, unsure, left, verified, reason, params, text,
    why (lines for a person), runs, remarks."""
    text = look.say(outcome.reason, **outcome.params) if outcome.reason else ""
    return {
        "changed": list(outcome.changed),
        "unchanged": list(outcome.unchanged),
        "failed": list(outcome.failed),
        "unreachable": list(outcome.unreachable),
        "unsure": list(outcome.unsure),
        "left": list(outcome.left),
        "verified": outcome.verified,
        "reason": outcome.reason,
        "params": outcome.params,
        "text": text,
        "why": _why(outcome, look) if outcome.reason else [],
        "runs": list(outcome.runs),
        "remarks": findings.as_json(outcome.remarks, look),
    }
