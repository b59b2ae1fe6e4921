"""What the golden cases of all targets have in common. Imported by the test modules here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiki.model.artifact import Artifact
from kiki.model.errors import KikiError
from kiki.model.finding import Finding

Made = Callable[[Path], Artifact]


def lines(findings: tuple[Finding, ...]) -> str:
    """A line for each finding, as ``findings.txt`` has it."""
    return "".join(map(_line, findings))


def _line(found: Finding) -> str:
    params = " ".join(f"{key}={value}" for key, value in sorted(found.params.items()))
    place = f"{found.file}:{found.line}:{found.column}"
    return f"{place} {found.severity} {found.code} {params}".rstrip() + "\n"


def check_rendered(case: Path, rendered: Made, golden: Any) -> Artifact | None:
    """Compare what *rendered* makes of a case with its ``expected/``, or its error with
    ``error.txt``; what was made."""
    if case.name.startswith("refused_"):
        with pytest.raises(KikiError) as caught:
            rendered(case)
        golden.check(case / "error.txt", f"{caught.value!s}\n")
        return None
    artifact = rendered(case)
    golden.check_folder(case / "expected", {file.path: file.text for file in artifact.files})
    return artifact
