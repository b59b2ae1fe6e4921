"""A definition beside what a project has: addresses, drift, and a definition of what there is."""

from copy import deepcopy
from typing import Any

import yaml

from kiki.documents.write import to_yaml
from kiki.model.artifact import File
from kiki.vdc.definition import Definition
from kiki.vdc.live.addresses import inventory, missing
from kiki.vdc.live.drift import drift
from kiki.vdc.live.estate import Estate, estate
from kiki.vdc.live.importing import imported
from kiki.vdc.reading import read

TEXT = """
vdc: 1
name: shop
project: {name: shop, existing: true}
provider_networks: {public: {existing: true}}
networks: {private: {cidr: 192.168.100.0/24, dns: [8.8.8.8], router: r1}}
routers: {r1: {external: public}}
tiers: {web: {}, db: {}}
rules: ["any -> web: 80/tcp", "web -> db: 5432/tcp"]
servers:
  web: {tier: web, count: 2, image: rocky, flavor: small, network: private, login: rocky}
  db: {tier: db, image: rocky, flavor: small, network: private, floating_ip: public}
volumes: {data: {size: 10GB, server: db}}
"""


def definition(text: str = TEXT) -> Definition:
    found = read(File("shop.yaml", text))
    assert found.definition is not None, found.findings
    return found.definition


def rule(**about: Any) -> dict[str, Any]:
    blank = {"direction": "ingress", "family": 4, "protocol": "tcp", "low": None, "high": None,
             "group": "", "cidr": ""}  # fmt: skip
    return {**blank, **about}


def server(name: str, tier: str, address: str, **about: Any) -> dict[str, Any]:
    own = {"network": "private", "address": address, "floating": False}
    return {
        "name": name, "status": "ACTIVE", "image": "rocky", "flavor": "small", "key": "",
        "groups": [tier], "networks": ["private"], "addresses": [own], "metadata": {},
        "boots_from_volume": False, **about,
    }  # fmt: skip


FLOATING = {"network": "private", "address": "203.0.113.7", "floating": True}
OUT = [rule(direction="egress", protocol="", family=family) for family in (4, 6)]
TOLD: dict[str, Any] = {
    "project": "shop", "domain": "Default",
    "networks": [
        {"name": "private", "own": True, "external": False, "shared": False},
        {"name": "public", "own": False, "external": True, "shared": False},
    ],
    "subnets": [{
        "name": "private-subnet", "network": "private", "cidr": "192.168.100.0/24",
        "gateway": "192.168.100.1", "dns": ["8.8.8.8"], "dhcp": True,
        "pools": ["192.168.100.2-192.168.100.254"], "routes": 0,
    }],
    "routers": [{"name": "r1", "external": "public", "subnets": ["private-subnet"], "routes": 0}],
    "groups": [
        {"name": "default", "description": "", "rules": [*OUT, rule(group="default", protocol="")]},
        {"name": "web", "description": "", "rules": [
            *OUT, rule(low=80, high=80, cidr="0.0.0.0/0")]},
        {"name": "db", "description": "", "rules": [*OUT, rule(low=5432, high=5432, group="web")]},
    ],
    "servers": [
        server("web-0", "web", "192.168.100.10"), server("web-1", "web", "192.168.100.11"),
        server("db", "db", "192.168.100.12", addresses=[
            {"network": "private", "address": "192.168.100.12", "floating": False}, FLOATING]),
    ],
    "volumes": [{"name": "data", "size": 10, "type": "lvm", "servers": ["db"], "boots": False}],
    "floating": [{"address": "203.0.113.7", "network": "public", "server": "db"}],
    "keys": [], "placements": [], "also": {},
}  # fmt: skip


def there(**changed: Any) -> Estate:
    return estate({**deepcopy(TOLD), **changed})


def test_a_project_as_it_is_written_has_no_drift() -> None:
    assert drift(definition(), there()) == ()


def test_what_was_changed_by_hand_is_seen() -> None:
    told = deepcopy(TOLD)
    told["groups"][1]["rules"].append(rule(low=22, high=22))
    told["groups"][2]["rules"].pop()
    told["servers"][0]["flavor"] = "large"
    told["servers"].pop()
    told["subnets"][0]["dns"] = []
    found = {(one.action, one.sort, one.name) for one in drift(definition(), estate(told))}
    assert found == {
        ("remove", "rule", "0.0.0.0/0 -> web: 22/tcp"), ("add", "rule", "web -> db: 5432/tcp"),
        ("update", "server", "web-0"), ("add", "server", "db"),
        ("update", "subnet", "private-subnet"),
    }  # fmt: skip
    (change,) = next(
        one for one in drift(definition(), estate(told)) if one.name == "web-0"
    ).changes
    assert (change.name, change.before, change.after) == ("flavor", "large", "small")


