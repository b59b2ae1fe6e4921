"""The RedHat branch of what the Ansible target renders, really run.

The host is a Debian with dnf, rpm and firewalld, no Red Hat: see labs/README.md for what of it is
real. Each test leaves the host as it was.
"""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.model.change import Outcome, Ran
from kiki.model.intent import Intent
from kiki.model.plan import Plan
from kiki.model.request import Layout
from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.target import TARGET
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import Kinds, fresh, intent

pytestmark = [pytest.mark.hosts, pytest.mark.slow]

HOST = "r1"
PACKAGES = ("httpd", "nginx", "vsftpd", "squid", "chrony", "memcached", "tree", "htop")


class RedHat(Kinds):
    """Runs intents on r1, and looks at it past Ansible."""

    def there_and_back(self, case: Intent, layout: Layout = "playbook") -> tuple[Plan, Outcome]:
        """Plan, apply and verify *case*; ``back`` takes it back."""
        plan = self.plan(case, layout)
        assert not plan.errored, plan
        outcome = self.apply(case, layout)
        assert (outcome.verified, outcome.changed, outcome.reason) == ("passed", (HOST,), "")
        return plan, outcome

    def back(self, case: Intent, plan: Plan, outcome: Outcome) -> list[str]:
        """Take *case* back; the kinds of operations that did it."""
        back = TARGET.take_back(case, (Ran(plan=plan, outcome=outcome),))
        assert back.undo.kind in ("exact", "compensating"), back
        reverse = Intent(target="ansible", name="back", operations=back.operations, reader="undo")
        undone = self.apply(reverse)
        assert (undone.verified, undone.reason) == ("passed", "")
        return [operation.kind.partition(".")[2] for operation in back.operations]

    def packages(self) -> set[str]:
        """The names of the packages that rpm knows."""
        return set(self.look("rpm -qa --qf '%{NAME}\\n'").split())

    def state(self, service: str) -> tuple[str, str]:
        """``systemctl``'s words for whether *service* runs and starts at boot."""
        asked = f"systemctl is-active {service}; systemctl is-enabled {service}"
        active, enabled = self.look(f"sh -c '{asked}'").split()
        return active, enabled

    def ports(self) -> str:
        """firewalld's open ports, those of the next start included."""
        asked = "firewall-cmd --list-ports; firewall-cmd --permanent --list-ports"
        return self.look(f"sh -c '{asked}'").strip()


@pytest.fixture
def kinds(hosts: HostsLab, redhat: Path, ansible_home: AnsibleHome, tmp_path: Path) -> RedHat:
    return RedHat(Lab(hosts, ansible_home, tmp_path / "state"), HOST, redhat)


@pytest.fixture(autouse=True)
def bare(kinds: RedHat) -> Iterator[None]:
    """No package of the lab's own and no open port, before as after."""
    kinds.look(_BARE)
    yield
    kinds.look(_BARE)


_BARE = (
    f"sh -c '! rpm -q {' '.join(PACKAGES)} | grep -v not.installed || dnf -q -y remove "
    f"{' '.join(PACKAGES)}'"
)


def answers(redhat: Path, port: int) -> bool:
    """Whether r1 lets this machine in at *port*."""
    line = next(line for line in redhat.read_text().splitlines() if line.startswith(HOST))
    address = line.partition("ansible_host=")[2].split()[0]
    try:
        socket.create_connection((address, port), timeout=3).close()
    except OSError:
        return False
    return True


