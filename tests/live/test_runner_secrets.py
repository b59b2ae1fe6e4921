"""Secrets reach the hosts and nothing else: no file, no argument, no environment, no event."""

import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.execution import scratch
from kiki.execution.redaction import HIDDEN
from kiki.model.run import RunEvent
from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab, everything_in

pytestmark = pytest.mark.hosts

# Quotes, a template, an escape, Korean, an emoji, blanks at both ends and a line end.
AWKWARD = " s3cret-\"q\" 'q' {{ 1 + 1 }} {% raw %} \\n 비밀 \U0001f511 $HOME \n"
SHORT = "Kiki-unseen-4711"
PLACE = f"/tmp/kiki-{uuid.uuid4().hex}"
PLAY = """\
- name: Secret
  hosts: all
  gather_facts: false
  tasks:
    - name: Store it
      ansible.builtin.copy:
        dest: PLACE-secret
        content: "{{ kiki_secret_db_main }}"
        mode: "0600"
      no_log: true
    - name: Careless
      ansible.builtin.command: echo {{ kiki_secret_short | quote }}
      changed_when: false
    - name: Careless diff
      ansible.builtin.copy:
        dest: PLACE-careless
        content: "value={{ kiki_secret_short }}\\n"
        mode: "0600"
    - name: Wait a moment
      ansible.builtin.command: sleep 1
      changed_when: false
""".replace("PLACE", PLACE)


@pytest.fixture
def lab(hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path) -> Iterator[Lab]:
    made = Lab(hosts, ansible_home, tmp_path / "state")
    made.secrets = {"db-main": AWKWARD, "short": SHORT}
    clean(made)
    yield made
    clean(made)


def clean(lab: Lab) -> None:
    for host in ("n1", "n2", "n3"):
        lab.ssh(host, f"sudo rm -f {PLACE}-secret {PLACE}-careless {PLACE}-own")


class Watch(threading.Thread):
    """Looks at the arguments and environments of all processes while a run goes on."""

    def __init__(self, values: list[bytes]) -> None:
        super().__init__(daemon=True)
        self.found: set[str] = set()
        self.looks = 0
        self._values = values
        self._stop_now = threading.Event()

    def run(self) -> None:
        while not self._stop_now.wait(0.02):
            self.looks += 1
            for entry in Path("/proc").iterdir():
                if entry.name.isdigit():
                    self._look(entry)

    def stop(self) -> None:
        self._stop_now.set()
        self.join()

    def _look(self, entry: Path) -> None:
        for name in ("cmdline", "environ"):
            try:
                text = (entry / name).read_bytes()
            except OSError:
                continue
            if any(value in text for value in self._values):
                self.found.add(f"{name}: {text[:80]!r}")


def test_values_arrive_as_they_are_and_are_seen_nowhere(lab: Lab) -> None:
    password = lab.hosts.ops_password
    watch = Watch([password.encode(), b"s3cret-"])
    watch.start()
    scope = lab.scope(lab.hosts.mixed)
    play = PLAY.replace("  gather_facts", "  become: true\n  gather_facts")
    result = lab.run(play, scope=scope, password=password, secrets={"db-main": "v1", "short": "v2"})
    watch.stop()
    assert result.status == "successful"
    assert watch.looks > 10
    assert watch.found == set()
    stored = lab.ssh("n1", f"sudo cat {PLACE}-secret; echo -n '|'")
    assert stored == AWKWARD + "|"
    kept = everything_in(lab.state)
    shown = repr(result)
    for value in (password, SHORT, AWKWARD, "s3cret-"):
        assert value.encode() not in kept
        assert value not in shown
    results = [event for event in result.events if event.host]
    assert HIDDEN in next(event.diff for event in results if event.task == "Careless diff")
    echoed = [event.result["stdout"] for event in results if event.task == "Careless"]
    assert echoed == [HIDDEN] * 3


def test_while_it_runs_nothing_secret_is_on_disk_and_later_nothing_raw_in_memory(lab: Lab) -> None:
    kept: list[bytes] = []

    def look(event: RunEvent) -> None:
        if event.task == "Wait a moment" and event.kind == "task":
            time.sleep(0.5)
            kept.append(everything_in(lab.state))

    result = lab.run(PLAY, on_event=look, secrets={"db-main": "v1", "short": "v2"})
    assert result.status == "successful"
    assert len(kept) == 1
    assert SHORT.encode() not in kept[0]
    traces = scratch.root().glob("*/process.json")
    assert [path for path in traces if str(lab.state).encode() in path.read_bytes()] == []


def test_what_hosts_files_hold_is_not_kept(lab: Lab) -> None:
    lab.ssh("n1", f"echo the-hosts-own-line > {PLACE}-own; chmod 600 {PLACE}-own")
    play = """\
- name: Change a file
  hosts: n1
  tasks:
    - name: Change it
      ansible.builtin.copy:
        dest: PLACE-own
        content: "another\\n"
        mode: "0600"
    - name: Read it
      ansible.builtin.command: cat /etc/os-release
      changed_when: false
""".replace("PLACE", PLACE)
    planned = lab.run(play, "check")
    assert "-the-hosts-own-line" in next(e.diff for e in planned.events if e.kind == "changed")
    lab.run(play)
    kept = everything_in(lab.state)
    assert b"the-hosts-own-line" not in kept
    assert b"PRETTY_NAME" not in kept
    assert b"ansible_facts" not in kept


def test_folders_and_files_are_private(lab: Lab) -> None:
    lab.run(PLAY, secrets={"db-main": "v1", "short": "v2"})
    for path in (lab.state / "runs").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_an_agent_with_the_key_is_enough(lab: Lab, tmp_path: Path) -> None:
    """SSH_AUTH_SOCK passes: an inventory without a key file."""
    script = f'eval "$(ssh-agent -a {tmp_path}/agent)" >/dev/null; ssh-add -q {lab.hosts.key}'
    subprocess.run(
        ["bash", "-c", script + "; echo $SSH_AGENT_PID > " + str(tmp_path / "pid")], check=True
    )
    variables = lab.inventory(tmp_path / "h.ini", "n1 ansible_host=10.123.0.11").read_text()
    lines = [line for line in variables.splitlines() if "private_key" not in line]
    (tmp_path / "h.ini").write_text("\n".join(lines) + "\n")
    play = PLAY.partition("    - name: Careless\n")[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path))
        patch.delenv("SSH_AUTH_SOCK", raising=False)
        without = lab.run(play, scope=lab.scope(tmp_path / "h.ini"), secrets={"db-main": "v1"})
        patch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        result = lab.run(play, scope=lab.scope(tmp_path / "h.ini"), secrets={"db-main": "v1"})
    subprocess.run(["kill", (tmp_path / "pid").read_text().strip()], check=True)
    assert without.status == "unreachable"
    assert result.status == "successful"
