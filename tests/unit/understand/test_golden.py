"""Every golden sentence is read as it is written down, and keeps what every reading keeps."""

from pathlib import Path

import pytest
import yaml

from tests.unit.understand.golden import (
    FOLDER,
    Case,
    cases,
    check,
    expected,
    outcome,
    reading,
    write,
)

ALL = list(cases())


@pytest.mark.parametrize("case", [case for _, case in ALL], ids=[name for name, _ in ALL])
def test_sentence(case: Case, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        pytest.skip("being renewed")
    made = reading(case)
    check(case["say"], made)
    assert outcome(made) == expected(case)


def test_renew(request: pytest.FixtureRequest) -> None:
    """With ``--update-golden``: write every file anew."""
    if not request.config.getoption("--update-golden"):
        assert {path.suffix for path in FOLDER.iterdir()} == {".yaml"}
        return
    for path in sorted(FOLDER.glob("*.yaml")):
        renew(path)


def renew(path: Path) -> None:
    old = yaml.safe_load(path.read_text("utf-8"))
    kept = [{key: case[key] for key in ("say", "with", "why") if key in case} for case in old]
    write(path, [case | outcome(reading(case)) for case in kept])


def test_no_sentence_is_written_down_twice() -> None:
    seen = [(case["say"], str(case.get("with"))) for _, case in ALL]
    assert len(seen) == len(set(seen))


def test_there_are_enough() -> None:
    korean = [case for _, case in ALL if any("가" <= char <= "힣" for char in case["say"])]
    assert len(ALL) >= 150
    assert len(korean) >= 75
    assert len(ALL) - len(korean) >= 75
