"""Acts on a real Nova, Neutron, Glance and Heat: planned, done, verified and taken back.

Nova's fake driver never fills the image of a snapshot, so that none is tried here.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.cloud_lab import Cloud, cloud, kiki
from tests.live.kiki_cli import Answer, Kiki
from tests.live.test_openstack_stacks import asked, plan_of, run, verbs, words

__all__ = ["cloud", "kiki"]  # fixtures

pytestmark = pytest.mark.clouds

MADE = """
image = 'rocky-9-generic'
told = {'image': image, 'flavor': flavor, 'network': 'private', 'auto_ip': False}
found = cloud.create_server(name, wait=True, **told).id
"""
GONE = """
for one in cloud.list_servers():
    if one.name.startswith(name):
        cloud.delete_server(one.id, wait=True)
for one in cloud.list_images():
    if one.name.startswith(name):
        cloud.delete_image(one.id)
for one in cloud.list_networks():
    if one.name.startswith(name):
        for port in cloud.list_ports({'network_id': one.id}):
            if not port.device_owner.startswith('network:'):
                cloud.delete_port(port.id)
        cloud.delete_network(one.id)
"""
OWN = """\
heat_template_version: 2021-04-16
parameters: {called: {type: string}}
resources: {net: {type: 'OS::Neutron::Net', properties: {name: {get_param: called}}}}
"""
STATUS = """
one = cloud.get_server(name)
found = [one.status, one.flavor.original_name] if one else None
"""


@pytest.fixture
def name(cloud: Cloud) -> Iterator[str]:
    """The beginning of the names of things of one's own, gone afterwards."""
    made = f"ka-{uuid.uuid4().hex[:8]}"
    yield made
    cloud(GONE, name=made)


@pytest.fixture
def server(cloud: Cloud, name: str) -> str:
    """A server of somebody's that runs, and is of no stack."""
    cloud(MADE, name=name, flavor="m1.tiny")
    return name


def status(cloud: Cloud, name: str) -> str:
    return str(cloud(STATUS, name=name)[0])


def problems(answer: Answer) -> dict[str, dict[str, Any]]:
    found = answer.change["stages"][0]["findings"]
    return {one["code"]: one["params"] for one in found}


def done(kiki: Kiki, message: str) -> Answer:
    """Asked, approved, run and verified."""
    answer = run(kiki, asked(kiki, message))
    assert answer.change["state"] == "applied", answer.told
    assert answer.change["stages"][0]["outcome"]["verified"] == "passed", answer.told
    return answer


def back(kiki: Kiki, answer: Answer) -> None:
    taken = run(kiki, kiki("undo", answer.change["id"], "--json"))
    assert taken.change["state"] == "applied", taken.told


def test_a_server_is_stopped_and_started_again_by_the_undo(
    kiki: Kiki, cloud: Cloud, server: str
) -> None:
    planned = asked(kiki, f"{server} 서버 꺼줘")
    assert verbs(planned) == {f"Stop server {server}": "update"}
    assert "-ACTIVE\n+SHUTOFF" in plan_of(planned)["actions"][0]["diff"]
    assert status(cloud, server) == "ACTIVE"  # a plan does nothing
    stopped = run(kiki, planned)
    assert stopped.change["state"] == "applied", stopped.told
    assert status(cloud, server) == "SHUTOFF"
    again = asked(kiki, f"stop the vm {server}")
    assert set(verbs(again).values()) == {"none"}
    back(kiki, stopped)
    assert status(cloud, server) == "ACTIVE"


def test_a_server_is_rebooted_and_that_is_not_taken_back(
    kiki: Kiki, cloud: Cloud, server: str
) -> None:
    rebooted = done(kiki, f"{server} 서버 재부팅해줘")
    assert status(cloud, server) == "ACTIVE"
    refused = kiki("undo", rebooted.change["id"], "--json")
    assert "openstack.undo_act" in refused.told


def test_a_server_is_paused_and_goes_on(kiki: Kiki, cloud: Cloud, server: str) -> None:
    paused = done(kiki, f"pause server {server}")
    assert status(cloud, server) == "PAUSED"
    wrong = asked(kiki, f"{server} 서버 꺼줘")
    assert problems(wrong)["openstack.act_status"]["status"] == "PAUSED"
    back(kiki, paused)
    assert status(cloud, server) == "ACTIVE"
    done(kiki, f"suspend instance {server}")
    assert status(cloud, server) == "SUSPENDED"
    done(kiki, f"{server} 서버 재개해줘")
    assert status(cloud, server) == "ACTIVE"


def test_a_server_is_resized_and_confirmed(kiki: Kiki, cloud: Cloud, server: str) -> None:
    done(kiki, f"resize server {server} to m1.small")
    assert cloud(STATUS, name=server) == ["ACTIVE", "m1.small"]


