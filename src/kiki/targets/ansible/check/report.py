"""Where findings are gathered while one file is checked.

Called by the check's other modules. A place is a path of keys and indexes into the file's document;
it becomes a line only when there is something to say about it.
"""

from typing import Any

from kiki.documents.read import Parsed
from kiki.model.finding import Finding, Severity

Place = tuple[str | int, ...]


class Report:
    """The findings about one file. *foreign*: Kiki did not make it, so that no policy has judged
    what it asks for."""

    def __init__(self, parsed: Parsed, *, foreign: bool = True) -> None:
        self.parsed = parsed
        self.foreign = foreign
        self.findings: list[Finding] = []

    def add(self, code: str, severity: Severity, place: Place, **params: str) -> None:
        """Keep a finding about what is at *place*; empty parameters are left out."""
        document, path = (place[0], place[1:]) if place else (0, ())
        assert isinstance(document, int)
        line, column = self.parsed.line_of(path, document)
        self.findings.append(
            Finding(
                code=f"ansible.{code}",
                severity=severity,
                file=self.parsed.file,
                line=line,
                column=column,
                params={name: value for name, value in params.items() if value},
            )
        )

    def error(self, code: str, place: Place, **params: str) -> None:
        """Keep a finding that keeps the code from running."""
        self.add(code, "error", place, **params)

    def warn(self, code: str, place: Place, **params: str) -> None:
        """Keep a finding that should be looked at."""
        self.add(code, "warning", place, **params)

    def tag(self, place: Place) -> str:
        """The YAML tag of the value at *place*."""
        document, path = place[0], place[1:]
        assert isinstance(document, int)
        return self.parsed.tag_of(path, document)

    def hides(self, place: Place) -> bool:
        """Whether what stands at *place* is in a play or block with ``no_log``."""
        value: Any = self.parsed.documents
        for step in place:
            if isinstance(value, dict) and value.get("no_log"):
                return True
            inside = isinstance(value, list | tuple) or step in value
            value = value[step] if inside else ()
        return False

    def was_octal(self, place: Place) -> bool:
        """Whether the number at *place* was written in octal."""
        document, path = place[0], place[1:]
        assert isinstance(document, int)
        line, _ = self.parsed.line_of(path, document)
        traps = (each for each in self.parsed.findings if each.code == "documents.octal")
        return any(trap.line == line for trap in traps)


def has_template(value: Any) -> bool:
    """Whether *value* is text that Jinja fills in, so that nobody can judge it before it runs."""
    return isinstance(value, str) and ("{{" in value or "{%" in value)


def shown(value: Any) -> str:
    """*value* for a message, bounded."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
