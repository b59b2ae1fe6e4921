"""What a migration can't bring along, or has to choose: findings, each said once, in order.

Called by every other module here.
"""

from kiki.model.finding import Finding, Severity


class Losses:
    """Collects findings. *info*: chosen, and right in most cases; *warning*: something is lost or
    has to be done; *error*: no manifest can say it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, ...], Finding] = {}

    def say(self, code: str, severity: Severity = "warning", /, **params: str) -> None:
        """Add a finding, unless it is there."""
        key = (code, *(f"{name}={value}" for name, value in sorted(params.items())))
        self._found.setdefault(key, Finding(code=code, severity=severity, params=params))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, in the order in which they were met."""
        return tuple(self._found.values())
