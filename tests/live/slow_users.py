"""A useradd on n2 that does something first, so that an apply can be met in the middle of it.

Used by test_waves.py and test_bad_hosts.py. The hosts are as before afterwards.
"""

import os
import subprocess
import time
from pathlib import Path

from tests.live.conftest import HostsLab
from tests.live.test_spine import Ssh

HOSTS = ("n1", "n2", "n3")
FOLDER, USER = "/srv/kiki-waves", "wavesuser"
WORDS = f"{FOLDER} 디렉터리 만들고 사용자 {USER} 생성"
SLEEPS = f"sleep 61.{os.getpid()}"
_USERADD = "/usr/sbin/useradd"


def inventory(lab: HostsLab, path: Path, *hosts: str) -> str:
    """The path of an inventory of *hosts*, however many the lab has."""
    variables = lab.inventory.read_text().partition("[all:vars]")[2]
    lines = [f"{name} ansible_host={lab.at(10 + int(name[1:]))}" for name in hosts]
    path.write_text("[web]\n" + "\n".join(lines) + "\n\n[all:vars]" + variables)
    return str(path)


class Users:
    """The hosts' users and folders that these tests make."""

    def __init__(self, ssh: Ssh) -> None:
        self.ssh = ssh
        self._clean()

    def first(self, line: str) -> None:
        """Let n2's useradd do *line* before anything else."""
        body = f'#!/bin/sh\\n{line}\\nexec {_USERADD}.real \\"\\$@\\"\\n'
        self.ssh("n2", f"sudo cp -n {_USERADD} {_USERADD}.real")
        self.ssh("n2", f'printf "{body}" | sudo tee {_USERADD}; sudo chmod 755 {_USERADD}')

    def made(self) -> list[str]:
        """What is there on which host."""
        look = f"test -d {FOLDER} && echo directory; id {USER} >/dev/null 2>&1 && echo user"
        return [f"{host} {word}" for host in HOSTS for word in self.ssh(host, look).stdout.split()]

    def wait_until_asleep(self, process: "subprocess.Popen[str]") -> None:
        """Return once n2's useradd sleeps; AssertionError when *process* ends before that."""
        until = time.monotonic() + 90
        while self.ssh("n2", f"pgrep -fx '{SLEEPS}'").returncode:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until, "the slow task never began"
            time.sleep(0.3)

    def restore(self) -> None:
        """Put the real useradd back, and take away what was made."""
        self.ssh("n2", f"sudo pkill -fx '{SLEEPS}'")
        self.ssh("n2", f"test ! -e {_USERADD}.real || sudo mv {_USERADD}.real {_USERADD}")
        self._clean()

    def _clean(self) -> None:
        for host in HOSTS:
            self.ssh(host, f"sudo userdel -f {USER} 2>/dev/null; sudo rm -rf {FOLDER}")
