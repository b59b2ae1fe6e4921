"""The lab of the course as one definition on a real cloud: planned, applied, verified, held against
what was changed by hand, and taken back."""

import json
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kiki.model.exits import Exit
from tests.live.cloud_lab import Cloud, cloud, kiki
from tests.live.conftest import HostsLab
from tests.live.kiki_cli import Answer, Kiki

__all__ = ["cloud", "kiki"]  # fixtures

pytestmark = pytest.mark.clouds

ADMIN = ("--cloud", "kiki-admin", "--json")
PASSWORD = "Vdc-pw-4711"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICxLp0Yp2FP71ViTYgbguAJefWBKcUTCIP8Ec1XyHSqU lab@kiki"
DROP = """
project = cloud.identity.find_project(name)
if project:
    cloud.connect_as_project(name).delete_stack(name, wait=True)
cloud.delete_stack(f"{name}-admin", wait=True)
"""
RULE = """
inside = cloud.connect_as_project(name)
group = inside.network.find_security_group("allow-ssh-icmp", project_id=inside.current_project_id)
inside.network.create_security_group_rule(
    security_group_id=group.id, direction="ingress", ethertype="IPv4", protocol="tcp",
    port_range_min=8080, port_range_max=8080)
"""
PERSON = """
project = cloud.identity.find_project(name)
user = cloud.identity.find_user(f"{name}-user")
role = cloud.identity.find_role(f"{name}-student")
cloud.identity.unassign_project_role_from_user(project, user, role)
"""
PERSON_BACK = PERSON.replace("unassign_project_role_from_user", "assign_project_role_to_user")
SERVERS = "found = [one.status for one in cloud.connect_as_project(name).compute.servers()]"
PROJECT = "found = cloud.identity.find_project(name) is not None"


@pytest.fixture
def name(cloud: Cloud) -> Iterator[str]:
    """The name of a data centre of one's own, gone afterwards."""
    made = f"vdc-{uuid.uuid4().hex[:8]}"
    yield made
    cloud(DROP, "kiki-admin", name=made)


@pytest.fixture
def lab(kiki: Kiki, name: str) -> str:
    """The preset, with names of its own; images and the external network are the lab's: it has one
    physical network, and can't fetch an image from the internet."""
    assert kiki("vdc", "init", "--preset", "lab", "--out", "lab.yaml").code == Exit.DONE
    path = kiki.folder / "lab.yaml"
    told: dict[str, Any] = yaml.safe_load(path.read_text())
    told |= {"name": name, "project": {"name": name}, "roles": [f"{name}-student"]}
    told["people"] = {f"{name}-user": {"roles": ["member", f"{name}-student"]}}
    told["flavors"] = {f"{name}.tiny": told["flavors"]["ci.tiny"]}
    told["provider_networks"] = {"ext-net": {"existing": True}}
    told["routers"] = {"r1": {"external": "ext-net"}}
    told["keys"] = {"lab-key": {"public_key": KEY}}
    told["servers"]["vm1"] |= {"image": "cirros-0.6", "flavor": f"{name}.tiny"}
    del told["images"]
    path.write_text(yaml.safe_dump(told, sort_keys=False))
    return "lab.yaml"


def plan_of(answer: Answer) -> dict[str, str]:
    listed = answer.change["stages"][0]["plan"]["actions"]
    return {one["task"]: one["verb"] for one in listed}


def differences(answer: Answer) -> list[tuple[str, str, str]]:
    told = json.loads(answer.out)["differences"]
    return [(one["action"], one["sort"], one["name"]) for one in told]


