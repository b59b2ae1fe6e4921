"""From the driver's lines to events."""

import base64
from typing import Any

import pytest

from kiki.execution.diffs import LIMIT
from kiki.execution.events import MESSAGE, REPORT, TEXT, Reader
from kiki.execution.redaction import HIDDEN, Redactor
from kiki.model.run import HostStats, RunEvent, RunMode
from tests.unit.execution.lines import line, stats, task


def reader(mode: RunMode = "apply", *secrets: str) -> Reader:
    return Reader(mode, Redactor(secrets), "/runs/run_1/project/")


def read(raw: dict[str, Any], mode: RunMode = "apply", *secrets: str) -> RunEvent:
    event = reader(mode, *secrets).read(raw)
    assert event is not None
    return event


@pytest.mark.parametrize(
    ("event", "changed", "kind"),
    [
        ("runner_on_ok", False, "ok"),
        ("runner_on_ok", True, "changed"),
        ("runner_on_failed", True, "failed"),
        ("runner_on_unreachable", False, "unreachable"),
        ("runner_on_skipped", False, "skipped"),
        ("runner_on_async_ok", True, "changed"),
        ("runner_on_async_failed", False, "failed"),
    ],
)
def test_kinds_of_host_results(event: str, changed: bool, kind: str) -> None:
    found = read(task(event, changed=changed))
    assert (found.kind, found.host, found.task, found.module) == (
        kind,
        "n1",
        "Write",
        "ansible.builtin.copy",
    )


def test_counters_have_no_gap_whatever_is_left_out() -> None:
    used = reader()
    raws = [
        line("playbook_on_start", text=""),
        line("playbook_on_play_start", play="P", text=""),
        line("verbose", text="x"),
        task("runner_on_ok"),
    ]
    events = [event for event in map(used.read, raws) if event]
    assert [event.counter for event in events] == [1, 2]
    assert [event.kind for event in events] == ["play", "ok"]
    assert events[0].message == "P"


def test_a_failure_says_what_went_wrong_without_ansibles_prefixes() -> None:
    found = read(
        task(
            "runner_on_failed",
            msg="Task failed: Module failed: no such group",
            rc=3,
            stdout="out",
            stderr="err",
        )
    )
    assert found.message == "no such group"
    assert found.result == {"msg": "no such group\nerr", "rc": 3, "stdout": "out"}
    assert not found.ignored


@pytest.mark.parametrize("msg", ["non-zero return code", "Failed to pull image quay.io/x:1"])
def test_a_commands_own_reason_comes_before_ansibles(msg: str) -> None:
    said = "Trying to pull quay.io/x:1...\nError: initializing source: unauthorized\n"
    found = read(task("runner_on_failed", msg=msg, rc=125, stderr=said))
    assert found.message == "Error: initializing source: unauthorized"
    assert found.result["msg"] == f"{found.message}\n{msg}\n{said.strip()}"


def test_a_command_that_says_nothing_has_ansibles_words() -> None:
    silent = read(task("runner_on_failed", msg="non-zero return code", rc=1, stderr=""))
    assert silent.message == "non-zero return code"


def test_a_failure_has_none_of_a_terminals_colours() -> None:
    said = "Reboot command failed. Error was: '\\x1b[0;1mFailed to set wall message\\x1b[0m'"
    found = read(task("runner_on_failed", msg=said, stderr="\x1b[31mred\x1b[0m"))
    assert found.message == "Reboot command failed. Error was: 'Failed to set wall message'"
    assert found.result["msg"].endswith("\nred")


def test_an_ignored_failure_is_marked() -> None:
    assert read({**task("runner_on_failed", msg="x"), "ignore_errors": True}).ignored


def test_why_a_host_was_not_reached_has_a_code_and_a_readable_line() -> None:
    banner = "@@@@@\n@  WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!  @\n@@@@@\nHost key ..."
    found = read(
        task(
            "runner_on_unreachable",
            msg="Task failed: Failed to connect to the host via ssh: " + banner,
        )
    )
    assert found.result["reason"] == "execution.host_key_changed"
    assert found.message == "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!"


def test_a_module_that_crashed_shows_its_last_words() -> None:
    found = read(
        task("runner_on_failed", msg="MODULE FAILURE", module_stderr="Traceback\nKeyError: 'x'\n")
    )
    assert found.result["msg"].endswith("KeyError: 'x'")


@pytest.mark.parametrize(
    ("failures", "message"),
    [
        (["No package a available."], "Failed to install: No package a available."),
        ([None, 1], "Failed to install"),
        (3, "Failed to install"),
    ],
)
def test_a_package_that_dnf_does_not_know_is_named(failures: Any, message: str) -> None:
    assert (
        read(task("runner_on_failed", msg="Failed to install", failures=failures)).message
        == message
    )


