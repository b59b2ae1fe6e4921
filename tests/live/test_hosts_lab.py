"""The lab is what labs/README.md says: the other live suites stand on it."""

import os
import subprocess
from pathlib import Path

import pytest

from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab

pytestmark = pytest.mark.hosts


# A kept connection would answer for a host whose key is wrong.
ENVIRONMENT = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_SSH_ARGS": "-o ControlMaster=no"}


def ansible(
    home: AnsibleHome, inventory: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    program = Path(home.playbook).with_name("ansible")
    return subprocess.run(
        [program, "-i", inventory, "all", "-b", "-m", "command", "-a", "id -un", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, **ENVIRONMENT},
    )


@pytest.mark.parametrize(
    ("name", "count"), [("inventory", 3), ("mixed_passwords", 3), ("bastion", 1)]
)
def test_every_host_can_be_reached_and_gives_root(
    hosts: HostsLab, ansible_home: AnsibleHome, name: str, count: int
) -> None:
    done = ansible(ansible_home, getattr(hosts, name))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("| CHANGED | rc=0 >>\nroot") >= count


def test_sudo_of_ops_wants_its_password(hosts: HostsLab, ansible_home: AnsibleHome) -> None:
    done = ansible(ansible_home, hosts.mixed)
    assert done.stdout.count("| CHANGED |") == 2
    assert "Missing sudo password" in done.stdout


def test_a_host_with_another_key_is_refused(
    hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path
) -> None:
    lines = hosts.known_hosts.read_text().splitlines()
    (tmp_path / "known_hosts").write_text(
        f"{lines[0].split()[0]} {' '.join(lines[1].split()[1:])}\n"
    )
    text = hosts.inventory.read_text().replace(str(hosts.known_hosts), f"{tmp_path}/known_hosts")
    (tmp_path / "inventory.ini").write_text(text)
    done = ansible(ansible_home, tmp_path / "inventory.ini", "--limit", "n1")
    assert "Host key verification failed" in done.stdout


def test_inner_has_no_way_in_but_through_n1(hosts: HostsLab) -> None:
    ssh = ["ssh", "-F", hosts.folder / "ssh_config", "-o", "ConnectTimeout=3", "10.123.1.2", "true"]
    direct = subprocess.run(ssh, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert direct.returncode == 255
    assert "No route to host" in direct.stderr


def test_systemd_runs_services(hosts: HostsLab) -> None:
    ssh = ["ssh", "-F", hosts.folder / "ssh_config", "10.123.0.12"]
    command = (
        "sudo systemctl restart cron && systemctl is-active cron && systemctl is-system-running"
    )
    done = subprocess.run([*ssh, command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.stdout.split() == ["active", "running"]