def test_the_lab_of_the_course_is_made_and_taken_back(
    kiki: Kiki, cloud: Cloud, name: str, lab: str
) -> None:
    missing = kiki("vdc", "plan", lab, *ADMIN)
    assert missing.code == Exit.USAGE
    assert f"kiki secret set vdc-{name}-{name}-user" in missing.told
    assert kiki("secret", "set", f"vdc-{name}-{name}-user", typed=PASSWORD).code == Exit.DONE

    planned = kiki("vdc", "plan", lab, *ADMIN)
    assert planned.change["state"] == "awaiting_approval", planned.told
    made = plan_of(planned)
    assert set(made.values()) == {"create"}
    assert {f"Stack {name}-admin", f"Stack {name}", "server_vm1 OS::Nova::Server"} <= set(made)
    assert cloud(PROJECT, "kiki-admin", name=name) is False  # a plan makes nothing

    identifier = planned.change["id"]
    assert kiki("approve", identifier, "--json").code == Exit.DONE
    done = kiki("run", identifier, "--json")
    assert done.change["state"] == "applied", done.told
    assert cloud(SERVERS, "kiki-admin", name=name) == ["ACTIVE"]
    for path in kiki.state.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes(), path

    again = kiki("vdc", "plan", lab, *ADMIN)
    assert (again.change["state"], set(plan_of(again).values())) == ("applied", {"none"})

    hosts = kiki("vdc", "inventory", lab, "--cloud", "kiki-admin")
    tree = yaml.safe_load(hosts.out)["all"]["children"]["tier_allow_ssh_icmp"]["hosts"]
    assert tree["vm1"]["ansible_host"].startswith("192.168.100."), hosts.told

    assert differences(kiki("vdc", "diff", lab, *ADMIN)) == []
    cloud(PERSON, "kiki-admin", name=name)
    others = [("update", "person", f"{name}-user")]
    assert differences(kiki("vdc", "diff", lab, *ADMIN)) == others
    cloud(PERSON_BACK, "kiki-admin", name=name)
    cloud(RULE, "kiki-admin", name=name)
    by_hand = [("remove", "rule", "0.0.0.0/0 -> allow-ssh-icmp: 8080/tcp")]
    assert differences(kiki("vdc", "diff", lab, *ADMIN)) == by_hand

    back = kiki("undo", identifier, "--yes", "--json")
    assert back.change["state"] == "applied", back.told
    assert cloud(PROJECT, "kiki-admin", name=name) is False
    assert cloud.stack(f"{name}-admin") is None


def test_a_definition_of_what_there_is_can_be_read_again(kiki: Kiki) -> None:
    made = kiki("vdc", "import", "--cloud", "kiki", "--out", "demo.yaml")
    assert made.code == Exit.DONE, made.told
    assert kiki("vdc", "check", "demo.yaml").code == Exit.DONE
    again = kiki("vdc", "diff", "demo.yaml", "--cloud", "kiki", "--json")
    left = [one for one in differences(again) if one[0] != "remove"]  # what was said to be lost
    assert left == [], made.told


OVN = Path(__file__).parents[2] / "labs/ovn.sh"
STAGES = """
vdc: 1
name: {name}
networks: {{vdc-net: {{cidr: 10.77.0.0/24, router: vdc-r}}}}
routers: {{vdc-r: {{external: ext-net}}}}
tiers: {{web: }}
rules: ["any -> web: 22/tcp", "web -> internet: 443/tcp, 53/udp"]
servers:
  {server}: {{tier: web, image: rocky-9-generic, flavor: m1.small, network: vdc-net,
             floating_ip: ext-net, login: kiki}}
hosts:
  web: [/srv/shop 디렉터리 만들어줘, create user shop]
"""


@pytest.fixture
def real(name: str) -> Iterator[str]:
    """The name of a server that gets a real system as soon as it is there; gone afterwards."""
    server = f"s{name[-6:]}"
    with subprocess.Popen([str(OVN), "up", server, name], stdout=subprocess.DEVNULL) as booted:
        try:
            yield server
        finally:
            booted.kill()
    subprocess.run([str(OVN), "down", server], check=False)


@pytest.mark.slow
def test_a_server_is_made_and_configured_over_its_floating_ip(
    kiki: Kiki, hosts: HostsLab, name: str, real: str
) -> None:
    text = STAGES.format(name=name, server=real)
    (kiki.folder / "shop.yaml").write_text(text, "utf-8")
    key = ("--ssh-key", str(hosts.key))
    planned = kiki("vdc", "plan", "shop.yaml", *ADMIN, *key)
    _, later = planned.change["stages"]
    assert (later["name"], later["seen"]) == ("hosts", False), planned.told
    assert {one["verb"] for one in later["plan"]["actions"]} == {"unknown"}

    identifier = planned.change["id"]
    assert kiki("approve", identifier, "--yes", "--json").code == Exit.DONE
    done = kiki("run", identifier, "--json")
    assert done.change["state"] == "applied", done.told
    assert set(done.change["stages"][1]["outcome"]["changed"]) == {real}

    again = kiki("vdc", "plan", "shop.yaml", *ADMIN, *key)
    assert again.change["state"] == "applied", again.told  # nothing to do in any stage
    assert again.change["stages"][1]["seen"]

    back = kiki("undo", identifier, "--yes", "--json")
    assert back.change["state"] == "applied", back.told
    assert [stage["target"] for stage in back.change["stages"]] == ["ansible", "openstack"]
