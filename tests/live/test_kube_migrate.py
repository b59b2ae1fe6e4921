"""A pod of podman's moves to a cluster with a node and runs there: both labs, on this machine.

The image has the same name in both, as no registry can be reached. The manifests are applied by
kubectl, as their reader would; what the findings ask for is done by hand.
"""

import json
import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.kiki_cli import Kiki
from tests.live.kube_lab import Cluster, namespace
from tests.live.podman_lab import BUSYBOX, PodmanLab

pytestmark = [pytest.mark.clouds, pytest.mark.podman]

SECRET = "Tr0ub4dor9"


@pytest.fixture(scope="session")
def kubeconfig(node_kubeconfig: Path) -> Path:
    """The cluster with a node."""
    return node_kubeconfig


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster, prefix="km", waited=False) as name:
        yield name


@pytest.fixture
def kiki(podman: PodmanLab, tmp_path: Path) -> Kiki:
    """With the lab's podman as this machine's."""
    settings = {key: value for key, value in podman.env.items() if key.startswith("CONTAINERS_")}
    return Kiki(tmp_path, **settings)


@pytest.fixture
def pod(podman: PodmanLab, tmp_path: Path) -> Iterator[str]:
    """A pod with a web server, a volume, a secret and a health check; nothing of it is left."""
    name = f"kmig-{os.getpid()}-{uuid.uuid4().hex[:6]}"
    podman.out("pod", "create", "--name", name, "-p", "127.0.0.1:28191:8080")
    podman.out(
        "run", "-d", "--pod", name, "--name", f"{name}-web", "-v", f"{name}-data:/data",
        "-e", "MODE=prod", "-e", f"DB_PASSWORD={SECRET}", "--memory", "64m", "--restart", "always",
        "--health-cmd", "wget -q -O /dev/null http://127.0.0.1:8080/", BUSYBOX,
    )  # fmt: skip
    podman.out("exec", f"{name}-web", "/bin/sh", "-c", "echo kept > /data/note")
    yield name
    podman.run("pod", "rm", "--force", "--time", "0", name)
    podman.run("volume", "rm", f"{name}-data")


def volume(cluster: Cluster, place: str, claim: str, folder: Path) -> None:
    """What the claim gets: the lab provides none by itself."""
    about = {"name": claim}
    spec = {
        "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": str(folder), "type": "DirectoryOrCreate"},
        "claimRef": {"namespace": place, "name": claim},
    }  # fmt: skip
    body = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": about, "spec": spec}
    cluster("create", "-f", "-", typed=json.dumps(body))


def bring(podman: PodmanLab, cluster: Cluster, pipe: str) -> None:
    """A command of a shell with both programs, as a finding gives it."""
    bin_dir = cluster.kubeconfig.parent / "bin"
    path = f"{podman.env['PATH']}:{bin_dir}"
    env = {**podman.env, "PATH": path, "KUBECONFIG": str(cluster.kubeconfig)}
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", pipe], env=env, cwd=podman.folder,
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 0, f"{pipe}: {done.stdout}{done.stderr}"


def test_a_pod_moves_and_runs(
    kiki: Kiki, podman: PodmanLab, cluster: Cluster, pod: str, place: str, tmp_path: Path
) -> None:
    made = kiki("migrate", "podman", "k8s", "--pod", pod, "--ns", place, "--out", "there.yaml",
                "--json")  # fmt: skip
    text = (kiki.folder / "there.yaml").read_text("utf-8")
    assert (made.code, SECRET in made.told + text) == (0, False), made.told
    cluster("apply", "-f", str(kiki.folder / "there.yaml"))
    assert page(cluster, place, pod) is None, "it waits for its secret and its volume"
    helps = [one["help"] for one in json.loads(made.out)["findings"]]
    (pipe,) = [one.partition(": ")[2] for one in helps if "kubectl create secret" in one]
    bring(podman, cluster, pipe)
    volume(cluster, place, f"{pod}-data", tmp_path / "volume")
    cluster("-n", place, "rollout", "status", f"deployment/{pod}", "--timeout=120s")
    assert page(cluster, place, pod) == "hello from kiki\n"
    bring(podman, cluster, f"podman volume export {pod}-data | "
          f"kubectl exec -i -n {place} deployment/{pod} -- tar -C /data -xf -")  # fmt: skip
    inside = "echo $MODE $DB_PASSWORD; cat /data/note"
    seen = cluster("-n", place, "exec", f"deployment/{pod}", "--", "sh", "-c", inside)
    assert seen.split() == ["prod", SECRET, "kept"]
    served = json.loads(cluster("-n", place, "get", "endpoints", pod, "-o", "json"))
    assert [one["port"] for one in served["subsets"][0]["ports"]] == [8080]
    cluster("delete", "pv", f"{pod}-data", "--wait=false")


def page(cluster: Cluster, place: str, name: str) -> str | None:
    """What the web server in the pod answers; None while no pod is ready."""
    ready = "-o=jsonpath={.status.readyReplicas}"
    if cluster("-n", place, "get", f"deployment/{name}", ready) != "1":
        return None
    at = "http://127.0.0.1:8080/"
    return cluster("-n", place, "exec", f"deployment/{name}", "--", "wget", "-q", "-O", "-", at)
