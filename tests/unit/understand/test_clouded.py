"""Names that hosts have as well as a cloud's servers: whose they are goes by what was named."""

from typing import Any

import pytest

from kiki.catalogues.listed import ListedCatalogue
from kiki.model.profile import Profile
from kiki.model.request import CloudSource, InventorySource, Request, Scope
from kiki.targets import registry
from kiki.understand.reader import read

CLOUD = CloudSource(file="clouds.yaml", name="lab", named=True)
HOSTS = InventorySource(form="hosts", text="web-1,")


def kinds(message: str, **scope: Any) -> list[str]:
    """The kinds that *message* asks for; the question's code, or the refusal's, otherwise."""
    catalogue = ListedCatalogue({"hosts": ("web-1",)} if "inventory" in scope else {})
    request = Request(message=message, scope=Scope(**scope))
    found = read(request, registry.vocabulary(), Profile(), catalogue=catalogue)
    if found.intent is not None:
        return [operation.kind.partition(".")[2] for operation in found.intent.operations]
    return [(found.question or found.refusal).code]  # type: ignore[union-attr]


@pytest.mark.parametrize("message", ["web-1 서버 재부팅해줘", "reboot server web-1"])
def test_a_host_of_the_inventory_is_meant_where_there_is_one(message: str) -> None:
    assert kinds(message) == ["server_act"]
    assert kinds(message, inventory=HOSTS) == ["host_reboot"]
    assert kinds(message, inventory=HOSTS, cloud=CLOUD) == ["host_reboot"]
    assert kinds(message, cloud=CLOUD) == ["server_act"]


@pytest.mark.parametrize("message", ["vm1 꺼줘", "turn off vm1", "restart web", "web 재시작해줘"])
def test_a_name_alone_is_a_server_of_a_cloud_that_was_named(message: str) -> None:
    assert kinds(message) == ["question.confirm_kind"]
    assert kinds(message, cloud=CLOUD) == ["server_act"]
    assert kinds(message, cloud=CLOUD, inventory=HOSTS) == ["question.confirm_kind"]


@pytest.mark.parametrize("message", ["nginx 꺼줘", "stop nginx", "nginx 서버 중지해줘"])
def test_known_software_is_no_server(message: str) -> None:
    assert "server_act" not in kinds(message, cloud=CLOUD)
    assert "server_act" not in kinds(message)


@pytest.mark.parametrize(
    ("message", "kind"),
    [("서버 재부팅해줘", "host_reboot"), ("reboot the servers", "host_reboot"),
     ("restart the web server", "question.meant"), ("start the container web", "container_start")],
)  # fmt: skip
def test_what_hosts_are_asked_for_stays_theirs(message: str, kind: str) -> None:
    assert kinds(message) == [kind]


@pytest.mark.parametrize("message", ["vm1 꺼줘", "turn off vm1", "web 재시작해줘", "reboot vm1"])
def test_a_name_alone_is_a_server_where_the_target_is_said(message: str) -> None:
    request = Request(message=message, target="openstack")
    found = read(request, registry.vocabulary(), Profile())
    assert found.intent is not None
    assert [one.kind for one in found.intent.operations] == ["openstack.server_act"]


@pytest.mark.parametrize("message", ["nginx 꺼줘", "web-1 꺼줘", "DHCP 꺼줘", "stop backup.timer"])
def test_what_hosts_have_is_no_server_by_its_name_alone(message: str) -> None:
    catalogue = ListedCatalogue({"hosts": ("web-1",)})
    request = Request(message=message, target="openstack", scope=Scope(inventory=HOSTS))
    assert read(request, registry.vocabulary(), Profile(), catalogue=catalogue).intent is None