def test_a_server_is_put_into_a_security_group_and_taken_out(
    kiki: Kiki, cloud: Cloud, server: str
) -> None:
    groups = (
        "found = sorted(one['name'] for one in cloud.compute.get(\n"
        "    f'/servers/{cloud.get_server(name).id}/os-security-groups').json()['security_groups'])"
    )
    put = done(kiki, f"{server} 서버에 web 보안 그룹 추가해줘")
    assert cloud(groups, name=server) == ["default", "web"]
    back(kiki, put)
    assert cloud(groups, name=server) == ["default"]


def test_a_floating_ip_that_no_router_leads_there_says_so(
    kiki: Kiki, cloud: Cloud, server: str
) -> None:
    address = cloud("found = cloud.create_floating_ip(network='ext-net').floating_ip_address")
    try:
        ran = run(kiki, asked(kiki, f"attach floating ip {address} to server {server}"))
        assert ran.change["state"] == "failed", ran.told
        assert "is not reachable from subnet" in ran.told
    finally:
        cloud("cloud.delete_floating_ip(cloud.network.find_ip(address).id)", address=address)


def test_a_template_of_ones_own_becomes_a_stack(kiki: Kiki, cloud: Cloud, name: str) -> None:
    (kiki.folder / "net.yaml").write_text(OWN)
    asks = f"net.yaml로 {name} 스택 만들어줘"
    try:
        assert "openstack.own_parameter_missing" in asked(kiki, asks).told
        made = done(kiki, f"{asks}. 파라미터는 called={name}")
        assert cloud.stack(name)["stack_status"] == "CREATE_COMPLETE"  # type: ignore[index]
        words = f"create stack {name} from net.yaml with parameter called={name}"
        again = asked(kiki, words)
        assert set(verbs(again).values()) == {"none"}
        back(kiki, made)
        assert cloud.stack(name) is None
    finally:
        cloud.drop(name)


def test_a_server_that_changed_after_the_plan_is_not_touched(
    kiki: Kiki, cloud: Cloud, server: str
) -> None:
    planned = asked(kiki, f"{server} 서버 꺼줘")
    cloud("cloud.compute.pause_server(cloud.get_server(name).id); import time; time.sleep(5)",
          name=server)  # fmt: skip
    ran = run(kiki, planned)
    assert ran.change["state"] != "applied", ran.told
    assert status(cloud, server) == "PAUSED"


def test_a_server_is_deleted_but_not_behind_its_stack(
    kiki: Kiki, cloud: Cloud, server: str
) -> None:
    assert asked(kiki, words(f"{server}-s"), "--yes").change["state"] == "applied"
    try:
        owned = asked(kiki, f"{server}-s 서버 삭제해줘")
        assert problems(owned)["openstack.act_owned"]["stack"] == f"{server}-s"
        gone = done(kiki, f"delete server {server}")
        assert cloud(STATUS, name=server) is None
        assert plan_of(gone)["risk"] == "high"
        stack = done(kiki, f"{server}-s 스택 삭제해줘")
        assert set(verbs(stack).values()) == {"delete"}
        assert cloud.stack(f"{server}-s") is None
    finally:
        cloud.drop(f"{server}-s")


def test_a_stack_is_suspended_and_resumed(kiki: Kiki, cloud: Cloud, name: str) -> None:
    assert asked(kiki, words(name), "--yes").change["state"] == "applied"
    try:
        suspended = done(kiki, f"suspend the stack {name}")
        assert cloud.stack(name)["stack_status"] == "SUSPEND_COMPLETE"  # type: ignore[index]
        back(kiki, suspended)
        assert cloud.stack(name)["stack_status"] == "RESUME_COMPLETE"  # type: ignore[index]
    finally:
        cloud.drop(name)


def test_a_network_with_ports_says_whose_they_are(kiki: Kiki, cloud: Cloud, name: str) -> None:
    cloud(
        "net = cloud.create_network(name); cloud.create_subnet(net.id, cidr='10.77.0.0/24')\n"
        "port = cloud.create_port(network_id=net.id, name=name + '-port')",
        name=name,
    )
    wrong = asked(kiki, f"{name} 사설망 삭제해줘")
    assert f"{name}-port" in problems(wrong)["openstack.act_ports"]["ports"]
    cloud("cloud.delete_port(name + '-port')", name=name)
    done(kiki, f"{name} 사설망 삭제해줘")
    assert cloud("found = [one.name for one in cloud.list_networks() if one.name == name]",
                 name=name) == []  # fmt: skip


def test_a_name_that_is_not_there_is_told_with_the_nearest(kiki: Kiki, server: str) -> None:
    wrong = asked(kiki, f"{server}x 서버 꺼줘")
    assert server in problems(wrong)["openstack.act_not_found"]["near"]