def test_addresses_are_grouped_by_tier_and_a_floating_one_comes_first() -> None:
    tree = yaml.safe_load(inventory(definition(), there()))["all"]["children"]
    assert tree["tier_web"]["hosts"]["web-1"] == {
        "ansible_user": "rocky", "ansible_host": "192.168.100.11",
        "private_address": "192.168.100.11",
    }  # fmt: skip
    assert tree["tier_db"]["hosts"]["db"]["ansible_host"] == "203.0.113.7"


def test_servers_that_are_not_there_are_no_hosts() -> None:
    found = there(servers=[TOLD["servers"][0]])
    assert missing(definition(), found) == ("web-1", "db")
    tree = yaml.safe_load(inventory(definition(), found))["all"]["children"]
    assert list(tree["tier_web"]["hosts"]) == ["web-0"]


def test_an_imported_definition_is_sound_and_has_no_drift() -> None:
    made = imported(there())
    assert [one.code for one in made.lost] == ["vdc.import_not_asked"]
    again = read(File("again.yaml", to_yaml([made.definition])))
    assert [one for one in again.findings if one.severity == "error"] == []
    assert again.definition is not None
    assert drift(again.definition, there()) == ()
    assert again.definition.servers["web"].count == 2


def test_what_has_no_place_is_said_and_never_dropped() -> None:
    told = deepcopy(TOLD)
    told["groups"][1]["rules"] += [
        rule(direction="egress", low=25, high=25), rule(protocol="112"), rule(group="default"),
    ]  # fmt: skip
    told["servers"].append(server("odd name", "web", "192.168.100.20"))
    told["servers"].append(server("disk", "web", "192.168.100.21", image=""))
    told["networks"].append({"name": "flat", "own": True, "external": False, "shared": False})
    told["servers"].append(server("bare", "web", "-", networks=[], addresses=[]))
    told["servers"][2]["groups"] = ["db", "web"]
    told["floating"].append({"address": "203.0.113.9", "network": "public", "server": ""})
    told["placements"] = [{"name": "apart", "policy": "anti-affinity", "servers": []}]
    told["routers"][0]["routes"] = 2
    told["volumes"].append({"name": "b", "size": 1, "type": "", "servers": ["x"], "boots": True})
    told["also"] = {"load_balancers": 1}
    codes = sorted(one.code.removeprefix("vdc.") for one in imported(estate(told)).lost)
    assert codes == [
        "import_not_asked", "lost_also", "lost_egress", "lost_floating", "lost_group", "lost_name",
        "lost_network", "lost_placement", "lost_routes", "lost_rule", "lost_rule", "lost_server",
        "lost_server_network", "lost_volume",
    ]  # fmt: skip


def test_a_closed_tier_is_told_from_an_open_one_and_comes_back_from_an_import() -> None:
    told = deepcopy(TOLD)
    told["groups"][1]["rules"] = [
        rule(low=80, high=80, cidr="0.0.0.0/0"),
        rule(direction="egress", low=443, high=443, cidr="0.0.0.0/0"),
        rule(direction="egress", low=80, high=80, cidr="169.254.169.254/32"),
    ]
    signs = {(one.action, one.name) for one in drift(definition(), estate(told))}
    assert ("remove", "web -> 0.0.0.0/0: 443/tcp (out)") in signs
    assert ("add", "web -> 0.0.0.0/0: all (out)") in signs
    assert "web -> internet: 443/tcp" in imported(estate(told)).definition["rules"]


AROUND = """quotas: {vcpus: 20, ram: 40GB}
roles: [student]
people: {kim: {roles: [member, student]}}
keys: {dev-key: {public_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICxLp0Yp2FP71ViTYgbguAJefWBKcUTCIP8Ec1XyHSqU kim@pc"}}
"""  # noqa: E501


def test_limits_people_roles_and_keys_are_compared_where_they_may_be_asked() -> None:
    wish = definition(TEXT + AROUND)
    blind = {name for change in drift(wish, there()) for name in [change.sort]}
    assert blind == {"key"}  # limits, roles and people were not told
    key = wish.keys["dev-key"].public_key.rpartition(" ")[0]
    told: dict[str, Any] = {
        "quotas": {"vcpus": 20, "ram": 40960, "instances": 10}, "roles": ["member", "student"],
        "people": {"kim": ["student", "member"]},
        "keys": [{"name": "dev-key", "public_key": f"{key} other comment"},
                 {"name": "private", "public_key": "ssh-rsa x"}],
    }  # fmt: skip
    assert drift(wish, there(**told)) == ()
    told |= {"quotas": {"vcpus": 10, "ram": 40960}, "roles": ["member"],
             "people": {"kim": ["member"], "eve": ["admin"]}}  # fmt: skip
    told["keys"][0]["public_key"] = "ssh-ed25519 BBBB"
    found = {(one.action, one.sort, one.name) for one in drift(wish, there(**told))}
    assert found == {
        ("update", "quota", "vcpus"), ("add", "role", "student"), ("update", "person", "kim"),
        ("remove", "person", "eve"), ("update", "key", "dev-key"),
    }  # fmt: skip
