"""What a run through Mitogen ends with, where Mitogen and not Ansible speaks to the host.

The contract of executors holds for it as for any other, see ``tests/contract/test_executors.py``.
"""

import subprocess
from pathlib import Path

import pytest

from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab
from tests.live.test_runner_hosts import AS_ROOT, NOTHING, known_hosts, of_host

pytestmark = [pytest.mark.hosts, pytest.mark.slow]


@pytest.fixture
def lab(hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path) -> Lab:
    return Lab(hosts, ansible_home, tmp_path / "state", mitogen=True)


def test_it_is_what_runs(lab: Lab) -> None:
    assert "strategy = mitogen_linear\n" in lab.executor.config()
    play = NOTHING.replace("id -un", "ps -eo args=")
    result = lab.run(play, scope=lab.scope(limit="n1"))
    assert "mitogen:" in of_host(result, "n1", "ok")[0].result["stdout"]


def test_keys_of_hosts_are_checked_and_a_user_without_a_key_stays_out(
    lab: Lab, tmp_path: Path
) -> None:
    """It does not tell a key that is unknown from one that has changed."""
    wrong = tmp_path / "wrong"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(wrong)], check=True)
    (tmp_path / "empty").write_text("")
    n1_key = (lab.hosts.folder / "keys" / "n1.pub").read_text().split()[:2]
    n3 = lab.hosts.at(13)
    (tmp_path / "other").write_text(f"{n3} {' '.join(n1_key)}\n")
    empty, other = known_hosts(tmp_path / "empty"), known_hosts(tmp_path / "other")
    inventory = lab.inventory(
        tmp_path / "hosts.ini",
        f"good ansible_host={lab.hosts.at(11)}",
        f"gone ansible_host={lab.hosts.at(99)}",
        f"wrong ansible_host={lab.hosts.at(12)} ansible_user=ops "
        f"ansible_ssh_private_key_file={wrong}",
        f'new ansible_host={lab.hosts.at(12)} ansible_ssh_common_args="{empty}"',
        f'other ansible_host={n3} ansible_ssh_common_args="{other}"',
    )
    result = lab.run(NOTHING, scope=lab.scope(inventory))
    reasons = {
        event.host: event.result["reason"] for event in result.events if event.kind == "unreachable"
    }
    assert reasons == {
        "gone": "execution.unreachable",
        "wrong": "execution.auth_failed",
        "new": "execution.host_key_unknown",
        "other": "execution.host_key_unknown",
    }
    assert result.status == "partly"
    assert of_host(result, "good", "ok")


def test_a_password_for_sudo(lab: Lab, tmp_path: Path) -> None:
    line = f"last ansible_host={lab.hosts.at(13)} ansible_user=ops"
    scope = lab.scope(lab.inventory(tmp_path / "hosts.ini", line))
    for password in (None, "wrong"):
        result = lab.run(AS_ROOT, scope=scope, password=password)
        (failed,) = of_host(result, "last", "failed")
        assert failed.result["reason"] == "execution.become_password", failed
    given = lab.run(AS_ROOT, scope=scope, password=lab.hosts.ops_password)
    assert given.status == "successful"
