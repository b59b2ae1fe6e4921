"""Acts become a program that insists, a plan that knows the things, and a way back."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kiki.execution.clouds.driver import program as driver
from kiki.model.change import Done, Outcome, Ran
from kiki.model.errors import UsageError
from kiki.model.intent import Intent
from kiki.model.plan import Plan
from kiki.model.profile import Profile
from kiki.model.request import Scope
from kiki.model.run import HostStats, RunResult
from kiki.targets.openstack.target import TARGET
from tests.unit.targets.openstack.test_live import INVENTORY, intent

STOP = intent("server_act", {"name": "web", "action": "stop"})
THING = {"step": "1", "act": "stop", "sort": "servers", "name": "web", "id": "s-1", "mark": "m",
         "told": {}, "was": {"status": "ACTIVE"}}  # fmt: skip


def planned(case: Intent = STOP, verb: str = "update", **thing: Any) -> Plan:
    title = thing.pop("title", "Stop server web")
    one = {"title": title, "verb": verb, "problems": [], "diff": "", "note": "",
           "thing": THING | thing}  # fmt: skip
    told = RunResult(status="successful", rc=0, stats={"lab": HostStats(ok=1)},
                     reports={"lab": {"objects": [one]}})  # fmt: skip
    return TARGET.plan(told, case, INVENTORY)


def ran(case: Intent = STOP, **thing: Any) -> Ran:
    plan = planned(case, **thing)
    title = plan.actions[0].task
    done = {"lab": Done(changed=(title,), marks={title: "made"})}
    return Ran(plan=plan, outcome=Outcome(changed=("lab",), verified="passed", done=done))


def test_the_driver_reads_the_acts_that_ansible_runs(tmp_path: Path) -> None:
    artifact = TARGET.render(STOP, "playbook", Profile())
    found = TARGET.program(artifact, INVENTORY, Scope())
    for file in found.files:
        (tmp_path / file.path).parent.mkdir(exist_ok=True)
        (tmp_path / file.path).write_text(file.text)
    order = {"folder": str(tmp_path), "entry": found.entry}
    (doing,) = driver.doings(order)
    assert (doing.title, doing.act, doing.name, doing.step) == (
        "Stop server web",
        "stop",
        "web",
        "1",
    )
    assert driver.steps(order) == []
    insist, act = yaml.safe_load(found.text_of(found.entry))[0]["tasks"]
    assert insist["kiki_cloud"]["mark"] == "{{ kiki_things['1'].mark }}"
    assert act["openstack.cloud.server_action"]["name"] == "{{ kiki_things['1'].id }}"


def test_a_run_is_told_of_the_things_of_the_plan() -> None:
    assert TARGET.variables(STOP, (), planned())["kiki_things"]["1"]["id"] == "s-1"


@pytest.mark.parametrize("scope", [Scope(create_only=True), Scope(take_over=True)])
def test_how_things_are_made_says_nothing_of_acts(scope: Scope) -> None:
    artifact = TARGET.render(STOP, "playbook", Profile())
    with pytest.raises(UsageError, match="act_scope"):
        TARGET.program(artifact, INVENTORY, scope)


@pytest.mark.parametrize(
    ("thing", "kind", "fields"),
    [
        ({}, "server_act", {"name": "s-1", "action": "start"}),
        ({"act": "resume", "was": {"status": "PAUSED"}}, "server_act",
         {"name": "s-1", "action": "pause"}),
        ({"act": "suspend", "sort": "stacks"}, "stack_act", {"name": "s-1", "action": "resume"}),
        ({"act": "resize", "was": {"flavor": "small"}}, "server_resize",
         {"name": "s-1", "flavor": "small"}),
        ({"act": "snapshot"}, "thing_delete", {"name": "made", "resource": "images"}),
        ({"act": "add_group", "told": {"group": "g-1"}}, "server_security_group",
         {"name": "s-1", "group": "g-1", "action": "remove"}),
        ({"act": "attach_address", "name": "192.0.2.7"}, "floating_ip_use",
         {"address": "192.0.2.7", "action": "detach"}),
        ({"act": "detach_address", "name": "192.0.2.7", "was": {"server": "s-2"}},
         "floating_ip_use", {"address": "192.0.2.7", "action": "attach", "server": "s-2"}),
        ({"act": "disable", "sort": "users"}, "user_switch", {"name": "s-1", "action": "enable"}),
    ],
)  # fmt: skip
def test_the_way_back(thing: dict[str, Any], kind: str, fields: dict[str, Any]) -> None:
    found = TARGET.take_back(STOP, (ran(**thing),))
    assert found.undo.kind == "exact"
    assert [(one.kind, one.fields) for one in found.operations] == [(f"openstack.{kind}", fields)]
    for one in found.operations:
        TARGET.asked(one)


@pytest.mark.parametrize(
    ("thing", "reason"),
    [({"act": "reboot"}, "openstack.undo_act"), ({"act": "delete"}, "openstack.undo_deleted"),
     ({"act": "revoke", "sort": "users"}, "openstack.undo_act"),
     ({"act": "detach_address"}, "openstack.undo_unsure")],
)  # fmt: skip
def test_no_way_back(thing: dict[str, Any], reason: str) -> None:
    found = TARGET.take_back(STOP, (ran(**thing),))
    assert (found.undo.kind, found.undo.reason) == ("impossible", reason)


def test_what_somebody_moved_since_is_told() -> None:
    assert TARGET.moved(STOP, (ran(),), planned()) == ("lab",)
    assert TARGET.moved(STOP, (ran(),), planned(verb="none")) == ()
    assert TARGET.moved(STOP, (ran(act="reboot"),), planned(act="reboot")) == ()


def test_a_deletion_is_of_high_risk() -> None:
    assert planned(verb="delete", act="delete").risk == "high"
