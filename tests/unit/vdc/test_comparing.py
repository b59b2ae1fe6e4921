"""What becomes of a cloud when a definition changes."""

from typing import Any

import pytest

from kiki.targets.openstack.schema import resource_type
from kiki.vdc.comparing import _IN_PLACE, Difference, compare
from tests.unit.vdc.given import found, small


def differences(old: Any, new: Any) -> dict[str, Difference]:
    both = [found(data) for data in (old, new)]
    assert both[0].definition and both[1].definition, both
    return {
        f"{one.sort} {one.name}": one for one in compare(both[0].definition, both[1].definition)
    }


def actions(old: Any, new: Any) -> dict[str, str]:
    return {name: one.action for name, one in differences(old, new).items()}


def server(**more: Any) -> dict[str, Any]:
    return {"image": "a", "flavor": "f", "network": "private"} | more


def group(**more: Any) -> dict[str, Any]:
    return small(servers={"vm": server(**more)}, tiers={"t": {}, "u": {}})


def test_the_same_is_no_difference() -> None:
    assert actions(group(), group()) == {}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"image": "b"}, {"server vm": "rebuild"}),
        ({}, {"flavor": "g"}, {"server vm": "update"}),
        ({}, {"key": "k"}, {"server vm": "replace"}),
        ({}, {"user_data": "#!/bin/sh\n"}, {"server vm": "replace"}),
        ({"tier": "t"}, {"tier": "u"}, {"port vm": "update"}),
        ({}, {"addresses": ["192.168.100.9"]}, {"port vm": "update"}),
        ({"count": 2}, {"count": 3}, {"servers vm": "update"}),
        ({"count": 2, "tier": "t"}, {"count": 2, "tier": "u"}, {"servers vm": "replace"}),
        ({"count": 2}, {"count": 2, "image": "b"}, {"servers vm": "rebuild"}),
        (
            {"volumes": {"d": {"size": "1GB"}}},
            {"volumes": {"d": {"size": "2GB"}}},
            {"volume vm-d": "update"},
        ),
        (
            {"volumes": {"d": {"size": "1GB"}}},
            {},
            {"volume vm-d": "remove", "attachment vm-d": "remove"},
        ),
    ],
)
def test_what_happens_to_servers(old: Any, new: Any, expected: dict[str, str]) -> None:
    assert actions(group(**old), group(**new)) == expected


def test_alike_servers_that_are_not_any_more_are_other_ones() -> None:
    found = actions(group(count=2), group(count=2, volumes={"d": {"size": "1GB"}}))
    assert found["servers vm"] == "remove" and found["server vm-0"] == "add"


def test_what_refers_to_what_is_made_anew_follows() -> None:
    old = group() | {"routers": {"r": {}}}
    old["networks"] = {"private": {"cidr": "192.168.100.0/24", "router": "r"}}
    new = old | {"networks": {"private": {"cidr": "192.168.101.0/24", "router": "r"}}}
    found = differences(old, new)
    assert {name: one.action for name, one in found.items()} == {
        "subnet private-subnet": "replace",
        "interface private-subnet": "replace",
        "port vm": "update",
    }
    assert found["interface private-subnet"].follows == ("subnet private-subnet",)
    assert found["subnet private-subnet"].changes[0].after == "192.168.101.0/24"


def test_one_rule_more_is_one_resource_more() -> None:
    rules = ["any -> t: 80/tcp", "any -> t: icmp"]
    old, new = group() | {"rules": rules}, group() | {"rules": ["any -> u: icmp", *rules]}
    assert actions(old, new) == {"rule u_from_0.0.0.0_0_icmp": "add"}


def test_the_administrator_s_part_is_compared_too() -> None:
    old = group() | {"quotas": {"vcpus": 4}, "people": {"kim": {}}}
    new = group() | {"quotas": {"vcpus": 8}, "people": {}}
    assert actions(old, new) == {"quota nova": "update", "user kim": "remove"}


def test_servers_that_move_to_another_stack_are_made_anew() -> None:
    def many(count: int) -> dict[str, Any]:
        groups = {f"g{index}": server(tier="t", user_data=str(index)) for index in range(count)}
        wide = {"private": {"cidr": "10.0.0.0/8"}}
        return small(servers=groups, tiers={"t": {}}, networks=wide)

    found = differences(many(400), many(500))
    assert found["server g0"].action == "replace" and found["server g0"].moved == "dev"
    assert found["server g499"].action == "add"


def test_what_can_be_changed_in_place_are_properties_of_heat_s() -> None:
    for kind, names in _IN_PLACE.items():
        known = resource_type(kind)
        assert known is not None
        assert {*names.split()} - {"count"} <= known.properties.keys(), kind
