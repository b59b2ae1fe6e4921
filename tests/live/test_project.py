"""A generated project, read by the tools that it is for: ansible-builder and ansible-navigator.

Its playbook is linted with all others in ``test_ansible_lint``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiki.provision.ansible import COLLECTIONS as INSTALLED
from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.versions import COLLECTIONS
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

CASES = sorted((ROOT / "tests/golden/ansible/render").glob("project*/expected"))


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tools' programs, in an environment of their own."""
    made = tmp_path_factory.mktemp("tools") / "venv"
    subprocess.run([sys.executable, "-m", "venv", made], check=True)
    lock = ROOT / "requirements/project.txt"
    wheels = ("install", "--quiet", "--only-binary", ":all:", "--require-hashes", "-r", str(lock))
    subprocess.run([made / "bin/python", "-m", "pip", *wheels], check=True)
    return made / "bin"


@pytest.fixture(params=CASES, ids=lambda case: case.parent.name)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(request.param, tmp_path / "project"))


def run(tools: Path, project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)


def test_ansible_builder_makes_a_build_context(tools: Path, project: Path) -> None:
    made = run(tools, project, "ansible-builder", "create")
    assert made.returncode == 0, made.stdout + made.stderr
    container = (project / "context/Containerfile").read_text("utf-8")
    assert "ansible-core==" in container
    assert "rockylinux:9" in container


def test_ansible_navigator_takes_the_settings(tools: Path, project: Path) -> None:
    command = ("ansible-navigator", "settings", "--effective", "--mode", "stdout", "--ee", "false")
    shown = run(tools, project, *command)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "rror" not in shown.stdout.split("---")[0]
    assert "inventories/staging" in shown.stdout


def test_a_wrong_setting_would_be_noticed(tools: Path, project: Path) -> None:
    settings = project / "ansible-navigator.yml"
    settings.write_text(settings.read_text("utf-8").replace("mode: stdout", "moed: stdout"))
    command = ("ansible-navigator", "settings", "--effective", "--mode", "stdout", "--ee", "false")
    assert "moed" in run(tools, project, *command).stderr


def test_ansible_reads_both_stages(ansible_home: AnsibleHome, project: Path) -> None:
    for stage in ("staging", "production"):
        command = (str(ansible_home.inventory), "-i", f"inventories/{stage}", "--graph")
        listed = run(Path(ansible_home.inventory).parent, project, *command)
        assert listed.returncode == 0, listed.stderr
        assert "@all" in listed.stdout
        assert "WARNING" not in listed.stderr, listed.stderr


def test_the_versions_are_those_that_are_installed(ansible_home: AnsibleHome) -> None:
    root = Path(ansible_home.collections) / "ansible_collections"
    assert set(COLLECTIONS) == set(INSTALLED)
    for name, version in COLLECTIONS.items():
        manifest = (root / name.replace(".", "/") / "MANIFEST.json").read_text("utf-8")
        assert f'"version": "{version}"' in manifest, name
