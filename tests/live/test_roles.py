"""A role on a real host: as Kiki runs it, and by its own test playbook with Ansible alone."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.model.intent import Intent
from kiki.model.profile import Profile
from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.target import TARGET
from kiki.targets.ansible.tasks import ACTION_TAG, PENDING, PROBE_TAG
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab, of_host
from tests.live.test_ansible_kinds import Kinds, fresh, intent

pytestmark = pytest.mark.hosts

HOST = "a1"
TEXT = "a: '{{ b }}'\n{% raw %}\n# 한글\n"


@pytest.fixture(scope="module")
def lab(
    hosts: HostsLab, ansible_home: AnsibleHome, tmp_path_factory: pytest.TempPathFactory
) -> Lab:
    return Lab(hosts, ansible_home, tmp_path_factory.mktemp("state"))


@pytest.fixture
def name(lab: Lab) -> Iterator[str]:
    """A name for a unit, which is gone afterwards."""
    named = fresh()
    unit = f"/etc/systemd/system/{named}.service"
    yield named
    lab.ssh(HOST, f"sudo sh -c 'rm -rf {unit} /srv/{named}; systemctl daemon-reload'")


def case(name: str, command: str) -> Intent:
    """A unit, which systemd has to read, and a file whose text looks like Jinja."""
    unit = f"[Service]\nType=oneshot\nExecStart={command}\n"
    return intent(
        ("file_create", {"path": f"/etc/systemd/system/{name}.service", "content": unit}),
        ("directory_create", {"path": f"/srv/{name}"}),
        ("file_create", {"path": f"/srv/{name}/a.yml", "content": TEXT}),
    )


def start(kinds: Kinds, name: str) -> str:
    """What systemd has read of the unit."""
    return kinds.look(f"systemctl show -P ExecStart {name}.service")


def test_its_handlers_are_planned_done_and_caught_up_with(lab: Lab, name: str) -> None:
    kinds = Kinds(lab, HOST)
    kinds.apply(case(name, "/bin/true"), "role")
    assert "/bin/true" in start(kinds, name)
    assert kinds.look(f"cat /srv/{name}/a.yml") == TEXT

    other = case(name, "/bin/false")
    title = f"Have systemd read /etc/systemd/system/{name}.service"
    plan = kinds.plan(other, "role")
    cause = f"Write /etc/systemd/system/{name}.service"
    assert [action.task for action in plan.changes] == [cause, title]
    outcome = kinds.apply(other, "role")
    assert (outcome.verified, outcome.reason, outcome.changed) == ("passed", "", (HOST,))
    assert "/bin/false" in start(kinds, name)

    left = kinds.plan(other, "role")
    assert (left.changes, left.complete) == ((), True), "a handler that nobody notified is nothing"
    kinds.variables = {PENDING: {HOST: [cause]}}
    caught_up = of_host(kinds.run(other, "apply", "role"), HOST, "changed")
    assert [event.module for event in caught_up] == [
        "ansible.builtin.debug", "ansible.builtin.systemd_service",
    ]  # fmt: skip


def test_its_own_playbook_passes_with_ansible_alone(
    lab: Lab, ansible_home: AnsibleHome, name: str, tmp_path: Path
) -> None:
    for file in TARGET.render(case(name, "/bin/true"), "role", Profile()).files:
        (path := tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text)
    test = [str(ansible_home.playbook), "-i", str(lab.hosts.apart), "--limit", HOST]
    test += ["roles/kinds/tests/test.yml"]
    again = ["--check", "--skip-tags", f"{ACTION_TAG},{PROBE_TAG}"]
    environment = os.environ | {"ANSIBLE_ROLES_PATH": "roles", "LC_ALL": "C.UTF-8"}
    for words, changed in ((test, 4), ([*test, *again], 0)):
        ran = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert f"changed={changed} " in ran.stdout
    assert "/bin/true" in start(Kinds(lab, HOST), name)


def test_what_it_needs_is_said_before_it_begins(
    lab: Lab, ansible_home: AnsibleHome, tmp_path: Path
) -> None:
    """Its specification is Ansible's to check: no secret, no list where one is wanted."""
    wanted = intent(("user_create", {"names": [fresh()], "password": "db"}))
    for file in TARGET.render(wanted, "role", Profile()).files:
        (path := tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text)
    words = [str(ansible_home.playbook), "-i", str(lab.hosts.apart), "--limit", HOST]
    words += ["-e", "kinds_create_users={}", "kinds.yml", "--check"]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 2
    assert "missing required arguments: kiki_secret_db" in ran.stdout
    assert "kinds_create_users" in ran.stdout
    assert "Create user" not in ran.stdout
