"""What hosts do to an apply in mid-task: it is told truly, and gone on with once it is mended."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab
from tests.live.kiki_cli import Kiki
from tests.live.reach import UnreachedError
from tests.live.slow_users import SLEEPS, WORDS, Users, inventory
from tests.live.test_spine import Ssh

pytestmark = pytest.mark.hosts

FULL = "/srv/kiki-full"
QUICK = ("--verify", "none", "--yes", "--json")


@pytest.fixture
def kiki(tmp_path: Path, ansible_home: AnsibleHome) -> Kiki:
    return Kiki(tmp_path)


@pytest.fixture
def users(hosts: HostsLab) -> Iterator[Users]:
    found = Users(Ssh(hosts))
    yield found
    found.restore()


@pytest.fixture
def full_disk(hosts: HostsLab) -> Iterator[Ssh]:
    """A file system on n3 that has room for nothing more."""
    ssh = Ssh(hosts)
    mount = f"sudo mount -t tmpfs -o size=4k,nr_inodes=1 tmpfs {FULL}"
    assert ssh("n3", f"sudo mkdir -p {FULL} && {mount}").returncode == 0
    yield ssh
    ssh("n3", f"sudo umount {FULL}; sudo rm -rf {FULL}")


def test_a_disk_that_is_full_on_the_host(kiki: Kiki, hosts: HostsLab, full_disk: Ssh) -> None:
    """Check mode can't foresee it."""
    words = f"{FULL}/new 디렉터리 생성"
    failed = kiki("--message", words, "-i", str(hosts.inventory), "--limit", "n3", *QUICK)
    assert failed.code == 1, failed.told
    outcome = failed.change["stages"][0]["outcome"]
    assert (outcome["failed"], outcome["changed"]) == (["n3"], [])
    assert "No space left on device" in outcome["text"]
    assert full_disk("n3", f"sudo mount -o remount,size=1m,nr_inodes=99 {FULL}").returncode == 0
    mended = kiki("resume", failed.change["id"], "--yes", "--json")
    assert mended.code == 0, mended.told
    assert full_disk("n3", f"test -d {FULL}/new").returncode == 0


def test_a_host_without_room_for_what_ansible_begins_with(
    kiki: Kiki, hosts: HostsLab, full_disk: Ssh
) -> None:
    """Ansible calls it unreachable, which would send people to look at the network."""
    home = "/home/kiki/.ansible"
    bound = f"rm -rf {home}; mkdir {home}; sudo mount --bind {FULL} {home}"
    assert full_disk("n3", bound).returncode == 0
    try:
        words = "/srv/kiki-room 파일을 만들어줘"
        failed = kiki("--message", words, "-i", str(hosts.inventory), "--limit", "n3", *QUICK)
        assert failed.code != 0, failed.told
        assert "execution.host_disk_full" in failed.out
        assert "df -h" in failed.out
    finally:
        full_disk("n3", f"sudo umount {home}; sudo rm -f /srv/kiki-room")


def test_a_connection_that_is_cut_in_mid_task_is_no_failure_of_the_host(
    kiki: Kiki, hosts: HostsLab, users: Users, tmp_path: Path
) -> None:
    users.first(SLEEPS)
    two = inventory(hosts, tmp_path / "two.ini", "n1", "n2")
    process = kiki.start("--message", WORDS, "-i", two, *QUICK)
    users.wait_until_asleep(process)
    with pytest.raises(UnreachedError):
        users.ssh("n2", "sudo pkill -f '^sshd: kiki'")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 10, out + err
    outcome = json.loads(out)["change"]["stages"][0]["outcome"]
    assert (outcome["changed"], outcome["unreachable"]) == (["n1"], ["n2"])
    assert outcome["failed"] == []


def test_a_runner_that_is_killed_in_mid_play_leaves_nothing_that_runs(
    kiki: Kiki, hosts: HostsLab, users: Users, tmp_path: Path
) -> None:
    """As the kernel's memory killer would do it."""
    users.first(SLEEPS)
    one = inventory(hosts, tmp_path / "one.ini", "n2")
    process = kiki.start("--message", WORDS, "-i", one, *QUICK)
    users.wait_until_asleep(process)
    (trace,) = kiki.state.glob("runs/*-apply-*/process.json")
    os.kill(json.loads(trace.read_text())["process"]["pgid"], signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, out + err
    change = json.loads(out)["change"]
    assert change["state"] == "failed"
    assert change["stages"][0]["outcome"]["unsure"] == ["n2"]
    left = subprocess.run(["pgrep", "-f", change["id"]], capture_output=True, text=True)
    assert left.stdout == ""
    users.ssh("n2", f"sudo pkill -fx '{SLEEPS}'")
    again = kiki("resume", change["id"], "--json")
    assert again.change["stages"][0]["rest"] == ["n2"], again.told
