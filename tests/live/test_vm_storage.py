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


def test_swap_goes_off_and_comes_on_again(machine: Kinds, disks: tuple[str, ...]) -> None:
    entries = (
        "UUID=$(blkid -o value -s UUID /dev/vdb) none swap sw 0 0",
        f"{disks[1]} none swap sw",
    )
    machine.look(f"sh -c 'mkswap -q {disks[0]}; mkswap -q {disks[1]}'")
    for entry in entries:
        machine.look(f"sh -c 'echo {entry} >>/etc/fstab'")
    machine.look("swapon -a")
    before = machine.look("cat /etc/fstab")
    assert swaps(machine) == set(disks)
    case = intent(("swap_off", {}))
    ran = machine.there(case)
    assert swaps(machine) == set()
    machine.look("swapon -a")
    assert swaps(machine) == set(), "no entry is left that a boot would turn on"
    assert not machine.plan(case).changes
    machine.back(case, ran)
    assert swaps(machine) == set(disks)
    assert machine.look("cat /etc/fstab") == before


def swaps(machine: Kinds) -> set[str]:
    return {line.split()[0] for line in machine.look("cat /proc/swaps").splitlines()[1:]}


def test_a_directory_is_shared_mounted_and_taken_back(machine: Kinds) -> None:
    """The machine is the server and the client."""
    name = fresh()
    shared, path = f"/srv/{name}", f"/mnt/{name}"
    machine.look(f"sh -c 'mkdir -m 0777 {shared}; echo mine >{shared}/it'")
    share = intent(
        ("nfs_export", {"path": shared, "sources": ["127.0.0.1"], "writable": True}),
    )
    use = intent(("mount_add", {"path": path, "source": f"127.0.0.1:{shared}"}))
    try:
        exported = machine.there(share)
        assert f"{shared}" in machine.look("exportfs -v")
        assert not machine.plan(share).changes
        used = machine.there(use)
        assert mounts(machine, path) == (f"127.0.0.1:{shared}", True)
        assert machine.look(f"cat {path}/it") == "mine\n"
        machine.look(f"sh -c 'echo more >{path}/other'")
        assert machine.look(f"stat -c %U {shared}/other") == "nobody\n", "root counts as nobody"
        assert not machine.plan(use).changes

        machine.back(use, used)
        assert mounts(machine, path) == ("", False)
        machine.back(share, exported)
        assert shared not in machine.look("exportfs -v")
    finally:
        machine.look(f"sh -c 'umount -f {path}; rm -f /etc/exports.d/kiki-*; exportfs -ra'")
        machine.look(f"sh -c \"sed -i '/{name}/d' /etc/fstab; rm -rf {shared}; rmdir {path}\"")
