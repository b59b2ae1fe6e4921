"""Many servers: how much Heat takes in one stack, and that nobody is lost."""

from typing import Any

import pytest
import yaml
from tools.many_servers import definition

from kiki.model.errors import UsageError
from kiki.service.projects import check_entry
from kiki.vdc.compiling import Compiled, compiled
from tests.unit.vdc.given import found, small

HEAT_RESOURCES, HEAT_BYTES = 1000, 524_288


def made(data: Any) -> Compiled:
    read = found(data)
    assert read.definition is not None, read.findings
    return compiled(read.definition)


def weight(resources: dict[str, Any]) -> int:
    """As Heat counts: a group's members, too."""
    groups = [one for one in resources.values() if one["type"] == "OS::Heat::ResourceGroup"]
    return len(resources) + sum(one["properties"]["count"] for one in groups)


def servers(resources: dict[str, Any]) -> list[str]:
    names = []
    for one in resources.values():
        if one["type"] == "OS::Nova::Server":
            names.append(one["properties"]["name"])
        elif one["type"] == "OS::Heat::ResourceGroup":
            inner = one["properties"]["resource_def"]["properties"]["name"]
            names += [
                inner.replace("%index%", str(index)) for index in range(one["properties"]["count"])
            ]
    return names


def big(**more: Any) -> dict[str, Any]:
    server = {"image": "i", "flavor": "f", "network": "private"} | more
    return small(networks={"private": {"cidr": "10.0.0.0/8"}}, servers={"web": server})


@pytest.mark.parametrize("count", [20, 200, 1000, 3000])
def test_every_server_is_in_one_stack_that_heat_takes(count: int) -> None:
    templates = [
        file for file in made(definition(count)).templates.files if file.path != "admin.yaml"
    ]
    found_names = []
    for file in templates:
        resources = yaml.safe_load(file.text)["resources"]
        assert weight(resources) < HEAT_RESOURCES
        assert len(file.text.encode()) < HEAT_BYTES
        found_names += servers(resources)
        assert check_entry("openstack", (file,), file.path) == ()
    assert len(found_names) == len(set(found_names)) == count
    assert (len(templates) == 1) == (count <= 200)


def test_few_servers_are_one_template_and_alike_ones_one_resource() -> None:
    resources = yaml.safe_load(made(big(count=800)).templates.text_of("dev.yaml"))["resources"]
    assert [one["type"] for one in resources.values()].count("OS::Heat::ResourceGroup") == 1
    assert weight(resources) < HEAT_RESOURCES


def test_long_texts_split_too() -> None:
    template = made(big(count=60, volumes={"d": {"size": "1GB"}}, user_data="x" * 49_000)).templates
    assert [file.path for file in template.files] == ["admin.yaml", "dev.yaml"]  # it stands once
    more = big(count=1)
    more["servers"] = {
        f"s{index}": more["servers"]["web"] | {"user_data": f"{index}" + "x" * 48_000}
        for index in range(20)
    }
    files = made(more).templates.files
    assert len(files) > 3
    assert max(len(file.text.encode()) for file in files) < HEAT_BYTES


def test_what_must_stay_together_does_or_is_refused() -> None:
    data = big(count=500, placement="anti-affinity", floating_ip="public")
    data |= {"routers": {"r": {"external": "public"}}}
    data["networks"]["private"]["router"] = "r"
    with pytest.raises(UsageError) as caught:
        made(data)
    assert caught.value.code == "vdc.group_too_large"


def test_parts_name_what_the_first_one_makes() -> None:
    files = made(definition(1000)).templates.files
    part = yaml.safe_load(files[-1].text)
    networks = [one for one in part["parameters"] if one.startswith("network_net-")]
    assert networks and part["parameters"][networks[0]]["default"] in networks[0]
    assert part["parameters"]["tier_tier-4"]["constraints"] == [
        {"custom_constraint": "neutron.security_group"}
    ]
    told = made(definition(1000)).findings
    assert "vdc.stacks_several" in {one.code for one in told}
