"""Words to running hosts, with the real command line on the lab's booted Debian systems.

Each test leaves its own marks on the hosts (its own names and paths), so the order does not matter.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab
from tests.live.kiki_cli import Answer, Kiki
from tests.live.reach import reach

pytestmark = pytest.mark.hosts

SLOW_SECONDS = 40


@pytest.fixture
def kiki(tmp_path: Path, ansible_home: AnsibleHome) -> Kiki:
    return Kiki(tmp_path)


@pytest.fixture(scope="module")
def ssh(hosts: HostsLab) -> "Ssh":
    return Ssh(hosts)


class Ssh:
    """Looks at a host past Kiki."""

    def __init__(self, lab: HostsLab) -> None:
        self._folder = lab.folder

    def __call__(self, host: str, command: str) -> subprocess.CompletedProcess[str]:
        return reach(self._folder, host, command)


def planned(kiki: Kiki, message: str, inventory: Path | str, *more: str) -> Answer:
    """A change that waits for approval."""
    answer = kiki("--message", message, "--inventory", str(inventory), "--json", *more)
    assert answer.code == 6, answer.told
    return answer


def done(kiki: Kiki, message: str, inventory: Path | str, *more: str) -> Answer:
    """A change that was approved beforehand, applied and verified."""
    answer = kiki("--message", message, "--inventory", str(inventory), "--yes", "--json", *more)
    assert answer.code == 0, answer.told
    return answer


def test_words_become_a_running_web_server_and_a_second_time_nothing(
    kiki: Kiki, hosts: HostsLab, ssh: Ssh
) -> None:
    """The package is not there, so starting its service can't be judged: unknown, not an error.

    The host has no package lists, and their folder is new: Ansible takes such lists for fresh.
    """
    ssh("n1", "sudo apt-get -qq purge -y 'nginx*' apache2; sudo apt-get -qq autoremove -y")
    ssh("n1", "sudo find /var/lib/apt/lists -type f -delete; sudo touch /var/lib/apt/lists")
    ssh("n1", "sudo rm -f /var/lib/apt/periodic/update-success-stamp")
    answer = planned(kiki, "Nginx 설치하고 시작해줘", hosts.inventory, "--limit", "n1")
    plan = answer.change["stages"][0]["plan"]
    assert not plan["complete"]
    assert "unknown" in {action["verb"] for action in plan["actions"]}
    change_id = answer.change["id"]
    assert kiki("approve", change_id).code == 0
    applied = kiki("run", change_id, "--json")
    assert applied.code == 0, applied.told
    assert ssh("n1", "systemctl is-active nginx").stdout == "active\n"
    again = done(kiki, "Nginx 설치하고 시작해줘", hosts.inventory, "--limit", "n1")
    assert again.change["state"] == "applied"
    assert again.change["approval"] is None, "nothing to do needs no approval"
    assert kiki("audit", "verify").code == 0


def test_a_page_is_deployed_and_served(kiki: Kiki, hosts: HostsLab, ssh: Ssh) -> None:
    ssh("n2", "sudo apt-get -qq purge -y 'nginx*'")
    done(kiki, "HTTPD 설치 및 index.html 배포", hosts.inventory, "--limit", "n2")
    page = ssh(
        "n2",
        "python3 -c 'import urllib.request as u; print(u.urlopen(\"http://127.0.0.1\").read().decode())'",
    )
    assert "<html" in page.stdout.lower(), page


def test_users_files_and_directories_come_and_are_undone(
    kiki: Kiki, hosts: HostsLab, ssh: Ssh
) -> None:
    made = done(kiki, "create user spineuser and directory /srv/spine", hosts.inventory)
    assert ssh("n3", "id spineuser && test -d /srv/spine").returncode == 0
    back = kiki("undo", made.change["id"], "--yes", "--json")
    assert back.code == 0, back.told
    assert ssh("n3", "id spineuser").returncode != 0
    assert ssh("n3", "test -e /srv/spine").returncode != 0
    shown = kiki("show", made.change["id"], "--json")
    assert shown.change["state"] == "undone"


def test_each_host_gets_back_what_it_had(kiki: Kiki, hosts: HostsLab, ssh: Ssh) -> None:
    """What was there on one host stays there, and goes on the others."""
    done(kiki, "n1에 /srv/kiki-even 디렉터리 만들어줘", hosts.inventory)
    made = done(kiki, "/srv/kiki-even, /srv/kiki-uneven 디렉터리 생성", hosts.inventory)
    back = kiki("undo", made.change["id"], "--yes", "--json")
    assert back.code == 0, back.told
    assert ssh("n1", "test -d /srv/kiki-even && ! test -e /srv/kiki-uneven").returncode == 0
    assert ssh("n2", "! test -e /srv/kiki-even && ! test -e /srv/kiki-uneven").returncode == 0
    assert kiki("show", made.change["id"], "--json").change["state"] == "undone"


def test_without_a_terminal_it_stops_at_the_plan_and_says_how_to_go_on(
    kiki: Kiki, hosts: HostsLab, ssh: Ssh
) -> None:
    answer = kiki("--message", "/srv/stopped 디렉터리 생성", "--inventory", str(hosts.inventory))
    assert answer.code == 6, answer.told
    assert "kiki approve" in answer.out + answer.err
    assert ssh("n1", "test -e /srv/stopped").returncode != 0
    assert kiki("run", _first_id(kiki("changes", "--json"))).code == 6


def test_rejected_is_rejected_for_good(kiki: Kiki, hosts: HostsLab) -> None:
    change_id = planned(kiki, "/srv/no 디렉터리 생성", hosts.inventory).change["id"]
    assert kiki("reject", change_id, "--reason", "not now").code in (0, 7)
    assert kiki("run", change_id).code == 7


def test_a_host_that_moved_since_the_plan_makes_it_stale(
    kiki: Kiki, hosts: HostsLab, ssh: Ssh
) -> None:
    """With a plan too old to be trusted it is made again, and a difference stops the apply."""
    change_id = planned(kiki, "/srv/moved 디렉터리 생성", hosts.inventory, "--limit", "n1").change[
        "id"
    ]
    assert kiki("approve", change_id).code == 0
    ssh("n1", "sudo mkdir -m 0700 /srv/moved")
    stale = kiki("run", change_id, KIKI_PLAN_FRESH_S="0")
    assert stale.code == 8, stale.told
    assert kiki("plan", change_id, "--json").code == 6
    ssh("n1", "sudo rmdir /srv/moved")


def test_an_approved_file_that_is_edited_on_disk_is_not_run(
    kiki: Kiki, hosts: HostsLab, ssh: Ssh
) -> None:
    answer = planned(kiki, "/srv/edited 디렉터리 생성", hosts.inventory, "--limit", "n1")
    change_id = answer.change["id"]
    assert kiki("approve", change_id).code == 0
    playbooks = list(kiki.state.glob("runs/*/project/*.yml"))
    assert playbooks
    for playbook in playbooks:
        playbook.chmod(0o600)
        playbook.write_text(playbook.read_text().replace("/srv/edited", "/srv/other"))
    edited = kiki("run", change_id)
    assert edited.code == 8, edited.told
    assert ssh("n1", "ls -d /srv/edited /srv/other").stdout == ""


def test_an_unreachable_host_is_temporary_and_some_are_partly(
    kiki: Kiki, hosts: HostsLab, ssh: Ssh, tmp_path: Path
) -> None:
    nobody = inventory(hosts, tmp_path / "nobody.ini", f"gone ansible_host={hosts.at(99)}")
    answer = kiki("--message", "/srv/gone 디렉터리 생성", "--inventory", str(nobody), "--yes")
    assert answer.code == 9, answer.told
    assert "gone" in answer.err
    some = inventory(
        hosts,
        tmp_path / "some.ini",
        f"n1 ansible_host={hosts.at(11)}",
        f"gone ansible_host={hosts.at(99)}",
    )
    partly = kiki("--message", "/srv/partly 디렉터리 생성", "--inventory", str(some), "--yes")
    assert partly.code == 10, partly.told
    assert ssh("n1", "test -d /srv/partly").returncode == 0


def test_a_wrong_key_is_told_apart(kiki: Kiki, hosts: HostsLab, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(wrong)], check=True)
    answer = kiki(
        "--message",
        "ping",
        "--inventory",
        str(hosts.inventory),
        "--limit",
        "n1",
        "--ssh-key",
        str(wrong),
        "--yes",
        "--lang",
        "en",
    )
    assert answer.code == 9, answer.told
    assert "key" in answer.err.lower()


def test_a_bastion_is_crossed_and_a_become_password_is_used(
    kiki: Kiki, hosts: HostsLab, ssh: Ssh
) -> None:
    done(kiki, "/srv/inner 디렉터리 생성", hosts.bastion)
    done(kiki, "/srv/mixed 디렉터리 생성", hosts.mixed_passwords)
    assert ssh("n3", "stat -c %U /srv/mixed").stdout == "root\n"
    kept = [path for path in kiki.state.rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        assert hosts.ops_password.encode() not in path.read_bytes(), path


def test_a_password_in_the_words_reaches_the_host_and_no_file(
    kiki: Kiki, hosts: HostsLab, ssh: Ssh
) -> None:
    value = "Training-123-unseen"
    done(kiki, f"사용자 secretuser 생성, 비밀번호 {value}", hosts.inventory, "--limit", "n1")
    shadow = ssh("n1", "sudo getent shadow secretuser").stdout
    assert "$6$" in shadow or "$y$" in shadow
    for path in kiki.state.rglob("*"):
        if path.is_file():
            assert value.encode() not in path.read_bytes(), path


@pytest.fixture
def slow_host(hosts: HostsLab, ssh: Ssh) -> Iterator[str]:
    """n2 with a /usr/sbin/useradd that takes its time, so that a run can be met in the middle."""
    script = f'#!/bin/sh\\nsleep {SLOW_SECONDS}\\nexec /usr/sbin/useradd.real \\"\\$@\\"\\n'
    ssh(
        "n2",
        "for u in killeduser firstuser ctrlcuser; do sudo userdel -f $u; done; "
        "sudo cp -n /usr/sbin/useradd /usr/sbin/useradd.real; "
        f'printf "{script}" | sudo tee /usr/sbin/useradd >/dev/null; '
        "sudo chmod 755 /usr/sbin/useradd",
    )
    yield "n2"
    # not by the name alone: that would match, and end, the very shell that says it
    ssh(
        "n2",
        "sudo install -m 755 /usr/sbin/useradd.real /usr/sbin/useradd; "
        f"sudo pkill -f '[s]leep {SLOW_SECONDS}'",
    )
    assert ssh("n2", "cmp /usr/sbin/useradd /usr/sbin/useradd.real").returncode == 0


def applying(
    kiki: Kiki, hosts: HostsLab, slow_host: str, user: str, before: str = ""
) -> tuple[subprocess.Popen[str], str]:
    """A run in the middle of its slow task, and its change's id."""
    process = kiki.start(
        "--message",
        f"{before} 사용자 {user} 생성".strip(),
        "--inventory",
        str(hosts.inventory),
        "--limit",
        slow_host,
        "--yes",
    )
    for _ in range(300):
        time.sleep(0.2)
        if asleep(hosts, slow_host):
            return process, _first_id(kiki("changes", "--state", "applying", "--json"))
        assert process.poll() is None, process.communicate()
    raise AssertionError("the run never got to its task")


