"""One result of a check. Returned, never raised.

Called by targets, policy, service and views. Holds a code and parameters; prose is made when shown.
"""

from typing import Literal

from kiki.model.records import Record

Severity = Literal["error", "warning", "info"]


class Finding(Record, frozen=True):
    """What a check found. *line* and *column* count from 1; 0 means the whole file."""

    code: str
    severity: Severity
    file: str = ""
    line: int = 0
    column: int = 0
    params: dict[str, str] = {}


def has_errors(findings: tuple[Finding, ...]) -> bool:
    """Whether any finding keeps the artifact from being planned."""
    return any(finding.severity == "error" for finding in findings)
