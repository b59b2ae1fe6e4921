"""One message prepares a host for kubeadm: read, planned, applied, verified, taken back.

What the lab's kernel lets nobody do in a container is left out, and nothing else: modules are not
loaded now, only at boot (``now``). The packages are tiny ones of the lab's own, from repositories
with a key that no host knows before.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.provision.ansible import AnsibleHome
from kiki.targets import registry
from kiki.understand.reader import read
from tests.live import kube_debs
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import Kinds, kinds, lab
from tests.live.test_redhat import HOST as REDHAT

__all__ = ["kinds", "lab"]  # fixtures

pytestmark = [pytest.mark.hosts, pytest.mark.slow]

MESSAGE = "쿠버네티스 1.32 워커 노드로 준비해줘"
PACKAGES = ("cri-o", "kubelet", "kubeadm", "kubectl")
SERVED = 8099
BRIDGE = "net.bridge.bridge-nf-call-iptables"
FORWARD = "net.ipv4.ip_forward"


def asked(url: str) -> Intent:
    """The message as a site reads it that has its packages at *url*; modules at boot only."""
    recipe = "ansible.kubeadm_prepare"
    mirrors = {f"{recipe}.packages": f"{url}/kubernetes", f"{recipe}.runtime": f"{url}/cri-o"}
    reading = read(Request(message=MESSAGE), registry.vocabulary(), Profile(defaults=mirrors))
    assert reading.intent is not None, reading
    return replace(reading.intent, operations=tuple(map(_at_boot, reading.intent.operations)))


def _at_boot(operation: Operation) -> Operation:
    modules = operation.kind == "ansible.kernel_module_load"
    return replace(operation, fields=operation.fields | {"now": False}) if modules else operation


def parameters(kinds: Kinds) -> tuple[str, ...]:
    return tuple(kinds.look(f"sysctl -n {BRIDGE} {FORWARD}").split())


@pytest.fixture
def writable(kinds: Kinds) -> Iterator[None]:
    """A container may write only what is of its own network, once /proc/sys/net is writable."""
    yield from _writable(kinds)


def _writable(kinds: Kinds) -> Iterator[None]:
    kinds.look("mount --bind /proc/sys/net /proc/sys/net")
    kinds.look("mount -o remount,bind,rw /proc/sys/net")
    kinds.look(f"sysctl -q -w {FORWARD}=0")
    yield
    kinds.look("umount /proc/sys/net")
    kinds.look("rm -f /etc/modules-load.d/kiki.conf /etc/sysctl.d/99-zz-kiki.conf")


def _there_and_back(kinds: Kinds, case: Intent) -> list[str]:
    """Plan, apply and verify *case* (run twice), and take it back; the kinds that did that."""
    ran = kinds.there(case)
    assert parameters(kinds) == ("1", "1")
    assert kinds.look("cat /etc/modules-load.d/kiki.conf").split() == ["overlay", "br_netfilter"]
    assert kinds.look("systemctl is-active crio").strip() == "active"
    assert kinds.look("systemctl is-enabled crio kubelet").split() == ["enabled", "enabled"]
    way = kinds.back(case, ran)
    assert way.undo.kind == "compensating"
    assert parameters(kinds)[1] == "0"
    assert kinds.look("systemctl is-active crio").strip() != "active"
    return [operation.kind.partition(".")[2] for operation in way.operations]


@pytest.mark.usefixtures("writable")
def test_a_debian_host(kinds: Kinds, tmp_path: Path) -> None:
    kube_debs.serve(tmp_path, kinds.look)
    try:
        back = _there_and_back(kinds, asked(kube_debs.URL))
        assert back.count("repository_remove") == 2
        listed = kinds.look(f"dpkg -l {' '.join(PACKAGES)}").splitlines()
        assert not [line for line in listed if line.startswith("ii")], "configuration stays"
    finally:
        kube_debs.stop(kinds.look)
        kinds.look(f"dpkg -P {' '.join(PACKAGES)}")


@pytest.fixture
def redhat_kinds(
    hosts: HostsLab, redhat: Path, ansible_home: AnsibleHome, tmp_path: Path
) -> Iterator[Kinds]:
    made = Kinds(Lab(hosts, ansible_home, tmp_path / "state"), REDHAT, redhat)
    served = f"/usr/libexec/kiki-lab/serve.py kube {SERVED} /srv/kiki-lab/kube"
    made.look(f"systemd-run --quiet --unit kiki-kube-repository {served}")
    try:
        yield from (made for _ in _writable(made))
    finally:
        made.look("systemctl stop kiki-kube-repository")


def test_a_host_with_the_tools_of_the_redhat_family(redhat_kinds: Kinds) -> None:
    kinds = redhat_kinds
    back = _there_and_back(kinds, asked(f"http://127.0.0.1:{SERVED}"))
    assert back.count("repository_remove") == 2
    assert "firewall_close" in back
    assert "10250" not in kinds.look("firewall-cmd --list-ports")
    assert "kubelet" not in kinds.look("rpm -qa --qf '%{NAME}\\n'")
