"""Doctor: each failing check names the one command that mends it."""

import shutil
import time
from pathlib import Path

import pytest

from kiki import messages
from kiki.provision import ansible, doctor
from kiki.provision.doctor import Check


def by_code(checks: tuple[Check, ...], part: str) -> Check:
    return next(check for check in checks if check.code.startswith(f"provision.check_{part}"))


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIKI_VENV", str(tmp_path / "env"))
    monkeypatch.delenv("KIKI_ANSIBLE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


def test_every_check_has_its_text_in_both_languages(tmp_path: Path) -> None:
    for check in doctor.examine(str(tmp_path)):
        base = check.code.removesuffix("_bad")
        for code in (base, f"{base}_bad"):
            for lang in ("en", "ko"):
                assert messages.known(code, lang), code
                assert "{" not in messages.text(code, lang, check.params).text


def test_what_fails_has_a_command_and_what_is_well_has_none(tmp_path: Path) -> None:
    checks = doctor.examine(str(tmp_path))
    assert all(bool(check.mend) is not check.ok for check in checks)
    assert {check.ok for check in checks} == {True, False}


def test_missing_parts_are_named(tmp_path: Path) -> None:
    checks = doctor.examine(str(tmp_path))
    assert by_code(checks, "environment").mend.endswith("kiki.py --version")
    assert by_code(checks, "ansible").mend.endswith("kiki.py setup ansible")
    collections = by_code(checks, "collections")
    assert collections.params["names"] == ", ".join(ansible.COLLECTIONS)
    ssh = next(check for check in checks if check.params.get("name") == "ssh")
    assert (ssh.ok, ssh.level) == (False, "apply")


@pytest.mark.parametrize(
    ("manager", "package"), [("apt-get", "openssh-client"), ("dnf", "openssh-clients")]
)
def test_the_package_is_the_distributions_own(tmp_path: Path, manager: str, package: str) -> None:
    (tmp_path / manager).write_text("#!/bin/sh\n")
    (tmp_path / manager).chmod(0o755)
    checks = doctor.examine(str(tmp_path))
    ssh = next(check for check in checks if check.params.get("name") == "ssh")
    assert ssh.mend.removeprefix("sudo ") == f"{manager} install {package}"


def test_a_program_on_path_is_well(tmp_path: Path) -> None:
    (tmp_path / "kubectl").write_text("#!/bin/sh\n")
    (tmp_path / "kubectl").chmod(0o755)
    checks = doctor.examine(str(tmp_path))
    kubectl = next(check for check in checks if check.params.get("name") == "kubectl")
    assert (kubectl.ok, kubectl.params["path"]) == (True, str(tmp_path / "kubectl"))


def test_a_state_folder_below_a_file_fails(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    state = by_code(doctor.examine(str(tmp_path / "file" / "state")), "state")
    assert (state.ok, state.level) == (False, "required")


def test_a_full_disk_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    disk = by_code(doctor.examine(str(tmp_path)), "disk")
    assert (disk.ok, disk.params["free"]) == (False, "1")


def test_a_clock_before_the_installation_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert by_code(doctor.examine(str(tmp_path)), "clock").ok
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000.0)
    assert not by_code(doctor.examine(str(tmp_path)), "clock").ok


def test_without_a_state_folder_it_asks_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIKI_STATE", str(tmp_path / "kept"))
    assert by_code(doctor.examine(), "state").params["path"] == str(tmp_path / "kept")
