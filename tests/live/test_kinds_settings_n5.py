"""Settings of the system, set and looked at on a real host, past Ansible.

Names of hosts, time zones, kernel parameters, /etc/hosts, locales, SELinux.
"""

import pytest

from kiki.model.change import Ran
from kiki.model.intent import Intent
from kiki.targets.ansible.target import TARGET
from tests.live.test_ansible_kinds_n5 import Kinds, fresh, intent, kinds, lab

__all__ = ["kinds", "lab"]  # fixtures

pytestmark = pytest.mark.hosts

SYSCTL = "/etc/sysctl.d/99-zz-kiki.conf"


def settled(kinds: Kinds, case: Intent) -> None:
    """*case* is planned, applied and verified, and a new plan has nothing left to do."""
    plan = kinds.plan(case)
    assert plan.changes
    assert not plan.errored
    outcome = kinds.apply(case)
    assert (outcome.verified, outcome.reason, outcome.params) == ("passed", "", {})
    assert not kinds.plan(case).changes


def taken_back(kinds: Kinds, case: Intent) -> None:
    """*case* is planned, applied, verified, and then taken back with what the plan saw before."""
    plan = kinds.plan(case)
    assert plan.changes
    assert not plan.errored
    outcome = kinds.apply(case)
    assert (outcome.verified, outcome.reason, outcome.params) == ("passed", "", {})
    assert not kinds.plan(case).changes
    back = TARGET.take_back(case, (Ran(plan=plan, outcome=outcome),))
    assert back.undo.kind in ("exact", "compensating"), back.undo
    reverse = Intent(target="ansible", name="back", operations=back.operations, reader="undo")
    undone = kinds.apply(reverse)
    assert (undone.verified, undone.reason, undone.params) == ("passed", "", {})


def test_a_host_name_and_its_own_line(kinds: Kinds) -> None:
    old, hosts = kinds.look("hostname").strip(), kinds.look("cat /etc/hosts")
    name = fresh()
    case = intent(("hostname_set", {"name": f"{name}.lab.internal"}))
    try:
        plan = kinds.plan(case)
        assert [action.before for action in plan.changes] == [{"name": old}, {}]
        outcome = kinds.apply(case)
        assert (outcome.verified, outcome.reason) == ("passed", "")
        assert kinds.look("hostname") == f"{name}.lab.internal\n"
        assert f"127.0.1.1 {name}.lab.internal {name}\n" in kinds.look("cat /etc/hosts")
        back = TARGET.take_back(case, (Ran(plan=plan, outcome=outcome),))
        assert [operation.fields for operation in back.operations] == [{"name": old}]
        reverse = Intent(target="ansible", name="back", operations=back.operations, reader="undo")
        assert kinds.apply(reverse).verified == "passed"
        assert kinds.look("hostname").strip() == old
        assert kinds.look("cat /etc/hosts").split() == hosts.split()
    finally:
        kinds.look(f"hostnamectl set-hostname {old}")
        kinds.look(f'python3 -c \'open("/etc/hosts", "w").write({hosts!r})\'')


def test_a_time_zone(kinds: Kinds) -> None:
    try:
        taken_back(kinds, intent(("timezone_set", {"name": "Asia/Seoul"})))
        assert kinds.look("readlink -f /etc/localtime").endswith("/Etc/UTC\n")
        assert kinds.plan(intent(("timezone_set", {"name": "Asia/Seoull"}))).errored
    finally:
        kinds.look("timedatectl set-timezone Etc/UTC")


def test_kernel_parameters(kinds: Kinds) -> None:
    """A container may write only those of its own network, and only once /proc/sys/net is made
    writable, which is done for the test."""
    key = "net.ipv4.ip_default_ttl"
    kinds.look("mount --bind /proc/sys/net /proc/sys/net")
    kinds.look("mount -o remount,bind,rw /proc/sys/net")
    try:
        settled(kinds, intent(("sysctl_set", {"settings": [f"{key}=61"]})))
        assert kinds.look(f"sysctl -n {key}") == "61\n"
        taken_back(kinds, intent(("sysctl_set", {"settings": [f"{key}=62"]})))
        assert kinds.look(f"sysctl -n {key}") == "61\n"
        assert kinds.look(f"cat {SYSCTL}").replace(" ", "") == f"{key}=61\n"
        unknown = kinds.apply(intent(("sysctl_set", {"settings": ["net.ipv4.no_such=1"]})))
        assert unknown.failed
    finally:
        kinds.look(f"sysctl -w {key}=64")
        kinds.look(f"rm -f {SYSCTL}")
        kinds.look("umount /proc/sys/net")


