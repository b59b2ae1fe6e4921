"""The README's first command on machines that are not this one: older, barer, with an empty HOME.

Each machine is a container of the podman lab, made from Debian's own packages, with a clone of the
last commit and a user who is not root. It shares this machine's network and index settings.
"""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiki.model.exits import Exit
from tests.conftest import ROOT
from tests.install import package_index
from tests.live.podman_lab import PodmanLab

pytestmark = [pytest.mark.install, pytest.mark.podman]

LIMIT_S = 60
USER_ID = 1000
CLONE = "/srv/kiki"
OLD, NEW = "bullseye", "bookworm"  # python3 is 3.9 and 3.11
APT_INSTALL = "apt-get install -qq -y --no-install-recommends"


class Machine:
    """A running container. Commands are given to its shell."""

    def __init__(self, podman: PodmanLab, name: str) -> None:
        self._podman = podman
        self.name = name

    def user(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run by the user, in the clone, in a locale that nobody set."""
        return self._podman.run("exec", "-u", "dev", "-w", CLONE, self.name, "sh", "-c", command)

    def root(self, command: str) -> None:
        """Run by root; it must succeed."""
        self._podman.out("exec", self.name, "sh", "-e", "-c", command)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the container's user may enter, unlike pytest's own temporary folders."""
    folder = Path(tempfile.mkdtemp(prefix="kiki-machine-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def machine(podman: PodmanLab, folder: Path) -> Iterator[Callable[[str], Machine]]:
    """Starts a Debian of the named suite; it is removed afterwards."""
    name = folder.name

    def start(suite: str) -> Machine:
        image = f"localhost/kiki/debian:{suite}"
        if suite == OLD and podman.run("image", "exists", image).returncode:
            pytest.skip(f"this machine's mirror has no Debian {OLD} any more")
        clone = ["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(folder / "kiki")]
        subprocess.run(clone, check=True)
        subprocess.run(["chown", "-R", f"{USER_ID}:{USER_ID}", folder / "kiki"], check=True)
        index = package_index.options(folder)
        # The host's network, for an index or a proxy that listens on this machine alone. --rm lets
        # podman leave out every wait for the disk.
        run = ["run", "-d", "--rm", "--name", name, "--network=host", *index]
        podman.out(*run, f"--volume={folder}/kiki:{CLONE}", image, "sleep", "infinity")
        started = Machine(podman, name)
        started.root(f"useradd -u {USER_ID} -d /home/dev dev && install -d -o dev /home/dev")
        return started

    yield start
    podman.out("rm", "-f", "-i", "-t", "0", name)


def first_command() -> str:
    """The first command that the README shows, without its comment."""
    found = re.search(r'^\./kiki\.py --message "[^"]+"', (ROOT / "README.md").read_text(), re.M)
    assert found
    return found[0]


def test_debian_11_alone_says_what_to_install(machine: Callable[[str], Machine]) -> None:
    debian = machine(OLD)
    done = debian.user(first_command())
    assert done.returncode == Exit.FAILED
    assert re.search(r"Python 3\.11 이상이 필요합니다.* 3\.9\.\d+", done.stderr)
    assert "python3-venv" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    english = debian.user("./kiki.py --version")
    assert english.returncode == Exit.FAILED
    assert re.search(r"Kiki needs Python 3\.11 or newer\. This is 3\.9\.\d+", english.stderr)


def test_an_old_python3_hands_over_to_a_newer_one(machine: Callable[[str], Machine]) -> None:
    """Like Rocky 9 with python3.11 beside: ``python3`` is 3.9. Both are Debian's own packages."""
    debian = machine(NEW)
    debian.root(
        f"sed s/{NEW}/{OLD}/ /etc/apt/sources.list >/etc/apt/sources.list.d/old.list;"
        f"apt-get update -qq; {APT_INSTALL} python3-venv python3.9;"
        "ln -s /usr/bin/python3.9 /usr/local/bin/python3"
    )
    assert debian.user("python3 --version").stdout.startswith("Python 3.9.")
    done = debian.user("./kiki.py --version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("kiki ")
    assert debian.user(".venv/bin/python --version").stdout.startswith("Python 3.11.")


def test_debian_12_says_that_venv_is_missing_and_works_with_it(
    machine: Callable[[str], Machine],
) -> None:
    debian = machine(NEW)
    refused = debian.user(first_command())
    assert refused.returncode == Exit.FAILED
    assert "venv 또는 ensurepip 모듈이 없어" in refused.stderr
    assert "sudo apt install python3-venv" in refused.stderr
    assert "Traceback" not in refused.stderr

    debian.root(f"apt-get update -qq; {APT_INSTALL} python3-venv")
    assert debian.user("id -u; echo $HOME; ls -A ~").stdout == f"{USER_ID}\n/home/dev\n"
    started = time.monotonic()
    done = debian.user(first_command())
    took = time.monotonic() - started
    assert done.returncode == 0, done.stderr
    assert took < LIMIT_S
    assert "kind: Deployment" in done.stdout
    assert "replicas: 3" in done.stdout
    assert "해시로 확인하며 설치" in done.stderr
    assert debian.user("ls -d .venv*/").stdout == ".venv/\n"
