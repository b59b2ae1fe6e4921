"""What holds after a boot, on a virtual machine that really boots: names, time zones, settings of
the kernel, its modules, and disks that are mounted."""

from collections.abc import Iterator

import pytest

from kiki.targets.ansible.target import TARGET
from tests.live.test_ansible_kinds import Kinds, fresh, intent
from tests.live.vm_lab import boot, disks, machine, mounts

__all__ = ["disks", "machine"]  # fixtures

pytestmark = pytest.mark.vm

SWAPPINESS = "vm.swappiness"
MODULE = "dummy"
REBOOT = intent(("host_reboot", {}))


@pytest.fixture
def as_before(machine: Kinds) -> Iterator[None]:
    """Afterwards the settings are as Debian has them, whatever a test did."""
    hosts = machine.look("cat /etc/hosts")
    yield
    machine.look("hostnamectl set-hostname v1")
    machine.look("timedatectl set-timezone Etc/UTC")
    machine.look(f'python3 -c \'open("/etc/hosts", "w").write({hosts!r})\'')
    machine.look("rm -f /etc/sysctl.d/99-zz-kiki.conf /etc/modules-load.d/kiki.conf")
    machine.look(f"sh -c 'sysctl -w {SWAPPINESS}=60; modprobe -r {MODULE}'")


def loaded(machine: Kinds, module: str = MODULE) -> bool:
    return f"{module} " in machine.look("cat /proc/modules")


def test_what_is_set_and_mounted_outlives_a_reboot_and_is_taken_back(
    machine: Kinds, disks: tuple[str, ...], as_before: None
) -> None:
    name, first = fresh(), boot(machine)
    zone, swappiness = machine.look("readlink -f /etc/localtime"), kernel(machine)
    machine.look(f"mkfs.ext4 -q {disks[0]}")
    machine.look(f"mkfs.xfs -q -f -L {name} {disks[1]}")
    assert not loaded(machine)
    case = intent(
        ("hostname_set", {"name": f"{name}.lab.internal"}),
        ("timezone_set", {"name": "Asia/Seoul"}),
        ("sysctl_set", {"settings": [f"{SWAPPINESS}=11"]}),
        ("kernel_module_load", {"names": [MODULE]}),
        ("mount_add", {"path": f"/srv/{name}", "source": disks[0], "fstype": "ext4"}),
        ("mount_add", {"path": f"/srv/{name}x", "source": f"LABEL={name}"}),
    )
    ran = machine.there(case)
    as_asked(machine, name, disks)
    assert not machine.plan(case).changes
    machine.look(f"sh -c 'echo kept >/srv/{name}/it; echo kept >/srv/{name}x/it'")

    rebooted = machine.there(REBOOT)
    assert boot(machine) != first, "it is another boot, and the play waited for it"
    as_asked(machine, name, disks)
    assert machine.look(f"cat /srv/{name}/it /srv/{name}x/it") == "kept\nkept\n"
    assert TARGET.take_back(REBOOT, (rebooted,)).undo.kind == "impossible"

    machine.back(case, ran)
    assert machine.look("hostname") == "v1\n"
    assert machine.look("readlink -f /etc/localtime") == zone
    assert kernel(machine) == swappiness
    assert not loaded(machine)
    assert mounts(machine, f"/srv/{name}") == mounts(machine, f"/srv/{name}x") == ("", False)


def kernel(machine: Kinds) -> str:
    return machine.look(f"sysctl -n {SWAPPINESS}")


def as_asked(machine: Kinds, name: str, disks: tuple[str, ...]) -> None:
    assert machine.look("hostname") == f"{name}.lab.internal\n"
    assert machine.look("readlink -f /etc/localtime").endswith("/Asia/Seoul\n")
    assert kernel(machine) == "11\n"
    assert loaded(machine)
    assert mounts(machine, f"/srv/{name}") == (disks[0], True)
    assert mounts(machine, f"/srv/{name}x") == (disks[1], True)
