"""Undo never takes away what was there before, and says so when it can't tell."""

from typing import Any

import pytest

from kiki.targets.ansible.compose import steps_of
from kiki.targets.ansible.kept import sum_of
from kiki.targets.ansible.undo import undo
from tests.unit.targets.ansible.building import action, intent, plan

NGINX = intent(("package_install", {"names": ["nginx"]}), ("service_start", {"names": ["nginx"]}))
INSTALL, START = "Install nginx (Debian)", "Start nginx"


def operations(found: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(each.kind, each.fields) for each in found.operations]


def where(found: Any) -> list[tuple[str, dict[str, Any], tuple[str, ...]]]:
    return [(each.kind, each.fields, each.hosts) for each in found.operations]


def test_a_package_that_was_there_is_not_removed() -> None:
    made = plan(action(INSTALL, "none"), action(START, "update"))
    assert operations(undo(NGINX, made)) == [("ansible.service_stop", {"names": ["nginx"]})]


def test_what_changed_on_one_host_only_is_taken_back_there() -> None:
    made = plan(action(INSTALL, "create"), action(START, "update"), action(START, "update", "h2"))
    found = undo(NGINX, made)
    assert found.hosts == ("h1", "h2")
    assert where(found) == [
        ("ansible.service_stop", {"names": ["nginx"]}, ()),
        ("ansible.package_remove", {"names": ["nginx"]}, ("h1",)),
    ]


def test_hosts_with_nothing_in_common_have_each_their_own_way_back() -> None:
    case = intent(("file_create", {"path": "/a"}), ("file_create", {"path": "/b"}))
    made = plan(action("Write /a", "create"), action("Write /b", "create", "h2"))
    assert where(undo(case, made)) == [
        ("ansible.file_remove", {"path": "/b"}, ("h2",)),
        ("ansible.file_remove", {"path": "/a"}, ("h1",)),
    ]


def test_of_a_list_each_host_loses_what_it_got() -> None:
    case = intent(("package_install", {"names": ["curl", "git", "jq"]}))
    title = "Install curl, git, jq (Debian)"
    made = plan(
        action(title, "create", message="curl, git"),
        action(title, "create", "h2", message="git"),
        action(title, "create", "h3", message="curl, git"),
    )
    assert where(undo(case, made)) == [
        ("ansible.package_remove", {"names": ["curl", "git"]}, ("h1", "h3")),
        ("ansible.package_remove", {"names": ["git"]}, ("h2",)),
    ]


def test_what_only_stays_can_not_be_taken_back() -> None:
    case = intent(("firewall_open", {"ports": ["80/tcp"]}))
    tool = next(step.task.name for step in steps_of(case) if "ufw" in step.task.name)
    found = undo(case, plan(action(tool, "create")))
    assert (found.undo.kind, found.undo.reason) == ("impossible", "ansible.undo_tool_stays")
    assert found.operations == ()


def test_items_that_are_not_known_are_not_touched() -> None:
    case = intent(("package_install", {"names": ["curl", "git"]}))
    made = plan(action("Install curl, git (RedHat)", "create", message=""))
    found = undo(case, made)
    assert found.undo.kind == "impossible"
    assert found.undo.reason == "ansible.undo_items_not_known"
    assert found.operations == ()


@pytest.mark.parametrize(
    ("family", "package"), [("RedHat", "httpd, vsftpd"), ("Debian", "apache2, vsftpd")]
)
def test_services_came_with_the_packages_of_the_host_s_own_family(
    family: str, package: str
) -> None:
    case = intent(
        ("package_install", {"names": ["httpd", "vsftpd"]}),
        ("service_start", {"names": ["httpd", "vsftpd"]}),
    )
    unjudged = {"reason": "ansible.not_judged_service"}
    found = undo(
        case,
        plan(
            action(f"Install {package} ({family})", "create", message=package),
            action(f"Start {package} ({family})", "unknown", **unjudged),
        ),
    )
    kinds = [operation.kind for operation in found.operations]
    assert kinds == ["ansible.service_stop", "ansible.package_remove"]
    assert all(operation.fields["names"] == ["httpd", "vsftpd"] for operation in found.operations)


