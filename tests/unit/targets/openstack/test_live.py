"""Templates become a program, a cloud's answer a plan and an outcome; and the way back."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from kiki.execution.clouds.driver import program as driver
from kiki.execution.clouds.driver.faults import Fault
from kiki.model.artifact import Artifact, File
from kiki.model.change import Done, Outcome, Ran
from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Operation
from kiki.model.inventory import Inventory, Place
from kiki.model.plan import Plan
from kiki.model.profile import Profile
from kiki.model.request import Scope
from kiki.model.run import HostStats, RunEvent, RunResult
from kiki.targets.openstack.target import TARGET

LAB = Place(kind="cloud", name="lab", identity={"project": "demo"})
INVENTORY = Inventory(text="{}", hosts=("lab",), place=LAB)
TITLE = "Stack app"
KNOWN = {"name": "app", "id": "s-1", "updated": "", "tags": ["kiki"]}
BACK = {"template": {"heat_template_version": "2021-04-16"}, "parameters": {"a": "1"},
        "defaults": {}, "tags": ["kiki"]}  # fmt: skip
SERVER = {"name": "app", "image": "rocky-9", "flavor": "small", "network": "net"}
USER = {"name": "kim", "password": "kim-login"}


def intent(kind: str, fields: dict[str, Any]) -> Intent:
    operations = (Operation(kind=f"openstack.{kind}", fields=fields),)
    return Intent(target="openstack", name="app", operations=operations, reader="flags")


CASE = intent("server_create", SERVER)


def made(case: Intent = CASE, scope: Scope | None = None) -> Artifact:
    artifact = TARGET.render(case, "playbook", Profile())
    return TARGET.program(artifact, INVENTORY, scope or Scope())


def laid_out(found: Artifact, folder: Path, **order: Any) -> list[driver.Step]:
    for file in found.files:
        (folder / file.path).write_text(file.text)
    return driver.steps({"folder": str(folder), "entry": found.entry, **order})


def test_the_driver_reads_what_ansible_runs(tmp_path: Path) -> None:
    (step,) = laid_out(made(), tmp_path)
    assert (step.title, step.act, step.name, step.over) == (TITLE, "apply", "app", False)
    assert step.template == TARGET.render(CASE, "playbook", Profile()).files[0].text


@pytest.mark.parametrize(
    ("scope", "act", "over"),
    [(Scope(create_only=True), "create", False), (Scope(take_over=True), "apply", True)],
)
def test_what_was_said_beside_the_message_is_in_it(
    tmp_path: Path, scope: Scope, act: str, over: bool
) -> None:
    (step,) = laid_out(made(scope=scope), tmp_path)
    assert (step.act, step.over) == (act, over)


def test_no_credential_and_no_path_is_in_a_program() -> None:
    found = made()
    play = yaml.safe_load(found.text_of(found.entry))[0]
    assert play["environment"]["OS_CLIENT_CONFIG_FILE"] == "{{ kiki_clouds_file }}"
    assert [task.get("openstack.cloud.stack", {}).get("cloud") for task in play["tasks"]] == [
        None, None, "{{ kiki_cloud }}",
    ]  # fmt: skip


def test_it_is_insisted_on_the_stack_of_the_plan() -> None:
    plan = TARGET.plan(said("update"), CASE, INVENTORY)
    assert TARGET.variables(CASE, (), plan) == {
        "kiki_planned": {"app": KNOWN}, "kiki_hidden": {}, "kiki_foreseen": {}, "kiki_things": {},
    }  # fmt: skip
    assert TARGET.variables(CASE, ())["kiki_planned"] == {}


def test_a_secret_goes_in_by_a_hidden_parameter(tmp_path: Path) -> None:
    case = intent("user_create", USER)
    found, variables = made(case), TARGET.variables(case, ())
    assert TARGET.secrets(case) == ("kim-login",)
    assert variables["kiki_hidden"] == {"password": "kiki_secret_kim_login"}
    assert "no_log: true" in found.text_of(found.entry)
    values = {"kiki_secret_kim_login": "it's {{ x }}"}
    (step,) = laid_out(found, tmp_path, values=values, variables=variables)
    assert step.parameters == {"password": "it's {{ x }}"}
    with pytest.raises(Fault, match=r"cloud\.program"):
        laid_out(found, tmp_path)


def test_a_secret_anywhere_else_is_not_made_of_its_name() -> None:
    text = "heat_template_version: 2021-04-16\nparameters: {a: {default: '{{secret:b}}'}}\n"
    theirs = Artifact(
        target="openstack", intent_digest="", entry="a.yaml", files=(File("a.yaml", text),)
    )
    with pytest.raises(UsageError, match=r"openstack\.live_secret_named"):
        TARGET.program(theirs, INVENTORY, Scope())


@pytest.mark.parametrize("name", ["9app.yaml", "앱.yaml"])
def test_a_name_that_no_stack_can_have_is_refused(name: str) -> None:
    theirs = Artifact(target="openstack", intent_digest="", entry=name, files=(File(name, "a: 1"),))
    with pytest.raises(UsageError, match=r"openstack\.live_name"):
        TARGET.program(theirs, INVENTORY, Scope())


def test_making_only_and_taking_over_exclude_each_other() -> None:
    with pytest.raises(UsageError, match=r"openstack\.live_create_take_over"):
        made(scope=Scope(create_only=True, take_over=True))


# -- the plan -----------------------------------------------------------------------------------


def one(title: str, verb: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "verb": verb, "problems": [], "diff": "", "note": "", **more}


def said(verb: str, *members: dict[str, Any], **more: Any) -> RunResult:
    objects = [one(TITLE, verb, stack=KNOWN, back=BACK, **more), *members]
    return RunResult(status="successful", rc=0, reports={"lab": {"objects": objects}})


def test_a_replaced_server_is_high_and_says_what_forces_it() -> None:
    server = one("server OS::Nova::Server", "replace", forced=["key_name"])
    plan = TARGET.plan(said("update", server), CASE, INVENTORY)
    assert [(act.verb, act.message) for act in plan.actions] == [
        ("update", ""), ("replace", "key_name"),
    ]  # fmt: skip
    assert (plan.risk, plan.errored) == ("high", False)
    assert [found.code for found in plan.findings] == ["openstack.live_replaces"]
    undo = TARGET.undo(CASE, plan).undo
    assert (undo.kind, undo.reason) == ("compensating", "openstack.undo_anew")


def test_what_is_in_the_way_makes_no_plan() -> None:
    taken = {"code": "openstack.live_taken", "params": {"id": "x", "status": "CREATE_COMPLETE"}}
    plan = TARGET.plan(said("error"), CASE, INVENTORY)
    assert plan.errored
    objects = [one(TITLE, "error", stack=KNOWN) | {"problems": [taken]}]
    plan = TARGET.plan(
        RunResult(status="successful", rc=0, reports={"lab": {"objects": objects}}), CASE, INVENTORY
    )
    assert [(found.code, found.severity) for found in plan.findings] == [
        ("openstack.live_taken", "error")
    ]


def test_an_answer_without_objects_is_no_plan() -> None:
    assert TARGET.plan(RunResult(status="successful", rc=0), CASE, INVENTORY).errored


# -- the outcome -----------------------------------------------------------------------------------


def ran(ended: Any = "successful", kind: Any = "changed", task: str = TITLE, **params: Any) -> Any:
    event = RunEvent(counter=1, kind=kind, host="lab", task=task, result={"msg": "m"})
    stacks = [{"title": TITLE, "id": "s-1", "updated": "", "params": params}]
    return RunResult(
        status=ended, rc=0, events=(event,), stats={"lab": HostStats(ok=1)},
        reports={"lab": {"stacks": stacks}},
    )  # fmt: skip


FAILED = {"resource": "servers/0", "type": "OS::Nova::Server", "reason": "No valid host"}


def test_what_was_made_is_known_by_its_id() -> None:
    done = TARGET.outcome(ran(), None, INVENTORY)
    assert done.done == {"lab": Done(changed=(TITLE,), marks={TITLE: "s-1"})}
    assert (done.changed, done.reason) == (("lab",), "")


@pytest.mark.parametrize("kind", ["changed", "failed"])
def test_a_stack_that_failed_says_which_resource_and_why(kind: str) -> None:
    found = TARGET.outcome(
        ran("failed", kind, status="CREATE_FAILED", reason="r", failures=[FAILED]), None, INVENTORY
    )
    assert (found.reason, found.failed) == ("openstack.run_resource", ("lab",))
    assert found.params == {"object": TITLE, "status": "CREATE_FAILED", **FAILED}
    assert found.done is not None
    assert found.done["lab"].marks == {TITLE: "s-1"}


def test_a_stack_that_is_another_one_was_not_touched() -> None:
    found = TARGET.outcome(
        ran("failed", "failed", f"{TITLE} is as it was planned"), None, INVENTORY
    )
    assert (found.reason, found.done) == ("openstack.run_moved", {})


def test_outputs_are_told_and_a_server_that_is_down_fails_it() -> None:
    told = {"objects": [one(TITLE, "none")], "down": [],
            "outputs": [{"title": TITLE, "name": "names", "value": "app"}]}  # fmt: skip
    again = RunResult(status="successful", rc=0, reports={"lab": told})
    found = TARGET.outcome(ran(), again, INVENTORY)
    assert found.verified == "passed"
    assert [(each.code, each.params["value"]) for each in found.remarks] == [
        ("openstack.output", "app")
    ]
    down = [{"title": TITLE, "code": "openstack.down_server", "params": {"resource": "server"}}]
    again = RunResult(status="failed", rc=1, reports={"lab": told | {"down": down}})
    assert TARGET.outcome(ran(), again, INVENTORY).reason == "openstack.down_server"


# -- the way back ----------------------------------------------------------------------------


def run_of(plan: Plan, **done: Any) -> Ran:
    marks = {"lab": Done(changed=(TITLE,), marks={TITLE: "s-1"}, **done)}
    return Ran(plan=plan, outcome=Outcome(changed=("lab",), done=marks))


def test_a_stack_that_was_made_is_deleted_by_its_id(tmp_path: Path) -> None:
    back = TARGET.take_back(CASE, (run_of(TARGET.plan(said("create"), CASE, INVENTORY)),))
    assert back.undo.kind == "exact"
    case = replace(CASE, operations=back.operations)
    assert TARGET.risks(case) == ("high",)
    (step,) = laid_out(TARGET.render(case, "playbook", Profile()), tmp_path)
    assert (step.act, step.name, step.stack) == ("delete", "s-1", "app")
    assert TARGET.check(TARGET.render(case, "playbook", Profile())) == ()


def test_a_stack_that_was_changed_gets_its_former_template(tmp_path: Path) -> None:
    update = TARGET.plan(said("update"), CASE, INVENTORY)
    back = TARGET.take_back(CASE, (run_of(update), run_of(update)))
    case = replace(CASE, operations=back.operations)
    (step,) = laid_out(TARGET.render(case, "playbook", Profile()), tmp_path)
    assert (step.act, step.name, step.parameters) == ("restore", "s-1", {"a": "1"})
    assert step.template == '---\nheat_template_version: "2021-04-16"\n'


@pytest.mark.parametrize("why", ["hidden", "files"])
def test_what_heat_does_not_tell_is_no_way_back_and_is_said_before(why: str) -> None:
    objects = [one(TITLE, "update", stack=KNOWN, back={"why": why})]
    result = RunResult(status="successful", rc=0, reports={"lab": {"objects": objects}})
    plan = TARGET.plan(result, CASE, INVENTORY)
    undo = TARGET.undo(CASE, plan).undo
    assert (undo.kind, undo.reason) == ("impossible", f"openstack.undo_{why}")
    assert TARGET.take_back(CASE, (run_of(plan),)).operations == ()


def test_a_stack_of_which_nobody_heard_is_left() -> None:
    cut = Ran(plan=TARGET.plan(said("create"), CASE, INVENTORY))
    back = TARGET.take_back(CASE, (cut,))
    assert (back.operations, back.undo.reason) == ((), "openstack.undo_unsure")


def test_braces_of_a_former_value_are_no_template() -> None:
    fields = {"stack": "a", "id": "s-1", "template": {"a": 1}, "parameters": {"b": "{{ c }}"}}
    with pytest.raises(UsageError, match=r"openstack\.live_braces"):
        TARGET.render(intent("back", fields), "playbook", Profile())


@pytest.mark.parametrize(
    ("verb", "uid", "moved"), [("none", "s-1", ()), ("update", "s-1", ("lab",)),
                               ("create", "", ("lab",))]
)  # fmt: skip
def test_what_somebody_has_changed_since_is_not_taken_back(
    verb: str, uid: str, moved: tuple[str, ...]
) -> None:
    runs = (run_of(TARGET.plan(said("update"), CASE, INVENTORY)),)
    objects = [one(TITLE, verb, stack=KNOWN | {"id": uid})]
    result = RunResult(status="successful", rc=0, reports={"lab": {"objects": objects}})
    now = TARGET.plan(result, CASE, INVENTORY)
    assert TARGET.moved(CASE, runs, now) == moved


def test_what_an_undo_could_not_delete_may_be_deleted_again() -> None:
    runs = (run_of(TARGET.plan(said("create"), CASE, INVENTORY)),)
    objects = [one(TITLE, "error", stack=KNOWN | {"status": "DELETE_FAILED"})]
    result = RunResult(status="successful", rc=0, reports={"lab": {"objects": objects}})
    assert TARGET.moved(CASE, runs, TARGET.plan(result, CASE, INVENTORY)) == ()
