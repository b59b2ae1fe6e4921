"""A client that can't be installed costs one try an hour, and nothing else."""

from pathlib import Path

import pytest

from kiki.model.errors import TemporaryError, UsageError
from kiki.provision import clients, runtimes


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """No registry answers; the tries to install."""
    made: list[str] = []

    def ensure(name: str, report: object) -> Path:
        made.append(name)
        raise TemporaryError("provision.unreachable", tool="pip", line="no route")

    monkeypatch.setenv("KIKI_VENV", str(tmp_path / "env"))
    monkeypatch.delenv("KIKI_OPENSTACK", raising=False)
    monkeypatch.setattr(runtimes, "ensure", ensure)
    return made


def code(folder: Path, now: float) -> str:
    with pytest.raises(TemporaryError) as raised:
        clients.ensure("openstack", folder, lambda code, params: None, now=lambda: now)
    return raised.value.code


def test_a_failed_try_is_repeated_after_an_hour(tries: list[str], tmp_path: Path) -> None:
    assert code(tmp_path, 1000.0) == "provision.unreachable"
    assert code(tmp_path, 1001.0) == "provision.failed_lately"
    assert code(tmp_path, 1000.0 + clients.AGAIN_S - 1) == "provision.failed_lately"
    assert len(tries) == 1
    assert code(tmp_path, 1000.0 + clients.AGAIN_S) == "provision.unreachable"
    assert len(tries) == 2


def test_a_clock_that_was_set_back_and_a_damaged_note_stop_nothing(
    tries: list[str], tmp_path: Path
) -> None:
    assert code(tmp_path, 1000.0) == "provision.unreachable"
    assert code(tmp_path, 10.0) == "provision.unreachable"
    (tmp_path / "openstack.failed").write_text("?")
    assert code(tmp_path, 11.0) == "provision.unreachable"


def test_where_nothing_may_be_installed_that_is_said_each_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KIKI_VENV", str(tmp_path / "env"))
    monkeypatch.setenv("KIKI_NO_INSTALL", "1")
    for _ in range(2):
        with pytest.raises(UsageError) as raised:
            clients.ensure("openstack", tmp_path, lambda code, params: None)
        assert raised.value.code == "provision.missing_runtime"


def test_one_that_is_there_is_taken_whatever_failed_before(
    tries: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert code(tmp_path, 1000.0) == "provision.unreachable"
    monkeypatch.setattr(runtimes, "find", lambda name: tmp_path / "python")
    found = clients.ensure("openstack", tmp_path, lambda code, params: None, now=lambda: 1001.0)
    assert found == tmp_path / "python"