@pytest.mark.parametrize(
    ("mode", "res", "reason"),
    [
        ("check", {"msg": "Command would have run if not in check mode"}, "execution.check_mode"),
        ("check", {"msg": "remote module (x) does not support check mode"}, "execution.check_mode"),
        ("check", {"skip_reason": "Conditional result was False", "false_condition": "x"}, None),
        ("check", {"skipped_reason": "No items in the list"}, None),
        ("apply", {"msg": "skipped"}, None),
    ],
)
def test_only_check_mode_skips_what_it_cant_judge(
    mode: RunMode, res: dict[str, Any], reason: str | None
) -> None:
    assert read(task("runner_on_skipped", **res), mode).result.get("reason") == reason


def test_a_loop_gives_its_items_and_its_task_has_all_their_diffs() -> None:
    used = reader()
    for item in ("a", "b"):
        diff = {"before": "", "after": f"{item}\n"}
        event = used.read(
            task("runner_item_on_ok", changed=True, diff=diff, _ansible_item_label=item)
        )
        assert event is not None
        assert (event.kind, event.result["item"], event.result["status"]) == (
            "item",
            item,
            "changed",
        )
    whole = used.read(task("runner_on_ok", changed=True, msg="All items completed"))
    assert whole is not None
    assert whole.kind == "changed"
    assert "+a\n" in whole.diff
    assert "+b\n" in whole.diff
    assert whole.message == ""


def test_hosts_and_tasks_do_not_share_their_items() -> None:
    used = reader()
    used.read(task("runner_item_on_ok", "n1", changed=True, diff={"before": "", "after": "x\n"}))
    other = used.read(task("runner_on_ok", "n2"))
    assert other is not None
    assert (other.kind, other.diff) == ("ok", "")


def test_a_hidden_loop_changed_when_an_item_did() -> None:
    used = reader()
    used.read(task("runner_item_on_ok", censored="hidden", changed=True))
    whole = used.read(task("runner_on_ok", censored="hidden", changed=False))
    assert whole is not None
    assert whole.kind == "changed"


def test_secrets_are_taken_out_before_anything_is_shortened() -> None:
    secret = "hunter2-" + "x" * 50
    long = "y" * (TEXT - 20) + secret
    found = read(
        task(
            "runner_on_failed",
            msg=long,
            stdout=f"echo {secret}",
            diff={"before": "", "after": secret},
            rc=1,
        ),
        "apply",
        secret,
    )
    everything = repr(found)
    assert "hunter2" not in everything
    assert HIDDEN in found.diff
    assert HIDDEN in found.result["stdout"]


def test_texts_have_limits_and_long_diffs_a_digest() -> None:
    after = "".join(f"{number}\n" for number in range(LIMIT))
    found = read(
        task("runner_on_ok", msg="m" * 9000, stdout="s" * 9000, diff={"before": "", "after": after})
    )
    assert len(found.message) <= MESSAGE
    assert len(found.result["msg"]) <= TEXT + 1
    assert len(found.result["stdout"]) <= TEXT + 1
    assert len(found.diff) < LIMIT + 200
    assert "sha256:" in found.diff


def test_what_the_target_asked_for_is_kept_where_a_task_succeeded() -> None:
    asked = {"append": False, "results": ["Installed: a", {"b": 1}], "deep": {"c": "d"}}
    changed = read(task("runner_on_ok", changed=True, kept=asked))
    assert changed.result["kept"] == asked
    assert "altered" not in changed.result
    assert read(task("runner_on_ok", changed=False, kept=asked)).result["kept"] == asked
    assert "kept" not in read(task("runner_on_failed", kept=asked)).result
    assert "kept" not in read(task("runner_on_ok", changed=True, censored="x")).result


def test_what_is_kept_has_no_secret() -> None:
    value = "C4nary-value-4711!"
    kept = {"a": f"x {value}", "b": [value]}
    found = read(task("runner_on_ok", changed=True, kept=kept), "apply", value)
    assert found.result["kept"].keys() == kept.keys()
    assert value not in str(found.result)
    assert found.result["altered"] == ["a", "b"]
    deep = {"stat": {"c": {value: 1}}, "fine": "x", "long": "y" * (TEXT + 1)}
    found = read(task("runner_on_ok", kept=deep), "check", value)
    assert value not in str(found.result)
    assert found.result["altered"] == ["stat", "long"]


def test_a_file_that_a_look_read_is_text_and_redacted_as_such() -> None:
    """Base64 hides a value that does not begin where three bytes do."""
    value = "C4nary-value-4711!"
    for before in ("", "a", "ab"):
        content = base64.b64encode(f"{before}{value}\n".encode()).decode()
        kept = {"content": content, "encoding": "base64"}
        found = read(task("runner_on_ok", kept=kept), "check", value).result
        assert found["kept"]["content"] == f"{before}{HIDDEN}\n"
        assert found["altered"] == ["content"]
    binary = {"content": base64.b64encode(b"\xff\xfe").decode(), "encoding": "base64"}
    assert read(task("runner_on_ok", kept=binary)).result["kept"]["content"] is None


