"""The practice playbook of a course, out of words, on both families at once.

A file, users with a password and groups, three packages, their services; then its last part, which
takes packages and users away, as a change of its own. The host of the RedHat family is a Debian
with dnf, rpm and firewalld: see labs/README.md.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab
from tests.live.kiki_cli import Answer, Kiki
from tests.live.runner_lab import Lab

pytestmark = [pytest.mark.hosts, pytest.mark.slow]

DEBIAN, REDHAT = "a1", "r1"
SERVICES = {DEBIAN: ("apache2", "vsftpd", "squid"), REDHAT: ("httpd", "vsftpd", "squid")}
MAKE = {
    "ko": "/tmp/test 파일을 소유자 ansible, 그룹 ansible, 권한 0644로 만들고, "
    "test1, test2 사용자를 비밀번호 test, 그룹 adm, wheel로 만들고, "
    "httpd, vsftpd, squid를 설치하고 시작하고 부팅 시 자동으로 시작되게 해줘",
    "en": "create the file /tmp/test with owner ansible, group ansible and mode 0644, create users "
    "test1 and test2 with password test and groups adm and wheel, install httpd, vsftpd and squid, "
    "start them and enable them at boot",
}
REMOVE = {
    "ko": "httpd, vsftpd, squid를 삭제하고 test1, test2 사용자를 홈 디렉터리까지 삭제해줘",
    "en": "uninstall httpd, vsftpd and squid, and remove users test1 and test2 with their home "
    "directories",
}
HAS_PASSWORD = (
    "import crypt, spwd; h = spwd.getspnam('test1').sp_pwdp; print(crypt.crypt('test', h) == h)"
)


class Hosts:
    """Both hosts as a classroom has them: reached, with a user ``ansible`` and nothing else."""

    def __init__(self, lab: Lab, inventory: Path) -> None:
        self.lab = lab
        self.inventory = inventory

    def clean(self) -> None:
        """Take away what the practice makes, and the user that it counts on."""
        packages = " ".join(SERVICES[REDHAT])
        self.lab.ssh(REDHAT, f"sudo dnf -q -y remove {packages}")
        self.lab.ssh(DEBIAN, "sudo apt-get -qq purge -y apache2 vsftpd squid")
        self.lab.ssh(DEBIAN, "sudo apt-get -qq autoremove -y --purge")
        for host in (DEBIAN, REDHAT):
            for user in ("test1", "test2", "ansible"):
                self.lab.ssh(host, f"sudo userdel -r {user}")
            self.lab.ssh(host, "sudo rm -f /tmp/test")

    def both(self, command: str) -> list[str]:
        """What *command* prints as root on the Debian host and on the other one."""
        return [self.lab.ssh(host, f"sudo {command}").strip() for host in (DEBIAN, REDHAT)]


@pytest.fixture
def hosts_of_the_course(
    hosts: HostsLab, redhat: Path, ansible_home: AnsibleHome, tmp_path: Path
) -> Iterator[Hosts]:
    lab = Lab(hosts, ansible_home, tmp_path / "lab")
    lines = [*hosts.apart.read_text().splitlines(), *redhat.read_text().splitlines()]
    chosen = [line for line in lines if line.startswith((f"{DEBIAN} ", f"{REDHAT} "))]
    found = Hosts(lab, lab.inventory(tmp_path / "classroom.ini", *chosen))
    found.clean()
    found.both("useradd -m ansible")
    yield found
    found.clean()


def verified(kiki: Kiki, inventory: Path, message: str) -> dict[str, Any]:
    """The change that *message* became: planned, approved, applied, run a second time."""
    asked = ("--message", message, "--inventory", str(inventory), "--verify", "all", "--json")
    planned = kiki(*asked)
    assert planned.code == 6, planned.told
    change = planned.change["id"]
    assert kiki("approve", change).code == 0
    applied: Answer = kiki("run", change, "--json")
    assert applied.code == 0, applied.told
    return applied.change


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_practice_by_words(hosts_of_the_course: Hosts, tmp_path: Path, language: str) -> None:
    course, kiki = hosts_of_the_course, Kiki(tmp_path)
    made = verified(kiki, course.inventory, MAKE[language])
    assert made["state"] == "applied"
    assert course.both("stat -c %U:%G:%a /tmp/test") == ["ansible:ansible:644"] * 2
    assert course.both("id -nG test2") == ["test2 adm sudo", "test2 adm wheel"]
    assert course.both(f'python3 -W ignore -c "{HAS_PASSWORD}"') == ["True", "True"]
    for host, services in SERVICES.items():
        asked = (
            f"systemctl is-active {' '.join(services)}; systemctl is-enabled {' '.join(services)}"
        )
        assert course.lab.ssh(host, asked).split() == ["active"] * 3 + ["enabled"] * 3
    for port in (80, 21, 3128):
        assert all(course.both(f"ss -Hltn sport = :{port}")), f"nobody listens on {port}"

    removed = verified(kiki, course.inventory, REMOVE[language])
    assert removed["state"] == "applied"
    assert course.both("getent passwd test1 test2") == ["", ""]
    assert course.both("ls -d /home/test1 /home/test2") == ["", ""]
    for host, services in SERVICES.items():
        assert (
            "active"
            not in course.lab.ssh(host, f"systemctl is-active {' '.join(services)}").split()
        )
    assert course.both("stat -c %a /tmp/test") == ["644", "644"], "the practice leaves the file"
    assert kiki("audit", "verify").code == 0
    _no_password(kiki)


def _no_password(kiki: Kiki) -> None:
    """The password stands nowhere in the state but where it is sealed: the code has its name."""
    found = subprocess.run(
        ["grep", "-rlE", "password test|비밀번호 test", str(kiki.state)],
        capture_output=True,
        text=True,
    )
    assert found.stdout == ""
