"""The pod of agent and model: what it starts is there, and it is as safe as the docs say.

That it plays was seen with podman 4.3: ``tests/models/test_pod.py``.
"""

import configparser
from typing import Any

import pytest
import yaml

from kiki.cli.dispatch import parser_for
from tests.conftest import ROOT

FOLDER = ROOT / "Containers"
PODS = ("pod-llama-ansible.yaml", "pod-openvino-ansible.yaml")


def pod(name: str) -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return made


@pytest.mark.parametrize("name", PODS)
def test_it_is_published_on_the_loopback_only(name: str) -> None:
    ports = [port for one in pod(name)["spec"]["containers"] for port in one["ports"]]
    assert {port["hostIP"] for port in ports} == {"127.0.0.1"}
    assert [port["hostPort"] for port in ports] == [8080, 8082]


@pytest.mark.parametrize("name", PODS)
def test_no_container_has_rights(name: str) -> None:
    spec = pod(name)["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    for one in spec["containers"]:
        context = one["securityContext"]
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert one["resources"]["limits"]["memory"]


@pytest.mark.parametrize("name", PODS)
def test_no_value_of_a_secret_is_in_it(name: str) -> None:
    for one in pod(name)["spec"]["containers"]:
        given = {entry["name"]: entry for entry in one["env"]}
        assert "value" not in given["API_KEY"]
        assert given["API_KEY"]["valueFrom"]["secretKeyRef"]["optional"] is True


def test_the_two_differ_in_the_engine_only() -> None:
    llama, openvino = ((FOLDER / name).read_text("utf-8").split("\n", 1)[1] for name in PODS)
    for old, new in (("pod-llama", "pod-openvino"), ("kiki-llama", "kiki-openvino")):
        llama = llama.replace(old, new)
    assert llama.replace("name: llama\n", "name: openvino\n") == openvino


def test_the_models_image_starts_what_there_is() -> None:
    recipe = (FOLDER / "Containerfile.llama").read_text("utf-8")
    [command] = [line for line in recipe.splitlines() if line.startswith("CMD ")]
    name, *given = yaml.safe_load(command.removeprefix("CMD "))
    args = parser_for(name).read(given)
    assert (args.what, args.alias, args.host, args.wait) == (
        "serve",
        "local-llama",
        "0.0.0.0",
        True,
    )
    assert "USER 10001" in recipe


def test_the_unit_plays_the_pod() -> None:
    unit = configparser.ConfigParser(delimiters="=")
    unit.read_string((FOLDER / "kiki.kube").read_text("utf-8"))
    assert (FOLDER / unit["Kube"]["Yaml"]).is_file()
