"""What acts would do, as the services' answers say it: nothing is changed by asking."""

from types import SimpleNamespace
from typing import Any

import pytest

from kiki.execution.clouds.driver import acts, marks
from kiki.execution.clouds.driver.connection import Refused
from kiki.execution.clouds.driver.program import Doing

SERVER = {"id": "s-1", "name": "web", "status": "ACTIVE", "updated": "t1", "key_name": "ops",
          "flavor": {"original_name": "small", "vcpus": 1, "ram": 512, "disk": 5}}  # fmt: skip
FLAVORS = [
    {"id": "f-1", "name": "small", "vcpus": 1, "ram": 512, "disk": 5},
    {"id": "f-2", "name": "big", "vcpus": 4, "ram": 4096, "disk": 20},
    {"id": "f-3", "name": "huge", "vcpus": 64, "ram": 4096, "disk": 20},
    {"id": "f-4", "name": "flat", "vcpus": 1, "ram": 512, "disk": 1},
]
LIMITS = {"maxTotalCores": 20, "totalCoresUsed": 1, "maxTotalRAMSize": -1, "totalRAMUsed": 512}
STACK = {"id": "st-1", "stack_name": "app", "stack_status": "CREATE_COMPLETE", "tags": ["kiki"],
         "parameters": {"OS::project_id": "p"}}  # fmt: skip


class FakeCloud:
    """Answers by the first part of a path; *more* are further ones. Only gets are asked."""

    def __init__(self, **more: Any) -> None:
        self.access = SimpleNamespace(project_id="p")
        self.server = dict(SERVER)
        self.members: list[Any] = []
        self.ports: list[Any] = []
        self.images: list[Any] = []
        self.groups = [{"id": "g-1", "name": "web"}]
        self.stack = dict(STACK)
        self.more = more

    def heat(self, method: str, path: str, body: Any = None) -> Any:
        return self.ask("orchestration", method, path)

    def found(self, service: str, path: str) -> Any:
        return self.ask(service, "get", path)

    def ask(self, service: str, method: str, path: str, body: Any = None, version: str = "") -> Any:
        assert method == "get"
        told = {
            "/servers/detail": {"servers": [self.server]}, "/servers": {"servers": [self.server]},
            "/servers/s-1": {"server": self.server}, "/flavors/detail": {"flavors": FLAVORS},
            "/servers/s-1/os-security-groups": {"security_groups": self.groups},
            "/servers/s-1/os-volume_attachments": {"volumeAttachments": []},
            "/limits": {"limits": {"absolute": LIMITS}}, "/images": {"images": self.images},
            "/stacks": {"stacks": [self.stack]}, "/stacks/app/st-1": {"stack": self.stack},
            "/stacks/app/st-1/resources": {"resources": self.members},
            "/networks": {"networks": [{"id": "n-1", "name": "net", "project_id": "p"}]},
            "/networks/n-1": {"network": {"id": "n-1", "name": "net"}},
            "/ports": {"ports": self.ports}, "/routers": {"routers": []},
            "/os-keypairs": {"keypairs": [{"keypair": {"name": "ops"}}]},
            "/os-keypairs/ops": {"keypair": {"name": "ops"}},
            "/security-groups": {"security_groups": [
                {"id": "g-1", "name": "web", "project_id": "p"},
                {"id": "g-2", "name": "ssh", "project_id": "p"}]},
        } | self.more  # fmt: skip
        return told[path.partition("?")[0]]


def judged(cloud: FakeCloud, act: str, *, after: bool = False, **more: Any) -> dict[str, Any]:
    about = {"sort": "servers", "name": "web", "told": {}} | more
    doing = Doing(title="T", act=act, step="1", **about)
    return acts.objects(cloud, doing, after=after)[0]  # type: ignore[arg-type]


def code(found: dict[str, Any]) -> str:
    return str(found["problems"][0]["code"])


def test_a_server_that_runs_is_stopped() -> None:
    found = judged(FakeCloud(), "stop")
    assert (found["verb"], found["diff"]) == ("update", "@@ status\n-ACTIVE\n+SHUTOFF\n")
    assert found["thing"]["id"] == "s-1"
    assert found["thing"]["mark"] == "ACTIVE t1 small -"


@pytest.mark.parametrize(
    ("status", "act", "verb"),
    [("SHUTOFF", "stop", "none"), ("ACTIVE", "start", "none"), ("ACTIVE", "reboot", "update"),
     ("PAUSED", "stop", "error"), ("SHUTOFF", "reboot", "error"), ("SHUTOFF", "pause", "error"),
     ("SHUTOFF", "reboot_hard", "update"), ("PAUSED", "resume", "update")],
)  # fmt: skip
def test_what_can_be_done_goes_by_the_status(status: str, act: str, verb: str) -> None:
    cloud = FakeCloud()
    cloud.server["status"] = status
    assert judged(cloud, act)["verb"] == verb


