"""The lab is what labs/README.md says: real containers, limits, ports, pods and the REST socket."""

import http.client
import json
import re
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.podman_lab import BUSYBOX, PodmanLab

pytestmark = pytest.mark.podman

PAGE = "hello from kiki"
OUT_OF_MEMORY = 137


@pytest.fixture
def tidy(podman: PodmanLab) -> Iterator[None]:
    """Everything that the tests name ``kiki-test`` is gone afterwards."""
    yield
    podman.out("pod", "rm", "-f", "-i", "-t", "0", "kiki-test-pod")
    podman.out("rm", "-f", "-i", "-t", "0", "kiki-test")
    podman.run("rmi", "-f", "localhost/kiki-test:1")


def page(address: str) -> str:
    """The page at *address*, which may take a moment to come up."""
    deadline = time.monotonic() + 10
    while True:
        try:
            with urllib.request.urlopen(f"http://{address}/", timeout=5) as answer:
                return str(answer.read().decode().strip())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def published(podman: PodmanLab, container: str) -> str:
    return podman.out("port", container, "8080/tcp")


def test_nothing_is_kept_outside_the_labs_folder(podman: PodmanLab) -> None:
    info = json.loads(podman.out("info", "--format", "json"))
    for place in ("graphRoot", "runRoot", "volumePath"):
        assert Path(info["store"][place]).is_relative_to(podman.folder), place
    assert info["host"]["eventLogger"] == "file"
    assert "search" not in info["registries"], "there is no registry to ask"
    network = json.loads(podman.out("network", "inspect", "kiki"))[0]
    assert network["network_interface"] == "kikipod0", "podman0 may be the user's"


@pytest.mark.usefixtures("tidy")
def test_an_image_is_built_and_run(podman: PodmanLab, tmp_path: Path) -> None:
    lines = [f"FROM {BUSYBOX}", "RUN echo built >/www/index.html && id -u >/www/uid"]
    (tmp_path / "Containerfile").write_text("\n".join(lines) + "\n")
    podman.out("build", "-q", "-t", "localhost/kiki-test:1", tmp_path)
    assert podman.out(
        "run", "--rm", "localhost/kiki-test:1", "cat", "/www/index.html", "/www/uid"
    ).split() == ["built", "0"]


def test_a_debian_image_is_a_whole_debian(podman: PodmanLab) -> None:
    image = "localhost/kiki/debian:bookworm"
    command = "dpkg --audit && . /etc/os-release && echo $VERSION_CODENAME && python3 --version"
    said = podman.out("run", "--rm", image, "sh", "-c", command)
    assert re.fullmatch(r"bookworm\nPython 3\.11\.\d+", said)


def test_memory_is_limited(podman: PodmanLab) -> None:
    hog = ("dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1")
    assert podman.run("run", "--rm", "--memory", "256m", BUSYBOX, *hog).returncode == 0
    assert podman.run("run", "--rm", "--memory", "32m", BUSYBOX, *hog).returncode == OUT_OF_MEMORY


def test_processes_are_limited(podman: PodmanLab) -> None:
    forks = "for i in 1 2 3 4 5 6 7 8 9; do sleep 0.2 & done; wait"
    free = podman.run("run", "--rm", "--pids-limit", "50", BUSYBOX, "sh", "-c", forks)
    assert free.returncode == 0
    tight = podman.run("run", "--rm", "--pids-limit", "5", BUSYBOX, "sh", "-c", forks)
    assert "can't fork" in tight.stderr


def test_processor_time_is_limited(podman: PodmanLab) -> None:
    where = "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us"
    command = f"cat /sys/fs/cgroup/cpu.max 2>/dev/null || {where}"
    said = podman.out("run", "--rm", "--cpus", "0.5", BUSYBOX, "sh", "-c", command)
    quota, period = said.split()
    assert int(quota) / int(period) == 0.5


def test_limits_below_the_machines_own_are_kept(podman: PodmanLab) -> None:
    command = "ulimit -Sn; ulimit -Hn"
    said = podman.out("run", "--rm", "--ulimit", "nofile=64:128", BUSYBOX, "sh", "-c", command)
    assert said.split() == ["64", "128"]


@pytest.mark.usefixtures("tidy")
def test_a_published_port_answers(podman: PodmanLab) -> None:
    podman.out("run", "-d", "--name", "kiki-test", "-p", "127.0.0.1::8080", BUSYBOX)
    assert page(published(podman, "kiki-test")) == PAGE
    assert podman.out("exec", "kiki-test", "hostname", "-i").startswith("10.124.0.")


@pytest.mark.usefixtures("tidy")
def test_the_containers_of_a_pod_share_localhost(podman: PodmanLab) -> None:
    podman.out("pod", "create", "--name", "kiki-test-pod")
    podman.out("run", "-d", "--pod", "kiki-test-pod", BUSYBOX)
    fetch = "for i in 1 2 3 4 5; do wget -qO- http://127.0.0.1:8080 && break; sleep 0.2; done"
    assert podman.out("run", "--rm", "--pod", "kiki-test-pod", BUSYBOX, "sh", "-c", fetch) == PAGE
    alone = podman.run("run", "--rm", BUSYBOX, "wget", "-qO-", "http://127.0.0.1:8080")
    assert "Connection refused" in alone.stderr


@pytest.mark.usefixtures("tidy")
def test_a_pod_becomes_kubernetes_yaml_and_comes_back(podman: PodmanLab, tmp_path: Path) -> None:
    podman.out("pod", "create", "--name", "kiki-test-pod", "-p", "127.0.0.1::8080")
    podman.out("run", "-d", "--pod", "kiki-test-pod", "--name", "kiki-test", BUSYBOX)
    address = published(podman, "kiki-test")
    written = podman.out("generate", "kube", "kiki-test-pod")
    assert "kind: Pod" in written
    podman.out("pod", "rm", "-f", "-t", "0", "kiki-test-pod")
    (tmp_path / "pod.yaml").write_text(written + "\n")
    podman.out("kube", "play", tmp_path / "pod.yaml")
    assert page(address) == PAGE
    podman.out("kube", "down", tmp_path / "pod.yaml")
    assert podman.run("pod", "exists", "kiki-test-pod").returncode == 1


class Socket(http.client.HTTPConnection):
    """HTTP over the lab's Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self._path))

    def ask(self, path: str) -> Any:
        self.request("GET", path)
        answer = self.getresponse()
        assert answer.status == http.client.OK
        return json.loads(answer.read())


def test_the_rest_socket_answers(podman: PodmanLab) -> None:
    api = Socket(podman.socket)
    try:
        version = podman.out("version", "--format", "{{.Client.Version}}")
        assert api.ask("/v4.0.0/libpod/version")["Version"] == version
        names = [name for image in api.ask("/v4.0.0/libpod/images/json") for name in image["Names"]]
        assert BUSYBOX in names
        assert api.ask("/v1.40/info")["DockerRootDir"] == str(podman.folder / "storage")
    finally:
        api.close()
