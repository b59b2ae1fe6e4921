"""What is asked of a real cloud, through the whole command: tables, JSON, refusals, no secrets."""

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.provision import runtimes
from tests.live.clients import python
from tests.live.cloud_lab import Cloud
from tests.live.kiki_cli import Kiki

pytestmark = pytest.mark.clouds


@pytest.fixture(scope="module")
def kiki(clouds: Path, tmp_path_factory: pytest.TempPathFactory) -> Kiki:
    python("openstack")
    found = runtimes.find("openstack")
    assert found
    return Kiki(
        tmp_path_factory.mktemp("cloud"),
        OS_CLIENT_CONFIG_FILE=str(clouds),
        KIKI_OPENSTACK=str(found.parent.parent),
        KIKI_CATALOGUE_TIMEOUT_S="0",
    )


@pytest.fixture(scope="module")
def stack(clouds: Path) -> Iterator[str]:
    """A stack with a network, an output, and one of a generated secret."""
    cloud, name = Cloud(clouds), f"kr-{uuid.uuid4().hex[:8]}"
    template = {
        "heat_template_version": "2021-04-16",
        "resources": {
            "net": {"type": "OS::Neutron::Net", "properties": {"name": name}},
            "word": {"type": "OS::Heat::RandomString"},
        },
        "outputs": {
            "net_id": {"value": {"get_resource": "net"}},
            "word": {"value": {"get_attr": ["word", "value"]}},
        },
    }
    cloud.make(name, template)
    until = time.monotonic() + 60
    while (cloud.stack(name) or {}).get("stack_status") != "CREATE_COMPLETE":
        assert time.monotonic() < until
        time.sleep(1)
    yield name
    cloud.drop(name)


def asked(kiki: Kiki, message: str, cloud: str = "kiki") -> Any:
    result = kiki("--cloud", cloud, "--json", "--message", message)
    assert result.code == 0, result.told
    shown = json.loads(result.out)
    assert shown["change"]["state"] == "answered"
    return shown["answer"]


def rows(answer: Any, table: int = 0) -> list[dict[str, str]]:
    found = answer["tables"][table]
    names = found["columns"]
    return [dict(zip(names, row, strict=True)) for row in found["rows"]]


@pytest.mark.parametrize(
    ("message", "name"),
    [("이미지 목록 보여줘", "cirros-0.6"), ("list flavors", "m1.tiny"),
     ("show the networks of the cloud", "private"), ("list subnets", "private-subnet"),
     ("보안 그룹 목록 보여줘", "web"), ("키페어 목록", "ops"), ("프로젝트 목록 보여줘", "demo"),
     ("가용 영역 보여줘", "nova")],
)  # fmt: skip
def test_what_the_cloud_has_is_listed(kiki: Kiki, message: str, name: str) -> None:
    assert name in [row["name"] for row in rows(asked(kiki, message))]


@pytest.mark.parametrize("message", ["list users", "하이퍼바이저 목록 보여줘", "역할 목록 보여줘"])
def test_what_an_administrator_may_see_others_may_not(kiki: Kiki, message: str) -> None:
    assert rows(asked(kiki, message, "kiki-admin"))
    refused = kiki("--cloud", "kiki", "--json", "--message", message)
    assert refused.code != 0
    assert "answers.cloud_forbidden" in refused.told


def test_a_stack_is_shown_without_its_secrets(kiki: Kiki, stack: str) -> None:
    shown = asked(kiki, f"show stack {stack}")
    resources = rows(shown, 1)
    assert {row["type"] for row in resources} == {"OS::Neutron::Net", "OS::Heat::RandomString"}
    outputs = {row["property"]: row["value"] for row in rows(shown, 2)}
    assert outputs["word"] == "********"
    assert outputs["net_id"] == next(row["id"] for row in resources if row["resource"] == "net")
    assert stack in [row["name"] for row in rows(asked(kiki, "스택 목록 보여줘"))]
    network = rows(asked(kiki, f"{stack} 네트워크 보여줘"))
    assert {"property": "name", "value": stack} in network
    assert "CREATE_COMPLETE" in [
        row["status"] for row in rows(asked(kiki, f"{stack} 스택 이벤트 보여줘"))
    ]


def test_quota_and_login_are_shown(kiki: Kiki) -> None:
    quota = asked(kiki, "show the quota")
    assert {"cores", "network"} <= {row["resource"] for row in rows(quota)}
    assert "answers.cloud_quota_none" in [one["code"] for one in quota["remarks"]]
    login = {
        row["property"]: row["value"] for row in rows(asked(kiki, "오픈스택 토큰 정보 보여줘"))
    }
    assert (login["user"], login["project"]) == ("demo", "demo")
    assert "token" not in login


def test_what_is_not_there_is_said(kiki: Kiki) -> None:
    missing = kiki("--cloud", "kiki", "--json", "--message", "show network privat")
    assert "answers.cloud_not_found" in missing.told
    assert "private" in missing.told
    volumes = kiki("--cloud", "kiki", "--json", "--message", "list volumes")
    assert "answers.cloud_no_service" in volumes.told
