"""Settings of the system, set and looked at on a real host, past Ansible.

Names of hosts, time zones, kernel parameters, /etc/hosts, locales, SELinux, logins over SSH. A run
of Ansible takes seconds, so that settings that don't concern one another share it.
"""

from collections.abc import Iterator

import pytest

from kiki.model.intent import Intent
from kiki.targets.ansible.target import TARGET
from tests.live.test_ansible_kinds import Kinds, fresh, intent, kinds, lab

__all__ = ["kinds", "lab"]  # fixtures

pytestmark = pytest.mark.hosts

SYSCTL = "/etc/sysctl.d/99-zz-kiki.conf"
TTL = "net.ipv4.ip_default_ttl"
SSHD = "/etc/ssh/sshd_config.d"


def settled(kinds: Kinds, case: Intent) -> None:
    """*case* is planned, applied and verified, and a new plan has nothing left to do."""
    kinds.there(case)
    assert not kinds.plan(case).changes


def taken_back(kinds: Kinds, case: Intent) -> None:
    """*case* is planned, applied, verified, and then taken back with what the plan saw before."""
    ran = kinds.there(case)
    assert not kinds.plan(case).changes
    kinds.back(case, ran)


@pytest.fixture
def as_before(kinds: Kinds) -> Iterator[str]:
    """The text of /etc/hosts; afterwards everything is as before, whatever a test did.

    A container may write only the kernel parameters of its own network, and only once
    /proc/sys/net is made writable.
    """
    hosts, name = kinds.look("cat /etc/hosts"), kinds.look("hostname").strip()
    locale = kinds.look("cat /etc/default/locale")
    kinds.look("mount --bind /proc/sys/net /proc/sys/net")
    kinds.look("mount -o remount,bind,rw /proc/sys/net")
    yield hosts
    kinds.look(f"sysctl -w {TTL}=64")
    kinds.look("umount /proc/sys/net")
    kinds.look(f"hostnamectl set-hostname {name}")
    kinds.look("timedatectl set-timezone Etc/UTC")
    kinds.look(f'python3 -c \'open("/etc/hosts", "w").write({hosts!r})\'')
    kinds.look(f"sh -c 'rm -f {SYSCTL} {SSHD}/00-kiki-* {SSHD}/50-other.conf'")
    if not locale:
        kinds.look("rm -f /etc/default/locale")
    kinds.look("systemctl reload ssh")


def test_what_is_set_for_the_first_time_is_taken_back(kinds: Kinds, as_before: str) -> None:
    old, name = kinds.look("hostname").strip(), fresh()
    case = intent(
        ("hostname_set", {"name": f"{name}.lab.internal"}),
        ("timezone_set", {"name": "Asia/Seoul"}),
        ("sysctl_set", {"settings": [f"{TTL}=61"]}),
        ("hosts_add", {"address": "10.9.8.7", "names": [f"{name}db.lab", f"{name}db"]}),
        ("sshd_login", {"logins": ["root"], "access": "keys"}),
    )
    ran = kinds.there(case)
    assert kinds.look("hostname") == f"{name}.lab.internal\n"
    assert f"127.0.1.1 {name}.lab.internal {name}\n" in kinds.look("cat /etc/hosts")
    assert kinds.look("readlink -f /etc/localtime").endswith("/Asia/Seoul\n")
    assert kinds.look(f"sysctl -n {TTL}") == "61\n"
    found = kinds.look(f"getent hosts {name}db").split()
    assert found == ["10.9.8.7", f"{name}db.lab", f"{name}db"]
    assert "permitrootlogin without-password\n" in kinds.look("sshd -T")
    assert not kinds.plan(case).changes
    way = kinds.back(case, ran)
    assert {"name": old} in [operation.fields for operation in way.operations]
    assert kinds.look("hostname").strip() == old
    assert kinds.look("cat /etc/hosts").split() == as_before.split()
    assert kinds.look("readlink -f /etc/localtime").endswith("/Etc/UTC\n")
    assert kinds.look(f"sysctl -n {TTL}") == "64\n"
    assert kinds.look(f"ls {SSHD}") == ""


def test_what_was_set_is_changed_comes_back_and_goes(kinds: Kinds, as_before: str) -> None:
    """glibc has C.UTF-8 by itself; any other locale is compiled, which takes a minute and is not
    done."""
    name = fresh()
    line = {"address": "10.9.8.7", "names": [f"{name}.lab", name]}
    first = intent(
        ("sysctl_set", {"settings": [f"{TTL}=61"]}),
        ("hosts_add", line),
        ("locale_set", {"name": "C.UTF-8"}),
        ("sshd_login", {"logins": ["root"], "access": "no"}),
    )
    settled(kinds, first)
    assert "LANG=C.UTF-8\n" in kinds.look("cat /etc/default/locale")
    assert "permitrootlogin no\n" in kinds.look("sshd -T")
    other = kinds.plan(intent(("hosts_add", {"address": "10.9.8.6", "names": [name]})))
    assert other.errored, "the name has another address already"

    second = intent(
        ("sysctl_set", {"settings": [f"{TTL}=62"]}),
        ("sshd_login", {"logins": ["root"], "access": "yes"}),
    )
    taken_back(kinds, second)
    assert kinds.look(f"sysctl -n {TTL}") == "61\n"
    assert kinds.look(f"cat {SYSCTL}").replace(" ", "") == f"{TTL}=61\n"
    assert "permitrootlogin no\n" in kinds.look("sshd -T"), "what Kiki's file said before"

    settled(kinds, intent(("hosts_remove", {"names": [f"{name}.lab"]})))
    assert kinds.look("cat /etc/hosts") == f"{as_before}10.9.8.7 {name}\n"
    last = intent(
        ("hosts_remove", {"names": ["10.9.8.7"]}),
        ("sshd_login", {"logins": ["root"], "access": "default"}),
    )
    settled(kinds, last)
    assert kinds.look("cat /etc/hosts") == as_before
    assert kinds.look(f"ls {SSHD}") == ""


def test_what_can_t_be_set_is_an_error(kinds: Kinds, as_before: str) -> None:
    """A zone, a parameter, and settings of sshd that others broke."""
    assert kinds.plan(intent(("timezone_set", {"name": "Asia/Seoull"}))).errored
    unknown = intent(("sysctl_set", {"settings": ["net.ipv4.no_such=1"]}))
    assert TARGET.outcome(kinds.run(unknown, "apply"), None, kinds.inventory).failed
    kinds.look(f"sh -c 'echo NoSuchSetting yes > {SSHD}/50-other.conf'")
    assert kinds.plan(intent(("sshd_login", {"logins": ["root"], "access": "keys"}))).errored
    assert kinds.look(f"ls {SSHD}") == "50-other.conf\n"


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
