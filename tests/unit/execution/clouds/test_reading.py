"""What the driver tells of a cloud, with a cloud in memory; its answers are those of the lab's."""

from types import SimpleNamespace
from typing import Any

import pytest

from kiki.execution.clouds.driver import reading
from kiki.execution.clouds.driver.connection import Refused
from kiki.execution.clouds.driver.secrecy import HIDDEN, without_secrets
from kiki.execution.clouds.driver.sorts import SORTS, cell, size

SERVER = {"id": "s1", "name": "vm1", "status": "ERROR",
          "addresses": {"private": [{"addr": "10.0.0.5"}]},
          "image": {"id": "i1"}, "flavor": {"original_name": "m1.tiny"},
          "created": "2026-01-01T00:00:00Z",
          "metadata": {"db_password": "hunter2"},
          "fault": {"code": 500, "message": "No valid host"},
          "OS-EXT-SRV-ATTR:user_data": "c2VjcmV0"}  # fmt: skip


class EndpointNotFound(Exception):  # noqa: N818 -- keystoneauth's own name
    pass


class Asked:
    """Answers by path; a path that is not there is refused as Keystone does."""

    name, region, address = "lab", "", "http://lab:5000"

    def __init__(self, **paths: Any) -> None:
        self.paths = paths
        self.asked: list[tuple[str, str]] = []
        catalog = SimpleNamespace(catalog=[{"type": "compute"}, {"type": "identity"}])
        self.access = SimpleNamespace(
            project_id="p", project_name="demo", username="kim", user_id="u", expires="later",
            user_domain_name="Default", project_domain_name="Default", role_names=["member"],
            service_catalog=catalog, auth_token="geheim-4711",
        )  # fmt: skip

    def ask(self, service: str, method: str, path: str, body: Any = None, version: str = "") -> Any:
        self.asked.append((method, path))
        if service == "block_storage":
            raise EndpointNotFound
        if path not in self.paths:
            raise Refused(403, "", "not for you", "lab:5000")
        return self.paths[path]


def told(cloud: Asked, **ask: Any) -> dict[str, Any]:
    answer = reading.answer(cloud, {"asks": [ask]}, print)  # type: ignore[arg-type]
    assert answer["from"] == {"cloud": "lab", "project": "demo", "user": "kim", "region": "-"}
    return dict(answer["answers"][0])


def servers(*found: dict[str, Any]) -> Asked:
    return Asked(**{
        "/servers/detail": {"servers": list(found)}, "/servers/s1": {"server": SERVER},
        "/images": {"images": [{"id": "i1", "name": "rocky-9"}]},
    })  # fmt: skip


def test_servers_are_told_with_names_for_ids() -> None:
    table = told(servers(SERVER), ask="listed", resource="servers")["tables"][0]
    assert dict(zip(table["columns"], table["rows"][0], strict=True)) == {
        "id": "s1", "name": "vm1", "status": "ERROR", "addresses": "private=10.0.0.5",
        "image": "rocky-9", "flavor": "m1.tiny", "created": "2026-01-01T00:00:00Z",
    }  # fmt: skip


def test_only_those_of_a_state_are_told() -> None:
    cloud = servers(SERVER, {**SERVER, "id": "s2", "status": "ACTIVE"})
    found = told(cloud, ask="listed", resource="servers", state="ERROR")
    assert [one["id"] for one in found["data"]] == ["s1"]


def test_all_pages_are_read() -> None:
    more = {"rel": "next", "href": "http://lab/servers"}
    cloud = servers(SERVER)
    cloud.paths["/servers/detail"] = {"servers": [SERVER], "servers_links": [more]}
    cloud.paths["/servers/detail?marker=s1"] = {"servers": [{**SERVER, "id": "s2"}]}
    assert len(told(cloud, ask="listed", resource="servers")["data"]) == 2


