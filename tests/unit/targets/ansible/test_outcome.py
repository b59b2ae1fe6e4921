"""Outcomes from recaps and events."""

import pytest

from kiki.model.change import Done
from kiki.model.run import HostStats
from kiki.targets.ansible.outcome import outcome
from tests.unit.targets.ansible.building import event, inventory, result

CHANGED, OK = HostStats(changed=1, ok=2), HostStats(ok=2)
FAILED, AWAY = HostStats(failed=1, changed=1), HostStats(unreachable=1, changed=1)


def test_each_host_ends_in_one_way() -> None:
    found = outcome(result(a=CHANGED, b=OK, c=FAILED, d=AWAY, status="partly"), None, inventory())
    ends = (found.changed, found.unchanged, found.failed, found.unreachable)
    assert ends == (("a",), ("b",), ("c",), ("d",))
    assert found.verified == "not_run"


def test_a_second_run_that_changes_nothing_verifies() -> None:
    assert outcome(result(a=CHANGED), result(a=OK), inventory()).verified == "passed"


def test_a_second_run_that_changes_names_host_and_task() -> None:
    again = result(event("changed", "Restart", "ansible.builtin.service", host="a"), a=CHANGED)
    found = outcome(result(a=CHANGED), again, inventory())
    assert (found.verified, found.reason) == ("failed", "ansible.verify_changed")
    assert found.params == {"host": "a", "task": "Restart"}


def test_a_second_run_that_fails_does_not_verify() -> None:
    bad = event("failed", "Start", "ansible.builtin.service", host="a", message="no")
    found = outcome(result(a=CHANGED), result(bad, a=FAILED, status="failed"), inventory())
    assert (found.verified, found.reason) == ("failed", "ansible.verify_failed")
    assert found.params == {"host": "a", "task": "Start", "message": "no"}


def test_a_loop_s_failure_is_that_of_its_item() -> None:
    item = event(
        "item", "Start", "x", host="a", message="no such unit", result={"status": "failed"}
    )
    task = event("failed", "Start", "x", host="a", message="One or more items failed")
    found = outcome(result(item, task, a=FAILED, status="failed"), None, inventory())
    assert found.reason == "ansible.task_failed"
    assert found.params["message"] == "no such unit"


@pytest.mark.parametrize("status", ["cancelled", "timeout"])
def test_a_run_that_was_stopped_says_so(status: str) -> None:
    assert outcome(result(status=status), None, inventory()).reason == f"ansible.run_{status}"


def test_an_ignored_failure_is_none() -> None:
    ignored = event("failed", "Start", "x", host="a", ignored=True)
    assert outcome(result(ignored, a=CHANGED), None, inventory()).reason == ""


def test_a_run_that_failed_without_a_word_shows_its_last_line() -> None:
    from msgspec.structs import replace

    ended = replace(result(status="failed"), output="a\nERROR! b\n")
    found = outcome(ended, None, inventory())
    assert (found.reason, found.params) == ("ansible.run_failed", {"message": "ERROR! b"})


def test_a_run_that_was_stopped_names_the_hosts_that_it_was_seen_to_change() -> None:
    """It has no recap."""
    made = event("changed", "Write /a", "x", host="b"), event("ok", "Write /a", "x", host="a")
    found = outcome(result(*made, status="cancelled"), None, inventory("a", "b"))
    assert (found.changed, found.unchanged, found.verified) == (("b",), (), "not_run")
    assert found.done == {"b": Done(changed=("Write /a",))}


def test_a_probe_that_fails_says_where_what_and_why() -> None:
    bad = event(
        "failed", "Probe: nginx runs", "ansible.builtin.command", host="a",
        message="non-zero return code", result={"stdout": "Active: failed\n  (Result: exit-code)"},
    )  # fmt: skip
    found = outcome(result(a=CHANGED), result(bad, a=FAILED, status="failed"), inventory())
    assert (found.verified, found.reason) == ("failed", "ansible.probe_failed")
    assert found.params == {
        "host": "a",
        "what": "nginx runs",
        "message": "non-zero return code; Active: failed (Result: exit-code)",
    }


def test_a_probe_s_message_has_what_the_program_complained_of() -> None:
    said = {"msg": "non-zero return code\nUnit x.service could not be found."}
    bad = event("failed", "Probe: x runs", "ansible.builtin.command", host="a",
                message="non-zero return code", result=said)  # fmt: skip
    found = outcome(result(a=CHANGED), result(bad, a=FAILED, status="failed"), inventory())
    assert found.params["message"] == "non-zero return code Unit x.service could not be found."


def test_a_host_whose_report_was_too_long_is_not_verified() -> None:
    lost = event("ok", "Report", "set_fact", host="a", result={"reported": False})
    found = outcome(result(lost, a=OK), result(a=OK), inventory())
    assert (found.verified, found.reason) == ("failed", "ansible.report_missing")
    assert found.params == {"hosts": "a"}
