"""Blocks of lines, timers, authorities, rotation and ports of sshd on a real host: done, the same
twice, and taken back. A run of Ansible takes seconds, so that what doesn't concern one another
shares it."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import Kinds, intent

pytestmark = pytest.mark.hosts


@pytest.fixture
def kinds(
    hosts: HostsLab, ansible_home: AnsibleHome, tmp_path_factory: pytest.TempPathFactory
) -> Kinds:
    return Kinds(Lab(hosts, ansible_home, tmp_path_factory.mktemp("state")))


@pytest.fixture
def folder(kinds: Kinds) -> Iterator[str]:
    """A directory on the host, gone afterwards."""
    path = f"/srv/kk{uuid.uuid4().hex[:10]}"
    kinds.look(f"mkdir {path}")
    kinds.look(f"sh -c 'echo first = 1 > {path}/app.conf'")
    yield path
    kinds.look(f"rm -rf {path}")


def block(folder: str, text: str) -> tuple[str, dict[str, Any]]:
    return ("block_set", {"path": f"{folder}/app.conf", "name": "kk limits", "block": text})


def test_what_is_new_goes_and_what_was_there_comes_back(kinds: Kinds, folder: str) -> None:
    """A first change, a second one over it, and both taken back."""
    conf = f"cat {folder}/app.conf"
    new = intent(block(folder, 'a = {{ 1 }}\n\nb = "\\d"'))
    made = kinds.there(new)
    assert not kinds.plan(new).changes
    between = kinds.look(conf)
    assert between == ('first = 1\n# BEGIN kk limits\na = {{ 1 }}\n\nb = "\\d"\n# END kk limits\n')
    other = intent(block(folder, "c = 3"))
    replaced = kinds.there(other)
    assert "\nc = 3\n" in kinds.look(conf)
    kinds.back(other, replaced)
    assert kinds.look(conf) == between
    gone = intent(("block_remove", {"path": f"{folder}/app.conf", "name": "kk limits"}))
    removed = kinds.there(gone)
    assert kinds.look(conf) == "first = 1\n"
    kinds.back(gone, removed)
    assert kinds.look(conf) == between
    kinds.back(new, made)
    assert kinds.look(conf) == "first = 1\n"
