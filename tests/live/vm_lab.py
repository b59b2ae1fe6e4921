"""The virtual machine of ``labs/vm.sh`` for the suites ``test_vm_*``: Kiki's kinds on it, its
disks, and whether it has booted since.

It is emulated where there is no KVM, and every run of Ansible takes long then, so that what does
not concern one another shares a run.
"""

from collections.abc import Iterator

import pytest

from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import VmLab
from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import Kinds

HOST = "v1"
DISKS = ("/dev/vdb", "/dev/vdc")


@pytest.fixture
def machine(
    vm: VmLab, ansible_home: AnsibleHome, tmp_path_factory: pytest.TempPathFactory
) -> Kinds:
    """Kiki's kinds on the virtual machine."""
    return Kinds(Lab(vm, ansible_home, tmp_path_factory.mktemp("state")), HOST, vm.inventory)


@pytest.fixture
def disks(machine: Kinds) -> Iterator[tuple[str, ...]]:
    """Its two empty disks. Afterwards they are out of use and empty, and fstab is as before."""
    machine.look("cp -p /etc/fstab /root/fstab.before")
    yield DISKS
    for disk in DISKS:
        machine.look(f"sh -c 'umount {disk}; swapoff {disk}; wipefs -qa {disk}'")
    machine.look("sh -c 'cat /root/fstab.before >/etc/fstab; systemctl daemon-reload'")


def boot(machine: Kinds) -> str:
    """What the kernel calls the time since it started: another after every boot."""
    told = machine.look("cat /proc/sys/kernel/random/boot_id").strip()
    assert told, "the machine does not answer"
    return told


def mounts(machine: Kinds, path: str) -> tuple[str, bool]:
    """What is mounted on *path*, and whether fstab says so."""
    told = [machine.look(f"cat {file}").splitlines() for file in ("/proc/mounts", "/etc/fstab")]
    mine = [[line.split()[0] for line in lines if line.split()[1:2] == [path]] for lines in told]
    return "".join(mine[0]), bool(mine[1])
