"""Findings as SARIF 2.1.0, which forges and editors read.

Called by ``commands.check``. One run of one tool; a rule is a finding's code. Places without a line
are the whole file.
"""

from collections.abc import Sequence
from typing import Any

from kiki import __version__
from kiki.cli.look import Look
from kiki.model.finding import Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def document(findings: Sequence[Finding], look: Look) -> str:
    """The one document, as JSON; texts in the language of *look*."""
    from kiki.cli.context import encoded  # noqa: PLC0415 -- lazy: as there

    rules = [{"id": code} for code in dict.fromkeys(one.code for one in findings)]
    driver = {"name": "kiki", "version": __version__, "rules": rules}
    results = [_result(one, look) for one in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return encoded({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(finding: Finding, look: Look) -> dict[str, Any]:
    said = look.message(finding.code, **finding.params)
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{said.text} {said.help}".strip()},
    }
    if finding.file:
        result["locations"] = [{"physicalLocation": _place(finding)}]
    return result


def _place(finding: Finding) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": finding.file}}
    if finding.line:
        region = {"startLine": finding.line, "startColumn": max(finding.column, 1)}
        place["region"] = region
    return place
