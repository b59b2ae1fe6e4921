"""Names of a real OpenStack and a real Kubernetes: offered, compared, and never in the way."""

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.catalogues.kubernetes import KubernetesCatalogue
from kiki.catalogues.openstack import OpenStackCatalogue
from kiki.model.errors import TemporaryError
from kiki.model.exits import Exit
from tests.contract.test_catalogues import keeps_its_promises
from tests.live.clients import python
from tests.live.kiki_cli import Answer, Kiki
from tests.unit.cli.test_terminal import OnTerminal

pytestmark = pytest.mark.clouds

ASKING = "openstack 서버 web 1대 만들어줘"
WHOLE = "rocky-9-generic 이미지로 m1.small 서버 web 1대 private 네트워크에 만들어줘"
PATIENT_S = 30  # the lab shares a small machine with whatever else runs there
IMAGES = ("cirros-0.6", "rocky-8-generic", "rocky-9-generic", "ubuntu-24.04")
FLAVORS = ("m1.medium", "m1.small", "m1.tiny")


def cloud(path: Path, name: str = "kiki", timeout_s: float = PATIENT_S) -> OpenStackCatalogue:
    variables = {"OS_CLIENT_CONFIG_FILE": str(path)}
    return OpenStackCatalogue(
        name, variables, lambda: python("openstack"), timeout_s=timeout_s, environment={}
    )


@pytest.fixture
def kiki(clouds: Path, tmp_path: Path) -> Kiki:
    python("openstack")
    return Kiki(
        tmp_path,
        OS_CLIENT_CONFIG_FILE=str(clouds),
        OS_CLOUD="kiki",
        KIKI_CATALOGUE_TIMEOUT_S=str(PATIENT_S),
    )


def offered(answer: Answer) -> list[str]:
    return [choice["value"] for choice in answer.change["reading"]["question"]["choices"]]


def fields(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = answer.change["reading"]["operations"][0]["fields"]
    return found


def password(clouds: Path) -> str:
    found = re.search(r"password: (\w+)", clouds.read_text())
    assert found
    return found[1]


def nowhere(value: str, kiki: Kiki, *answers: Answer) -> None:
    assert all(value not in answer.told for answer in answers)
    files = [path for path in kiki.state.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if value.encode() in path.read_bytes()]


# -- OpenStack ------------------------------------------------------------------------------------


def test_the_cloud_keeps_a_catalogues_promises(clouds: Path) -> None:
    keeps_its_promises(cloud(clouds))


def test_a_member_sees_what_the_lab_has_put_there(clouds: Path) -> None:
    found = cloud(clouds)
    assert found.names("images") == IMAGES
    assert found.names("flavors") == FLAVORS
    assert found.names("networks") == ("ext-net", "private")
    assert found.names("keypairs") == ("ops",)
    assert found.names("security_groups") == ("default", "web")
    assert found.names("servers") == ("bastion-1",)


def test_it_is_asked_one_by_one_and_resumed_by_id(kiki: Kiki, clouds: Path) -> None:
    asked = kiki("--message", ASKING, "--json")
    assert asked.code == Exit.QUESTION, asked.told
    assert offered(asked) == list(IMAGES)
    change = asked.change["id"]
    asked = kiki("answer", change, "3", "--json")
    assert asked.code == Exit.QUESTION, asked.told
    assert offered(asked) == list(FLAVORS)
    asked = kiki("answer", change, "m1.small", "--json")
    assert offered(asked) == ["ext-net", "private"]
    done = kiki("answer", change, "private", "--json")
    assert done.code == Exit.DONE, done.told
    assert fields(done)["image"] == "rocky-9-generic"
    assert fields(done)["flavor"] == "m1.small"
    again = kiki("redo", change, "--json", OS_CLOUD="nowhere")
    assert again.code == Exit.DONE, again.told
    assert fields(again) == fields(done)
    assert again.change["reading"]["notes"] == []
    nowhere(password(clouds), kiki, asked, done, again)


@pytest.mark.parametrize(
    ("old", "new", "first"),
    [
        ("rocky-9-generic", "rocky", {"rocky-8-generic", "rocky-9-generic"}),
        ("m1.small", "m1.smal", {"m1.small"}),
        ("private", "privat", {"private"}),
    ],
)
def test_a_name_that_the_cloud_has_not_is_asked_about(
    kiki: Kiki, old: str, new: str, first: set[str]
) -> None:
    asked = kiki("--message", WHOLE.replace(old, new, 1), "--json")
    assert asked.code == Exit.QUESTION, asked.told
    assert asked.change["reading"]["question"]["params"]["value"] == new
    assert set(offered(asked)[: len(first)]) == first
    insisted = kiki("answer", asked.change["id"], new, "--json")
    assert insisted.code == Exit.DONE, insisted.told
    codes = [one["code"] for one in insisted.change["reading"]["assumptions"]]
    assert [code for code in codes if code.startswith("catalogue.absent_")]


def test_a_request_that_the_cloud_can_serve_goes_through(kiki: Kiki) -> None:
    done = kiki("--message", WHOLE, "--json")
    assert done.code == Exit.DONE, done.told
    assert done.change["reading"]["notes"] == []
    bare = kiki("--message", "create a server web from rocky-9-generic, m1.small, on private",
                "--json")  # fmt: skip
    assert fields(bare)["network"] == "private", bare.told
    twice = kiki("--message", WHOLE.replace("web", "bastion-1"), "--json")
    codes = [one["code"] for one in twice.change["reading"]["assumptions"]]
    assert "catalogue.taken_servers" in codes


def test_on_a_terminal_it_is_asked_there(clouds: Path, tmp_path: Path) -> None:
    python("openstack")
    command = OnTerminal(
        "--message", ASKING, home=tmp_path, OS_CLIENT_CONFIG_FILE=str(clouds), OS_CLOUD="kiki",
        KIKI_CATALOGUE_TIMEOUT_S=str(PATIENT_S),
    )  # fmt: skip
    for shown, typed in (("3) rocky-9-generic", "3"), ("2) m1.small", "m1.small")):
        command.expect(shown)
        command.type(typed + "\n")
    command.expect("2) private")
    command.type("2\n")
    code, out = command.end()
    assert code == Exit.DONE
    for name in ("rocky-9-generic", "m1.small", "private"):
        assert f"default: {name}" in out


def test_openstacks_own_variables_are_enough(kiki: Kiki, clouds: Path) -> None:
    secret = password(clouds)
    variables = {
        "OS_AUTH_URL": "http://127.0.0.1:5000/v3", "OS_USERNAME": "demo", "OS_PASSWORD": secret,
        "OS_PROJECT_NAME": "demo", "OS_USER_DOMAIN_NAME": "Default",
        "OS_PROJECT_DOMAIN_NAME": "Default", "OS_CLOUD": "", "OS_CLIENT_CONFIG_FILE": "",
    }  # fmt: skip
    asked = kiki("--message", ASKING, "--json", **variables)
    assert offered(asked) == list(IMAGES), asked.told
    nowhere(secret, kiki, asked)


def test_a_wrong_password_is_said_and_shown_nowhere(kiki: Kiki, clouds: Path) -> None:
    wrong = "Geheim0815Falsch"
    path = kiki.folder / "clouds.yaml"
    path.write_text(clouds.read_text().replace(password(clouds), wrong))
    asked = kiki("--message", ASKING, "--json", OS_CLIENT_CONFIG_FILE=str(path))
    assert asked.code == Exit.QUESTION, asked.told
    assert offered(asked) == []
    notes = asked.change["reading"]["notes"]
    assert [note["code"] for note in notes] == ["catalogue.denied", "catalogue.unasked"]
    assert notes[0]["params"]["reason"] == "Unauthorized 401"
    nowhere(wrong, kiki, asked)


def test_a_cloud_that_clouds_yaml_has_not_is_said(kiki: Kiki) -> None:
    asked = kiki("--message", WHOLE, "--json", OS_CLOUD="nowhere")
    assert asked.code == Exit.DONE, asked.told
    assert [note["code"] for note in asked.change["reading"]["notes"]] == [
        "catalogue.not_configured", "catalogue.unasked",
    ]  # fmt: skip


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Where connections are taken and never answered."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_cloud_that_says_nothing_is_not_waited_for(
    clouds: Path, silent_port: int, tmp_path: Path
) -> None:
    path = tmp_path / "clouds.yaml"
    path.write_text(clouds.read_text().replace(":5000", f":{silent_port}"))
    found = cloud(path, timeout_s=2)
    python("openstack")
    begun = time.monotonic()
    for sort in ("images", "flavors"):
        with pytest.raises(TemporaryError) as raised:
            found.names(sort)  # type: ignore[arg-type]
        assert raised.value.code == "catalogue.timeout"
    assert time.monotonic() - begun < 2 + 8  # once, with the time that a client may take to load


