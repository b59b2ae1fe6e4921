"""Only what runs really did is taken back, of all of them together."""

from typing import Any

from msgspec.structs import replace

from kiki.model.change import Done, Outcome, Ran
from kiki.model.plan import Plan
from kiki.targets.ansible.ran import moved, take_back
from kiki.targets.port import UndoPlan
from tests.unit.targets.ansible.building import action, intent, plan

TWO = intent(("user_create", {"names": ["ann"]}), ("directory_create", {"path": "/srv/x"}))
USER, FOLDER = "Create user ann", "Create directory /srv/x"
BOTH = plan(
    action(USER, "create"), action(FOLDER, "create"),
    action(USER, "create", "h2"), action(FOLDER, "create", "h2"),
)  # fmt: skip


def ran(made: Plan = BOTH, **done: Done) -> Ran:
    """A run that was heard."""
    return Ran(plan=made, outcome=Outcome(done=done))


def operations(found: UndoPlan) -> list[tuple[str, dict[str, Any]]]:
    return [(each.kind, each.fields) for each in found.operations]


def notes(found: UndoPlan) -> list[tuple[str, dict[str, str]]]:
    return [(note.code, note.params) for note in found.notes]


def everything(*hosts: str) -> dict[str, Done]:
    return dict.fromkeys(hosts, Done(changed=(USER, FOLDER)))


def test_tasks_that_the_run_did_not_come_to_are_left_alone() -> None:
    found = take_back(TWO, (ran(h1=Done(changed=(USER,)), h2=Done(changed=(USER,))),))
    assert operations(found) == [("ansible.user_remove", {"names": ["ann"]})]
    assert (found.hosts, found.notes) == (("h1", "h2"), ())


def test_hosts_that_the_run_did_not_change_are_left_alone() -> None:
    found = take_back(TWO, (ran(**everything("h2")),))
    assert found.hosts == ("h2",)
    assert [kind for kind, _ in operations(found)] == [
        "ansible.directory_remove", "ansible.user_remove",
    ]  # fmt: skip


def test_what_may_have_been_done_is_taken_back_and_named() -> None:
    found = take_back(TWO, (ran(h1=Done(changed=(USER,), unsure=(FOLDER, "Gathering Facts"))),))
    assert len(found.operations) == 2
    assert notes(found) == [("ansible.undo_unsure", {"tasks": f"h1: {FOLDER}"})]


def test_what_the_plan_did_not_foresee_is_left_and_named() -> None:
    made = plan(action(USER, "create"), action(FOLDER, "none"))
    found = take_back(TWO, (ran(made, **everything("h1")),))
    assert operations(found) == [("ansible.user_remove", {"names": ["ann"]})]
    assert notes(found) == [("ansible.undo_unplanned", {"tasks": f"h1: {FOLDER}"})]


def test_a_run_that_nobody_heard_did_what_its_plan_says() -> None:
    for outcome in (None, Outcome(reason="job.cancelled")):
        found = take_back(TWO, (Ran(plan=BOTH, outcome=outcome),))
        assert found.hosts == ("h1", "h2")
        assert len(found.operations) == 2
        assert notes(found) == [("ansible.undo_unheard", {})]


def test_a_run_of_an_older_record_is_known_by_its_hosts() -> None:
    found = take_back(TWO, (Ran(plan=BOTH, outcome=Outcome(changed=("h1",), failed=("h2",))),))
    assert (found.hosts, found.notes) == (("h1", "h2"), ())
    found = take_back(TWO, (Ran(plan=BOTH, outcome=Outcome(changed=("h1",), unreachable=("h2",))),))
    assert found.hosts == ("h1",)


def test_the_tasks_of_a_role_have_its_name_before_them() -> None:
    done = Done(changed=(f"case : {USER}",), unsure=(f"case : {FOLDER}",))
    found = take_back(TWO, (ran(h1=done),))
    assert len(found.operations) == 2
    assert notes(found) == [("ansible.undo_unsure", {"tasks": f"h1: {FOLDER}"})]


def test_nothing_done_is_nothing_to_take_back() -> None:
    found = take_back(TWO, (ran(),))
    assert (found.operations, found.undo.reason) == ((), "undo.nothing")


def test_several_runs_are_taken_back_together() -> None:
    """The first one was stopped after one host, the second found that done and did the other."""
    second = plan(action(USER, "create", "h2"), action(FOLDER, "create", "h2"))
    found = take_back(TWO, (ran(**everything("h1")), ran(second, **everything("h2"))))
    assert (found.hosts, len(found.operations)) == (("h1", "h2"), 2)


def test_what_there_was_before_is_what_the_first_run_found() -> None:
    """It made the user; that somebody then changed it, and the second run mended that, does not
    make it theirs."""
    mended = plan(action(USER, "update"))
    found = take_back(TWO, (ran(h1=Done(changed=(USER,))), ran(mended, h1=Done(changed=(USER,)))))
    assert operations(found) == [("ansible.user_remove", {"names": ["ann"]})]
    found = take_back(TWO, (ran(mended, h1=Done(changed=(USER,))), ran(h1=Done(changed=(USER,)))))
    assert found.undo.reason == "ansible.undo_user_existed"


def test_the_items_of_all_runs_are_taken_back() -> None:
    case = intent(("package_install", {"names": ["curl", "git"]}))
    task = "Install curl, git (Debian)"
    both = [plan(action(task, "create", message=each)) for each in ("curl, git", "git")]
    runs = tuple(ran(made, h1=Done(changed=(task,))) for made in both)
    assert operations(take_back(case, runs)) == [
        ("ansible.package_remove", {"names": ["curl", "git"]})
    ]
    unknown = replace(runs[1], plan=plan(action(task, "unknown", message="git, so it said")))
    assert take_back(case, (runs[0], unknown)).undo.reason == "ansible.undo_items_not_known"


def test_many_tasks_are_counted_in_a_note() -> None:
    hosts = [f"h{number}" for number in range(9)]
    made = plan(*(action(USER, "create", host) for host in hosts), hosts=tuple(hosts))
    found = take_back(TWO, (ran(made, **dict.fromkeys(hosts, Done(unsure=(USER,)))),))
    assert found.notes[0].params["tasks"].endswith("and 4 more")


def test_a_host_has_moved_where_the_change_would_do_again_what_it_did() -> None:
    did = ran(
        h1=Done(changed=(USER, FOLDER)),
        h2=Done(changed=(USER,), unsure=(FOLDER,)),
        h3=Done(changed=(USER,)),
    )
    again = [action(FOLDER, "create", host) for host in ("h1", "h2", "h3")]
    assert moved(TWO, (did,), plan(*again)) == ("h1",), "the others never did that for certain"
    assert moved(TWO, (did,), plan(action(USER, "unknown"), action(FOLDER, "none"))) == ()
    cut = Ran(plan=BOTH, outcome=None)
    assert moved(TWO, (cut,), plan(*again)) == (), "nobody heard what it did"
    partly = ran(h1=Done(heard=False), h2=Done(changed=(USER, FOLDER)))
    assert moved(TWO, (partly,), plan(*again)) == ("h2",), "nobody heard what it did on h1"


def test_a_restart_would_be_done_again_on_a_host_that_has_not_moved() -> None:
    case = intent(("service_restart", {"names": ["a"]}))
    made = plan(action("Restart a", "run"))
    assert moved(case, (ran(made, h1=Done(changed=("Restart a",))),), made) == ()
