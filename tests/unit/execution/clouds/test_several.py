"""Several stacks of one program: in projects of their own, also in one that is to come."""

from pathlib import Path
from typing import Any

import yaml

from kiki.execution.clouds.driver import check
from kiki.model.artifact import File
from kiki.model.change import Done, Outcome, Ran
from kiki.model.inventory import Inventory, Place
from kiki.model.plan import Plan
from kiki.model.profile import Profile
from kiki.model.request import Scope
from kiki.model.run import HostStats, RunEvent, RunResult
from kiki.targets.openstack.target import TARGET
from kiki.vdc.reading import read
from kiki.vdc.staging import secrets, staged
from tests.unit.execution.clouds.fake_heat import FakeCloud
from tests.unit.execution.clouds.test_check import STACK

TEXT = """
vdc: 1
name: shop
people: {kim: {}}
networks: {private: {cidr: 192.168.100.0/24}}
flavors: {vdc.tiny: {vcpus: 1, ram: 256MB, disk: 1GB}}
tiers: {web: {}}
rules: ["any -> web: 80/tcp"]
servers: {web: {tier: web, count: 2, image: rocky-9, flavor: vdc.tiny, network: private}}
"""
PLACE = Place(kind="cloud", name="lab", identity={"project": "admin", "user_id": "u-1"})
INVENTORY = Inventory(text="{}", hosts=("lab",), place=PLACE)


def case(text: str = TEXT) -> Any:
    found = read(File("shop.yaml", text)).definition
    assert found is not None
    assert secrets(found) == ("vdc-shop-kim",)
    return staged(found, "shop.yaml")


def order(folder: Path, text: str = TEXT) -> dict[str, Any]:
    intent = case(text)
    artifact = TARGET.render(intent, "playbook", Profile())
    assert TARGET.check(artifact) == ()
    made = TARGET.program(artifact, INVENTORY, Scope())
    for file in made.files:
        (folder / file.path).write_text(file.text)
    return {
        "folder": str(folder), "entry": made.entry, "ask": "check",
        "values": {"kiki_secret_vdc_shop_kim": "pw"}, "variables": TARGET.variables(intent, ()),
    }  # fmt: skip


def looked(folder: Path, project: FakeCloud | None, text: str = TEXT) -> list[dict[str, Any]]:
    cloud = FakeCloud()
    cloud.projects = {"shop": project}
    found: list[dict[str, Any]] = check.answer(cloud, order(folder, text), [].append)["objects"]  # type: ignore[arg-type]
    return found


def planned(objects: list[dict[str, Any]]) -> Plan:
    result = RunResult(status="successful", rc=0, reports={"lab": {"objects": objects}})
    return TARGET.plan(result, case(), INVENTORY)


def test_whoever_applies_it_may_make_the_tenants_stack(tmp_path: Path) -> None:
    order(tmp_path)
    tasks = yaml.safe_load((tmp_path / "apply.yaml").read_text())[0]["tasks"]
    admin, tenant = (
        one["openstack.cloud.stack"] for one in tasks if "openstack.cloud.stack" in one
    )
    assert admin["parameters"]["operator"] == "u-1"
    assert "auth" not in admin
    assert tenant["auth"]["project_name"] == "shop"
    assert "password" not in (tmp_path / "shop.yaml").read_text()


def test_a_stack_whose_project_is_to_come_is_read_from_its_template(tmp_path: Path) -> None:
    plan = planned(looked(tmp_path, None))
    assert not plan.errored, plan.findings
    stack = next(one for one in plan.actions if one.task == "Stack shop")
    assert (stack.verb, stack.reason) == ("create", "openstack.live_to_come")
    foreseen = TARGET.variables(case(), (), plan)["kiki_foreseen"]
    assert list(foreseen) == ["shop"]
    assert {"servers_web OS::Heat::ResourceGroup", "servers_web/1 OS::Nova::Server"} <= set(
        foreseen["shop"]
    )


def test_a_name_that_is_nowhere_is_said_before_the_project_is_there(tmp_path: Path) -> None:
    plan = planned(looked(tmp_path, None, TEXT.replace("rocky-9", "rocky-7")))
    assert plan.errored
    assert [one.params["value"] for one in plan.findings] == ["rocky-7"]


def test_a_flavor_that_the_stack_before_makes_need_not_be_there(tmp_path: Path) -> None:
    plan = planned(looked(tmp_path, FakeCloud()))
    assert not plan.errored, plan.findings
    assert list(TARGET.variables(case(), (), plan)["kiki_foreseen"]) == ["shop"]


def test_a_stack_that_is_there_can_not_be_previewed_before_it(tmp_path: Path) -> None:
    project = FakeCloud()
    project.stack = {**STACK, "stack_name": "shop"}
    plan = planned(looked(tmp_path, project))
    assert [(one.code, one.params["names"]) for one in plan.findings] == [
        ("openstack.live_needs_first", "vdc.tiny")
    ]


def test_a_project_that_nothing_makes_is_a_mistake(tmp_path: Path) -> None:
    text = TEXT.replace("name: shop\n", "name: shop\nproject: {existing: true}\n")
    found = looked(tmp_path, None, text)
    (problem,) = next(one for one in found if one["title"] == "Stack shop")["problems"]
    assert problem["code"] == "openstack.live_no_project"


def test_all_stacks_are_taken_back_the_last_one_first(tmp_path: Path) -> None:
    plan = planned(looked(tmp_path, None))
    titles = ("Stack shop-admin", "Stack shop")
    done = {"lab": Done(changed=titles, marks={titles[0]: "a-1", titles[1]: "t-1"})}
    back = TARGET.take_back(case(), (Ran(plan=plan, outcome=Outcome(done=done)),))
    assert back.undo.kind == "exact"
    assert [(one.fields["stack"], one.fields["id"]) for one in back.operations] == [
        ("shop", "t-1"), ("shop-admin", "a-1"),
    ]  # fmt: skip
    assert back.operations[0].fields["project"] == "shop"


def test_a_run_that_ended_between_two_stacks_takes_the_first_one_back(tmp_path: Path) -> None:
    plan = planned(looked(tmp_path, None))
    done = {"lab": Done(changed=("Stack shop-admin",), marks={"Stack shop-admin": "a-1"})}
    back = TARGET.take_back(case(), (Ran(plan=plan, outcome=Outcome(done=done)),))
    assert [one.fields["stack"] for one in back.operations] == ["shop-admin"]


def test_a_preview_that_came_out_otherwise_is_told(tmp_path: Path) -> None:
    task = "Stack shop comes out as it was planned"
    event = RunEvent(
        counter=1, kind="failed", host="lab", task=task, result={"stdout": "+x OS::Heat::None"}
    )
    stacks = [{"title": "Stack shop-admin", "id": "a-1", "updated": "", "params": {}},
              {"title": "Stack shop", "id": "", "updated": "", "params": {}}]  # fmt: skip
    made = RunEvent(counter=2, kind="changed", host="lab", task="Stack shop-admin", result={})
    applied = RunResult(
        status="failed", rc=2, events=(made, event), stats={"lab": HostStats(failed=1)},
        reports={"lab": {"stacks": stacks}},
    )  # fmt: skip
    ended = TARGET.outcome(applied, None, INVENTORY)
    assert ended.reason == "openstack.run_differs"
    assert ended.params == {"object": "Stack shop", "message": "+x OS::Heat::None"}
    assert ended.done == {
        "lab": Done(changed=("Stack shop-admin",), marks={"Stack shop-admin": "a-1"})
    }
