"""Results of checks, worst first.

Called by the flow of a change and by ``gen``, ``check`` and ``show``.
"""

from collections.abc import Sequence
from typing import Any

from kiki.cli.layout import one_line, wrap
from kiki.cli.look import Look
from kiki.model.finding import Finding

_ORDER = {"error": 0, "warning": 1, "info": 2}
_STYLE = {"error": "red", "warning": "yellow", "info": "dim"}


def human(findings: Sequence[Finding], look: Look) -> str:
    """One paragraph a finding: severity, place, what, and how to mend it."""
    if not findings:
        return look.paint(look.label("no_findings"), "green")
    ordered = sorted(findings, key=lambda finding: _ORDER[finding.severity])
    return "\n".join(_one(finding, look) for finding in ordered)


def _one(finding: Finding, look: Look) -> str:
    found = look.message(finding.code, **finding.params)
    severity = look.paint(look.label(finding.severity), _STYLE[finding.severity])
    place = place_of(finding)
    first = f"{severity}  {place}: {found.text}" if place else f"{severity}  {found.text}"
    return f"{first}\n{wrap(found.help, look.width, '  ')}" if found.help else first


def place_of(finding: Finding) -> str:
    """``file:line:column``, as far as it is known."""
    parts = [one_line(finding.file)] if finding.file else []
    parts += [str(number) for number in (finding.line, finding.column) if number]
    return ":".join(parts)


def as_json(findings: Sequence[Finding], look: Look) -> list[dict[str, Any]]:
    """Keys of each: code, severity, file, line, column, params, text, help."""
    return [_as_json(finding, look) for finding in findings]


def _as_json(finding: Finding, look: Look) -> dict[str, Any]:
    found = look.message(finding.code, **finding.params)
    return {
        "code": finding.code,
        "severity": finding.severity,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "params": finding.params,
        "text": found.text,
        "help": found.help,
    }
