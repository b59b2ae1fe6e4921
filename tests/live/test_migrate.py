"""A real pod of podman's to Kubernetes and back, and played again: the lab's, on this machine."""

import base64
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.provision.ansible import AnsibleHome
from tests.live.kiki_cli import Kiki
from tests.live.podman_lab import BUSYBOX, PodmanLab

pytestmark = [pytest.mark.podman, pytest.mark.slow]

SECRET = "Tr0ub4dor9"
PYTHON = """#!/bin/sh
. {env}
exec /usr/bin/python3 "$@"
"""


@pytest.fixture
def pod(podman: PodmanLab, tmp_path: Path) -> Iterator[str]:
    """A pod with a web server, a volume, a secret and a health check; nothing of it is left."""
    name = f"mig-{os.getpid()}-{uuid.uuid4().hex[:6]}"
    written = tmp_path / "word"
    podman.out("pod", "create", "--name", name, "-p", "127.0.0.1:28190:8080")
    written.write_text(SECRET)
    podman.out("secret", "create", f"{name}-word", written)
    podman.out(
        "run", "-d", "--pod", name, "--name", f"{name}-web", "-v", f"{name}-data:/data",
        "--secret", f"{name}-word,type=env,target=GREETING",
        "-e", "MODE=prod", "-e", f"DB_PASSWORD={SECRET}", "--memory", "64m", "--restart", "always",
        "--health-cmd", "wget -q -O /dev/null http://127.0.0.1:8080/", BUSYBOX,
    )  # fmt: skip
    yield name
    podman.run("pod", "rm", "--force", "--time", "0", name)
    podman.run("volume", "rm", f"{name}-data")
    podman.run("secret", "rm", name, f"{name}-word")
    podman.run("network", "rm", "podman-default-kube-network")  # made by podman for manifests


@pytest.fixture
def kiki(podman: PodmanLab, tmp_path: Path) -> Kiki:
    """With the lab's podman as this machine's, and with an inventory that reaches it."""
    python = tmp_path / "python"
    python.write_text(PYTHON.format(env=podman.folder / "env"))
    python.chmod(0o755)
    line = f"here ansible_connection=local ansible_python_interpreter={python}"
    (tmp_path / "hosts.ini").write_text(f"{line} ansible_become=false\n")
    settings = {key: value for key, value in podman.env.items() if key.startswith("CONTAINERS_")}
    return Kiki(tmp_path, KIKI_ALLOW_LOCAL_CONNECTION="true", **settings)


def test_there_and_back(kiki: Kiki, podman: PodmanLab, pod: str) -> None:
    there = kiki("migrate", "podman", "k8s", "--pod", pod, "--ns", "demo", "--out", "there.yaml")
    assert there.code == 0, there.told
    assert SECRET not in there.told
    checked = kiki("check", "-t", "k8s", "there.yaml", "--json")
    assert checked.code == 0, checked.told
    text = (kiki.folder / "there.yaml").read_text("utf-8")
    assert SECRET not in text
    assert "secretKeyRef" in text and "persistentVolumeClaim" in text and "memory: 64Mi" in text
    assert not kiki.state.exists()  # nothing is recorded
    back = kiki("migrate", "k8s", "podman", "there.yaml", "--out", "back.yaml")
    assert back.code == 0, back.told

    podman.out("pod", "rm", "--force", "--time", "0", pod)
    podman.out("volume", "rm", f"{pod}-data")
    value, coded = kiki.folder / "value", base64.b64encode(SECRET.encode()).decode()
    value.write_text(json.dumps(dict.fromkeys(("DB_PASSWORD", "GREETING"), coded)))
    podman.out("secret", "create", pod, value)
    podman.out("kube", "play", kiki.folder / "back.yaml")
    container = f"{pod}-{pod}-web"
    seen = podman.out(
        "exec", container, "/bin/sh", "-c", "echo $MODE $DB_PASSWORD $GREETING; ls -d /data"
    )
    assert seen.split() == ["prod", SECRET, SECRET, "/data"]
    page = podman.out("exec", container, "wget", "-q", "-O", "-", "http://127.0.0.1:8080/")
    assert page == "hello from kiki"
    limit = podman.out("container", "inspect", "--format", "{{.HostConfig.Memory}}", container)
    assert limit == str(64 << 20)


def test_a_host_of_an_inventory_says_the_same(
    kiki: Kiki, ansible_home: AnsibleHome, pod: str
) -> None:
    near = kiki("migrate", "podman", "k8s", "--pod", pod)
    far = kiki(
        "migrate", "podman", "k8s", "--pod", pod, "-i", str(kiki.folder.parent / "hosts.ini")
    )
    assert near.code == far.code == 0, far.told
    assert near.out == far.out
    left = [path for path in kiki.state.rglob("*") if path.is_file()] if kiki.state.exists() else []
    assert not [path for path in left if SECRET.encode() in path.read_bytes()]
    missing = kiki("migrate", "podman", "k8s", "--pod", "mig-nowhere", "-i",
                   str(kiki.folder.parent / "hosts.ini"))  # fmt: skip
    assert missing.code == 2
    assert "no pod mig-nowhere" in missing.err
