"""A handful of what the target podman renders, with podman 5: t1, a Debian 13.

The other suites of podman have 4.3. No limits here: this kernel's controllers may not be t1's.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.provision.ansible import AnsibleHome
from tests.live.podman_kinds import Kinds, intent, own_name, verbs
from tests.live.podman_lab import BUSYBOX, TrixieLab

pytestmark = [pytest.mark.hosts, pytest.mark.slow]

MANIFEST = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: {name}-kept}}
spec:
  accessModes: [ReadWriteOnce]
  resources: {{requests: {{storage: 1Gi}}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: {name}-played}}
spec:
  containers:
    - name: web
      image: {image}
      volumeMounts: [{{name: data, mountPath: /data}}]
  volumes:
    - name: data
      persistentVolumeClaim: {{claimName: {name}-kept}}
"""


@pytest.fixture
def kinds(trixie: TrixieLab, ansible_home: AnsibleHome, tmp_path: Path) -> Kinds:
    return Kinds(trixie, ansible_home, tmp_path, trixie.inventory)


@pytest.fixture
def name(trixie: TrixieLab) -> Iterator[str]:
    made = own_name(trixie)
    name = next(made)
    text = MANIFEST.format(name=name, image=BUSYBOX)
    trixie.shell(f"cat >/srv/{name}.yaml <<'E'\n{text}E")
    yield name
    trixie.shell(f"podman kube down --force /srv/{name}.yaml; rm /srv/{name}.yaml")
    next(made, None)


def test_what_is_made_is_made_once_and_goes_again(kinds: Kinds, name: str) -> None:
    """Verified means that a second run changed nothing, of the manifest's either."""
    alone = {
        "ports": ["127.0.0.1:28099:8080"],
        "volumes": [f"{name}:/data"],
        "environment": ["A=b c"],
        "restart": "always",
        "health": "wget -q -O /dev/null http://127.0.0.1:8080/",
    }
    case = intent(
        ("network_create", {"name": name}),
        ("volume_create", {"names": [name]}),
        ("secret_create", {"name": name, "value": "pw"}),
        ("pod_create", {"name": name, "network": name}),
        (
            "container_run",
            {"name": f"{name}-in", "image": BUSYBOX, "pod": name, "secrets": [name]},
        ),
        ("container_run", {"name": f"{name}-alone", "image": BUSYBOX, **alone}),
        ("kube_play", {"path": f"/srv/{name}.yaml"}),
    )
    ran = kinds.there(case)
    assert verbs(ran) == ["create"] * 7
    assert kinds.lab.out("exec", f"{name}-in", "cat", f"/run/secrets/{name}") == "Tr0ub4dor"
    assert kinds.status(f"{name}-played-web") == "running"
    ended = intent(
        ("container_stop", {"names": [f"{name}-alone"]}),
        ("container_remove", {"names": [f"{name}-alone"]}),
        ("pod_stop", {"names": [name]}),
    )
    assert kinds.run(ended, "apply").status == "successful"
    assert (kinds.status(f"{name}-alone"), kinds.status(f"{name}-in")) == ("", "exited")
    kinds.back(case, ran)
    for noun in ("network", "volume", "secret", "pod"):
        assert kinds.lab.run(noun, "exists", name).returncode == 1, noun
    kept = kinds.lab.run("volume", "exists", f"{name}-kept").returncode
    assert kept == 0, "a name is not taken for the beginning of another one"
    assert kinds.status(f"{name}-played-web") == ""
