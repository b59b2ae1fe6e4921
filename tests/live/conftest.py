"""Real systems for the live suites: the labs and Ansible, started or installed when needed."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from kiki.model.errors import KikiError
from kiki.provision import ansible
from kiki.provision.ansible import AnsibleHome
from tests import labs
from tests.conftest import ROOT, lab_missing
from tests.live.clients import kiki_at
from tests.live.kiki_cli import Kiki
from tests.live.kube_lab import Cluster
from tests.live.podman_lab import PodmanLab, RootlessLab, TrixieLab

HOSTS = ROOT / "labs" / "hosts.sh"
PODMAN = ROOT / "labs" / "podman.sh"
VM = ROOT / "labs" / "vm.sh"
OPENSTACK = ROOT / "labs" / "openstack.sh"
KUBE = ROOT / "labs" / "kube.sh"
KUBE_NODE = ROOT / "labs" / "kube-node.sh"
CANNOT = 77
LIVES = (" up", " not answering")  # what ``status`` says of a part whose process lives


class HostsLab(NamedTuple):
    """Paths of what ``labs/hosts.sh`` wrote; see labs/README.md for each inventory."""

    folder: Path
    inventory: Path
    apart: Path
    mixed: Path
    mixed_passwords: Path
    bastion: Path
    key: Path
    known_hosts: Path
    ops_password: str
    network: str

    def at(self, number: int) -> str:
        """The address of this number in the hosts' network: n1 is 11. Each lab has its own."""
        return f"{self.network}.{number}"


@pytest.fixture(scope="session")
def hosts() -> Iterator[HostsLab]:
    """n1, n2, n3, inner and a1, answering on SSH. Stopped afterwards if they were started here."""
    with _started(HOSTS, "3") as inventory:
        yield _lab(inventory.parent)


@pytest.fixture(scope="session")
def redhat(hosts: HostsLab) -> Iterator[Path]:
    """The inventory of r1, a Debian with dnf, rpm and firewalld: the rest of ``hosts`` is up, too.
    Whoever stops those stops it."""
    with _started(HOSTS, "3", "redhat", kept=True) as inventory:
        yield inventory.with_name("redhat.ini")


@pytest.fixture(scope="session")
def trixie(hosts: HostsLab) -> Iterator[TrixieLab]:
    """Podman 5 and systemd on t1, a Debian 13: the rest of ``hosts`` is up, too. Whoever stops
    those stops it."""
    with _started(HOSTS, "3", "trixie", kept=True) as inventory:
        yield TrixieLab(inventory.with_name("trixie.ini"))


@pytest.fixture(scope="session")
def podman() -> Iterator[PodmanLab]:
    """Podman with its images and its socket. Stopped afterwards only if it was started here."""
    with _started(PODMAN) as env:
        yield PodmanLab(env)


@pytest.fixture(scope="session")
def rootless(podman: PodmanLab) -> Iterator[RootlessLab]:
    """Podman of an ordinary user, beside root's: whoever stops that stops it."""
    with _started(PODMAN, "rootless", kept=True) as inventory:
        yield RootlessLab(inventory)


class VmLab(NamedTuple):
    """Paths of what ``labs/vm.sh`` wrote: the virtual machine is ``v1`` in its inventory."""

    folder: Path
    inventory: Path
    key: Path
    known_hosts: Path


@pytest.fixture(scope="session")
def vm() -> Iterator[VmLab]:
    """A virtual machine that answers on SSH. Stopped afterwards only if it was started here."""
    with _started(VM) as inventory:
        folder = inventory.parent
        yield VmLab(folder, inventory, folder / "id_kiki", folder / "known_hosts")


@pytest.fixture(scope="session")
def clouds() -> Iterator[Path]:
    """The ``clouds.yaml`` of a real OpenStack. Stopped afterwards only if it was started here."""
    with _started(OPENSTACK) as path:
        yield path


@pytest.fixture(scope="session")
def kubeconfig() -> Iterator[Path]:
    """The kubeconfig of a real Kubernetes. Stopped afterwards only if it was started here."""
    with _started(KUBE) as path:
        yield path


@pytest.fixture(scope="session")
def node_kubeconfig() -> Iterator[Path]:
    """That of another one, which has a node. Stopped afterwards only if it was started here."""
    with _started(KUBE_NODE) as path:
        yield path


@pytest.fixture
def cluster(kubeconfig: Path) -> Cluster:
    """That Kubernetes as kubectl sees it."""
    return Cluster(kubeconfig)


@pytest.fixture
def kiki(cluster: Cluster, ansible_home: AnsibleHome, tmp_path: Path) -> Kiki:
    """The command line for that cluster; suites of other labs have their own."""
    return kiki_at(cluster, ansible_home, tmp_path)


@pytest.fixture(scope="session")
def ansible_home() -> AnsibleHome:
    """Ansible and its collections, installed on demand as a user would get them."""
    try:
        return ansible.ensure(lambda code, params: None)
    except KikiError as error:
        lab_missing(f"Ansible is not there: {error}")


@contextmanager
def _started(script: Path, *arguments: str, kept: bool = False) -> Iterator[Path]:
    """The file whose path the lab's ``up`` printed; *kept*: it is left running."""
    running = kept or _runs(script)
    started = _run(script, "up", *arguments)
    if started.returncode:
        reason = started.stderr.strip() or f"{script} ended with {started.returncode}"
        if started.returncode == CANNOT:
            lab_missing(reason.splitlines()[-1])
        pytest.fail(reason, pytrace=False)
    yield Path(started.stdout.strip().splitlines()[-1])
    if not running:
        labs.leave(script)


def _runs(script: Path) -> bool:
    """Any part of the lab lives, even one too busy to answer: then it is somebody's, to be left as
    it is. A no is asked for twice, as the lab may be coming up."""
    for pause in (1, 0):
        status = _run(script, "status")
        if status.returncode == 0 or any(
            line.endswith(LIVES) for line in status.stdout.split("\n")
        ):
            return True
        time.sleep(pause)
    return False


def _run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(script), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def _lab(folder: Path) -> HostsLab:
    first = (folder / "inventory.ini").read_text().partition("ansible_host=")[2].split()[0]
    return HostsLab(
        folder=folder,
        inventory=folder / "inventory.ini",
        apart=folder / "apart.ini",
        mixed=folder / "mixed.ini",
        mixed_passwords=folder / "mixed-passwords.ini",
        bastion=folder / "bastion.ini",
        key=folder / "id_kiki",
        known_hosts=folder / "known_hosts",
        ops_password=(folder / "ops-password").read_text().strip(),
        network=first.rpartition(".")[0],
    )