def test_nothing_secret_is_told_of_a_server() -> None:
    found = told(servers(SERVER), ask="described", resource="servers", name="vm1")
    assert "hunter2" not in str(found)
    assert "c2VjcmV0" not in str(found)
    assert "No valid host" in str(found["tables"])
    assert all(method == "get" for method, _ in servers().asked)


def test_a_name_that_is_not_there_is_told_with_near_ones() -> None:
    fault = told(servers(SERVER), ask="described", resource="servers", name="vm2")["fault"]
    assert fault["code"] == "answers.cloud_not_found"
    assert fault["params"]["near"] == "vm1"


def test_of_two_with_one_name_the_ids_are_told() -> None:
    cloud = servers(SERVER, {**SERVER, "id": "s2"})
    fault = told(cloud, ask="described", resource="servers", name="vm1")["fault"]
    assert (fault["code"], fault["params"]["ids"]) == ("answers.cloud_ambiguous", "s1, s2")


def test_things_of_other_projects_are_left_out_unless_asked_for() -> None:
    groups = [{"id": name, "name": name, "project_id": name} for name in "pq"]
    cloud = Asked(**{"/security-groups": {"security_groups": groups}})
    own = told(cloud, ask="listed", resource="security_groups")
    every = told(cloud, ask="listed", resource="security_groups", everywhere=True)
    assert [len(one["data"]) for one in (own, every)] == [1, 2]


def test_what_is_forbidden_is_told_in_the_services_words() -> None:
    refused = told(Asked(), ask="listed", resource="users")["refused"]
    assert refused == {"status": 403, "message": "not for you", "where": "lab:5000"}


def test_own_projects_are_told_where_all_are_forbidden() -> None:
    cloud = Asked(**{"/auth/projects": {"projects": [{"id": "p", "name": "demo"}]}})
    found = told(cloud, ask="listed", resource="projects")
    assert found["remarks"][0]["code"] == "cloud_own_projects"


def test_a_service_that_is_not_there_is_named() -> None:
    fault = told(Asked(), ask="listed", resource="volumes")["fault"]
    assert fault == {"code": "answers.cloud_no_service", "params": {"service": "block_storage"}}


def test_a_quota_is_told_with_what_is_left() -> None:
    limit = {"limit": 10, "in_use": 3, "reserved": 1}
    cloud = Asked(**{
        "/os-quota-sets/p/detail": {"quota_set": {"id": "p", "cores": limit, "fixed_ips": limit}},
        "/quotas/p/details.json": {"quota": {"network": {"limit": -1, "used": 2, "reserved": 0}}},
    })  # fmt: skip
    found = told(cloud, ask="quota", project="")
    assert found["tables"][0]["rows"] == [
        ["compute", "cores", "10", "3", "1", "6"],
        ["network", "network", "unlimited", "2", "0", "-"],
    ]
    assert [one["code"] for one in found["remarks"]] == ["cloud_quota_none"]


def test_who_asks_is_told_without_the_token() -> None:
    found = told(Asked(), ask="token")
    assert found["data"]["roles"] == ["member"]
    assert "geheim-4711" not in str(found)


def test_a_console_is_told_line_by_line() -> None:
    cloud = servers(SERVER)
    cloud.paths["/servers/s1/action"] = {"output": "a\nb\n"}
    assert told(cloud, ask="console", name="vm1", lines=5)["excerpts"][0]["lines"] == ["a", "b"]


@pytest.mark.parametrize("key", ["adminPass", "db_password", "api_key", "user_data", "token"])
def test_secret_entries_are_hidden(key: str) -> None:
    assert without_secrets({"a": [{key: "x"}]}) == {"a": [{key: HIDDEN}]}


@pytest.mark.parametrize("value", [None, "", [], {}, True, 3, [{"addr": "1"}], [[1]], {"a": 1}])
def test_every_value_has_a_cell(value: Any) -> None:
    assert isinstance(cell(value), str)
    assert isinstance(size(value), str)


def test_every_sort_has_a_name_to_call_it_by() -> None:
    for sort in SORTS.values():
        assert "name" in dict(sort.columns) or sort.key == "security_group_rules"