def asleep(hosts: HostsLab, slow_host: str) -> bool:
    """Whether the host is in the slow task: however long a busy machine takes to get there."""
    return Ssh(hosts)(slow_host, f"pgrep -f '[s]leep {SLOW_SECONDS}'").returncode == 0


def _first_id(listed: Answer) -> str:
    found: str = json.loads(listed.out)["changes"][0]["id"]
    return found


def test_a_killed_apply_is_interrupted_ended_and_planned_again(
    kiki: Kiki, hosts: HostsLab, slow_host: str
) -> None:
    process, change_id = applying(kiki, hosts, slow_host, "killeduser")
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert kiki("run", change_id).code != 0, "a cut apply is never started again by itself"
    shown = kiki("show", change_id, "--json")
    assert shown.change["state"] == "interrupted", shown.told
    left = subprocess.run(["pgrep", "-f", change_id], capture_output=True, text=True)
    assert left.stdout == "", "its processes are ended"
    assert kiki("plan", change_id, "--json").code in (0, 6)
    assert kiki("cancel", change_id).code in (0, 2), "a plan with nothing to do settled it"
    undone = kiki("undo", change_id, "--yes", "--json")
    said = [item["code"] for item in undone.change["reading"]["assumptions"]]
    assert "ansible.undo_unheard" in said, undone.told
    assert undone.code == 0, undone.told
    assert kiki("audit", "verify").code == 0