def test_lines_of_etc_hosts(kinds: Kinds) -> None:
    hosts, name = kinds.look("cat /etc/hosts"), fresh()
    add = intent(("hosts_add", {"address": "10.9.8.7", "names": [f"{name}.lab", name]}))
    try:
        settled(kinds, add)
        assert kinds.look(f"getent hosts {name}").split() == ["10.9.8.7", f"{name}.lab", name]
        other = kinds.plan(intent(("hosts_add", {"address": "10.9.8.6", "names": [name]})))
        assert other.errored, "the name has another address already"
        settled(kinds, intent(("hosts_remove", {"names": [f"{name}.lab"]})))
        assert kinds.look("cat /etc/hosts") == f"{hosts}10.9.8.7 {name}\n"
        settled(kinds, intent(("hosts_remove", {"names": ["10.9.8.7"]})))
        assert kinds.look("cat /etc/hosts") == hosts

        plan = kinds.plan(add)
        outcome = kinds.apply(add)
        back = TARGET.take_back(add, (Ran(plan=plan, outcome=outcome),))
        assert back.undo.kind == "exact"
        reverse = Intent(target="ansible", name="back", operations=back.operations, reader="undo")
        assert kinds.apply(reverse).verified == "passed"
        assert kinds.look("cat /etc/hosts") == hosts
    finally:
        kinds.look(f'python3 -c \'open("/etc/hosts", "w").write({hosts!r})\'')


def test_a_locale(kinds: Kinds) -> None:
    """glibc has C.UTF-8 by itself; any other is compiled, which takes a minute and is not done."""
    before = kinds.look("cat /etc/default/locale")
    try:
        settled(kinds, intent(("locale_set", {"name": "C.UTF-8"})))
        assert "LANG=C.UTF-8\n" in kinds.look("cat /etc/default/locale")
    finally:
        if not before:
            kinds.look("rm -f /etc/default/locale")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("selinux_set", {"mode": "permissive"}), ("selinux_boolean", {"names": ["httpd_use_nfs"]})],
)
def test_a_host_without_selinux_is_told_apart(
    kinds: Kinds, kind: str, fields: dict[str, object]
) -> None:
    plan = kinds.plan(intent((kind, fields)))
    assert plan.errored
    assert "no SELinux" in plan.actions[-1].message


def test_who_may_log_in_over_ssh(kinds: Kinds) -> None:
    """sshd itself says what counts; Kiki's file comes, changes and goes again."""
    told = "sshd -T"
    folder = "/etc/ssh/sshd_config.d"
    try:
        taken_back(kinds, intent(("sshd_login", {"logins": ["root"], "access": "keys"})))
        assert kinds.look(f"ls {folder}") == ""
        settled(kinds, intent(("sshd_login", {"logins": ["root"], "access": "no"})))
        assert "permitrootlogin no\n" in kinds.look(told)
        taken_back(kinds, intent(("sshd_login", {"logins": ["root"], "access": "yes"})))
        assert "permitrootlogin no\n" in kinds.look(told), "what Kiki's file said before"
        settled(kinds, intent(("sshd_login", {"logins": ["root"], "access": "default"})))
        assert kinds.look(f"ls {folder}") == ""
    finally:
        kinds.look(f"sh -c 'rm -f {folder}/00-kiki-*'")
        kinds.look("systemctl reload ssh")


def test_broken_settings_of_others_stop_the_change_of_sshd(kinds: Kinds) -> None:
    other = "/etc/ssh/sshd_config.d/50-other.conf"
    kinds.look(f"sh -c 'echo NoSuchSetting yes > {other}'")
    try:
        assert kinds.plan(intent(("sshd_login", {"logins": ["root"], "access": "keys"}))).errored
        assert kinds.look("ls /etc/ssh/sshd_config.d") == "50-other.conf\n"
    finally:
        kinds.look(f"rm {other}")
