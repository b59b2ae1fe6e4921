"""Podman as ``labs/podman.sh`` set it up. Used by test_podman_lab.py and tests/install."""

import os
import re
import shlex
import subprocess
from pathlib import Path

from tests.live.reach import reach

BUSYBOX = "localhost/kiki/busybox:1"


class PodmanLab:
    """Calls podman with the lab's own configuration, as after sourcing the *env* file."""

    def __init__(self, env: Path) -> None:
        self.folder = env.parent
        self.socket = self.folder / "podman.sock"
        exports = re.findall(r"^export (\w+)=(.*)$", env.read_text(), re.MULTILINE)
        self.env = {**os.environ, **dict(exports)}

    @property
    def registry_password(self) -> str:
        """That of the user ``kiki`` in the lab's own registry."""
        return (self.folder / "registry" / "password").read_text()

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """The ended command, whatever its exit status."""
        return subprocess.run(
            ["podman", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=self.env,
            cwd=self.folder,  # conmon leaves a file `oom` in the current folder
        )

    def out(self, *arguments: str | Path) -> str:
        """What a command that must succeed printed."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"podman {arguments}: {done.stdout}{done.stderr}"
        return done.stdout.strip()


class RemoteLab(PodmanLab):
    """A podman that is reached by ``shell``, over SSH."""

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """The ended command, whatever its exit status."""
        return self.shell(shlex.join(["podman", *map(str, arguments)]))

    def shell(self, command: str) -> subprocess.CompletedProcess[str]:
        """The same of any command line."""
        raise NotImplementedError


class RootlessLab(RemoteLab):
    """The podman of the ordinary user that ``labs/podman.sh up rootless`` made, over SSH."""

    def __init__(self, inventory: Path) -> None:
        super().__init__(inventory.parent.parent / "env")
        self.inventory = inventory

    def shell(self, command: str) -> subprocess.CompletedProcess[str]:
        """The same of any command line."""
        return reach(self.inventory.parent, "kim", command)


class TrixieLab(RemoteLab):
    """Root's podman 5 on t1, the host of Debian 13 that ``labs/hosts.sh up N trixie`` starts."""

    host = "t1"

    def __init__(self, inventory: Path) -> None:
        self.folder = inventory.parent
        self.inventory = inventory

    @property
    def address(self) -> str:
        """Where it is reached from this machine."""
        line = next(one for one in self.inventory.read_text().split("\n") if self.host in one)
        return line.partition("ansible_host=")[2].split()[0]

    def shell(self, command: str) -> subprocess.CompletedProcess[str]:
        """The same of any command line, as root."""
        return reach(self.folder, self.host, f"sudo sh -c {shlex.quote(command)}")