def test_both_families_are_one_operation() -> None:
    case = intent(("package_install", {"names": ["httpd"]}))
    made = plan(
        action("Install httpd (RedHat)", "create"),
        action("Install apache2 (Debian)", "create", "h2"),
    )
    found = undo(case, made)
    assert operations(found) == [("ansible.package_remove", {"names": ["httpd"]})]
    assert found.hosts == ("h1", "h2")


@pytest.mark.parametrize(
    ("kind", "fields", "task", "verb", "reason"),
    [
        ("user_create", {"names": ["a"]}, "Create user a", "update", "user_existed"),
        ("user_remove", {"names": ["a"]}, "Remove user a", "delete", "user_gone"),
        ("directory_remove", {"path": "/a"}, "Remove directory /a", "delete", "directory_gone"),
        ("service_restart", {"names": ["a"]}, "Restart a", "run", "acted"),
        (
            "package_install", {"names": ["a"], "state": "latest"},
            "Upgrade a (Debian)", "update", "version_unknown",
        ),
        ("user_create", {"names": ["a"]}, "Create user a", "unknown", "not_known"),
        ("ping", {}, "By hand", "update", "by_hand"),
    ],
)  # fmt: skip
def test_impossible(kind: str, fields: dict[str, Any], task: str, verb: str, reason: str) -> None:
    found = undo(intent((kind, fields)), plan(action(task, verb)))
    assert found.undo.kind == "impossible"
    assert found.undo.reason == f"ansible.undo_{reason}"
    assert found.operations == ()


@pytest.mark.parametrize(
    ("kind", "fields", "back"),
    [
        ("service_start", {"names": ["nginx"]}, "service_stop"),
        ("service_stop", {"names": ["nginx"]}, "service_start"),
        ("service_enable", {"names": ["nginx"]}, "service_disable"),
        ("service_disable", {"names": ["nginx"]}, "service_enable"),
        ("firewall_close", {"ports": ["80/tcp"]}, "firewall_open"),
    ],
)
def test_exact(kind: str, fields: dict[str, Any], back: str) -> None:
    case = intent((kind, fields))
    task = next(step.task for step in steps_of(case) if step.task.verb != "none")
    found = undo(case, plan(action(task.name, task.verb)))
    assert found.undo.kind == "exact"
    assert operations(found) == [(f"ansible.{back}", fields)]


def test_a_change_that_did_nothing_has_nothing_to_take_back() -> None:
    found = undo(NGINX, plan(action(INSTALL, "none")))
    assert (found.undo.kind, found.undo.reason, found.operations) == ("exact", "undo.nothing", ())


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        (("ping", {}), "exact"),
        (("service_start", {"names": ["a"]}), "exact"),
        (("package_install", {"names": ["a"]}), "compensating"),
        (("file_create", {"path": "/a"}), "exact"),
        (("service_restart", {"names": ["a"]}), "impossible"),
        (("file_remove", {"path": "/a"}), "exact"),
    ],
)
def test_before_there_is_a_plan_only_the_kind_is_told(operation: Any, kind: str) -> None:
    found = undo(intent(operation), None)
    assert found.undo.kind == kind
    assert found.operations == ()


def test_what_is_taken_back_says_where_it_is_from() -> None:
    found = undo(NGINX, plan(action(INSTALL, "create")))
    source = found.operations[0].sources["names"]
    assert (source.origin, source.detail) == ("undo", INSTALL)


KEPT = {"kept": "a" * 64, "mode": "0640", "owner": "root", "group": "33"}


@pytest.mark.parametrize(
    ("kind", "fields", "task", "verb"),
    [
        ("file_create", {"path": "/a"}, "Write /a", "update"),
        ("file_remove", {"path": "/a"}, "Remove file /a", "delete"),
    ],
)
def test_a_file_that_was_kept_is_brought_back(
    kind: str, fields: dict[str, Any], task: str, verb: str
) -> None:
    case = intent((kind, fields))
    found = undo(case, plan(action(task, verb, before=KEPT)))
    assert found.undo.kind == "exact"
    changed = sum_of("") if kind == "file_create" else ""
    assert operations(found) == [
        ("ansible.file_restore", {"path": "/a", "changed": changed, **KEPT})
    ]
    assert steps_of(intent(("file_restore", found.operations[0].fields)))


