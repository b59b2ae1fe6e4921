"""All that golden cases render passes ansible-lint's production profile and the syntax check."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kiki.provision.ansible import AnsibleHome
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

CASES = ROOT / "tests/golden/ansible/render"
# What a project has beside its playbook.
SETTINGS = ("ansible-navigator.yml", "execution-environment.yml", "requirements.yml")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is expected: ansible-lint goes by where files are."""
    folder = tmp_path_factory.mktemp("rendered")
    for expected in sorted(CASES.glob("*/expected")):
        shutil.copytree(expected, folder / expected.parent.name)
    return folder


def run(home: AnsibleHome, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PATH": f"{Path(home.playbook).parent}:{os.environ['PATH']}",
        "ANSIBLE_HOME": str(folder / ".ansible"),
        "ANSIBLE_COLLECTIONS_PATH": str(home.collections),
        # Each case is a folder of its own for whoever gets it, and roles are found in there.
        "ANSIBLE_ROLES_PATH": ":".join(str(roles) for roles in sorted(folder.glob("*/roles"))),
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_the_production_profile(rendered: Path, ansible_home: AnsibleHome) -> None:
    lint = run(
        ansible_home, rendered, "ansible-lint", "--profile", "production", "--offline", "--nocolor"
    )
    assert lint.returncode == 0, lint.stdout + lint.stderr
    assert "0 failure(s), 0 warning(s)" in lint.stdout + lint.stderr


def test_ansible_s_own_syntax_check(rendered: Path, ansible_home: AnsibleHome) -> None:
    found = [path for path in rendered.glob("*/*.yml") if path.name not in SETTINGS]
    playbooks = sorted(str(path.relative_to(rendered)) for path in found)
    check = run(
        ansible_home, rendered, str(ansible_home.playbook), "--syntax-check", "-i", "localhost,",
        *playbooks,
    )  # fmt: skip
    assert check.returncode == 0, check.stdout + check.stderr
    assert len(playbooks) > 50
