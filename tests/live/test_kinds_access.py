"""Accounts, keys, rights, units, masks and versions, on a real host: planned, applied, proven,
taken back.

Not done here, as nothing takes them back or they need a server of their own: repositories,
checkouts, upgrades, reboots.
"""

import pytest

from tests.live.test_ansible_kinds import Kinds, fresh, intent, kinds, lab

__all__ = ["kinds", "lab"]  # fixtures

pytestmark = pytest.mark.hosts

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKbU3lH6bGx0sO6yC6b2dP1d6gZ4Nn7E2xHhN1V3k3bZ kim@pc"


def test_accounts_rights_and_units_come_and_go(kinds: Kinds) -> None:
    """One account is made, another changed and locked, a unit started, a service masked."""
    new, old, unit, mask = (fresh() for _ in range(4))
    kinds.look(f"useradd -M -s /bin/dash {old}")
    kinds.look(
        f"sh -c 'printf \"[Service]\\nExecStart=/bin/true\\n\" >/run/systemd/system/{mask}.service'"
    )
    fields = {"name": unit, "command": "/bin/sleep 1000", "environment": ['A=5% of "b"']}
    case = intent(
        ("group_create", {"names": [new + "g"]}),
        ("user_create", {"names": [new], "groups": [new + "g"]}),
        ("sshkey_add", {"user": new, "key": KEY}),
        ("sudo_grant", {"user": new, "password": False}),
        ("user_change", {"names": [old], "shell": "/bin/bash"}),
        ("user_lock", {"names": [old]}),
        ("unit_create", fields),
        ("service_start", {"names": [unit]}),
        ("service_mask", {"names": [mask]}),
    )
    try:
        ran = kinds.there(case)
        assert "(ALL : ALL) NOPASSWD: ALL" in kinds.look(f"sudo -l -U {new}")
        assert kinds.look(f"cat /home/{new}/.ssh/authorized_keys") == KEY + "\n"
        assert kinds.look(f"getent passwd {old}").strip().endswith(":/bin/bash")
        assert kinds.look(f"getent shadow {old}").split(":")[7] == "1"
        assert kinds.look(f"systemctl is-active {unit}") == "active\n"
        pid = kinds.look(f"systemctl show {unit} -p MainPID --value").strip()
        assert 'A=5% of "b"' in kinds.look(f"cat /proc/{pid}/environ").split("\0")
        assert kinds.look(f"systemctl is-enabled {mask}") == "masked\n"

        way = kinds.back(case, ran)
        assert way.undo.kind == "compensating"
        assert [operation.kind.removeprefix("ansible.") for operation in way.operations] == [
            "service_unmask", "service_stop", "unit_remove", "user_unlock", "user_change",
            "sudo_revoke", "sshkey_remove", "user_remove", "group_remove",
        ]  # fmt: skip
        left = f"ls /etc/sudoers.d/kiki-{new}; getent passwd {new}; getent group {new}g"
        assert kinds.look(f"sh -c '{left}; ls /etc/systemd/system/{unit}.service'") == ""
        assert kinds.look(f"getent passwd {old}").strip().endswith(":/bin/dash")
        assert kinds.look(f"getent shadow {old}").split(":")[7] == ""
        assert kinds.look(f"systemctl is-active {unit}") != "active\n"
        assert kinds.look(f"systemctl is-enabled {mask}") != "masked\n"
    finally:
        kinds.look(f"userdel -f {old}")
        kinds.look(f"userdel -f {new}")
        kinds.look(f"groupdel {new}g")
        kinds.look(f"sh -c 'systemctl unmask {mask}; systemctl stop {unit}'")
        kinds.look(f"sh -c 'rm -rf /home/{new} /run/systemd/system/{mask}.service'")
        kinds.look(f"sh -c 'rm -f /etc/sudoers.d/kiki-{new} /etc/systemd/system/{unit}.service'")
        kinds.look("systemctl daemon-reload")


def test_a_version_that_is_not_on_offer_is_an_error_of_the_plan(kinds: Kinds) -> None:
    plan = kinds.plan(intent(("package_install", {"names": ["bash"], "version": "0.9"})))
    assert plan.errored
    assert any("bash=0.9" in action.message for action in plan.actions)
