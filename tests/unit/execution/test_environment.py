"""What Ansible's processes see of the environment."""

from pathlib import Path

import pytest

from kiki.execution import environment
from kiki.execution.homes import collections_root
from tests.unit.execution.conftest import FakeHome


def test_only_what_is_listed_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_BECOME_PASS", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("PYTHONPATH", "/mine")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/agent")
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    names = environment.base(FakeHome(), Path("/c/ansible.cfg"), Path("/s"))
    assert names["SSH_AUTH_SOCK"] == "/agent"
    assert names["HOME"] == "/home/me"
    assert names["LC_ALL"] == "C.UTF-8"
    assert names["ANSIBLE_CONFIG"] == "/c/ansible.cfg"
    assert not {"ANSIBLE_BECOME_PASS", "AWS_SECRET_ACCESS_KEY", "PYTHONPATH"} & names.keys()


def test_a_run_is_marked_and_checks_host_keys() -> None:
    names = environment.for_run({}, "/runs/run_1", Path("/p/roles"), Path("/cp"))
    assert names[environment.MARK] == "/runs/run_1"
    assert names["ANSIBLE_HOST_KEY_CHECKING"] == "True"


@pytest.mark.parametrize("given", ["/a/collections", "/a/collections/ansible_collections"])
def test_collections_are_found_whichever_folder_is_named(given: str) -> None:
    assert collections_root(FakeHome(collections=given)) == Path("/a/collections")