# -- Kubernetes -----------------------------------------------------------------------------------


def cluster(path: Path) -> KubernetesCatalogue:
    return KubernetesCatalogue(
        str(path), "", lambda: python("kubernetes"), timeout_s=PATIENT_S, environment={}
    )


@pytest.fixture
def on_cluster(kubeconfig: Path, tmp_path: Path) -> Kiki:
    python("kubernetes")
    return Kiki(tmp_path, KUBECONFIG=str(kubeconfig), KIKI_CATALOGUE_TIMEOUT_S=str(PATIENT_S))


def deployed(namespace: str) -> str:
    return f"{namespace} 네임스페이스에 nginx 디플로이먼트 3개 만들어줘"


def absent(answer: Answer) -> list[str]:
    codes = [one["code"] for one in answer.change["reading"]["assumptions"]]
    return [code for code in codes if code.startswith("catalogue.")]


def test_the_cluster_keeps_a_catalogues_promises(kubeconfig: Path) -> None:
    keeps_its_promises(cluster(kubeconfig))


def test_the_clusters_namespaces_are_known(kubeconfig: Path) -> None:
    found = cluster(kubeconfig).names("namespaces")
    assert found is not None
    assert {"default", "demo", "kube-system", "monitoring"} <= set(found)


def test_namespaces_are_compared(on_cluster: Kiki) -> None:
    there = on_cluster("--message", deployed("demo"), "--json")
    assert there.code == Exit.DONE, there.told
    assert absent(there) == []
    assert there.change["reading"]["notes"] == []
    to_come = on_cluster("--message", deployed("staging"), "--json")
    assert to_come.code == Exit.DONE, to_come.told
    assert absent(to_come) == ["catalogue.absent_namespaces"]
    slip = on_cluster("--message", deployed("demmo"), "--json")
    assert slip.code == Exit.QUESTION, slip.told
    assert offered(slip)[0] == "demo"
    bare = on_cluster("--message", "demo에 nginx 디플로이먼트 만들어줘", "--json")
    assert bare.code == Exit.DONE, bare.told
    assert fields(bare)["namespace"] == "demo"


def test_another_context_than_there_is_is_said(on_cluster: Kiki) -> None:
    failed = on_cluster("--message", deployed("demo"), "--json", KIKI_KUBE_CONTEXT="nowhere")
    assert failed.code == Exit.USAGE, failed.told
    assert "cluster.context_unknown" in failed.told
