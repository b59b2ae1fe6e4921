"""Podman of an ordinary user, who is reached by SSH (labs/podman/rootless.sh).

What Kiki makes there is that user's, and root's podman has none of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.provision.ansible import AnsibleHome
from kiki.targets.podman.target import TARGET
from tests.live.podman_kinds import Kinds, intent, own_name, verbs
from tests.live.podman_lab import BUSYBOX, PodmanLab, RootlessLab

OWN = "127.0.0.1:25443"
pytestmark = [pytest.mark.podman, pytest.mark.slow]


@pytest.fixture
def kinds(rootless: RootlessLab, ansible_home: AnsibleHome, tmp_path: Path) -> Kinds:
    return Kinds(rootless, ansible_home, tmp_path, rootless.inventory)


@pytest.fixture
def name(rootless: RootlessLab) -> Iterator[str]:
    yield from own_name(rootless)


def test_a_container_of_a_user(kinds: Kinds, name: str, podman: PodmanLab) -> None:
    fields = {
        "name": name,
        "image": BUSYBOX,
        "ports": ["127.0.0.1:28097:8080"],
        "volumes": [f"{name}:/data"],
        "environment": ["A=b", "PASSWORD={{secret:pw}}"],
    }
    case = intent(("container_run", fields))
    ran = kinds.there(case)
    assert kinds.status(name) == "running"
    assert podman.run("container", "exists", name).returncode == 1, "root has none of it"
    assert (
        kinds.lab.out("inspect", "--format", "{{.HostConfig.NetworkMode}}", name) == "slirp4netns"
    )
    assert kinds.plan(case).changes == ()
    kinds.lab.out("stop", "--time", "0", name)
    started = kinds.there(intent(("container_start", {"names": [name]})))
    assert verbs(started) == ["update"]
    kinds.back(case, ran)
    assert kinds.status(name) == ""


def test_a_pod_a_network_a_volume_and_a_secret_of_a_user(kinds: Kinds, name: str) -> None:
    case = intent(
        ("network_create", {"name": name}),
        ("volume_create", {"names": [name]}),
        ("secret_create", {"name": name, "value": "pw"}),
        ("pod_create", {"name": name, "network": name}),
        ("container_run", {"name": f"{name}-c", "image": BUSYBOX, "pod": name, "secrets": [name]}),
    )
    ran = kinds.there(case)
    assert verbs(ran) == ["create"] * 5
    assert kinds.lab.out("exec", f"{name}-c", "cat", f"/run/secrets/{name}") == "Tr0ub4dor"
    kinds.back(case, ran)
    for noun in ("network", "volume", "secret", "pod"):
        assert kinds.lab.run(noun, "inspect", name).returncode != 0, noun


def test_a_port_that_takes_root_is_refused_with_what_helps(kinds: Kinds, name: str) -> None:
    case = intent(("container_run", {"name": name, "image": BUSYBOX, "ports": ["81:8080"]}))
    outcome = TARGET.outcome(kinds.run(case, "apply"), None, kinds.inventory)
    assert outcome.params["cause"] == "execution.port_privileged"
    assert "ip_unprivileged_port_start" in outcome.params["message"]


def test_a_login_of_a_user(kinds: Kinds, name: str, podman: PodmanLab) -> None:
    """The authority of the registry is in the user's own certs.d, and the login in a file of the
    user's own."""
    kinds.secrets["registry"] = podman.registry_password
    fields = {"registry": OWN, "user": "kiki", "password": "registry"}
    case = intent(("registry_login", fields))
    ran = kinds.there(case)
    image = f"{OWN}/{name}:1"
    kinds.there(
        intent(("image_tag", {"image": BUSYBOX, "new": image}), ("image_push", {"images": [image]}))
    )
    kinds.there(intent(("image_remove", {"images": [image]})))
    fetch = intent(("image_pull", {"images": [image]}))
    kinds.back(fetch, kinds.there(fetch))
    kinds.back(case, ran)
    assert kinds.lab.run("login", "--get-login", OWN).returncode != 0


def test_the_same_user_from_another_one_s_login(
    rootless: RootlessLab, ansible_home: AnsibleHome, tmp_path: Path, name: str
) -> None:
    """``ansible_become_user``: whoever connects may become that user."""
    inventory = tmp_path / "become.ini"
    become = "ansible_become=true ansible_become_user=kiki-kim"
    inventory.write_text(f"here ansible_connection=local {become}\n")
    kinds = Kinds(rootless, ansible_home, tmp_path, inventory)
    case = intent(("container_run", {"name": name, "image": BUSYBOX}))
    ran = kinds.there(case)
    assert kinds.status(name) == "running"
    kinds.back(case, ran)