def test_the_recap() -> None:
    used = reader()
    assert (
        used.read(
            stats(
                ok={"a": 3, "b": 1},
                changed={"a": 1},
                dark={"c": 1},
                failures={"b": 1},
                ignored={"a": 2},
            )
        )
        is None
    )
    assert used.recap
    assert used.stats == {
        "a": HostStats(ok=3, changed=1, ignored=2),
        "b": HostStats(ok=1, failed=1),
        "c": HostStats(unreachable=1),
    }


def test_errors_outside_of_tasks_say_where_without_the_machines_path() -> None:
    used = reader()
    error = used.read(line("verbose", text="[ERROR]: couldn't resolve module/action 'x'."))
    origin = used.read(line("verbose", text="Origin: /runs/run_1/project/site.yml:3:7"))
    assert error is not None and origin is not None
    assert (error.kind, error.result) == ("failed", {"reason": "execution.playbook_error"})
    assert origin.message == "Origin: site.yml:3:7"


def test_warnings_are_notes() -> None:
    found = read(
        line("warning", text="[WARNING]: Could not match supplied host pattern,\nignoring: x")
    )
    assert (found.kind, found.message) == (
        "other",
        "Could not match supplied host pattern, ignoring: x",
    )


def test_a_play_without_hosts_is_remembered() -> None:
    used = reader()
    event = used.read(line("playbook_on_no_hosts_matched", play="web", text="skipping"))
    assert event is not None
    assert event.result == {"reason": "execution.no_hosts_matched"}
    assert used.unmatched


def test_events_that_did_not_arrive_are_counted() -> None:
    used = reader()
    used.read(line("lost", text=""))
    used.read(
        line(
            "warning",
            text="[WARNING]: Callback dispatch 'v2_runner_on_ok' failed for plugin 'x': full",
        )
    )
    assert used.lost == 2


class TestNothingSecretGetsThrough:
    """Every text of an event, also what Ansible wrapped or Kiki itself adds."""

    SECRET = "C4nary-value-4711!"

    def test_a_warning_that_was_wrapped_within_the_value(self) -> None:
        text = "[WARNING]: something about C4nary-va\nlue-4711! and more\n\n"
        found = read(line("verbose", text=text), "apply", self.SECRET)
        assert found.message == f"something about {HIDDEN} and more"

    def test_an_error_outside_of_any_task(self) -> None:
        text = "[ERROR]: no such file: C4nary-value-\n4711!\nOrigin: x\n"
        found = read(line("verbose", text=text), "apply", self.SECRET)
        assert found.message == f"no such file: {HIDDEN} Origin: x"

    def test_what_the_driver_said_at_its_end(self) -> None:
        found = reader("apply", self.SECRET).note(
            "execution.driver_died", f"it died: {self.SECRET}"
        )
        assert found.message == f"it died: {HIDDEN}"

    def test_why_a_task_was_skipped(self) -> None:
        raw = task("runner_on_skipped", skip_reason=f"when {self.SECRET} is")
        assert read(raw, "check", self.SECRET).result["skip_reason"] == f"when {HIDDEN} is"

    @pytest.mark.parametrize("key", ["msg", "stdout", "stderr", "module_stderr"])
    @pytest.mark.parametrize("event", ["runner_on_ok", "runner_on_failed", "runner_item_on_failed"])
    def test_results(self, event: str, key: str) -> None:
        raw = task(event, **{key: f"is {self.SECRET}", "_ansible_item_label": self.SECRET})
        assert self.SECRET not in repr(read(raw, "apply", self.SECRET))

    def test_names_of_plays_tasks_and_files(self) -> None:
        for raw in (
            line("playbook_on_play_start", play=self.SECRET),
            line("playbook_on_task_start", task=self.SECRET),
            line("playbook_on_no_hosts_matched", play=self.SECRET),
            task("runner_on_ok", name=self.SECRET, changed=True, diff={
                "before": "", "after": self.SECRET, "after_header": f"/srv/{self.SECRET}"}),
        ):  # fmt: skip
            assert "C4nary" not in repr(read(raw, "apply", self.SECRET))


def reported(report: Any, name: str = "kiki_report") -> dict[str, Any]:
    kept = {"ansible_facts": {name: report}}
    return {**task("runner_on_ok", kept=kept), "task_action": "ansible.builtin.set_fact"}


@pytest.mark.parametrize("name", ["kiki_report", "health_check_report"])
def test_a_report_goes_a_way_of_its_own_whole_and_redacted(name: str) -> None:
    used = reader("apply", "Geheim-4711")
    event = used.read(reported({"log": ["Geheim-4711", "y" * 3 * TEXT]}, name))
    assert event is not None
    assert used.reports == {"n1": {"log": [HIDDEN, "y" * 3 * TEXT]}}
    assert event.result == {"reported": True, "kept": {}}


def test_a_report_that_is_too_long_is_none() -> None:
    used = reader()
    event = used.read(reported(["y" * REPORT]))
    assert event is not None
    assert used.reports == {}
    assert event.result["reported"] is False


def test_other_facts_are_no_report() -> None:
    used = reader()
    event = used.read(reported("x", "kiki_other"))
    assert event is not None
    assert used.reports == {}
    assert event.result["kept"] == {"ansible_facts": {"kiki_other": "x"}}