def test_ansible_takes_the_host_for_one_of_the_family(
    redhat: Path, ansible_home: AnsibleHome
) -> None:
    program = Path(ansible_home.playbook).with_name("ansible")
    chosen = "filter=ansible_os_family,ansible_pkg_mgr,ansible_service_mgr,ansible_distribution"
    call = [program, "-i", redhat, "all", "-m", "ansible.builtin.setup", "-a", chosen]
    done = subprocess.run(call, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    for fact in ('"ansible_os_family": "RedHat"', '"ansible_pkg_mgr": "dnf"', '"systemd"'):
        assert fact in done.stdout, done.stdout
    assert "Rocky" not in done.stdout


@pytest.mark.parametrize("layout", ["playbook", "role"])
def test_a_web_server_that_can_be_reached_and_goes_again(
    kinds: RedHat, redhat: Path, layout: Layout
) -> None:
    """Nothing starts with its package here, so all that was started is stopped again."""
    case = intent(
        ("web_deploy", {"server": "nginx", "content": "<p>hello from r1</p>\n"}),
        ("firewall_open", {"ports": ["80/tcp"]}),
    )
    assert not answers(redhat, 80)
    plan, outcome = kinds.there_and_back(case, layout)
    assert kinds.look("cat /usr/share/nginx/html/index.html") == "<p>hello from r1</p>\n"
    assert kinds.state("nginx") == ("active", "enabled")
    assert answers(redhat, 80), "the port is open"
    assert not kinds.plan(case, layout).changes
    taken = kinds.back(case, plan, outcome)
    assert taken[0] == "firewall_close"
    assert taken[-1] == "package_remove"
    assert (kinds.ports(), answers(redhat, 80)) == ("", False)
    assert "nginx" not in kinds.packages()
    assert kinds.look("ls /usr/share/nginx/html/index.html") == ""


def test_names_are_those_of_the_family(kinds: RedHat) -> None:
    """Debian's names are asked for, RedHat's are there: packages, services, a group."""
    name = fresh()
    case = intent(
        ("package_install", {"names": ["apache2", "vsftpd"]}),
        ("service_enable", {"names": ["apache2"]}),
        ("service_start", {"names": ["apache2", "vsftpd"]}),
        ("user_create", {"names": [name], "groups": ["sudo"]}),
        ("service_restart", {"names": ["cron"]}),
    )
    started = kinds.look("systemctl show -p ActiveEnterTimestampMonotonic crond")
    plan, outcome = kinds.there_and_back(case)
    assert kinds.state("httpd") == ("active", "enabled")
    assert kinds.state("vsftpd") == ("active", "disabled")
    assert kinds.look(f"id -nG {name}").split() == [name, "wheel"]
    assert kinds.look("systemctl show -p ActiveEnterTimestampMonotonic crond") != started
    kinds.back(case, plan, outcome)
    assert kinds.packages().isdisjoint(PACKAGES)
    assert kinds.look(f"getent passwd {name}") == ""


def test_only_what_was_missing_is_taken_away_again(kinds: RedHat) -> None:
    """dnf lists what it installs, and that is all that goes."""
    kinds.look("dnf -q -y install tree")
    case = intent(("package_install", {"names": ["tree", "htop"]}))
    plan, outcome = kinds.there_and_back(case)
    assert [(action.verb, action.message) for action in plan.changes] == [("create", "htop")]
    assert kinds.back(case, plan, outcome) == ["package_remove"]
    assert kinds.packages() & {"tree", "htop"} == {"tree"}


def test_a_newer_version_is_fetched_and_what_is_missing_too(kinds: RedHat) -> None:
    kinds.look("dnf -q -y install tree-1.8")
    case = intent(("package_install", {"names": ["tree"], "state": "latest"}))
    plan, outcome = kinds.there_and_back(case)
    assert [action.verb for action in plan.changes] == ["update"]
    assert kinds.look("rpm -q --qf '%{VERSION}' tree") == "2.1"
    back = TARGET.take_back(case, (Ran(plan=plan, outcome=outcome),))
    assert (back.undo.kind, back.undo.reason) == ("impossible", "ansible.undo_version_unknown")


def test_a_package_that_is_nowhere_is_said(kinds: RedHat) -> None:
    plan = kinds.plan(intent(("package_install", {"names": ["no-such-package"]})))
    assert (plan.errored, plan.complete) == (True, True)
    assert "no-such-package" in plan.actions[-1].message


def test_removed_packages_come_back(kinds: RedHat) -> None:
    kinds.look("sh -c 'dnf -q -y install memcached && systemctl enable --now memcached'")
    case = intent(("package_remove", {"names": ["memcached", "htop"]}))
    plan, outcome = kinds.there_and_back(case)
    assert [(action.verb, action.message) for action in plan.changes] == [("delete", "memcached")]
    assert kinds.look("systemctl is-active memcached") != "active\n"
    assert kinds.back(case, plan, outcome) == ["package_install"]
    assert kinds.packages() & {"memcached", "htop"} == {"memcached"}


def test_services_go_and_come_back(kinds: RedHat) -> None:
    kinds.look("sh -c 'dnf -q -y install chrony && systemctl start chronyd'")
    names = {"names": ["chrony"]}
    case = intent(("service_stop", names), ("service_disable", names))
    plan, outcome = kinds.there_and_back(case)
    assert kinds.state("chronyd") == ("inactive", "disabled")
    assert plan.complete
    assert kinds.back(case, plan, outcome) == ["service_enable", "service_start"]
    assert kinds.state("chronyd") == ("active", "enabled")


def test_a_service_that_is_nowhere_is_an_error(kinds: RedHat) -> None:
    plan = kinds.plan(intent(("service_start", {"names": ["squid"]})))
    assert plan.errored


def test_ports_open_and_close_for_now_and_for_the_next_start(kinds: RedHat) -> None:
    case = intent(("firewall_open", {"ports": ["8080/tcp", "6000-6010/udp"]}))
    plan, outcome = kinds.there_and_back(case)
    assert kinds.ports().split() == ["8080/tcp", "6000-6010/udp"] * 2
    assert plan.complete
    close = intent(("firewall_close", {"ports": ["8080/tcp"]}))
    closing, closed = kinds.there_and_back(close)
    assert kinds.ports().split() == ["6000-6010/udp"] * 2
    assert kinds.back(close, closing, closed) == ["firewall_open"]
    assert kinds.back(case, plan, outcome) == ["firewall_close"]
    assert kinds.ports() == ""


def test_a_firewall_that_is_off_keeps_nobody_out_and_that_is_said(kinds: RedHat) -> None:
    kinds.look("systemctl stop firewalld")
    try:
        case = intent(("firewall_open", {"ports": ["8443/tcp"]}))
        kinds.there_and_back(case)
        assert kinds.look("firewall-offline-cmd --list-ports").split() == ["8443/tcp"]
        close = intent(("firewall_close", {"ports": ["8443/tcp"]}))
        closed = kinds.apply(close)
        assert (closed.verified, closed.changed) == ("passed", (HOST,))
        assert "ansible.firewall_off" in str(closed.remarks)
    finally:
        kinds.look("sh -c 'firewall-offline-cmd --remove-port=8443/tcp; systemctl start firewalld'")
    assert kinds.ports() == ""


def test_files_folders_and_users_there_and_back(kinds: RedHat) -> None:
    name = fresh()
    case = intent(
        ("user_create", {"names": [name], "shell": "/bin/sh"}),
        ("user_groups", {"names": [name], "groups": ["wheel", "adm"]}),
        ("directory_create", {"path": f"/srv/{name}", "owner": name, "mode": "0750"}),
        ("file_create", {"path": f"/srv/{name}/a", "content": "한글 {{ a }}\n", "owner": name}),
    )
    plan = kinds.plan(case)
    assert not plan.errored
    assert kinds.apply(case).verified == "passed"
    assert set(kinds.look(f"id -nG {name}").split()) == {name, "wheel", "adm"}
    assert kinds.look(f"stat -c %U:%a /srv/{name}").strip() == f"{name}:750"
    assert kinds.look(f"cat /srv/{name}/a") == "한글 {{ a }}\n"
    gone = intent(
        ("file_remove", {"path": f"/srv/{name}/a"}),
        ("directory_remove", {"path": f"/srv/{name}"}),
        ("user_remove", {"names": [name], "remove_home": True}),
    )
    assert kinds.apply(gone).verified == "passed"
    assert kinds.look(f"ls -d /srv/{name} /home/{name}") + kinds.look(f"id {name}") == ""


def test_a_repository_by_its_module(kinds: RedHat) -> None:
    """yum_repository is offered as any module; what it writes is what dnf reads."""

    args = {
        "name": "kiki-more",
        "description": "More",
        "baseurl": ["file:///srv/kiki-lab/rpm"],
    }
    case = intent(("module", {"module": "ansible.builtin.yum_repository", "args": args}))
    try:
        plan = kinds.plan(case)
        assert [action.verb for action in plan.changes] == ["update"]
        assert kinds.apply(case).verified == "passed"
        assert "kiki-more" in kinds.look("dnf -q repolist")
        found = "dnf -q --disablerepo=kiki-lab list --available squid"
        assert "squid" in kinds.look(found)
    finally:
        kinds.look("rm -f /etc/yum.repos.d/kiki-more.repo")
