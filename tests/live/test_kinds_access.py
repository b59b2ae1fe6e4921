"""Accounts, keys, rights, units and versions, on a real host: planned, applied, proven, taken back.

Repositories, upgrades, masks, checkouts and reboots were tried by hand on such a host; they need a
server of their own, or take too long.
"""

from pathlib import Path

import pytest

from kiki.model.change import Ran
from kiki.model.intent import Intent
from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.target import TARGET
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import HOST, Kinds, fresh, intent

pytestmark = pytest.mark.hosts

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKbU3lH6bGx0sO6yC6b2dP1d6gZ4Nn7E2xHhN1V3k3bZ kim@pc"


@pytest.fixture
def kinds(hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path) -> Kinds:
    return Kinds(Lab(hosts, ansible_home, tmp_path / "state"))


def there_and_back(kinds: Kinds, case: Intent, undo: str) -> tuple[str, ...]:
    """Plan, apply, verify; the kinds of the way back."""
    plan = kinds.plan(case)
    assert not plan.errored
    outcome = kinds.apply(case)
    assert (outcome.verified, outcome.changed, outcome.reason) == ("passed", (HOST,), "")
    back = TARGET.take_back(case, (Ran(plan=plan, outcome=outcome),))
    assert back.undo.kind == undo
    kinds.back = Intent(target="ansible", name="back", operations=back.operations, reader="undo")  # type: ignore[attr-defined]
    return tuple(operation.kind for operation in back.operations)


def undone(kinds: Kinds) -> None:
    outcome = kinds.apply(kinds.back)  # type: ignore[attr-defined]
    assert (outcome.verified, outcome.reason) == ("passed", "")


def test_an_account_with_group_key_and_rights(kinds: Kinds) -> None:
    name = fresh()
    case = intent(
        ("group_create", {"names": [name + "g"]}),
        ("user_create", {"names": [name], "groups": [name + "g"]}),
        ("sshkey_add", {"user": name, "key": KEY}),
        ("sudo_grant", {"user": name, "password": False}),
    )
    assert there_and_back(kinds, case, "compensating") == (
        "ansible.sudo_revoke", "ansible.sshkey_remove", "ansible.user_remove",
        "ansible.group_remove",
    )  # fmt: skip
    assert "(ALL : ALL) NOPASSWD: ALL" in kinds.look(f"sudo -l -U {name}")
    assert kinds.look(f"cat /home/{name}/.ssh/authorized_keys") == KEY + "\n"
    undone(kinds)
    left = f"ls /etc/sudoers.d/kiki-{name}; getent passwd {name}; getent group {name}g"
    assert kinds.look(f"sh -c '{left}'") == ""
    kinds.look(f"rm -r /home/{name}")


def test_a_shell_is_changed_and_comes_back_and_a_lock_is_one(kinds: Kinds) -> None:
    name = fresh()
    kinds.look(f"useradd -M -s /bin/dash {name}")
    try:
        case = intent(
            ("user_change", {"names": [name], "shell": "/bin/bash"}),
            ("user_lock", {"names": [name]}),
        )
        way = there_and_back(kinds, case, "compensating")
        assert way == ("ansible.user_unlock", "ansible.user_change")
        assert kinds.look(f"getent passwd {name}").strip().endswith(":/bin/bash")
        assert kinds.look(f"getent shadow {name}").split(":")[7] == "1"
        undone(kinds)
        assert kinds.look(f"getent passwd {name}").strip().endswith(":/bin/dash")
        assert kinds.look(f"getent shadow {name}").split(":")[7] == ""
    finally:
        kinds.look(f"userdel {name}")


def test_a_unit_runs_with_what_was_said_and_goes(kinds: Kinds) -> None:
    name = fresh()
    fields = {"name": name, "command": "/bin/sleep 1000", "environment": ['A=5% of "b"']}
    case = intent(("unit_create", fields), ("service_start", {"names": [name]}))
    assert there_and_back(kinds, case, "exact") == ("ansible.service_stop", "ansible.unit_remove")
    assert kinds.look(f"systemctl is-active {name}") == "active\n"
    pid = kinds.look(f"systemctl show {name} -p MainPID --value").strip()
    assert 'A=5% of "b"' in kinds.look(f"cat /proc/{pid}/environ").split("\0")
    undone(kinds)
    assert kinds.look(f"systemctl is-active {name}") != "active\n"
    assert kinds.look(f"ls /etc/systemd/system/{name}.service") == ""


def test_a_version_that_is_not_on_offer_is_an_error_of_the_plan(kinds: Kinds) -> None:
    plan = kinds.plan(intent(("package_install", {"names": ["bash"], "version": "0.9"})))
    assert plan.errored
    assert any("bash=0.9" in action.message for action in plan.actions)
