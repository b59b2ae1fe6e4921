"""``kiki check --trusted``: ansible-lint answers from a process that is kept, as a cold one
does."""

import os
import signal
import socket
import stat
import struct
import time
from pathlib import Path

import pytest

from kiki.execution import linting
from kiki.model.finding import Finding
from kiki.provision.ansible import AnsibleHome
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

BAD = """\
---
- name: Bad
  hosts: all
  tasks:
    - name: No such module
      ansible.builtin.nonesuch:
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    return private


def pid_of(path: Path) -> int:
    """The process that listens at *path*."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(path))
        found = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", found)[0])


def found(home: AnsibleHome, path: Path, folder: Path | None) -> list[Finding]:
    return list(linting.lint(home, [str(path)], folder))


def test_a_warm_one_says_what_a_cold_one_says(
    ansible_home: AnsibleHome, tmp_path: Path, folder: Path
) -> None:
    bad, good = tmp_path / "bad.yml", tmp_path / "good.yml"
    bad.write_text(BAD)
    good.write_text((ROOT / "tests/golden/ansible/render/ping/expected/ping.yml").read_text())
    try:
        warm = found(ansible_home, bad, folder)
        (listens,) = folder.glob("*.sock")
        first = pid_of(listens)
        assert [one.params["rule"] for one in warm] == ["syntax-check[unknown-module]"]
        assert [one.line for one in warm] == [5]
        assert warm == found(ansible_home, bad, folder) == found(ansible_home, bad, None)
        assert found(ansible_home, good, folder) == found(ansible_home, good, None) == []
        assert pid_of(listens) == first
        assert stat.S_IMODE(listens.stat().st_mode) & 0o077 == 0
    finally:
        for each in folder.glob("*.sock"):
            os.kill(pid_of(each), signal.SIGTERM)


def test_it_ends_when_nobody_asks(
    ansible_home: AnsibleHome, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linting, "IDLE_S", 0.5)
    bad = tmp_path / "bad.yml"
    bad.write_text(BAD)
    assert found(ansible_home, bad, folder)
    deadline = time.monotonic() + 60
    while list(folder.glob("*.sock")):
        assert time.monotonic() < deadline
        time.sleep(0.2)
