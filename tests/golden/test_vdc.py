"""What ``kiki vdc`` says of definitions, makes of them, and draws."""

from pathlib import Path
from typing import Any

import pytest

from kiki.model.artifact import File
from kiki.service.projects import check_entry
from kiki.vdc.compiling import Compiled, compiled
from kiki.vdc.definition import Definition
from kiki.vdc.drawing import drawn
from kiki.vdc.reading import Read, read
from tests.golden.cases import lines

HERE = Path(__file__).parent / "vdc"
CASES = sorted(path for path in HERE.iterdir() if path.is_dir())
GOOD = [case for case in CASES if not case.name.startswith("bad_")]


def found(case: Path) -> Read:
    text = (case / "definition.yaml").read_text("utf-8")
    return read(File(path="definition.yaml", text=text))


def defined(case: Path) -> Definition:
    definition = found(case).definition
    assert definition is not None
    return definition


def made(case: Path) -> Compiled:
    return compiled(defined(case))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_findings(case: Path, golden: Any) -> None:
    findings = found(case).findings
    golden.check(case / "findings.txt", lines(findings))
    assert any(one.severity == "error" for one in findings) == case.name.startswith("bad_")
    assert "hunter2" not in lines(findings) and "Training123!" not in lines(findings)


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_templates(case: Path, golden: Any) -> None:
    artifact = made(case).artifact
    golden.check_folder(case / "expected", {file.path: file.text for file in artifact.files})


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_the_strict_check_finds_nothing(case: Path) -> None:
    for file in made(case).templates.files:
        assert check_entry("openstack", (file,), file.path) == ()


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_pictures(case: Path, golden: Any) -> None:
    golden.check(case / "graph.svg", drawn(defined(case), "svg"))
    golden.check(case / "graph.mmd", drawn(defined(case), "mermaid"))


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_the_same_comes_out_again(case: Path) -> None:
    assert made(case).artifact == made(case).artifact
    assert drawn(defined(case), "svg") == drawn(defined(case), "svg")
