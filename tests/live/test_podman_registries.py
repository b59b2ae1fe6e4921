"""Real registries (labs/podman/registry.sh): with a password and TLS, a mirror of docker.io, one
whose certificate nobody trusts, and one that is not there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.provision.ansible import AnsibleHome
from kiki.targets.podman.target import TARGET
from tests.live.podman_kinds import HOST, Kinds, intent, own_name, verbs
from tests.live.podman_lab import BUSYBOX, PodmanLab

pytestmark = [pytest.mark.podman, pytest.mark.slow]

OWN, MIRROR, STRANGE = "127.0.0.1:25443", "127.0.0.1:25444", "127.0.0.1:25445"
NOBODY = "127.0.0.1:25449"  # nothing listens there


@pytest.fixture
def kinds(podman: PodmanLab, ansible_home: AnsibleHome, tmp_path: Path) -> Iterator[Kinds]:
    made = Kinds(podman, ansible_home, tmp_path)
    made.secrets["registry"] = podman.registry_password
    podman.run("logout", OWN)
    yield made
    podman.run("logout", OWN)


@pytest.fixture
def name(podman: PodmanLab) -> Iterator[str]:
    """A name of its own for images, which go with every tag that holds it."""
    for made in own_name(podman):
        yield made
        tags = podman.out("images", "--format", "{{.Repository}}:{{.Tag}}").split()
        for tag in (tag for tag in tags if made in tag):
            podman.run("untag", BUSYBOX if tag == BUSYBOX else tag, tag)
            podman.run("rmi", tag)


def login(registry: str = OWN, password: str = "registry") -> tuple[str, dict[str, Any]]:
    return ("registry_login", {"registry": registry, "user": "kiki", "password": password})


def cause(kinds: Kinds, *operations: tuple[str, dict[str, Any]]) -> str:
    """Why the operations failed, which must say something of its own, too."""
    outcome = TARGET.outcome(kinds.run(intent(*operations), "apply"), None, kinds.inventory)
    assert outcome.failed == (HOST,)
    assert outcome.params["message"]
    return outcome.params.get("cause", "")


def remarks(kinds: Kinds, place: str) -> list[str]:
    answer = kinds.answer(("registry_inspect", {"source": f"docker://{place}"}))
    return [remark.code for remark in answer.remarks]


def test_an_image_goes_to_a_registry_and_comes_back(kinds: Kinds, name: str) -> None:
    image, other = f"{OWN}/{name}/busybox:1", f"{OWN}/{name}/other:2"
    logged_in = kinds.there(intent(login()))
    assert verbs(logged_in) == ["create"]
    assert kinds.plan(intent(login())).changes == (), "logged in already"
    sent = intent(
        ("image_tag", {"image": BUSYBOX, "new": image}), ("image_push", {"images": [image]})
    )
    assert verbs(kinds.there(sent)) == ["create", "run"]
    kinds.lab.out("untag", BUSYBOX, image)
    fetch = intent(("image_pull", {"images": [image]}))
    fetched = kinds.there(fetch)
    assert verbs(fetched) == ["create"]
    assert kinds.plan(fetch).changes == ()
    kinds.back(fetch, fetched)
    copied = intent(("image_copy", {"source": f"docker://{image}", "to": f"docker://{other}"}))
    kinds.there(copied)
    (row,) = kinds.answer(("registry_inspect", {"source": f"docker://{other}"})).tables[0].rows
    assert (row[1], row[2]) == (other.removesuffix(":2"), "amd64")
    assert cause(kinds, ("image_pull", {"images": [f"{OWN}/{name}/none:1"]})) == (
        "execution.image_unknown"
    )
    kinds.back(intent(login()), logged_in)
    assert kinds.lab.run("login", "--get-login", OWN).returncode != 0
    assert cause(kinds, ("image_pull", {"images": [image]})) == "execution.registry_login"
    assert remarks(kinds, image)[-1] == "execution.registry_login"


def test_a_container_runs_from_a_registry_with_a_login(kinds: Kinds, name: str) -> None:
    """Its image is fetched for it: check mode fetches nothing, and a second run changes nothing."""
    image = f"{MIRROR}/{name}:1"
    kinds.lab.out("push", BUSYBOX, image)
    case = intent(("container_run", {"name": name, "image": image}))
    assert verbs(kinds.plan(case)) == ["create", "create"]
    assert kinds.lab.run("image", "exists", image).returncode == 1
    ran = kinds.there(case)
    kinds.back(case, ran)
    assert kinds.lab.run("image", "exists", image).returncode == 1


def test_the_password_is_nowhere(kinds: Kinds, tmp_path: Path) -> None:
    password = kinds.secrets["registry"]
    result = kinds.run(intent(login()), "apply")
    assert result.status == "successful"
    assert password not in f"{result.events}{result.output}"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if password.encode() in path.read_bytes()]
    shown = kinds.lab.out("login", "--get-login", OWN)
    assert shown == "kiki"


def test_why_a_login_failed_is_said(kinds: Kinds) -> None:
    """Ansible shows nothing of a task with a secret."""
    assert cause(kinds, login(password="pw")) == "execution.registry_password"
    assert cause(kinds, login(NOBODY)) == "execution.registry_away"
    assert cause(kinds, login(STRANGE)) == "execution.registry_certificate"


def test_why_an_image_was_not_moved_is_said(kinds: Kinds, name: str) -> None:
    away = f"{NOBODY}/{name}:1"
    sent = (("image_tag", {"image": BUSYBOX, "new": away}), ("image_push", {"images": [away]}))
    assert cause(kinds, *sent) == "execution.registry_away"
    pulled = ("image_pull", {"images": [f"{STRANGE}/{name}:1"]})
    assert cause(kinds, pulled) == "execution.registry_certificate"
    assert remarks(kinds, away) == ["podman.host_complains", "execution.registry_away"]
    assert remarks(kinds, f"{STRANGE}/{name}:1")[-1] == "execution.registry_certificate"
    assert remarks(kinds, f"{MIRROR}/{name}:1")[-1] == "execution.registry_plain"


def test_a_pull_goes_through_the_mirror(kinds: Kinds, name: str) -> None:
    """What the lab's registries.conf says: docker.io is not to be reached from here."""
    image = f"docker.io/library/{name}:1"
    case = intent(("image_pull", {"images": [image]}))
    outcome = TARGET.outcome(kinds.run(case, "apply"), None, kinds.inventory)
    assert outcome.params.get("cause") in ("execution.image_not_mirrored",), outcome.params
    kinds.lab.out("push", BUSYBOX, f"{MIRROR}/library/{name}:1")
    ran = kinds.there(case)
    asked = (kinds.lab.folder / "registry" / "mirror.log").read_text()
    assert f"GET /v2/library/{name}/manifests/1 " in asked
    kinds.back(case, ran)
