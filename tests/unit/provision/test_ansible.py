"""Finding Ansible, installing it once, and saying what to do when that is not allowed."""

import sys
from pathlib import Path

import pytest

from kiki.model.errors import UsageError
from kiki.provision import ansible, environments, installers, places
from tests.conftest import ROOT

KINDS = {"python", "playbook", "inventory", "runner", "lint"}


@pytest.fixture(autouse=True)
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the environments of these tests are."""
    monkeypatch.setenv("KIKI_VENV", str(tmp_path / "env"))
    monkeypatch.delenv("KIKI_ANSIBLE", raising=False)
    return tmp_path


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Installers that do nothing but what they would leave; the calls made."""
    calls: list[str] = []

    def create(tool: str, folder: Path) -> None:
        calls.append("create")
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").symlink_to(sys.executable)

    def install(tool: str, folder: Path, lock: Path, report: object) -> None:
        calls.append(f"install {lock.name}")

    def unpack(tool: str, folder: Path, lock: Path, wanted: list[str], into: Path) -> None:
        calls.append(f"unpack {lock.name}")
        for name in wanted:
            for part in ("plugins/modules", "tests/unit", "docs", "changelogs"):
                (into / name / part).mkdir(parents=True)
            (into / name / "MANIFEST.json").touch()
            (into / name / "FILES.json").touch()

    monkeypatch.setattr(installers, "create", create)
    monkeypatch.setattr(installers, "install", install)
    monkeypatch.setattr(installers, "unpack", unpack)
    return calls


def test_none_before_it_is_installed() -> None:
    assert ansible.find() is None


def test_it_is_installed_once(installed: list[str], beside: Path) -> None:
    reports: list[str] = []
    home = ansible.ensure(lambda code, params: reports.append(code))
    assert installed == ["create", "install ansible.txt", "unpack collections.txt"]
    assert reports == ["provision.ansible", "provision.collections", "provision.ansible_done"]
    assert home == ansible.find()
    assert ansible.ensure(lambda code, params: reports.append(code)) == home
    assert len(installed) == 3
    assert home.playbook == str(beside / "env-ansible" / "bin" / "ansible-playbook")


def test_of_the_collections_only_what_runs_is_kept(installed: list[str]) -> None:
    home = ansible.ensure(lambda code, params: None)
    general = Path(home.collections) / "ansible_collections" / "community" / "general"
    assert sorted(path.name for path in general.iterdir()) == ["MANIFEST.json", "plugins"]


def test_another_lock_or_collection_installs_it_anew(
    installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ansible.ensure(lambda code, params: None)
    monkeypatch.setattr(ansible, "COLLECTIONS", (*ansible.COLLECTIONS, "example.other"))
    assert ansible.find() is None
    ansible.ensure(lambda code, params: None)
    assert installed.count("create") == 2


def test_nothing_is_installed_when_that_is_switched_off(
    installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIKI_NO_INSTALL", "1")
    with pytest.raises(UsageError) as raised:
        ansible.ensure(lambda code, params: None)
    assert raised.value.code == "provision.missing"
    assert raised.value.params["command"] == f"{places.command()} setup ansible"
    assert installed == []


def test_what_is_there_is_found_when_installing_is_switched_off(
    installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = ansible.ensure(lambda code, params: None)
    monkeypatch.setenv("KIKI_NO_INSTALL", "1")
    assert ansible.ensure(lambda code, params: None) == home


def test_a_prepared_environment_is_taken_as_it_is(
    installed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site" / "lib" / "python3.12" / "site-packages"
    site.mkdir(parents=True)
    (tmp_path / "site" / "bin").mkdir()
    (tmp_path / "site" / "bin" / "ansible-playbook").touch()
    monkeypatch.setenv("KIKI_ANSIBLE", str(tmp_path / "site"))
    home = ansible.ensure(lambda code, params: None)
    assert home.collections == str(site)
    assert {Path(getattr(home, kind)).parent for kind in KINDS} == {tmp_path / "site" / "bin"}
    assert installed == []


def test_a_prepared_environment_without_ansible_is_not_filled(
    installed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIKI_ANSIBLE", str(tmp_path))
    with pytest.raises(UsageError, match=r"provision\.prepared_incomplete"):
        ansible.ensure(lambda code, params: None)
    assert installed == []


def test_installed_as_a_package_it_goes_to_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIKI_VENV")
    monkeypatch.setattr(places, "PACKAGE", tmp_path / "lib" / "site-packages" / "kiki")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert places.base() is None
    assert places.ansible() == tmp_path / "data" / "kiki" / "ansible"
    assert places.lock("ansible").parent == places.PACKAGE / "provision" / "requirements"


def test_the_command_to_type_is_the_one_that_works_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert places.command() == "./kiki.py"
    monkeypatch.chdir(tmp_path)
    assert places.command() == f"{ROOT}/kiki.py"
    monkeypatch.setattr(places, "PACKAGE", tmp_path / "lib" / "site-packages" / "kiki")
    assert places.command() == "kiki"


def test_a_stamp_of_another_lock_is_not_current(installed: list[str], beside: Path) -> None:
    ansible.ensure(lambda code, params: None)
    assert not environments.current(beside / "env-ansible", "another lock")
