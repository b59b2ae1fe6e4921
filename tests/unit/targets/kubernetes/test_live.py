"""Manifests become a program, a cluster's answer a plan and an outcome; and the way back."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from kiki.execution.clusters.driver import program as driver
from kiki.execution.clusters.driver.faults import Fault
from kiki.model.artifact import Artifact, File
from kiki.model.change import Done, Outcome, Ran
from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Operation
from kiki.model.inventory import Inventory, Place
from kiki.model.plan import Action, Plan
from kiki.model.profile import Profile
from kiki.model.request import Scope
from kiki.model.run import HostStats, RunEvent, RunResult
from kiki.model.secret import is_taken
from kiki.targets.kubernetes import logins, program, undoing
from kiki.targets.kubernetes.outcome import UID
from kiki.targets.kubernetes.target import TARGET

LAB = Place(kind="cluster", name="lab", identity={"namespace": "own"})
INVENTORY = Inventory(text="{}", hosts=("lab",), place=LAB)
WEB = {"apiVersion": "v1", "kind": "Service", "name": "web", "namespace": "demo"}
TITLE = "Service demo/web"
PLAIN = Scope()


def intent(*operations: tuple[str, dict[str, Any]]) -> Intent:
    wanted = tuple(Operation(kind=f"k8s.{kind}", fields=fields) for kind, fields in operations)
    return Intent(target="k8s", name="case", operations=wanted, reader="flags")


CASE = intent(
    ("namespace_create", {"name": "demo"}),
    ("deployment_create", {"name": "web", "image": "nginx:1.27", "namespace": "demo"}),
    ("service_create", {"name": "here", "port": 80}),
)


def made(case: Intent, scope: Scope = PLAIN, at: Inventory = INVENTORY) -> Any:
    artifact = TARGET.render(case, "playbook", Profile())
    return TARGET.program(artifact, at, scope)


def laid_out(found: Any, folder: Path, values: dict[str, str] | None = None) -> list[driver.Step]:
    for file in found.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text)
    return driver.steps(str(folder), found.entry, values)


def test_the_driver_reads_what_ansible_runs(tmp_path: Path) -> None:
    steps = laid_out(made(CASE), tmp_path)
    assert [(one.title, one.act, one.force) for one in steps] == [
        ("Namespace demo", "apply", False),
        ("Deployment demo/web", "apply", False),
        ("Service own/here", "apply", False),
    ]
    assert steps[2].body["metadata"]["namespace"] == "own"
    assert steps[1].body["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:1.27"


def test_a_program_is_the_same_each_time_and_moves_with_what_decides() -> None:
    def files(scope: Scope = PLAIN, at: Inventory = INVENTORY) -> dict[str, str]:
        return {file.path: file.digest() for file in made(CASE, scope, at).files}

    other = Inventory(text="", hosts=("lab",), place=Place(
        kind="cluster", name="lab", identity={"namespace": "else"}))  # fmt: skip
    assert files() == files()
    assert files() != files(Scope(take_over=True))
    assert files() != files(at=other)


def test_taking_over_is_forced(tmp_path: Path) -> None:
    assert all(one.force for one in laid_out(made(CASE, Scope(take_over=True)), tmp_path))


def test_what_is_only_created_is_posted_by_our_own_module(tmp_path: Path) -> None:
    steps = laid_out(made(CASE, Scope(create_only=True)), tmp_path)
    assert [(one.title, one.act) for one in steps] == [
        ("Namespace demo", "create"), ("Deployment demo/web", "create"),
        ("Service own/here", "create"),
    ]  # fmt: skip
    assert steps[2].body["metadata"]["namespace"] == "own"
    with pytest.raises(UsageError, match="live_create_take_over"):
        made(CASE, Scope(create_only=True, take_over=True))


def test_who_wrote_a_field_when_is_no_change() -> None:
    found = made(CASE)
    play = yaml.safe_load(found.text_of(found.entry))[0]
    told = [task["kubernetes.core.k8s"] for task in play["tasks"]]
    assert all(one["hidden_fields"] == ["metadata.managedFields"] for one in told)


def test_braces_in_an_object_are_no_template(tmp_path: Path) -> None:
    body = {"data": {"a": "{{ lookup('pipe', 'id') }}"}}
    case = intent(("object", {"type": "v1/ConfigMap", "name": "c", "body": body}))
    found = made(case)
    assert "lookup" not in found.text_of(found.entry)
    assert laid_out(found, tmp_path)[0].body["data"] == body["data"]


def test_a_secret_that_is_only_named_is_not_applied_by_its_name() -> None:
    body = {"data": {"a": "{{secret:password-1}}"}}
    case = intent(("object", {"type": "v1/ConfigMap", "name": "c", "body": body}))
    with pytest.raises(UsageError, match=r"k8s\.live_secret_named"):
        made(case)


SECRET = intent(
    ("secret_create", {"name": "db", "data": ["a.b={{secret:db-root}}", "user={{secret:u}}"]}),
)


def test_a_secret_is_filled_in_with_what_kiki_keeps(tmp_path: Path) -> None:
    found = made(SECRET)
    assert TARGET.secrets(SECRET) == ("db-root", "u")
    assert all("secret:" not in file.text for file in found.files)
    assert "no_log: true" in found.text_of(found.entry)
    values = {"kiki_secret_db_root": "it's {{ x }}\n", "kiki_secret_u": "카나리아"}
    for file in found.files:
        (tmp_path / file.path).parent.mkdir(exist_ok=True)
        (tmp_path / file.path).write_text(file.text)
    (step,) = driver.steps(str(tmp_path), found.entry, values)
    told = {key: base64.b64decode(one).decode() for key, one in step.body["data"].items()}
    assert told == {"a.b": "it's {{ x }}\n", "user": "카나리아"}
    assert (step.act, step.kept) == ("apply", True)
    with pytest.raises(Fault, match=r"cluster\.program"):
        driver.steps(str(tmp_path), found.entry)


def test_a_secret_in_a_file_of_somebody_else_is_not_filled_in() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {b: '{{secret:c}}'}\n"
    theirs = Artifact(target="k8s", intent_digest="", entry="a.yaml", files=(File("a.yaml", text),))
    with pytest.raises(UsageError, match=r"k8s\.live_secret_named"):
        TARGET.program(theirs, INVENTORY, PLAIN)


def test_one_object_twice_is_no_program() -> None:
    step = program.Step(act="apply", body={"kind": "Service", "metadata": {"name": "a"}})
    with pytest.raises(UsageError, match=r"k8s\.live_twice"):
        program.written([step, step])


def said(**more: Any) -> dict[str, Any]:
    blank = {"title": TITLE, "object": WEB, "verb": "none", "diff": "", "back": None,
             "uid": "", "note": "", "problems": []}  # fmt: skip
    return {**blank, **more}


def planned(*objects: dict[str, Any]) -> Plan:
    result = RunResult(status="successful", rc=0, reports={"lab": {"objects": list(objects)}})
    return TARGET.plan(result, CASE, INVENTORY)


def test_a_plan_has_an_action_for_each_object() -> None:
    found = planned(said(verb="update", diff="@@ a\n", back={"a": 1}, uid="u"), said())
    assert [(one.subject, one.task, one.verb) for one in found.actions] == [
        ("lab", TITLE, "update"), ("lab", TITLE, "none"),
    ]  # fmt: skip
    assert found.actions[0].before == {"object": WEB, "uid": "u", "patch": {"a": 1}}
    assert (found.errored, found.complete) == (False, True)


def test_a_refusal_is_a_finding_and_stops_the_plan() -> None:
    problem = {"code": "k8s.live_quota", "params": {"message": "m"}}
    found = planned(said(verb="error", problems=[problem]))
    assert found.errored
    assert found.findings[0].params == {"object": TITLE, "message": "m"}


def test_what_can_not_be_tried_is_unknown_and_said() -> None:
    problem = {"code": "k8s.live_webhook_no_dry_run", "params": {"webhook": "w", "message": "m"}}
    found = planned(said(verb="error", problems=[problem]))
    assert (found.errored, found.complete) == (False, False)
    assert (found.actions[0].verb, found.findings[0].severity) == ("unknown", "warning")


def ran(status: Any = "successful", *kinds: tuple[str, str], **more: Any) -> RunResult:
    events = tuple(
        RunEvent(counter=number, kind=kind, host="lab", task=task,  # type: ignore[arg-type]
                 result={"kept": {UID: "u-1"}} if kind == "changed" else {"msg": "no"})
        for number, (kind, task) in enumerate(kinds)
    )  # fmt: skip
    return RunResult(status=status, rc=0, events=events, stats={"lab": HostStats(ok=1)}, **more)


def test_what_was_done_is_kept_with_uids() -> None:
    found = TARGET.outcome(ran("successful", ("changed", TITLE)), None, INVENTORY)
    assert found.done == {"lab": Done(changed=(TITLE,), marks={TITLE: "u-1"})}
    assert (found.changed, found.verified, found.reason) == (("lab",), "not_run", "")


def test_an_object_that_is_refused_fails_the_run_and_says_why() -> None:
    result = ran("failed", ("changed", "Namespace demo"), ("failed", TITLE))
    found = TARGET.outcome(result, None, INVENTORY)
    assert (found.failed, found.reason) == (("lab",), "k8s.run_failed")
    assert found.params == {"object": TITLE, "message": "no"}
    assert found.done is not None
    assert found.done["lab"].unsure == (TITLE,)


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ({"objects": [said()], "down": []}, ""),
        ({"objects": [said(verb="update")], "down": []}, "k8s.verify_changed"),
        ({"objects": [said()], "down": [{"title": TITLE, "code": "k8s.down_slow",
                                         "params": {"state": "0/1"}}]}, "k8s.down_slow"),
    ],
)  # fmt: skip
def test_it_is_verified_by_the_cluster(report: dict[str, Any], reason: str) -> None:
    again = RunResult(status="successful", rc=0, reports={"lab": report})
    found = TARGET.outcome(ran("successful", ("changed", TITLE)), again, INVENTORY)
    assert (found.verified, found.reason) == ("failed" if reason else "passed", reason)
    assert found.unsure == (("lab",) if reason else ())


def action(verb: Any, **before: Any) -> Action:
    return Action(subject="lab", task=TITLE, verb=verb, before={"object": WEB, **before})


def did(verb: Any, done: Done | None, **before: Any) -> Ran:
    plan = Plan(actions=(action(verb, **before),), hosts=("lab",))
    return Ran(plan=plan, outcome=Outcome(done={"lab": done}) if done else None)


def test_what_was_made_is_deleted_by_its_uid(tmp_path: Path) -> None:
    back = TARGET.take_back(CASE, (did("create", Done(changed=(TITLE,), marks={TITLE: "u-1"})),))
    assert (back.undo.kind, back.hosts) == ("exact", ("lab",))
    (step,) = laid_out(made(Intent(target="k8s", name="undo-case", operations=back.operations,
                                   reader="undo")), tmp_path)  # fmt: skip
    assert (step.act, step.uid, step.title) == ("delete", "u-1", TITLE)


def test_what_was_changed_gets_what_the_first_run_found(tmp_path: Path) -> None:
    done = Done(changed=(TITLE,), marks={TITLE: "u-1"})
    first = did("update", done, patch={"spec": {"type": "NodePort"}})
    second = did("update", done, patch={"spec": {"type": "ClusterIP"}})
    back = TARGET.take_back(CASE, (first, second))
    (step,) = laid_out(made(Intent(target="k8s", name="undo-case", operations=back.operations,
                                   reader="undo")), tmp_path)  # fmt: skip
    assert (step.act, step.body["spec"]) == ("patch", {"type": "NodePort"})
    assert step.body["metadata"] == {"name": "web", "namespace": "demo"}


def test_values_of_a_secret_go_back_by_their_names_only(tmp_path: Path) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "name": "db", "namespace": "demo"}
    told = {"title": "Secret demo/db", "object": secret, "uid": "u-1", "note": "", "problems": [],
            "verb": "update", "diff": "", "back": {"data": {"new": None}}, "held": ["password"],
            "version": "7"}  # fmt: skip
    found = planned(told)
    (name,) = found.actions[0].before["held"].values()
    assert is_taken(name), "nobody can give a secret such a name"
    held = {**secret, "uid": "u-1", "held": {"password": name}}
    assert TARGET.variables(CASE, (), found) == {"kiki_hold": [held]}
    ran = Ran(plan=found, outcome=Outcome(done={"lab": Done(changed=("Secret demo/db",))}))
    back = TARGET.take_back(CASE, (ran,))
    undo = Intent(target="k8s", name="undo", operations=back.operations, reader="undo")
    assert TARGET.secrets(undo) == (name,)
    values = {f"kiki_secret_{name.replace('-', '_')}": "b2xk"}
    (step,) = laid_out(made(undo), tmp_path, values)
    assert (step.act, step.kept) == ("patch", True)
    assert step.body["data"] == {"new": None, "password": "b2xk"}
    other = planned({**told, "version": "8"})
    assert other.actions[0].before["held"] != {"password": name}, "each state has names of its own"


def test_a_deleted_secret_is_made_again_of_what_is_kept(tmp_path: Path) -> None:
    about = {"metadata": {"name": "db", "namespace": "demo"}}
    kept = {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", **about}
    before = {"object": {}, "uid": "u", "kept": kept, "held": {"a": "before-" + 20 * "0"}}
    action = Action(subject="lab", task="Secret demo/db", verb="delete", module="m", before=before)
    outcome = Outcome(done={"lab": Done(changed=("Secret demo/db",))})
    back = TARGET.take_back(CASE, (Ran(plan=Plan(actions=(action,)), outcome=outcome),))
    undo = Intent(target="k8s", name="undo", operations=back.operations, reader="undo")
    (step,) = laid_out(made(undo), tmp_path, {"kiki_secret_before_" + 20 * "0": "b2xk"})
    assert (step.act, step.body) == ("apply", {**kept, "data": {"a": "b2xk"}})


def test_what_nobody_heard_of_is_left_and_named() -> None:
    back = TARGET.take_back(CASE, (did("create", None),))
    assert (back.undo.kind, back.operations) == ("impossible", ())
    assert back.notes[0].params == {"objects": TITLE}


@pytest.mark.parametrize(
    ("verb", "before", "reason"),
    [("update", {}, "k8s.undo_not_kept"), ("delete", {"patch": {}}, "k8s.undo_deleted")],
)
def test_what_can_not_be_taken_back_is_said_before(
    verb: Any, before: dict[str, Any], reason: str
) -> None:
    found = TARGET.undo(CASE, Plan(actions=(action(verb, **before),)))
    assert (found.undo.kind, found.undo.reason) == ("impossible", reason)
    assert TARGET.undo(CASE, None).undo.kind == "exact"


def test_moved_is_what_a_look_would_change_again() -> None:
    before = (did("create", Done(changed=(TITLE,), marks={TITLE: "u"})),)
    assert undoing.moved(before, Plan(actions=(action("update"),))) == ("lab",)
    assert undoing.moved(before, Plan(actions=(action("none"),))) == ()


def test_a_node_that_a_drain_closed_is_as_it_was_left_whatever_it_still_has() -> None:
    back = {"spec": {"unschedulable": None}}
    before = (did("update", Done(unsure=(TITLE,)), evicted=True, patch=back),)
    for verb in ("update", "error"):  # a budget may hold the rest
        assert undoing.moved(before, Plan(actions=(action(verb, evicted=True),))) == ()
        opened = Plan(actions=(action(verb, evicted=True, patch=back),))
        assert undoing.moved(before, opened) == ("lab",)


def acts(tmp_path: Path, *operations: tuple[str, dict[str, Any]]) -> list[driver.Step]:
    return laid_out(made(intent(*operations)), tmp_path)


def test_a_count_and_an_image_of_one_workload_are_one_step(tmp_path: Path) -> None:
    (step,) = acts(
        tmp_path,
        ("scale", {"name": "web", "replicas": 5}),
        ("image_set", {"name": "web", "image": "nginx:1.28", "container": "app"}),
    )
    assert (step.title, step.act) == ("Deployment own/web", "adjust")
    assert step.body["spec"] == {
        "replicas": 5,
        "template": {"spec": {"containers": [{"name": "app", "image": "nginx:1.28"}]}},
    }


def test_a_restart_and_a_deletion_are_read_as_they_are_written(tmp_path: Path) -> None:
    restart, delete = acts(
        tmp_path,
        ("object_delete", {"name": "old", "resource": "configmaps"}),
        ("rollout_restart", {"name": "web", "resource": "daemonsets"}),
    )
    assert (restart.title, restart.act) == ("DaemonSet own/web", "restart")
    assert (delete.title, delete.act, delete.uid) == ("ConfigMap own/old", "delete", "")


def test_the_file_of_somebody_else_is_applied_whatever_it_is_called(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: demo}\n"
    file = File(path="x.delete.yaml", text=text)
    theirs = Artifact(target="k8s", intent_digest="", entry=file.path, files=(file,))
    (step,) = laid_out(TARGET.program(theirs, INVENTORY, PLAIN), tmp_path)
    assert step.act == "apply"


def test_the_namespace_of_a_context_is_no_template_in_a_restart() -> None:
    bad = Place(kind="cluster", name="lab", identity={"namespace": "{{ lookup('pipe', 'id') }}"})
    at = Inventory(text="{}", hosts=("lab",), place=bad)
    with pytest.raises(UsageError, match=r"k8s\.live_name_unsafe"):
        made(intent(("rollout_restart", {"name": "web"})), at=at)


def test_warnings_of_a_deletion_stop_nothing() -> None:
    problem = {"code": "k8s.live_finalizers", "params": {"finalizers": "a/b"}}
    found = planned(said(verb="delete", uid="u", problems=[problem], kept=None))
    assert (found.errored, found.complete, found.actions[0].verb) == (False, True, "delete")
    assert found.findings[0].severity == "warning"


def test_what_was_deleted_is_made_again_where_the_plan_kept_it(tmp_path: Path) -> None:
    about = {"name": "web", "namespace": "demo"}
    kept = {"apiVersion": "v1", "kind": "Service", "metadata": about, "spec": {"a": "b"}}
    back = TARGET.take_back(CASE, (did("delete", Done(changed=(TITLE,)), kept=kept),))
    assert (back.undo.kind, back.undo.reason) == ("compensating", "k8s.undo_made_again")
    (step,) = laid_out(made(Intent(target="k8s", name="undo-case", operations=back.operations,
                                   reader="undo")), tmp_path)  # fmt: skip
    assert (step.act, step.body) == ("apply", kept)


def test_a_restart_is_not_taken_back() -> None:
    found = TARGET.undo(CASE, Plan(actions=(action("update", once=True),)))
    assert (found.undo.kind, found.undo.reason) == ("impossible", "k8s.undo_restarted")


def test_a_pod_that_can_not_be_evicted_says_that_the_node_is_closed_already() -> None:
    said = "Failed to delete pod demo/web-1 due to: Cannot evict pod."
    event = RunEvent(counter=1, kind="failed", host="lab", task="Node n1", result={"msg": said})
    found = TARGET.outcome(RunResult(status="failed", rc=2, events=(event,)), None, INVENTORY)
    assert found.reason == "k8s.run_not_drained"
    assert found.params == {
        "object": "Node n1",
        "pod": "demo/web-1",
        "message": "Cannot evict pod.",
    }


def test_a_drain_is_read_as_it_is_written_and_is_tried_again_while_a_budget_holds_it(
    tmp_path: Path,
) -> None:
    operations = ("node_drain", {"name": "n1", "unmanaged": True})
    (step,) = acts(tmp_path, operations)
    assert (step.title, step.act, step.body["drain"]) == ("Node n1", "drain", {"unmanaged": True})
    text = made(intent(operations)).files[0].text
    assert "until: kiki_drain is not failed" in text
    assert "kiki_evictions" in text  # for as long as the run may take
    assert "disable_eviction" not in text


def test_what_takes_a_label_away_is_a_merge_patch(tmp_path: Path) -> None:
    fields = {"name": "web", "resource": "pods", "keys": ["tier"]}
    (step,) = acts(tmp_path, ("label_remove", fields))
    assert (step.act, step.body["metadata"]["labels"]) == ("patch", {"tier": None})


def test_an_undone_drain_says_what_does_not_come_back() -> None:
    back = {"spec": {"unschedulable": None}}
    found = TARGET.undo(CASE, Plan(actions=(action("update", evicted=True, patch=back),)))
    assert (found.undo.kind, found.undo.reason) == ("compensating", "k8s.undo_uncordons")
    found = TARGET.undo(CASE, Plan(actions=(action("update", evicted=True),)))
    assert (found.undo.kind, found.undo.reason) == ("impossible", "k8s.undo_evicted")


LOGIN = {"name": "regcred", "registry": "ghcr.io", "user": "kim", "password": "reg"}
REGCRED = intent(("registry_secret_create", LOGIN))


def test_a_registry_s_login_is_composed_of_the_password_that_kiki_keeps(tmp_path: Path) -> None:
    password = 'it\'s "{{ x }}"\n카나리아'
    found = made(REGCRED)
    assert TARGET.secrets(REGCRED) == ("reg",)
    assert all("secret:" not in file.text for file in found.files)
    (step,) = laid_out(found, tmp_path, {"kiki_secret_reg": password})
    assert (step.act, step.kept) == ("apply", True)
    assert step.body["type"] == "kubernetes.io/dockerconfigjson"
    told = json.loads(base64.b64decode(step.body["data"][".dockerconfigjson"]))
    auth = base64.b64encode(f"kim:{password}".encode()).decode()
    entry = {"username": "kim", "password": password, "auth": auth}
    assert told == {"auths": {"ghcr.io": entry}}


@pytest.mark.parametrize(
    "value",
    [
        '{"auths": {"a.io": {"username": "{{ x }}", "password": "{{secret:p}}"}}}',
        '{"auths": {"a.io": {"username": "u", "password": "plain"}}}',
        '{"auths": {"a.io": {"username": "u", "password": "plain", "password": "{{secret:p}}"}}}',
        '{"auths": {"a.io": {"username": "u", "password": "{{secret:p}}", "auth": "dTpw"}}}',
        '{"auths": {}}',
        "{",
    ],
)
def test_no_other_text_is_a_login(value: str) -> None:
    assert logins.login_in(value) is None
