"""The environments of models: found, installed once, prepared by the site, or refused."""

import os
import sys
from pathlib import Path

import pytest

from kiki.model.errors import UsageError
from kiki.provision import installers, places, runtimes
from kiki.provision.runtimes import Runtime
from tests.conftest import ROOT

NAMES: tuple[Runtime, ...] = ("llama", "openvino", "openstack", "kubernetes", "server")


@pytest.fixture(autouse=True)
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIKI_VENV", str(tmp_path / "env"))
    for name in NAMES:
        monkeypatch.delenv(f"KIKI_{name.upper()}", raising=False)
    return tmp_path


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Installers that leave a Python and nothing else; the locks that they were given."""
    locks: list[str] = []

    def create(tool: str, folder: Path) -> None:
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").symlink_to(sys.executable)

    monkeypatch.setattr(installers, "create", create)
    monkeypatch.setattr(
        installers, "install", lambda tool, folder, lock, report: locks.append(lock.name)
    )
    return locks


@pytest.mark.parametrize("name", NAMES)
def test_it_is_installed_once(name: Runtime, installed: list[str], beside: Path) -> None:
    codes: list[str] = []
    assert runtimes.find(name) is None
    python = runtimes.ensure(name, lambda code, params: codes.append(code))
    assert python == beside / f"env-{name}" / "bin" / "python"
    assert runtimes.find(name) == python
    assert runtimes.ensure(name, lambda code, params: codes.append(code)) == python
    assert installed == [f"{name}.txt"]
    assert codes == ["provision.runtime", "provision.runtime_done"]


def test_nothing_is_installed_when_that_is_switched_off(
    installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIKI_NO_INSTALL", "1")
    with pytest.raises(UsageError) as raised:
        runtimes.ensure("llama", lambda code, params: None)
    assert raised.value.code == "provision.missing_runtime"
    assert raised.value.params["command"] == f"{places.command()} setup llama"
    assert installed == []


def test_a_prepared_environment_is_taken_as_it_is(
    installed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    monkeypatch.setenv("KIKI_LLAMA", str(site))
    with pytest.raises(UsageError) as raised:
        runtimes.ensure("llama", lambda code, params: None)
    assert raised.value.code == "provision.runtime_incomplete"
    (site / "lib" / "python3.12" / "site-packages" / "xllamacpp").mkdir(parents=True)
    assert runtimes.ensure("llama", lambda code, params: None) == site / "bin" / "python"
    assert installed == []


def test_a_models_process_gets_nothing_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "x")
    monkeypatch.setenv("KIKI_TOKEN", "x")
    found = runtimes.environment()
    assert found["OMP_WAIT_POLICY"] == "PASSIVE"
    assert found["PATH"] == os.environ["PATH"]
    assert not {"API_KEY", "KIKI_TOKEN"} & set(found)


@pytest.mark.parametrize("name", NAMES)
def test_it_has_a_lock_that_a_package_carries_too(name: Runtime) -> None:
    assert places.lock(name).is_file()
    assert f'"requirements/{name}.txt" = ' in (ROOT / "pyproject.toml").read_text()
    assert f"requirements/{name}.in" in (ROOT / "Makefile").read_text()
