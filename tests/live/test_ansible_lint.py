"""All that golden cases render passes ansible-lint's production profile and the syntax check."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kiki.execution.linting import lint
from kiki.provision.ansible import AnsibleHome
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

CASES = ROOT / "tests/golden/ansible/render"
PODMAN = ROOT / "tests/golden/podman/render"
# What a project has beside its playbook.
SETTINGS = ("ansible-navigator.yml", "execution-environment.yml", "requirements.yml")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is expected: ansible-lint goes by where files are."""
    folder = tmp_path_factory.mktemp("rendered")
    for expected in sorted(CASES.glob("*/expected")):
        shutil.copytree(expected, folder / expected.parent.name)
    for expected in sorted(PODMAN.glob("*/expected")):
        shutil.copytree(expected, folder / f"podman_{expected.parent.name}")
    return folder


def test_the_production_profile(
    rendered: Path,
    ansible_home: AnsibleHome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each role and project in a folder of its own, where its roles are found, as whoever gets it
    has it; everything else at once."""
    whole = sorted(roles.parent for roles in rendered.glob("*/roles"))
    single = [path for path in sorted(rendered.iterdir()) if path not in whole]
    assert len(whole) > 4
    assert len(single) > 100
    (private := tmp_path / "server").mkdir(mode=0o700)
    for folder, paths in (
        (rendered, [one.name for one in single]),
        *((one, ["."]) for one in whole),
    ):
        monkeypatch.chdir(folder)
        assert lint(ansible_home, paths, private) == (), folder


def test_a_mistake_is_found_that_way(
    ansible_home: AnsibleHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yml").write_text("---\n- hosts: all\n  tasks:\n    - command: ls\n")
    monkeypatch.chdir(tmp_path)
    rules = {one.params["rule"] for one in lint(ansible_home, ["a.yml"], tmp_path)}
    assert {"name[play]", "fqcn[action-core]", "no-changed-when"} <= rules


def test_ansible_s_own_syntax_check(rendered: Path, ansible_home: AnsibleHome) -> None:
    found = [path for path in rendered.glob("*/*.yml") if path.name not in SETTINGS]
    playbooks = sorted(str(path.relative_to(rendered)) for path in found)
    command = [str(ansible_home.playbook), "--syntax-check", "-i", "localhost,", *playbooks]
    environment = os.environ | {"ANSIBLE_COLLECTIONS_PATH": str(ansible_home.collections)}
    check = subprocess.run(
        command, cwd=rendered, env=environment, capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr
    assert len(playbooks) > 50
