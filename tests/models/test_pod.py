"""The course's pod, built and played: the agent and a real model in podman's containers.

The images are built from Debian (``labs/podman.sh up agent``), as the public base can't be fetched
everywhere; what pip reaches here, the build reaches by the host's network.
"""

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, lab_missing
from tests.live.podman_lab import PodmanLab
from tests.models.having import SHELF, SMOL, fetched

pytestmark = pytest.mark.models

POD = "Containers/pod-llama-ansible.yaml"
IMAGES = {
    "localhost/llm/kiki-agent-server": "Containers/Containerfile.agent",
    "localhost/llm/kiki-llama-server": "Containers/Containerfile.llama",
}
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


class Built(PodmanLab):
    """The lab's podman, in the clone."""

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """The ended command, whatever its exit status."""
        environment = {k: v for k, v in self.env.items() if k != "SSL_CERT_DIR"}
        return subprocess.run(
            ["podman", *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, cwd=ROOT,
        )  # fmt: skip


@pytest.fixture(scope="module")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    done = subprocess.run(
        [ROOT / "labs" / "podman.sh", "up", "agent"], capture_output=True, text=True
    )
    if done.returncode:
        lab_missing(f"podman's lab is not there: {done.stderr.strip().splitlines()[-1]}")
    base = done.stdout.strip().splitlines()[-1]
    lab = Built(Path("/var/tmp/kiki-lab/podman/env"))
    pip = tmp_path_factory.mktemp("pip") / "pip.conf"
    pip.write_text(f"[global]\ncert = {CERTIFICATES}\n")
    for image, recipe in IMAGES.items():
        built = ["--build-arg", f"BASE={base}", "-v", f"{pip}:/etc/pip.conf:ro"]
        lab.out("build", "--network", "host", *built, "-t", image, "-f", recipe)
    gone(lab)
    yield lab
    gone(lab)


def gone(lab: Built) -> None:
    """Leave neither the pod nor its volumes."""
    lab.run("kube", "down", POD)
    lab.run("volume", "rm", "-f", "kiki-models", "kiki-work")


def asked(path: str, body: dict[str, object] | None = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as response:
        answer: dict[str, object] = json.load(response)
    return answer


def reached(path: str) -> None:
    """Return when *path* is answered."""
    deadline = time.monotonic() + 90
    while True:
        try:
            asked(path)
        except (OSError, urllib.error.HTTPError):
            assert time.monotonic() < deadline, path
            time.sleep(0.5)
        else:
            return


def test_the_pod_waits_for_its_model_and_keeps_its_record(podman: Built, tmp_path: Path) -> None:
    model = shutil.copy(SHELF / fetched(SMOL).file, tmp_path)
    Path(model).chmod(0o644)
    tmp_path.chmod(0o755)
    podman.out("kube", "play", POD)
    reached("http://127.0.0.1:8082/health")
    assert podman.run("logs", "kiki-llama").stderr.startswith("No model is here yet.")
    token = podman.run("logs", "kiki-agent").stderr
    assert "kiki login http://127.0.0.1:8082 --first" in token

    mounts = [
        "-v",
        "kiki-models:/var/lib/kiki/models",
        "-v",
        f"{model}:/from/{Path(model).name}:ro",
    ]
    pull = ["model", "pull", SMOL, "--from", "/from", "--yes"]
    podman.out("run", "--rm", *mounts, "localhost/llm/kiki-llama-server", *pull)
    # A model for tests is served only where it is named.
    serve = ["model", "serve", SMOL, "--wait", "--alias", "local-llama", "--host", "0.0.0.0"]
    podman.out("kube", "down", POD)
    published = ["-p", "127.0.0.1:8080:8080", *mounts[:2], "--name", "kiki-served", "--read-only"]
    podman.out("run", "--rm", "-d", *published, "localhost/llm/kiki-llama-server", *serve)
    try:
        reached("http://127.0.0.1:8080/health")
        question = {"model": "local-llama", "messages": [{"role": "user", "content": "say ok"}]}
        answer = asked("http://127.0.0.1:8080/v1/chat/completions", question)
        assert answer["model"] == "local-llama"
        assert answer["choices"]
    finally:
        podman.out("stop", "kiki-served")

    podman.out("kube", "play", POD)
    reached("http://127.0.0.1:8082/health")
    assert "kiki-work" in podman.out("volume", "ls", "-q")