def test_hosts_that_had_different_values_get_each_its_own() -> None:
    case = intent(("directory_create", {"path": "/a", "mode": "0700"}))
    old = {"mode": "0755", "owner": "root", "group": "adm"}
    made = plan(
        action("Create directory /a", "update", before=old),
        action("Create directory /a", "update", "h2", before=old | {"group": "root"}),
        action("Create directory /a", "update", "h3", before=old),
        action("Create directory /a", "create", "h4"),
    )
    assert where(undo(case, made)) == [
        ("ansible.directory_create", {"path": "/a", **old}, ("h1", "h3")),
        ("ansible.directory_create", {"path": "/a", **old, "group": "root"}, ("h2",)),
        ("ansible.directory_remove", {"path": "/a"}, ("h4",)),
    ]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "before_not_seen"),
        ({"unread": "ansible.kept_too_large"}, "kept_too_large"),
        ({"before": KEPT | {"mode": "rwx"}}, "before_unfit"),
        ({"before": KEPT | {"owner": "a b"}}, "before_unfit"),
        ({"before": {"kept": "a" * 64}}, "before_not_seen"),
    ],
)
def test_what_is_not_known_or_could_not_be_written_is_not_brought_back(
    more: dict[str, Any], reason: str
) -> None:
    case = intent(("file_create", {"path": "/a"}))
    found = undo(case, plan(action("Write /a", "update", **more)))
    assert (found.undo.kind, found.undo.reason) == ("impossible", f"ansible.{reason}")
    assert found.operations == ()


IN_NEW_GROUP = intent(
    ("group_create", {"names": ["g"]}),
    ("user_create", {"names": ["a", "b"], "groups": ["g"]}),
)
UNJUDGED = {"reason": "ansible.not_judged_account", "message": "Group g does not exist"}


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (("b",), "undo_user_existed"),
        ((), "undo_user_existed"),
        (None, "undo_not_known"),
    ],
)
def test_a_user_is_not_new_because_its_group_is(new: Any, reason: str) -> None:
    made = plan(
        action("Create group g", "create"),
        action("Create users a, b", "unknown", new=new, **UNJUDGED),
    )
    found = undo(IN_NEW_GROUP, made)
    assert (found.undo.kind, found.undo.reason) == ("impossible", f"ansible.{reason}")
    assert found.operations == ()


def test_users_that_a_look_did_not_find_are_new() -> None:
    made = plan(action("Create users a, b", "unknown", new=("a", "b"), **UNJUDGED))
    assert operations(undo(IN_NEW_GROUP, made)) == [("ansible.user_remove", {"names": ["a", "b"]})]


OWNED = intent(("user_create", {"names": ["a"]}), ("file_create", {"path": "/srv/a", "owner": "a"}))
NO_OWNER = {"reason": "ansible.not_judged_account"}


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({"new": ("/srv/a",)}, ["file_remove", "user_remove"]),
        ({"new": (), "before": KEPT}, ["file_restore", "user_remove"]),
        ({}, []),
    ],
)
def test_a_file_is_not_new_because_its_owner_is(more: Any, kinds: list[str]) -> None:
    made = plan(
        action("Create user a", "create"), action("Write /srv/a", "unknown", **NO_OWNER, **more)
    )
    found = operations(undo(OWNED, made))
    assert [kind for kind, _ in found] == [f"ansible.{kind}" for kind in kinds]


def test_a_link_is_not_new_because_its_target_is() -> None:
    case = intent(
        ("file_create", {"path": "/srv/t"}), ("link_create", {"path": "/srv/l", "target": "/srv/t"})
    )
    made = plan(
        action("Write /srv/t", "create"),
        action("Link /srv/l", "unknown", reason="ansible.not_judged"),
    )
    assert undo(case, made).undo.reason == "ansible.undo_not_known"


def test_of_packages_that_are_in_no_list_the_ones_that_were_there_stay() -> None:
    case = intent(("package_install", {"names": ["curl", "git"]}))
    unlisted = {"reason": "ansible.not_judged_package", "new": ("git",)}
    made = plan(action("Install curl, git (Debian)", "unknown", **unlisted))
    assert operations(undo(case, made)) == [("ansible.package_remove", {"names": ["git"]})]
