"""One template under check, and safe ways into data of which nothing is known yet.

Called by ``check`` and its parts.
"""

from typing import Any

from kiki.documents.read import Parsed
from kiki.model.finding import Finding, Severity
from kiki.targets.openstack.schema import Version, functions

Path = tuple[str | int, ...]


class Source:
    """A template: its *data*, the *version* that it declares, and the findings about it.

    *used* collects the parameters that anything refers to; *links* which resources a resource
    needs; *types* are the names that an environment file in the same artifact makes known, and
    *files* the paths of all its files.
    """

    def __init__(
        self, parsed: Parsed, version: Version, types: frozenset[str], files: frozenset[str]
    ) -> None:
        self.parsed = parsed
        self.data: dict[Any, Any] = parsed.documents[0]
        self.version = version
        self.types = types
        self.files = files
        self.findings: list[Finding] = []
        self.used: set[str] = set()
        self.links: dict[str, set[str]] = {}

    def section(self, name: str) -> dict[Any, Any]:
        """The entries of a section; empty when it is missing or of another shape."""
        found = self.data.get(name)
        return found if isinstance(found, dict) else {}

    def report(self, code: str, severity: Severity, path: Path, **params: str) -> None:
        """Keep a finding about the value at *path*."""
        line, column = self.parsed.line_of(path)
        self.findings.append(
            Finding(
                code=code, severity=severity, file=self.parsed.file, line=line, column=column,
                params={"path": shown(path), **params},
            )
        )  # fmt: skip

    def function(self, value: Any) -> tuple[str, Any] | None:
        """The name and arguments if *value* is a function of this version or of another one."""
        if not isinstance(value, dict) or len(value) != 1:
            return None
        name, arguments = next(iter(value.items()))
        return (name, arguments) if name in functions() else None


def shown(path: Path) -> str:
    """*path* as people write it: ``resources.web.properties.networks[0]``."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")


def brief(value: Any) -> str:
    """*value* as a message shows it."""
    if isinstance(value, dict | list):
        return "mapping" if isinstance(value, dict) else "list"
    if isinstance(value, str):
        return f'"{value[:60]}"'
    return "null" if value is None else str(value).lower()[:60]
