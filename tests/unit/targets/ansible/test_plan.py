"""Plans from made-up events: what recorded runs (tests/golden/ansible/runs) do not have."""

from typing import Any

import pytest

from kiki.model.run import HostStats, RunEvent
from kiki.targets.ansible.changed import changed_items, from_message
from kiki.targets.ansible.compose import steps_of
from kiki.targets.ansible.diffs import LIMIT, normalised
from kiki.targets.ansible.plan import plan
from kiki.targets.ansible.risks import MANY_HOSTS
from tests.unit.targets.ansible.building import event, intent, inventory, result

INSTALL = intent(("package_install", {"names": ["nginx", "curl", "nginx-light"]}))
DNF, LOOK, _, APT = (step.task for step in steps_of(INSTALL))


def failed(task: str, module: str, message: str, **more: Any) -> RunEvent:
    return event("failed", task, module, message=message, result={"msg": message}, **more)


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["Installed: nginx-1:1.20.1-14.el9.x86_64"], ("nginx",)),
        (["Installed: nginx-light-2.0-1.x86_64"], ("nginx-light",)),
        (["Installed: nginx-core-1-1.x86_64", "Installed: curl-7-1.x86_64"], ("curl",)),
        ([], ()),
        ([None, 1], ()),
    ],
)
def test_which_packages_dnf_installs(lines: list[Any], wanted: tuple[str, ...]) -> None:
    said = event("changed", DNF.name, DNF.module, result={"kept": {"results": lines}})
    assert changed_items(DNF, said, ()) == wanted


def test_which_packages_dnf_removes() -> None:
    """What is not there is listed as well, and does not come back with an undo."""
    (task,) = (
        step.task
        for step in steps_of(intent(("package_remove", {"names": ["htop", "memcached"]})))
        if step.task.family == "RedHat"
    )
    lines = ["No match for argument: htop", "Removed: memcached-1.6-1.noarch"]
    said = event("changed", task.name, task.module, result={"kept": {"results": lines}})
    assert changed_items(task, said, ()) == ("memcached",)


def test_which_packages_apt_installs() -> None:
    diff = (
        "The following additional packages will be installed:\n  nginx nginx-common\n"
        "The following NEW packages will be installed:\n  curl libcurl4\n  nginx-light\n"
        "0 upgraded, 3 newly installed, 0 to remove and 0 not upgraded.\n"
    )
    said = event("changed", APT.name, APT.module, diff=diff)
    assert changed_items(APT, said, ()) == ("curl", "nginx-light")
    assert changed_items(APT, event("changed", APT.name, APT.module), ()) == ()


def test_items_come_back_from_the_message() -> None:
    assert from_message("curl, nginx-light", APT) == ("curl", "nginx-light")
    assert from_message("", APT) == ()


def test_a_failure_of_the_run_is_an_error_without_a_host() -> None:
    whole = RunEvent(counter=1, kind="failed", message="no such module")
    made = plan(result(whole, status="failed"), INSTALL, inventory())
    assert made.errored
    assert [(act.subject, act.verb, act.message) for act in made.actions] == [
        ("", "error", "no such module")
    ]


@pytest.mark.parametrize("status", ["cancelled", "timeout", "failed"])
def test_a_run_that_ended_early_is_an_error(status: str) -> None:
    made = plan(result(status=status), intent(("ping", {})), inventory())
    assert made.errored
    assert made.actions[0].reason == f"ansible.run_{status}"


def test_a_run_without_a_word_about_a_host_is_not_nothing_to_do() -> None:
    made = plan(result(), INSTALL, inventory("h1"))
    assert not made.complete
    assert {act.reason for act in made.actions} == {"ansible.not_judged_not_reached"}


def test_an_unreachable_host_is_listed_and_has_no_actions() -> None:
    away = event("unreachable", "Gathering Facts", "gather_facts", message="timed out")
    made = plan(
        result(away, status="unreachable", h2=HostStats(unreachable=1)),
        INSTALL,
        inventory("h1", "h2"),
    )
    assert made.unreachable == ("h1", "h2")
    assert not made.errored
    assert {act.subject for act in made.actions} <= {"h2"}


def test_a_missing_package_is_unknown_with_what_comes_after() -> None:
    case = intent(("package_install", {"names": ["nginx"]}), ("file_create", {"path": "/tmp/a"}))
    said = failed(
        "Install nginx (Debian)", "ansible.builtin.apt", "No package matching 'nginx' is available"
    )
    made = plan(result(said), case, inventory())
    assert [(act.task, act.verb, act.reason) for act in made.actions] == [
        ("Install nginx (Debian)", "unknown", "ansible.not_judged_package"),
        ("Write /tmp/a", "unknown", "ansible.not_judged_not_reached"),
    ]
    assert made.risk == "high"


def test_a_missing_service_that_nothing_brings_is_an_error() -> None:
    case = intent(("file_create", {"path": "/tmp/a"}), ("service_start", {"names": ["nginx"]}))
    text = "Could not find the requested service nginx: host"
    made = plan(
        result(failed("Start nginx", "ansible.builtin.service", text)),
        intent(("service_start", {"names": ["nginx"]})),
        inventory(),
    )
    assert made.errored
    assert plan(
        result(failed("Start nginx", "ansible.builtin.service", text)), case, inventory()
    ).errored


