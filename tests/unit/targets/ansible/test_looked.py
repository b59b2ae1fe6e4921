"""What looks showed becomes the state before of the action that they were for."""

from typing import Any

import pytest

from kiki.model.plan import Action, Plan
from kiki.model.records import digest
from kiki.targets.ansible.kept import LARGEST
from kiki.targets.ansible.plan import plan
from tests.unit.targets.ansible.building import event, intent, inventory, result

CASE = intent(("file_create", {"path": "/etc/motd", "content": "new"}))
OWNED = {"path": "/etc/motd", "content": "new", "owner": "kim"}
LOOK, WRITE = "Look at /etc/motd before it changes", "Write /etc/motd"
STAT = {
    "stat.exists": True, "stat.isreg": True, "stat.size": 3, "stat.mode": "0644",
    "stat.pw_name": "root", "stat.gr_name": None, "stat.gid": 77, "stat.checksum": "c" * 64,
}  # fmt: skip


def planned(kept: dict[str, Any], diff: str = "", **more: Any) -> Plan:
    run = result(
        event("ok", LOOK, "ansible.builtin.stat", result={"kept": kept, **more}),
        event("changed", WRITE, "ansible.builtin.copy", diff=diff),
    )
    return plan(run, CASE, inventory())


def only(made: Plan) -> Action:
    assert [action.task for action in made.actions] == [WRITE], "looks are no actions"
    return made.actions[0]


def test_a_look_gives_what_was_there_by_name_or_number() -> None:
    found = only(planned(STAT))
    assert found.verb == "update"
    assert found.before == {"kept": "c" * 64, "mode": "0644", "owner": "root", "group": "77"}
    assert planned(STAT).reversibility == "exact"


def test_a_file_that_was_empty_was_there_though_its_diff_looks_like_a_new_one() -> None:
    diff = "--- before\n+++ after\n@@ -0,0 +1 @@\n+new\n"
    assert only(planned(STAT, diff)).verb == "update"
    assert only(planned({"stat.exists": False}, diff)).verb == "create"


@pytest.mark.parametrize(
    ("kept", "more", "unread"),
    [
        (STAT | {"stat.isreg": False}, {}, "kept_no_file"),
        (STAT | {"stat.size": LARGEST + 1}, {}, "kept_too_large"),
        (STAT, {"altered": ["stat.pw_name"]}, "before_secret"),
        ({}, {}, "before_not_seen"),
        (STAT | {"stat.checksum": None}, {}, "before_not_seen"),
    ],
)
def test_what_can_not_be_kept_says_so_and_makes_the_undo_impossible(
    kept: dict[str, Any], more: dict[str, Any], unread: str
) -> None:
    made = planned(kept, **more)
    assert (only(made).before, only(made).unread) == ({}, f"ansible.{unread}")
    assert made.reversibility == "impossible"


def test_without_a_look_nothing_is_known() -> None:
    diff = "--- before\n+++ after\n@@ -1 +1 @@\n-old\n+new\n"
    run = result(event("changed", WRITE, "ansible.builtin.copy", diff=diff))
    assert only(plan(run, CASE, inventory())).before == {}
    assert plan(run, CASE, inventory()).reversibility == "impossible"


def test_the_state_before_is_part_of_what_is_approved() -> None:
    other = planned(STAT | {"stat.mode": "0600"})
    assert other.fingerprint() != planned(STAT).fingerprint()
    plain = Plan(actions=(Action(subject="h1", task="t", verb="update"),))
    # As it was before there were states before: approvals outlive an update.
    assert plain.fingerprint() == digest(
        {"actions": [["h1", "t", "update", ""]], "unreachable": []}
    )


@pytest.mark.parametrize(("there", "new"), [(True, ()), (False, ("/etc/motd",)), (None, None)])
def test_what_check_mode_can_not_judge_is_new_if_the_look_says_so(there: Any, new: Any) -> None:
    kept = {} if there is None else STAT if there else {"stat.exists": False}
    case = intent(("user_create", {"names": ["kim"]}), ("file_create", OWNED))
    no_owner = "chown failed: failed to look up user kim"
    run = result(
        event("changed", "Create user kim", "ansible.builtin.user", result={"kept": {}}),
        event("ok", LOOK, "ansible.builtin.stat", result={"kept": kept}),
        event("failed", WRITE, "ansible.builtin.copy", message=no_owner, ignored=True),
    )
    found = plan(run, case, inventory()).actions[1]
    assert (found.verb, found.new, found.unread) == ("unknown", new, "")
    assert bool(found.before) is (there is True)
