"""From a request to an applied change, and every way that it ends before that."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiki.model.agent import silent
from kiki.model.errors import (
    ApprovalNeeded,
    CheckError,
    KikiError,
    NotFoundError,
    StaleError,
    StateError,
    TemporaryError,
    UsageError,
)
from kiki.model.exits import Exit
from kiki.model.finding import Finding
from kiki.model.intent import Intent, Operation, Question, Reading
from kiki.model.profile import Profile
from kiki.model.request import Request, Scope
from kiki.model.run import RunOrder
from kiki.service import submission
from tests.unit.service.world import HOSTS, World, all_hosts, disk_full, failing, recording, told

GONE_WELL = ["request", "check_pass", "plan", "submit", "approve", "start", "process", "ran",
             "process", "verify_pass"]  # fmt: skip


def asking(field: str = "0.path") -> Reading:
    return Reading(reader="rules", question=Question(code="question.field", field=field))


def scripted(monkeypatch: pytest.MonkeyPatch, reading: Reading) -> list[Request]:
    """Every message is read as *reading*; the requests that were read."""
    seen: list[Request] = []

    def read(request: Request, profile: Profile, *_: object, **__: object) -> Reading:
        seen.append(request)
        return reading

    monkeypatch.setattr("kiki.pipeline.read", read)
    return seen


def test_without_an_inventory_it_ends_checked(world: World) -> None:
    change = world.agent.submit(world.request(scope=Scope()))
    assert change.state == "checked"
    assert change.request.requester == "kim"
    assert change.stage.artifact is not None
    assert world.events(change) == ["request", "check_pass"]
    assert world.executor.orders == []


def test_it_is_planned_approved_applied_and_verified(durable: World) -> None:
    world = durable
    heard, listener = told()
    change = world.agent.submit(world.request(), listener)
    assert change.state == "awaiting_approval"
    assert [step.code for step in heard if step.code != "progress.event"] == [
        "progress.read", "progress.check", "progress.inventory", "progress.plan",
    ]  # fmt: skip
    assert change.stage.plan is not None and change.stage.plan.hosts == HOSTS
    assert change.stage.decisive is not None
    granted = world.agent.approve(change.id, change.stage.decisive.digest(), "fine")
    assert granted.approval is not None
    assert (granted.approval.approver, granted.approval.note) == ("kim", "fine")
    done = world.agent.run(change.id)
    assert done.state == "applied"
    assert done.process is None
    assert done.stage.outcome is not None
    assert (done.stage.outcome.changed, done.stage.outcome.verified) == (HOSTS, "passed")
    assert [order.mode for order in world.executor.orders] == ["check", "apply", "again"]
    assert world.events(change) == GONE_WELL
    assert world.stored(done) == done == world.agent.get(change.id)
    assert world.lock_is_free(done)
    assert world.retained == 1
    assert world.agent.audit() == ()


def test_the_second_run_leaves_actions_out_and_only_it_has_probes(world: World) -> None:
    world.applied()
    assert {order.mode: order.skip_tags for order in world.executor.orders} == {
        "check": ("kiki_probe",), "apply": ("kiki_probe",), "again": ("kiki_action",),
    }  # fmt: skip


def test_no_two_runs_have_one_id(world: World) -> None:
    world.applied()
    world.applied()
    ids = [order.run_id for order in world.executor.orders]
    assert len(set(ids)) == len(ids) == 6


def test_every_record_belongs_to_a_move_and_says_what_was_approvable(world: World) -> None:
    change = world.applied()
    assert change.stage.decisive is not None
    records = {record.event: record for record in world.records(change)}
    assert records["approve"].data["approvable"] == change.stage.decisive.digest()
    assert [record.data["version"] for record in world.records(change)] == list(range(10))
    assert {record.actor for record in world.records(change)} == {"kim"}


def test_the_requester_is_who_asks_and_not_who_it_says(world: World) -> None:
    forged = replace(world.request(scope=Scope()), requester="root")
    assert world.agent.submit(forged).request.requester == "kim"
    change = world.submit()
    assert world.other.redo(change.id).request.requester == "lee"


def test_a_question_is_kept_answered_and_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = scripted(monkeypatch, asking())
    change = world.agent.submit(Request(message="make a directory"))
    assert change.state == "asking"
    assert world.agent.answer(change.id, "nowhere").state == "asking"
    assert seen[-1].answers == {"0.path": "nowhere"}
    monkeypatch.undo()
    understood = world.agent.generate(world.request(), strict=False).reading
    scripted(monkeypatch, understood)
    answered = world.agent.answer(change.id, "/srv/x")
    assert answered.state == "checked"
    assert world.events(change) == ["request", "ask", "answer", "ask", "answer", "check_pass"]


def test_an_answer_needs_an_open_question(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with failing(StateError, "change.no_question"):
        world.agent.answer(world.agent.submit(world.request(scope=Scope())).id, "x")
    scripted(monkeypatch, asking())
    change = world.agent.submit(Request(message="make a directory"))
    world.agent.cancel(change.id)
    with failing(StateError, "change.transition"):
        world.agent.answer(change.id, "/srv/x")


def test_what_is_not_understood_is_refused_with_the_readers_reason(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Question(code="understand.model_unsure", field="", params={"word": "x"})
    scripted(monkeypatch, Reading(reader="rules", refusal=refused))
    change = world.agent.submit(Request(message="sing"))
    assert (change.state, change.reason) == ("refused", "understand.model_unsure")
    assert change.params == {"word": "x"}


def test_policy_refuses_before_any_host_is_asked(world: World) -> None:
    request = world.request(kind="package-remove", name="sudo")
    change = world.agent.submit(request)
    assert (change.state, change.reason) == ("refused", "policy.package_protected")
    assert change.params["package"] == "sudo"
    assert world.executor.orders == []


def test_policy_refuses_once_the_hosts_are_known_and_says_whom(world: World) -> None:
    from kiki.model.request import InventorySource

    inventory = InventorySource(form="inline", text="n1 ansible_user=deploy\n")
    request = world.request(scope=Scope(inventory=inventory), kind="user-remove", name="deploy")
    world.recordings["check"] = recording({"n1": "changed"}, task="Remove user deploy")
    change = world.agent.submit(request)
    assert (change.state, change.reason) == ("refused", "policy.user_connecting")
    assert change.params["user"] == "deploy"
    assert world.executor.applies() == []


def test_code_with_errors_is_invalid_and_never_planned(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Finding(code="ansible.no_plays", severity="error")
    monkeypatch.setattr(
        "kiki.targets.ansible.target.AnsibleTarget.check", lambda self, artifact, *_: (wrong,)
    )
    change = world.submit()
    assert change.state == "invalid"
    assert change.stage.findings == (wrong,)
    assert world.executor.orders == []


def test_a_refusal_names_policys_reason_and_not_the_checks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Finding(code="ansible.no_plays", severity="error")
    monkeypatch.setattr(
        "kiki.targets.ansible.target.AnsibleTarget.check", lambda self, artifact, *_: (wrong,)
    )
    change = world.agent.submit(world.request(kind="package-remove", name="sudo"))
    assert (change.state, change.reason) == ("refused", "policy.package_protected")
    assert wrong in change.stage.findings


def test_the_first_error_is_told_when_it_can_not_be_recorded_either(world: World) -> None:
    """Of an unreachable host and a full disk the host comes first."""
    world.recordings["check"] = recording(all_hosts("unreachable"))
    real = world.points.hit

    def full(name: str) -> None:
        if name == "changes.save:before" and "run check:after" in world.points.names:
            raise disk_full()
        real(name)

    world.points.hit = full  # type: ignore[method-assign]
    with failing(TemporaryError, "execution.unreachable") as caught:
        world.submit()
    world.points.hit = real  # type: ignore[method-assign]
    kept = world.agent.get(caught.value.change_id)
    assert kept.state == "checked", "as far as it was recorded"
    world.recordings["check"] = recording(all_hosts("changed"))
    assert world.agent.replan(kept.id).state == "awaiting_approval"


def test_a_request_that_can_not_be_read_is_kept_as_failed_with_its_id(world: World) -> None:
    with failing(UsageError, "understand.flag_unused") as caught:
        world.agent.submit(world.request(kind="directory-create", path="/srv/x", port="80"))
    change = world.agent.get(caught.value.change_id)
    assert (change.state, change.reason) == ("failed", "understand.flag_unused")
    with failing(StateError, "plan.no_code"):
        world.agent.replan(change.id)
    with failing(UsageError, "understand.flag_unused"):
        world.agent.redo(change.id)


def test_an_engine_that_is_down_is_temporary_and_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> Reading:
        raise TemporaryError("engine.unavailable", url="x")

    monkeypatch.setattr("kiki.pipeline.read", down)
    with pytest.raises(TemporaryError) as caught:
        world.agent.submit(Request(message="make a directory"))
    kept = world.agent.get(caught.value.change_id)
    assert (kept.state, kept.request.message) == ("failed", "make a directory")
    monkeypatch.undo()


def test_code_that_can_not_be_rendered_is_kept_as_failed(world: World) -> None:
    operation = Operation(kind="ansible.directory_create", fields={"path": "../x"})
    intent = Intent(target="ansible", name="x", operations=(operation,), reader="rules")
    parts = world.parts()
    change = submission.draft(parts, world.request())
    with pytest.raises(KikiError) as caught:
        submission.settle_reading(parts, change, silent, Reading(reader="rules", intent=intent))
    assert caught.value.change_id == change.id
    assert world.stored(change).state == "failed"


def test_nothing_to_do_is_applied_without_approval(world: World) -> None:
    world.recordings["check"] = recording(all_hosts("ok"))
    change = world.submit()
    assert change.state == "applied"
    assert change.approval is None
    assert change.stage.outcome is not None
    assert (change.stage.outcome.unchanged, change.stage.outcome.verified) == (HOSTS, "passed")
    assert change.stage.outcome.reason == "plan.nothing"
    assert world.executor.applies() == []
    assert world.events(change) == ["request", "check_pass", "plan", "settle"]


def test_a_plan_with_an_error_can_not_be_approved(world: World) -> None:
    world.recordings["check"] = recording({"n1": "changed", "n2": "failed"}, message="no space")
    change = world.submit()
    assert (change.state, change.reason) == ("failed", "plan.errored")
    assert Path(change.stage.folder, "events.jsonl").is_file(), "kept for people to look at"
    with pytest.raises(StateError):
        world.agent.approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]
    assert world.executor.applies() == []


def test_no_host_answering_is_temporary_with_the_changes_id(world: World) -> None:
    world.recordings["check"] = recording(all_hosts("unreachable"), message="No route to host")
    with failing(TemporaryError, "execution.unreachable") as caught:
        world.submit()
    assert caught.value.exit == Exit.TEMPORARY
    change = world.agent.get(caught.value.change_id)
    assert (change.state, change.reason) == ("failed", "execution.unreachable")
    assert change.params["host"] == "n1, n2"
    assert Path(change.stage.folder, "events.jsonl").is_file()
    world.recordings["check"] = recording(all_hosts("changed"))
    again = world.agent.replan(change.id)
    assert (again.state, again.reason, again.params) == ("awaiting_approval", "", {})


def test_some_hosts_not_answering_is_shown_and_waits_for_a_person(world: World) -> None:
    world.recordings["check"] = recording({"n1": "ok", "n2": "unreachable"})
    change = world.submit()
    assert change.state == "awaiting_approval"
    assert change.stage.plan is not None
    assert change.stage.plan.unreachable == ("n2",)


def test_an_unreadable_inventory_fails_the_change_and_names_it(world: World) -> None:
    from kiki.model.request import InventorySource

    missing = InventorySource(form="path", text="/nowhere/hosts.ini")
    with failing(UsageError, "inventory.unreadable") as caught:
        world.agent.submit(world.request(scope=Scope(inventory=missing)))
    assert world.agent.get(caught.value.change_id).state == "failed"


def test_tags_that_choose_no_task_fail_before_any_host_is_asked(world: World) -> None:
    with failing(UsageError, "ansible.no_tags") as caught:
        world.submit(tags=("web",))
    change = world.stored(world.agent.get(caught.value.change_id))
    assert (change.state, change.reason) == ("failed", "ansible.no_tags")
    assert change.stage.plan is None
    assert world.executor.orders == []


def test_tasks_that_the_tags_leave_out_are_in_no_plan(world: World) -> None:
    """Also not when it is made again before the apply: else the two would differ."""
    for mode in ("check", "apply", "again"):
        world.recordings[mode] = recording(all_hosts("changed"), "Restart nginx", "")  # type: ignore[literal-required]
    words = "/srv/x 디렉터리 만들고 nginx 재시작해줘"
    scope = world.scope(tags=("kiki_action",), verify="none")
    change = world.agent.submit(Request(message=words, target="ansible", scope=scope))
    assert change.stage.plan is not None and change.stage.decisive is not None
    assert {action.task for action in change.stage.plan.actions} == {"Restart nginx"}
    world.agent.approve(change.id, change.stage.decisive.digest())
    world.clock.move(301)
    assert world.agent.run(change.id).state == "applied"


@pytest.mark.parametrize("target", ["k8s", "openstack"])
def test_a_target_that_does_not_plan_stays_checked_with_an_inventory(
    world: World, target: str
) -> None:
    flags = {"k8s": {"kind": "namespace-create", "name": "demo"},
             "openstack": {"kind": "server-create", "name": "web", "network": "demo-net",
                           "image": "rocky-9", "flavor": "m1.small"}}[target]  # fmt: skip
    change = world.agent.submit(Request(flags=flags, target=target, scope=world.scope()))
    assert change.state == "checked", (change.reading, change.stages)
    assert world.executor.orders == []


def test_the_wrong_digest_approves_nothing(world: World) -> None:
    change = world.submit()
    with failing(StaleError, "approval.other_digest"):
        world.agent.approve(change.id, "sha256:" + "0" * 64)
    assert world.stored(change).state == "awaiting_approval"
    assert world.stored(change).approval is None


def test_the_state_is_said_before_the_digest(world: World) -> None:
    change = world.submit()
    world.agent.reject(change.id)
    with failing(StateError, "change.transition") as caught:
        world.agent.approve(change.id, "sha256:" + "0" * 64)
    assert caught.value.params["state"] == "rejected"


def test_approving_needs_a_plan(world: World) -> None:
    change = world.agent.submit(world.request(scope=Scope()))
    with failing(StateError, "approval.no_plan"):
        world.agent.approve(change.id, "sha256:0")


def test_a_no_is_for_good_also_after_a_yes(world: World) -> None:
    change = world.approved()
    rejected = world.other.reject(change.id, "not now")
    assert (rejected.state, rejected.params) == ("rejected", {"by": "lee", "why": "not now"})
    with failing(StateError, "change.not_runnable"):
        world.agent.run(change.id)
    for act in (world.agent.replan, world.agent.cancel):
        with failing(StateError, "change.transition"):
            act(change.id)
    assert world.executor.applies() == []


def test_running_needs_an_approval(world: World) -> None:
    change = world.submit()
    with failing(ApprovalNeeded, "approval.needed"):
        world.agent.run(change.id)
    assert world.stored(change).version == change.version
    assert world.executor.applies() == []


def test_one_approval_is_one_run(world: World) -> None:
    change = world.applied()
    with failing(StateError, "change.not_runnable"):
        world.agent.run(change.id)
    assert len(world.executor.applies()) == 1


@pytest.mark.parametrize(
    ("verify", "modes"),
    [
        ("none", ["check", "apply"]),
        ("all", ["check", "apply", "again"]),
    ],
)
def test_verify_says_what_is_run(world: World, verify: str, modes: list[str]) -> None:
    change = world.applied(verify=verify)
    assert [order.mode for order in world.executor.orders] == modes
    assert change.stage.outcome is not None
    assert change.stage.outcome.verified == ("passed" if verify == "all" else "not_run")


def test_verify_syntax_is_ansibles_own_check_and_nothing_else(world: World) -> None:
    change = world.submit(verify="syntax")
    assert change.state == "checked"
    assert [order.mode for order in world.executor.orders] == ["syntax"]
    again = world.agent.replan(change.id)
    codes = [found.code for found in again.stage.findings]
    assert codes.count("plan.syntax_passed") == 1
    assert world.events(change) == ["request", "check_pass", "syntax", "syntax"]


def test_a_syntax_error_makes_it_invalid(world: World) -> None:
    world.recordings["syntax"] = recording({"": "failed"}, message="ERROR! no action detected")
    change = world.submit(verify="syntax")
    assert (change.state, change.reason) == ("invalid", "plan.syntax")
    assert "no action detected" in change.params["output"]


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ({"n1": "changed", "n2": "failed"}, "partly_applied"),
        ({"n1": "failed", "n2": "failed"}, "failed"),
        ({"n1": "unreachable", "n2": "unreachable"}, "failed"),
        ({"n1": "changed", "n2": "unreachable"}, "partly_applied"),
    ],
)
def test_a_run_that_does_not_succeed_says_which_hosts(
    world: World, verdicts: dict[str, str], state: str
) -> None:
    world.recordings["apply"] = recording(verdicts, message="no space left")
    change = world.agent.run(world.approved().id)
    assert change.state == state
    outcome = change.stage.outcome
    assert outcome is not None
    for host, verdict in verdicts.items():
        assert host in getattr(outcome, verdict)
    assert outcome.verified == "not_run"
    assert change.reason == outcome.reason != ""
    assert change.params["message"] == "no space left"
    assert "again" not in [order.mode for order in world.executor.orders]
    assert world.lock_is_free(change)
    assert world.agent.replan(change.id).approval is None


def test_a_run_that_takes_too_long_is_failed(world: World) -> None:
    change = world.approved()
    world.recordings["apply"] = replace(recording(all_hosts("changed")), pause_s=0.2)
    slow = world.process("kim", timeout_s=0)
    done = slow.run(change.id)
    assert (done.state, done.reason) == ("failed", "ansible.run_timeout")


@pytest.mark.parametrize(
    ("again", "state", "reason"),
    [
        ({"n1": "changed", "n2": "ok"}, "failed", "ansible.verify_changed"),
        ({"n1": "failed", "n2": "ok"}, "failed", "ansible.verify_failed"),
        ({"n1": "unreachable", "n2": "ok"}, "partly_applied", "ansible.verify_failed"),
        ({"n1": "unreachable", "n2": "unreachable"}, "partly_applied", "ansible.verify_failed"),
    ],
)
def test_a_second_run_that_changes_something_or_fails_verifies_nothing(
    world: World, again: dict[str, str], state: str, reason: str
) -> None:
    world.recordings["again"] = recording(again)
    change = world.agent.run(world.approved().id)
    assert (change.state, change.reason) == (state, reason)
    assert change.stage.outcome is not None
    assert (change.stage.outcome.changed, change.stage.outcome.verified) == (HOSTS, "failed")


def test_an_executor_that_fails_during_apply_fails_the_change(world: World) -> None:
    change = world.approved()
    world.executor.failing["apply"] = TemporaryError(
        "execution.ansible_unusable", path="x", why="y"
    )
    with pytest.raises(TemporaryError) as caught:
        world.agent.run(change.id)
    assert caught.value.change_id == change.id
    assert (world.stored(change).state, world.stored(change).reason) == (
        "failed", "execution.ansible_unusable",
    )  # fmt: skip
    assert world.lock_is_free(change)


def test_an_executor_that_fails_during_verification_keeps_what_was_changed(world: World) -> None:
    change = world.approved()
    world.executor.failing["again"] = TemporaryError("execution.disk_full", path="x")
    with pytest.raises(TemporaryError):
        world.agent.run(change.id)
    kept = world.stored(change)
    assert (kept.state, kept.reason) == ("failed", "execution.disk_full")
    assert kept.stage.outcome is not None
    assert kept.stage.outcome.changed == HOSTS


def test_a_failed_apply_is_run_again_only_after_a_new_approval(world: World) -> None:
    world.recordings["apply"] = recording(all_hosts("failed"))
    change = world.agent.run(world.approved().id)
    with failing(StateError, "change.not_runnable"):
        world.agent.run(change.id)
    world.recordings["apply"] = recording(all_hosts("changed"))
    planned = world.agent.replan(change.id)
    assert (planned.state, planned.approval, planned.reason) == ("awaiting_approval", None, "")
    assert planned.stage.outcome is None, "that was of another run"
    with pytest.raises(ApprovalNeeded):
        world.agent.run(change.id)
    world.agent.approve(change.id, planned.stage.decisive.digest())  # type: ignore[union-attr]
    assert world.agent.run(change.id).state == "applied"


def test_an_old_approval_is_no_approval_of_a_new_plan(world: World) -> None:
    change = world.approved()
    old = change.approval
    world.recordings["check"] = recording({"n1": "ok", "n2": "changed"})
    planned = world.agent.replan(change.id)
    assert planned.approval is None
    assert old is not None
    with failing(StaleError, "approval.other_digest"):
        world.agent.approve(change.id, old.digest)


def test_while_no_new_plan_is_made_nothing_is_approvable(world: World) -> None:
    change = world.approved()
    world.recordings["check"] = recording(all_hosts("unreachable"))
    with failing(TemporaryError, "execution.unreachable"):
        world.agent.replan(change.id)
    with failing(StateError, "approval.no_plan"):
        world.agent.approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]
    records = {record.event: record.data for record in world.records(change)}
    assert "approvable" in records["approve"]
    assert "approvable" not in records["replan"] | records["plan_fail"]


def test_a_listener_that_fails_does_not_end_a_run(world: World) -> None:
    calls: list[str] = []

    def broken(progress: Any) -> None:
        calls.append(progress.code)
        raise ValueError("the screen is gone")

    change = world.agent.run(world.approved().id, broken)
    assert change.state == "applied"
    assert calls == ["progress.apply"], "it is not called again"


def test_old_run_folders_that_can_not_be_deleted_do_not_spoil_a_run(world: World) -> None:
    def full() -> None:
        raise TemporaryError("store.disk_full", path="runs")

    agent = world.process("kim", retain=full)
    assert agent.run(world.approved().id).state == "applied"


def test_what_is_asked_for_by_id_and_by_filter(world: World) -> None:
    one, two = world.submit(), world.applied()
    from kiki.model.agent import ChangeFilter

    assert [change.id for change in world.agent.find(ChangeFilter())] == [two.id, one.id]
    assert world.agent.find(ChangeFilter(state="applied")) == (two,)
    assert [record.event for record in world.agent.history(two.id)] == GONE_WELL
    assert [record.event for record in world.agent.ledger(2)] == ["process", "verify_pass"]
    with failing(NotFoundError, "change.unknown"):
        world.agent.get("0zzzz")
    with failing(NotFoundError, "change.ambiguous"):
        world.agent.run("0aaaaaaaa")
    assert world.agent.describe() == {
        "targets": ["ansible", "k8s", "openstack", "podman"], "version": "0",
    }  # fmt: skip


def test_an_artifact_with_errors_is_said_by_its_own_type() -> None:
    assert CheckError("x").exit == Exit.CHECK_FAILED


def test_a_plan_with_nothing_to_do_is_verified_by_its_probes(world: World) -> None:
    """They run in check mode, as nobody has approved anything."""
    task = "Start nginx"
    world.recordings["check"] = recording(all_hosts("ok"), task)
    asked = world.request(kind="service-start", name="nginx")
    done = world.agent.submit(asked)
    assert (done.state, done.reason) == ("applied", "")
    planned, probed = world.executor.orders
    assert (planned.mode, planned.skip_tags) == ("check", ("kiki_probe",))
    assert (probed.mode, probed.skip_tags) == ("check", ("kiki_action",))

    def plan_then_probe(order: RunOrder) -> None:
        if "kiki_probe" in order.skip_tags:
            bad = recording({"n1": "ok", "n2": "failed"}, "Probe: nginx runs", message="dead")
            world.recordings["check"] = bad

    world.executor.during = plan_then_probe
    world.recordings["check"] = recording(all_hosts("ok"), task)
    failed = world.agent.submit(asked)
    assert (failed.state, failed.reason) == ("failed", "ansible.probe_failed")
    assert failed.params == {"host": "n2", "what": "nginx runs", "message": "dead"}
    assert failed.stage.outcome is not None
    assert failed.stage.outcome.verified == "failed"
    assert world.agent.audit() == ()


def test_without_a_verification_nothing_is_probed(world: World) -> None:
    world.recordings["check"] = recording(all_hosts("ok"), "Start nginx")
    scope = world.scope(verify="none")
    world.agent.submit(world.request(scope=scope, kind="service-start", name="nginx"))
    assert len(world.executor.orders) == 1
