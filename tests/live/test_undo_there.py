"""What was there before a change is never taken away, also where check mode could not judge it."""

import pytest

from kiki.model.change import Ran
from kiki.targets.ansible.target import TARGET
from tests.live.test_ansible_kinds import Kinds, fresh, intent, kinds, lab

__all__ = ["kinds", "lab"]  # fixtures

pytestmark = pytest.mark.hosts


def test_what_waits_for_an_account_of_the_same_play_and_was_there_is_as_before(
    kinds: Kinds,
) -> None:
    """The owner and the link's target come with the play, so check mode can't judge the rest."""
    name = fresh()
    path = f"/srv/{name}"
    try:
        kinds.look(f"sh -c 'install -d -m 0711 {path}d; printf mine >{path}; ln -s /tmp {path}l'")
        case = intent(
            ("user_create", {"names": [name]}),
            ("directory_create", {"path": f"{path}d", "owner": name}),
            ("file_create", {"path": path, "content": "mine", "owner": name}),
            ("file_create", {"path": f"{path}t", "content": "target"}),
            ("link_create", {"path": f"{path}l", "target": f"{path}t"}),
        )
        ran = kinds.there(case)
        verbs = [action.verb for action in ran.plan.changes]
        assert verbs == ["create", "unknown", "unknown", "create", "unknown"]
        way = kinds.back(case, ran)
        assert [one.kind.removeprefix("ansible.") for one in way.operations] == [
            "link_create", "file_remove", "file_restore", "directory_create", "user_remove",
        ]  # fmt: skip
        assert kinds.look(f"cat {path}") == "mine"
        assert kinds.look(f"stat -c %a:%U {path}d {path}").split() == ["711:root", "644:root"]
        assert kinds.look(f"readlink {path}l") == "/tmp\n"
    finally:
        kinds.look(f"sh -c 'userdel -rf {name}; rm -rf {path} {path}d {path}t {path}l'")


def test_a_user_that_gets_a_group_of_the_same_play_was_there(kinds: Kinds) -> None:
    name = fresh()
    case = intent(
        ("group_create", {"names": [f"{name}g"]}),
        ("user_create", {"names": [name, f"{name}n"], "groups": [f"{name}g"]}),
    )
    try:
        kinds.look(f"useradd -M {name}")
        plan = kinds.plan(case)
        assert [(action.verb, action.new) for action in plan.changes] == [
            ("create", None),
            ("unknown", (f"{name}n",)),
        ]
        back = TARGET.take_back(case, (Ran(plan=plan, outcome=kinds.apply(case)),))
        assert (back.undo.kind, back.undo.reason) == ("impossible", "ansible.undo_user_existed")
    finally:
        kinds.look(f"sh -c 'userdel -f {name}; userdel -rf {name}n; groupdel {name}g'")


def test_a_server_on_a_host_without_package_lists_is_taken_back(kinds: Kinds) -> None:
    """Check mode knows none of the packages there; one of the two is installed."""
    clean = "apt-get -qq purge -y memcached && systemctl daemon-reload"
    kinds.look(f"sh -c '{clean}; rm -rf /var/lib/apt/lists/*'")
    names = {"names": ["memcached"]}
    case = intent(
        ("package_install", {"names": ["cron", "memcached"]}),
        ("file_create", {"path": "/etc/memcached.conf.kk", "content": "x"}),
        ("service_start", names),
    )
    try:
        plan = kinds.plan(case)
        assert [(action.verb, action.new) for action in plan.changes] == [
            ("unknown", ("memcached",)),
            ("create", None),
            ("unknown", None),
        ]
        assert plan.reversibility == "compensating"
        outcome = kinds.apply(case)
        assert (outcome.verified, outcome.reason) == ("passed", "")
        way = kinds.back(case, Ran(plan=plan, outcome=outcome))
        assert [one.fields for one in way.operations if one.kind.endswith("remove")] == [
            {"path": "/etc/memcached.conf.kk"},
            names,
        ]
        assert kinds.look("systemctl is-active cron memcached").split() == ["active", "inactive"]
    finally:
        kinds.look(f"sh -c '{clean}; rm -f /etc/memcached.conf.kk'")
