"""SELinux on a virtual machine whose kernel has it, with Debian's policy: modes and booleans, set
and taken back."""

from collections.abc import Iterator

import pytest

from tests.live.test_ansible_kinds import Kinds, intent
from tests.live.vm_lab import machine

__all__ = ["machine"]  # a fixture

pytestmark = pytest.mark.vm

BOOLEAN = "httpd_can_network_connect"


@pytest.fixture
def permissive(machine: Kinds) -> Iterator[None]:
    """Afterwards SELinux forbids nothing, whatever a test did."""
    yield
    machine.look("setenforce 0")
    machine.look("sed -i s/^SELINUX=.*/SELINUX=permissive/ /etc/selinux/config")


def test_it_enforces_and_is_taken_back(machine: Kinds, permissive: None) -> None:
    assert (mode(machine), boolean(machine)) == ("Permissive", "off")
    case = intent(("selinux_set", {"mode": "enforcing"}), ("selinux_boolean", {"names": [BOOLEAN]}))
    ran = machine.there(case)
    assert ran.plan.risk == "high"
    assert (mode(machine), boolean(machine)) == ("Enforcing", "on")
    assert "SELINUXTYPE=default\n" in machine.look("cat /etc/selinux/config"), "the host's own"

    assert not machine.plan(case).changes, "a host whose SELinux enforces can be worked on"

    way = machine.back(case, ran)
    assert way.undo.kind == "exact"
    assert (mode(machine), boolean(machine)) == ("Permissive", "off")


def mode(machine: Kinds) -> str:
    return machine.look("getenforce").strip()


def boolean(machine: Kinds) -> str:
    return machine.look(f"getsebool {BOOLEAN}").rpartition(" ")[2].strip()
