"""Installed versions."""

import json
import sys
from pathlib import Path

import pytest

from kiki.execution import versions
from kiki.model.errors import TemporaryError
from tests.unit.execution.conftest import FakeHome


def program(path: Path, text: str) -> str:
    path.write_text(f"#!{sys.executable}\n{text}\n")
    path.chmod(0o755)
    return str(path)


def collection(root: Path, name: str, manifest: str) -> None:
    folder = root / "ansible_collections" / name.replace(".", "/")
    folder.mkdir(parents=True)
    (folder / "MANIFEST.json").write_text(manifest)


def test_core_and_every_collection(tmp_path: Path) -> None:
    collection(
        tmp_path, "community.general", json.dumps({"collection_info": {"version": "11.4.0"}})
    )
    collection(tmp_path, "ansible.posix", json.dumps({"collection_info": {"version": "2.1.0"}}))
    collection(tmp_path, "broken.one", "{")
    home = FakeHome(python=program(tmp_path / "py", "print('2.19.14')"), collections=str(tmp_path))
    assert versions.installed(home) == {
        "ansible.builtin": "2.19.14",
        "ansible.posix": "2.1.0",
        "broken.one": "?",
        "community.general": "11.4.0",
    }


@pytest.mark.parametrize("text", ["import sys; sys.exit(1)", None])
def test_an_ansible_that_does_not_start_is_said(tmp_path: Path, text: str | None) -> None:
    python = program(tmp_path / "py", text) if text else str(tmp_path / "none")
    with pytest.raises(TemporaryError, match=r"execution\.ansible_unusable"):
        versions.installed(FakeHome(python=python))


def test_an_environment_shows_its_version_without_being_started(tmp_path: Path) -> None:
    folder = tmp_path / "lib" / "python3.12" / "site-packages"
    (folder / "ansible_core-2.20.1.dist-info").mkdir(parents=True)
    home = FakeHome(python=str(tmp_path / "bin" / "python"), collections=str(tmp_path))
    assert versions.installed(home)["ansible.builtin"] == "2.20.1"