@pytest.mark.parametrize(("server", "native"), [("nginx", "nginx"), ("httpd", "apache2")])
def test_a_reload_of_a_server_that_the_play_brings_is_unknown(server: str, native: str) -> None:
    site = {"server": server, "names": ["a.example.com"]}
    task = f"Have {native} read its sites again (Debian)"
    text = f"Could not find the requested service {native}: host"
    said = failed(task, "ansible.builtin.service", text, ignored=True)
    made = plan(result(said), intent(("web_site", site)), inventory())
    reload = next(act for act in made.actions if act.task == task)
    assert (reload.verb, reload.reason) == ("unknown", "ansible.not_judged_service")
    assert not made.errored


def test_a_known_cause_is_an_error_even_where_a_task_may_fail() -> None:
    case = intent(
        ("package_install", {"names": ["nginx"]}), ("service_start", {"names": ["nginx"]})
    )
    said = event(
        "failed", "Start nginx", "ansible.builtin.service", ignored=True,
        message="Missing sudo password", result={"reason": "execution.become_password"},
    )  # fmt: skip
    made = plan(result(said), case, inventory())
    assert made.errored
    assert made.actions[0].reason == "execution.become_password"


def test_a_task_of_the_same_name_that_somebody_rewrote_is_judged_by_itself() -> None:
    case = intent(("service_restart", {"names": ["nginx"]}))
    said = event("changed", "Restart nginx", "ansible.builtin.command")
    assert plan(result(said), case, inventory()).actions[0].verb == "run"


def test_a_role_s_tasks_are_known_by_their_own_name() -> None:
    case = intent(("user_create", {"names": ["anna"]}))
    said = event("changed", "web : Create user anna", "ansible.builtin.user", result={"kept": {}})
    assert plan(result(said), case, inventory()).actions[0].verb == "create"


def test_many_hosts_raise_the_risk() -> None:
    case = intent(("file_create", {"path": "/tmp/a"}))
    hosts = [f"h{number}" for number in range(MANY_HOSTS)]
    said = [event("changed", "Write /tmp/a", "ansible.builtin.copy", host=host) for host in hosts]
    assert plan(result(*said), case, inventory(*hosts)).risk == "medium"
    assert plan(result(*said[1:]), case, inventory(*hosts[1:])).risk == "low"


def test_the_same_change_has_the_same_fingerprint() -> None:
    """Hosts answer in any order, and temporary files have a new name each time."""
    case = intent(("file_create", {"path": "/tmp/a"}))
    prints = set()
    for run, order in (("1", ("h1", "h2")), ("2", ("h2", "h1"))):
        diff = f"--- /tmp/a\n+++ /home/x/.ansible/tmp/ansible-tmp-{run}/a\n@@ -1 +1 @@\n-a\n+b\n"
        said = [
            event("changed", "Write /tmp/a", "ansible.builtin.copy", host=host, diff=diff)
            for host in order
        ]
        prints.add(plan(result(*said), case, inventory("h1", "h2")).fingerprint())
    assert len(prints) == 1


def test_long_diffs_are_cut_and_still_told_apart() -> None:
    one, other = (normalised("+x\n" * LIMIT + end) for end in ("a", "b"))
    assert len(one) < LIMIT + 200
    assert one != other
    assert normalised('-    "mtime": 1.5\n+a\n') == "+a\n"


_FOUND: dict[bool | None, dict[str, Any]] = {
    True: {"kept": {"append": False}},
    False: {"kept": {}},
    None: {},
}


@pytest.mark.parametrize(
    ("existed", "verb"),
    [
        ((False, False), "create"),
        ((False, True), "update"),
        ((False, None), "update"),
        ((None, None), "update"),
    ],
)
def test_users_are_new_only_if_all_that_change_are(existed: tuple[Any, ...], verb: str) -> None:
    case = intent(("user_create", {"names": ["anna", "ben"]}))
    task, module = "Create users anna, ben", "ansible.builtin.user"
    items = [
        event(
            "item",
            task,
            module,
            result={"status": "changed"} | found,
        )
        for found in (_FOUND[each] for each in existed)
    ]
    whole = event("changed", task, module, result={"kept": {}})
    assert plan(result(*items, whole), case, inventory()).actions[0].verb == verb


@pytest.mark.parametrize(
    ("message", "verbs"),
    [
        ("No package matching 'nginx' is available", ["unknown", "unknown"]),
        ("Failed to lock apt for exclusive operation", ["error"]),
    ],
)
def test_a_check_goes_on_where_package_lists_are_missing_and_only_there(
    message: str, verbs: list[str]
) -> None:
    case = intent(
        ("package_install", {"names": ["nginx"]}), ("service_start", {"names": ["nginx"]})
    )
    apt = next(step.task for step in steps_of(case) if step.task.module.endswith("apt"))
    no_service = "Could not find the requested service nginx: host"
    run = result(
        failed(apt.name, apt.module, message, ignored=True),
        failed("Start nginx", "ansible.builtin.service", no_service, ignored=True),
    )
    made = plan(run, case, inventory())
    assert [action.verb for action in made.actions][: len(verbs)] == verbs
    assert made.errored is (verbs == ["error"])
