"""What a program would do to a stack, as Heat's answers say it: nothing is changed by asking."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from kiki.execution.clouds.driver import after, check, verify
from kiki.execution.clouds.driver.connection import Refused
from kiki.execution.clouds.driver.judging import Judge
from kiki.execution.clouds.driver.templates import Template
from kiki.model.artifact import Artifact
from kiki.model.profile import Profile
from kiki.model.request import Scope
from kiki.targets.openstack.target import TARGET
from tests.unit.execution.clouds.fake_heat import FakeCloud, server
from tests.unit.targets.openstack.test_live import CASE, INVENTORY, SERVER, intent

STACK = {"id": "s-1", "stack_name": "app", "stack_status": "CREATE_COMPLETE", "tags": ["kiki"],
         "parameters": {"image": "rocky-9", "flavor": "small", "network": "net"},
         "outputs": []}  # fmt: skip
LISTS = ("added", "updated", "replaced", "deleted", "unchanged")


def order(folder: Path, case: Any = CASE, scope: Scope | None = None, **more: Any) -> Any:
    artifact: Artifact = TARGET.render(case, "playbook", Profile())
    found = TARGET.program(artifact, INVENTORY, scope or Scope())
    for file in found.files:
        (folder / file.path).write_text(file.text)
    return {"folder": str(folder), "entry": found.entry, "ask": "check", **more}


def looked(cloud: FakeCloud, folder: Path, *args: Any, **more: Any) -> list[dict[str, Any]]:
    said: list[Any] = []
    found = check.answer(cloud, order(folder, *args, **more), said.append)["objects"]  # type: ignore[arg-type]
    assert [one["title"] for one in said] == [one["title"] for one in found]
    assert all(path.endswith("preview") or "/preview?" in path
               for method, path in cloud.asked if method != "get")  # fmt: skip
    return list(found)


def brief(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["title"], one["verb"]) for one in found]


def codes(found: list[dict[str, Any]]) -> list[str]:
    return [problem["code"] for problem in found[0]["problems"]]


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud()


def there(cloud: FakeCloud, **more: Any) -> None:
    import yaml

    cloud.stack = STACK | more
    text = TARGET.render(CASE, "playbook", Profile()).files[0].text
    cloud.template = yaml.safe_load(text)


def test_what_is_not_there_is_created_with_its_properties(cloud: FakeCloud, tmp_path: Path) -> None:
    cloud.create = [server()]
    found = looked(cloud, tmp_path)
    assert brief(found) == [("Stack app", "create"), ("server OS::Nova::Server", "create")]
    assert "+image: rocky-9\n" in found[1]["diff"]


def test_members_of_a_group_are_in_the_order_of_their_numbers(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    cloud.limits = {}
    cloud.quota = {}
    cloud.create = [[server(str(number), parent_resource="servers") for number in (10, 2, 0)]]
    found = looked(cloud, tmp_path, intent("server_create", SERVER | {"count": 3}))
    assert [one["path"] for one in found[1:]] == ["servers/0", "servers/2", "servers/10"]
    assert "+name: app-2\n" in found[2]["diff"]


def test_names_are_all_told_at_once(cloud: FakeCloud, tmp_path: Path) -> None:
    fields = {"name": "app", "image": "twice", "flavor": "smal", "network": "x",
              "security_groups": ["wbe"]}  # fmt: skip
    found = looked(cloud, tmp_path, intent("server_create", fields))
    problems = {one["params"]["value"]: one for one in found[0]["problems"]}
    assert {value: one["code"].rpartition("_")[2] for value, one in problems.items()} == {
        "twice": "ambiguous", "smal": "near", "x": "unknown", "wbe": "near",
    }  # fmt: skip
    assert problems["twice"]["params"]["ids"] == "id-1, id-2"
    assert problems["smal"]["params"]["near"] == "small"


def test_a_quota_is_told_with_its_numbers(cloud: FakeCloud, tmp_path: Path) -> None:
    cloud.create = [[server(str(number), parent_resource="servers") for number in range(6)]]
    found = looked(cloud, tmp_path, intent("server_create", SERVER | {"count": 6}))
    told = {one["params"]["what"]: one["params"] for one in found[0]["problems"]}
    assert set(told) == {"instances", "port"}
    assert told["instances"] == {
        "what": "instances", "wanted": "6", "used": "8", "limit": "10", "left": "2",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "scope", "code"),
    [
        ({"tags": []}, Scope(), "taken"),
        ({"stack_status": "UPDATE_IN_PROGRESS"}, Scope(), "in_progress"),
        ({"stack_status": "DELETE_FAILED"}, Scope(), "stuck"),
        ({}, Scope(create_only=True), "exists"),
    ],
)
def test_what_is_in_the_way_is_told(
    cloud: FakeCloud, tmp_path: Path, state: dict[str, Any], scope: Scope, code: str
) -> None:
    there(cloud, **state)
    assert codes(looked(cloud, tmp_path, scope=scope)) == [f"openstack.live_{code}"]


def test_somebody_elses_is_taken_over_when_that_was_said(cloud: FakeCloud, tmp_path: Path) -> None:
    there(cloud, tags=[])
    cloud.update = {"unchanged": [server()]}
    found = looked(cloud, tmp_path, scope=Scope(take_over=True))
    assert brief(found) == [("Stack app", "none"), ("server OS::Nova::Server", "none")]


def test_a_group_that_heat_calls_updated_is_not_when_nothing_in_it_is(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    there(cloud)
    group = server("servers", resource_type="OS::Heat::ResourceGroup", nested_stack_id={})
    inner = server("0", parent_resource="servers")
    cloud.update = {"updated": [group], "unchanged": [inner]}
    assert {verb for _, verb in brief(looked(cloud, tmp_path))} == {"none"}
    cloud.update = {"updated": [group, inner]}
    keyed = intent("server_create", SERVER | {"key_name": "ops"})
    assert {verb for _, verb in brief(looked(cloud, tmp_path, keyed))} == {"update"}


REFERRING = {
    "heat_template_version": "2021-04-16",
    "resources": {
        "net": {"type": "OS::Neutron::Net", "properties": {"name": "a"}},
        "subnet": {"type": "OS::Neutron::Subnet",
                   "properties": {"network": {"get_resource": "net"}, "cidr": "10.0.0.0/24"}},
        "port": {"type": "OS::Neutron::Port", "properties": {
            "network": {"get_resource": "net"},
            "fixed_ips": [{"subnet": {"get_resource": "subnet"}}]}},
        "server": {"type": "OS::Nova::Server", "properties": {
            "networks": [{"port": {"get_resource": "port"}}], "flavor": "small"}},
    },
}  # fmt: skip


def judged(new: dict[str, Any], verbs: dict[str, str], **more: Any) -> dict[str, str]:
    failed = more.pop("failed", set())
    judge = Judge(Template(REFERRING, {}), Template(new, {}), failed, known=False)
    found = [({"resource_name": name, "resource_type": "t"}, verb) for name, verb in verbs.items()]
    return {one["resource_name"]: verb for one, verb in judge.judged(found)}


HEAT = {"net": "none", "subnet": "replace", "port": "update", "server": "replace"}


def test_what_only_refers_to_another_resource_does_not_change() -> None:
    assert set(judged(REFERRING, HEAT).values()) == {"none"}
    assert judged(REFERRING, HEAT, failed={"port"}) == {
        "net": "none", "subnet": "none", "port": "update", "server": "none",
    }  # fmt: skip


def test_what_refers_to_what_is_replaced_changes_with_it() -> None:
    new = deepcopy(REFERRING)
    new["resources"]["subnet"]["properties"]["cidr"] = "10.1.0.0/24"  # type: ignore[index]
    assert judged(new, HEAT) == {
        "net": "none", "subnet": "replace", "port": "update", "server": "none",
    }  # fmt: skip
    assert judged(new, HEAT | {"port": "replace"})["server"] == "replace"


def test_a_replacement_says_what_forces_it(cloud: FakeCloud, tmp_path: Path) -> None:
    there(cloud)
    cloud.update = {"replaced": [server()]}
    case = intent("server_create", SERVER | {"key_name": "ops", "image": "rocky-9"})
    found = looked(cloud, tmp_path, case)
    assert brief(found)[1] == ("server OS::Nova::Server", "replace")
    assert found[1]["forced"] == ["key_name"]
    assert "@@ key_name\n+ops\n" in found[1]["diff"]
    assert found[0]["back"]["template"] == cloud.template


def test_what_a_hidden_parameter_is_in_is_not_shown(cloud: FakeCloud, tmp_path: Path) -> None:
    case = intent("user_create", {"name": "kim", "password": "kim-login"})
    cloud.create = [server("user", resource_type="OS::Keystone::User")]
    more = {"values": {"kiki_secret_kim_login": "Geheim"}, "variables": TARGET.variables(case, ())}
    found = looked(cloud, tmp_path, case, **more)
    assert "+password: ********\n" in found[1]["diff"]
    assert "Geheim" not in str(found)


def test_a_hidden_value_there_is_no_way_back(cloud: FakeCloud, tmp_path: Path) -> None:
    there(cloud)
    cloud.template["parameters"]["p"] = {"type": "string", "hidden": True}
    cloud.stack = STACK | {"parameters": STACK["parameters"] | {"p": "******"}}  # type: ignore[operator]
    cloud.update = {"unchanged": [server()]}
    assert looked(cloud, tmp_path)[0]["back"] == {"why": "hidden"}


def test_what_heat_refuses_is_a_problem_of_the_stack(cloud: FakeCloud, tmp_path: Path) -> None:
    cloud.refusal = Refused(400, "StackValidationFailed", "no such type", "h")
    assert codes(looked(cloud, tmp_path)) == ["openstack.live_refused"]


def test_a_failed_stack_says_what_failed_and_is_gone_on_with(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    there(cloud, stack_status="CREATE_FAILED")
    cloud.members = [
        server("servers", resource_status="CREATE_FAILED", resource_status_reason="in it"),
        server("0", parent_resource="servers", resource_status="CREATE_FAILED",
               resource_status_reason="No valid\nhost"),
    ]  # fmt: skip
    cloud.update = {"replaced": [server("0", parent_resource="servers")]}
    found = looked(cloud, tmp_path)
    (problem,) = found[0]["problems"]
    assert problem["code"] == "openstack.live_failed_before"
    assert (problem["params"]["resource"], problem["params"]["reason"]) == (
        "servers/0", "No valid host",
    )  # fmt: skip
    assert found[0]["verb"] == "update"
    (seen,) = after.answer(cloud, order(tmp_path), print)["stacks"]  # type: ignore[arg-type]
    assert (seen["id"], seen["params"]["failures"][0]["resource"]) == ("s-1", "servers/0")


def test_servers_and_outputs_are_looked_at_afterwards(cloud: FakeCloud, tmp_path: Path) -> None:
    told = [{"output_key": "addresses", "output_value": {"net": [{"addr": "10.0.0.5", "v": 4}]}}]
    there(cloud, outputs=told)
    cloud.update, cloud.members = {"unchanged": [server()]}, [server()]
    cloud.servers = {"u-server": {"server": {"status": "ACTIVE"}}}
    asked = order(tmp_path) | {"ask": "verify"}
    found = verify.answer(cloud, asked, lambda said: None)  # type: ignore[arg-type]
    assert (found["down"], found["outputs"][0]["value"]) == ([], '{"net": ["10.0.0.5"]}')
    cloud.servers["u-server"] = {"server": {"status": "ERROR", "fault": {"message": "no host"}}}
    found = verify.answer(cloud, asked, lambda said: None)  # type: ignore[arg-type]
    assert (found["down"][0]["code"], found["down"][0]["params"]["reason"]) == (
        "openstack.down_server", "no host",
    )  # fmt: skip
    cloud.servers = {}
    found = verify.answer(cloud, asked, lambda said: None)  # type: ignore[arg-type]
    assert found["down"][0]["code"] == "openstack.down_server_gone"
