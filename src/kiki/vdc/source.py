"""A definition's file under check: what it says, where, and what was found.

Called by ``reading`` and the judges. Nothing here repeats more of a value than a line can show.
"""

from collections.abc import Sequence

from kiki.documents.near import near
from kiki.documents.read import Parsed
from kiki.model.finding import Finding, Severity

Path = tuple[str | int, ...]
_LONGEST = 60  # characters of a value that a finding shows


class Source:
    """The file, as *parsed*, and the *findings* about it."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.findings: list[Finding] = []

    def report(self, code: str, severity: Severity, path: Path, **params: str) -> None:
        """Keep a finding about the value at *path*."""
        line, column = self.parsed.line_of(path)
        self.findings.append(
            Finding(
                code=code, severity=severity, file=self.parsed.file, line=line, column=column,
                params={"path": shown(path), **params},
            )
        )  # fmt: skip

    def line(self, path: Path) -> str:
        """The line of *path*, for a finding about another place."""
        return str(self.parsed.line_of(path)[0])

    def unknown(self, code: str, path: Path, name: str, known: Sequence[str]) -> None:
        """Report a *name* that nothing has, with the nearest one if there is one."""
        close = near(name, known)
        if close:
            self.report(f"{code}_near", "error", path, name=brief(name), near=close)
        else:
            self.report(code, "error", path, name=brief(name), known=listed(known))


def shown(path: Path) -> str:
    """*path* as people write it: ``servers.web.networks[0]``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text or "-"


def brief(value: object) -> str:
    """*value* within a line."""
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def listed(names: Sequence[str]) -> str:
    """Some of *names*, and how many there are when not all are shown."""
    first = ", ".join(names[:12])
    return (f"{first}, … ({len(names)})" if len(names) > 12 else first) or "-"