def test_a_server_with_which_something_goes_on_is_left() -> None:
    cloud = FakeCloud()
    cloud.server["OS-EXT-STS:task_state"] = "rebooting"
    assert code(judged(cloud, "stop")) == "openstack.act_busy"


def test_a_resume_says_which_way() -> None:
    cloud = FakeCloud()
    for status, action in (("PAUSED", "unpause"), ("SUSPENDED", "resume")):
        cloud.server["status"] = status
        assert judged(cloud, "resume")["thing"]["told"] == {"action": action}


def test_a_name_that_is_not_there_has_a_nearest() -> None:
    found = judged(FakeCloud(), "stop", name="wep")
    assert found["problems"][0]["params"]["near"] == "web"


def test_after_a_reboot_the_server_is_up() -> None:
    cloud = FakeCloud()
    assert judged(cloud, "reboot", after=True)["verb"] == "none"
    cloud.server["status"] = "ERROR"
    assert judged(cloud, "reboot", after=True)["verb"] == "error"


def test_another_flavor_is_found_and_what_was_is_kept() -> None:
    found = judged(FakeCloud(), "resize", told={"flavor": "big"})
    assert (found["verb"], found["thing"]["told"]) == ("update", {"flavor": "f-2"})
    assert found["thing"]["was"] == {"flavor": "small"}


@pytest.mark.parametrize(
    ("flavor", "wanted"),
    [("huge", "openstack.live_quota"), ("flat", "openstack.act_smaller_disk"),
     ("bigg", "openstack.act_not_found")],
)  # fmt: skip
def test_a_flavor_that_does_not_do(flavor: str, wanted: str) -> None:
    assert code(judged(FakeCloud(), "resize", told={"flavor": flavor})) == wanted


def test_a_server_of_a_stack_is_not_deleted() -> None:
    cloud = FakeCloud()
    cloud.members = [{"resource_name": "server", "resource_type": "OS::Nova::Server",
                      "physical_resource_id": "s-1"}]  # fmt: skip
    found = judged(cloud, "delete")
    assert (found["verb"], code(found)) == ("error", "openstack.act_owned")
    told = judged(cloud, "resize", told={"flavor": "big"})
    assert (told["verb"], code(told)) == ("update", "openstack.act_behind")


def test_a_cloud_without_heat_owns_nothing() -> None:
    cloud = FakeCloud()

    def heat(method: str, path: str, body: Any = None) -> Any:
        raise Refused(404, "", "no", "here")

    cloud.heat = heat  # type: ignore[method-assign]
    assert judged(cloud, "delete")["verb"] == "delete"


def test_a_network_with_ports_says_whose_they_are() -> None:
    cloud = FakeCloud()
    cloud.ports = [
        {"id": "p-1", "device_owner": "network:dhcp", "device_id": "d"},
        {"id": "p-2", "device_owner": "compute:nova", "device_id": "s-1",
         "fixed_ips": [{"ip_address": "10.0.0.4"}]},
    ]  # fmt: skip
    found = judged(cloud, "delete", sort="networks", name="net")
    assert found["problems"][0]["params"] == {"count": "1", "ports": "server web (10.0.0.4)"}


def test_a_key_pair_says_who_has_it() -> None:
    found = judged(FakeCloud(), "delete", sort="keypairs", name="ops")
    assert (found["verb"], code(found)) == ("delete", "openstack.act_in_use")
    assert found["problems"][0]["params"] == {"what": "keypairs", "servers": "web"}


def test_what_is_gone_after_a_deletion_is_as_it_should_be() -> None:
    found = judged(FakeCloud(), "delete", name="gone", after=True)
    assert found["verb"] == "none"
    assert judged(FakeCloud(), "delete", after=True)["verb"] == "error"


def test_an_image_of_that_name_is_in_the_way() -> None:
    cloud = FakeCloud()
    found = judged(cloud, "snapshot", told={"image": "a"})
    assert (found["verb"], code(found)) == ("create", "openstack.act_running")
    cloud.images = [{"id": "i-1", "name": "a"}]
    assert code(judged(cloud, "snapshot", told={"image": "a"})) == "openstack.act_image_taken"


