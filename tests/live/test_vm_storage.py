"""Disks, swap and directories shared over NFS, on a virtual machine whose kernel has them."""

import pytest

from kiki.targets.ansible.target import TARGET
from tests.live.test_ansible_kinds import Kinds, fresh, intent
from tests.live.vm_lab import disks, machine, mounts

__all__ = ["disks", "machine"]  # fixtures

pytestmark = pytest.mark.vm


def test_a_mount_and_its_entry_go_and_come_back(machine: Kinds, disks: tuple[str, ...]) -> None:
    """Not while somebody works in it."""
    path = f"/srv/{fresh()}"
    machine.look(f"sh -c 'mkfs.ext4 -q {disks[0]}; mkdir {path}'")
    machine.look(
        f"sh -c 'echo {disks[0]} {path} ext4 noatime,nofail 0 0 >>/etc/fstab; mount {path}'"
    )
    case = intent(("mount_remove", {"path": path}))
    machine.look(f"systemd-run --unit kk-busy --collect --working-directory={path} sleep 300")
    outcome = TARGET.outcome(machine.run(case, "apply"), None, machine.inventory)
    assert (outcome.failed, outcome.reason) == ((machine.host,), "ansible.task_failed")
    assert mounts(machine, path) == (disks[0], True), "busy: nothing was done"
    machine.look("systemctl stop kk-busy")

    ran = machine.there(case)
    assert mounts(machine, path) == ("", False)
    assert not machine.plan(case).changes
    way = machine.back(case, ran)
    assert way.undo.kind == "exact"
    assert mounts(machine, path) == (disks[0], True)
    assert f"{disks[0]} {path} ext4 noatime,nofail 0 0" in machine.look("cat /etc/fstab")
    assert "noatime" in machine.look(f"findmnt -no OPTIONS {path}")