def test_two_runs_at_once_on_one_host_and_a_cancel_from_elsewhere(
    kiki: Kiki, hosts: HostsLab, ssh: Ssh, slow_host: str, tmp_path: Path
) -> None:
    """Whatever the inventories call it; other hosts of the same inventory are free."""
    process, change_id = applying(kiki, hosts, slow_host, "firstuser")
    shop = inventory(hosts, tmp_path / "shop.ini", f"web ansible_host={hosts.at(12)}")
    for given in (hosts.inventory, shop):
        second = kiki("--message", "/srv/second 디렉터리 생성", "--inventory", str(given), "--yes")
        assert second.code == 9, second.told
        assert change_id in second.err
    done(kiki, "/srv/third 디렉터리 생성", hosts.inventory, "--limit", "n3")
    assert kiki("cancel", change_id).code in (0, 11)
    process.communicate(timeout=60)
    assert process.returncode == 11
    assert kiki("show", change_id, "--json").change["state"] == "cancelled"
    assert ssh("n2", "test -e /srv/second").returncode != 0


def test_ctrl_c_in_the_middle_of_an_apply_cancels_it_and_it_can_be_undone(
    kiki: Kiki, hosts: HostsLab, ssh: Ssh, slow_host: str
) -> None:
    """What the host still does of a task that had begun is taken back with the rest."""
    process, change_id = applying(kiki, hosts, slow_host, "ctrlcuser", "/srv/ctrlc 디렉터리 만들고")
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 11
    shown = kiki("show", change_id, "--json").change
    assert shown["state"] == "cancelled"
    assert shown["stages"][0]["outcome"]["changed"] == ["n2"]
    left = subprocess.run(["pgrep", "-f", change_id], capture_output=True, text=True)
    assert left.stdout == ""
    ssh(slow_host, f"sudo pkill -f '[s]leep {SLOW_SECONDS}'; sleep 2")
    assert ssh(slow_host, "test -d /srv/ctrlc && id ctrlcuser").returncode == 0
    back = kiki("undo", change_id, "--yes", "--json")
    assert back.code == 0, back.told
    said = {item["code"]: item["params"] for item in back.change["reading"]["assumptions"]}
    assert said["ansible.undo_unsure"] == {"tasks": "n2: Create user ctrlcuser"}
    assert ssh(slow_host, "id ctrlcuser; ls -d /srv/ctrlc").stdout == ""
    assert kiki("show", change_id, "--json").change["state"] == "undone"


def inventory(lab: HostsLab, path: Path, *lines: str) -> Path:
    """An inventory with the lab's own variables and other hosts."""
    variables = lab.inventory.read_text().partition("[all:vars]")[2]
    path.write_text("[nodes]\n" + "\n".join(lines) + "\n\n[all:vars]" + variables)
    return path


def test_a_message_names_its_host_and_only_that_one_is_touched(
    kiki: Kiki, hosts: HostsLab, ssh: Ssh
) -> None:
    made = done(kiki, "n2에 /srv/only-here 디렉터리 만들어줘", hosts.inventory)
    assert made.change["scope"]["limit"] == "n2"
    assert "hosts: n2\n" in made.change["stages"][0]["artifact"]["files"][0]["text"]
    assert ssh("n2", "test -d /srv/only-here").returncode == 0
    assert ssh("n1", "test -e /srv/only-here").returncode != 0
    assert kiki("undo", made.change["id"], "--yes", "--json").code == 0
    asked = kiki("--message", "n7에 /srv/x 디렉터리 생성", "--inventory", str(hosts.inventory))
    assert asked.code == 3, asked.told
    assert "n7" in asked.err
