"""The lock files: complete, hashed, and without a word about where they were made."""

import re
import tomllib
from pathlib import Path

import pytest

from kiki.targets.ansible.versions import CORE, RUNNER
from tests.conftest import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", path.read_text(), re.M))


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_package_has_hashes(path: Path) -> None:
    entries = re.split(r"\n(?=\S)", path.read_text().strip())
    assert entries
    for entry in entries:
        assert re.match(r"[\w.-]+==\S+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_no_registry_and_no_machine_is_named(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    assert "file:" not in text
    assert not re.search(r"(?m)^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)", text)
    assert not re.search(r"(?<![\w])/(home|root|tmp|var|opt|work)/", text)


def test_base_has_every_dependency_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {re.split(r"[<>=~!\[ ;]", entry)[0].lower() for entry in project["dependencies"]}
    assert named <= set(pins(ROOT / "requirements/base.txt"))


def test_tests_run_with_the_very_versions_that_users_get() -> None:
    base, dev = pins(ROOT / "requirements/base.txt"), pins(ROOT / "requirements/dev.txt")
    assert base.items() <= dev.items()


def test_generated_projects_name_the_versions_of_the_lock() -> None:
    ansible, tools = (pins(ROOT / f"requirements/{name}.txt") for name in ("ansible", "project"))
    assert (ansible["ansible-core"], ansible["ansible-runner"]) == (CORE, RUNNER)
    assert tools["ansible-core"] == CORE


def test_ansible_core_is_the_newest_line_for_python_3_11() -> None:
    assert pins(ROOT / "requirements/ansible.txt")["ansible-core"].startswith("2.19.")