@pytest.mark.parametrize(
    ("status", "act", "verb"),
    [("CREATE_COMPLETE", "suspend", "update"), ("CREATE_COMPLETE", "resume", "none"),
     ("SUSPEND_COMPLETE", "suspend", "none"), ("SUSPEND_COMPLETE", "resume", "update"),
     ("SUSPEND_COMPLETE", "check", "error"), ("UPDATE_IN_PROGRESS", "delete", "error"),
     ("UPDATE_IN_PROGRESS", "cancel", "update"), ("UPDATE_COMPLETE", "cancel", "error"),
     ("CREATE_FAILED", "delete", "delete"), ("CREATE_FAILED", "suspend", "error")],
)  # fmt: skip
def test_what_can_be_done_with_a_stack(status: str, act: str, verb: str) -> None:
    cloud = FakeCloud()
    cloud.stack["stack_status"] = status
    assert judged(cloud, act, sort="stacks", name="app")["verb"] == verb


def test_a_mark_is_another_one_when_the_thing_changed() -> None:
    assert marks.mark(SERVER) != marks.mark(SERVER | {"updated": "t2"})
    assert marks.mark({"name": "ops"}) == "- - - -"


USER = {"id": "u-1", "name": "kim", "enabled": True}
MEMBER = {"role": {"id": "r-1", "name": "member"}, "user": {"id": "u-1"}}
READER = {"role": {"id": "r-2", "name": "reader"}, "user": {"id": "u-1"}}
OF_A_GROUP = {"role": {"id": "r-2", "name": "reader"}, "group": {"id": "gr-1"}}


def keystone(*assignments: dict[str, Any], enabled: bool = True, myself: str = "u-0") -> FakeCloud:
    user = USER | {"enabled": enabled}
    roles = [{"id": "r-1", "name": "member"}, {"id": "r-2", "name": "reader"}]
    answers = {
        "/users": {"users": [user]}, "/users/u-1": {"user": user}, "/roles": {"roles": roles},
        "/projects": {"projects": [{"id": "p-1", "name": "shop"}]},
        "/role_assignments": {"role_assignments": list(assignments)},
    }  # fmt: skip
    cloud = FakeCloud(**answers)
    cloud.access.user_id = myself
    return cloud


def of_kim(cloud: FakeCloud, act: str, **told: str) -> dict[str, Any]:
    return judged(cloud, act, sort="users", name="kim", told=told)


def test_a_user_is_shut_out_and_let_in() -> None:
    out = of_kim(keystone(), "disable")
    assert (out["verb"], out["diff"]) == ("update", "@@ enabled\n-true\n+false\n")
    assert out["thing"]["told"] == {"enabled": False}
    assert (out["thing"]["service"], out["thing"]["path"]) == ("identity", "/users/u-1")
    back = of_kim(keystone(enabled=False), "enable")
    assert (back["verb"], back["thing"]["told"]) == ("update", {"enabled": True})


@pytest.mark.parametrize(("enabled", "act"), [(True, "enable"), (False, "disable")])
def test_a_user_who_is_as_he_should_be_is_left(enabled: bool, act: str) -> None:
    assert of_kim(keystone(enabled=enabled), act)["verb"] == "none"


def test_nobody_shuts_himself_out() -> None:
    found = of_kim(keystone(myself="u-1"), "disable")
    assert (found["verb"], code(found)) == ("error", "openstack.act_yourself")


def test_a_role_is_taken_away_where_it_was_given() -> None:
    found = of_kim(keystone(MEMBER, READER), "revoke", role="member", project="shop")
    diff = "@@ roles in shop\n-member, reader\n+reader\n"
    assert (found["verb"], found["diff"], found["problems"]) == ("update", diff, [])
    assert found["thing"]["told"] == {"path": "/projects/p-1/users/u-1/roles/r-1"}


def test_the_last_role_is_told() -> None:
    found = of_kim(keystone(MEMBER), "revoke", role="member", project="shop")
    assert (found["verb"], code(found)) == ("update", "openstack.act_last_role")
    assert found["problems"][0]["params"] == {"project": "shop"}


def test_a_role_that_the_user_has_not_is_not_taken_away() -> None:
    """Nor one that only a group of the user's has: no assignment of the user's own says it."""
    for had in ((MEMBER,), (MEMBER, OF_A_GROUP)):
        found = of_kim(keystone(*had), "revoke", role="reader", project="shop")
        assert found["verb"] == "none"


@pytest.mark.parametrize(
    ("told", "what", "near"),
    [({"role": "membr", "project": "shop"}, "roles", "member"),
     ({"role": "member", "project": "shopp"}, "projects", "shop")],
)  # fmt: skip
def test_a_role_or_a_project_that_is_not_there(told: dict[str, str], what: str, near: str) -> None:
    found = of_kim(keystone(MEMBER), "revoke", **told)
    assert (found["verb"], code(found)) == ("error", "openstack.act_not_found")
    params = found["problems"][0]["params"]
    assert (params["what"], params["near"]) == (what, near)
