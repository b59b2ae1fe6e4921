"""However a run ends, nothing of it is left: no process here, no raw data."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kiki.execution import processes, scratch
from kiki.execution.runner import RunnerExecutor
from kiki.model.change import RunningProcess
from kiki.model.run import RunEvent, RunResult
from kiki.provision.ansible import AnsibleHome
from tests.conftest import ROOT
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab

pytestmark = pytest.mark.hosts

SECONDS = f"47.{os.getpid()}"  # tells this suite's sleepers from those of another
SLOW = f"""\
- name: Slow
  hosts: all
  gather_facts: false
  tasks:
    - name: First
      ansible.builtin.ping:
    - name: Sleep
      ansible.builtin.command: sleep {SECONDS}
      changed_when: false
      check_mode: false
"""
ASLEEP = f"pgrep -fx 'sleep {SECONDS}' | wc -l"


@pytest.fixture
def lab(hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path) -> Iterator[Lab]:
    made = Lab(hosts, ansible_home, tmp_path / "state")
    yield made
    for host in ("n1", "n2", "n3"):
        made.ssh(host, f"pkill -fx 'sleep {SECONDS}'")


def left(lab: Lab) -> list[str]:
    """Command lines of processes on this machine that belong to the lab's runs."""
    found = []
    mark = f"KIKI_RUN={lab.state}".encode()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            ours = mark in (entry / "environ").read_bytes()
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        look = processes.look(int(entry.name))
        if ours and look is not None and look.running and "[mux]" not in words:
            found.append(words)
    return found


def connections(lab: Lab) -> int:
    """How many shared connections of the lab's runs are open."""
    kept = [
        msgspec.json.decode(path.read_bytes(), type=processes.Traces)
        for path in lab.state.glob("runs/*/process.json")
    ]
    return sum(len(processes.connections(traces)) for traces in kept)


def raw(lab: Lab) -> list[str]:
    """What runs of the lab have left in memory."""
    mark = str(lab.state).encode()
    traces = scratch.root().glob("*/process.json")
    return [path.parent.name for path in traces if mark in path.read_bytes()]


def asleep(lab: Lab) -> bool:
    """Whether the slow task is under way on every host."""
    return all(lab.ssh(host, ASLEEP).strip() == "1" for host in ("n1", "n2", "n3"))


def wait_until_asleep(lab: Lab) -> None:
    until = time.monotonic() + 60
    while not asleep(lab):
        assert time.monotonic() < until, "the slow task never started"
        time.sleep(0.2)


def test_a_run_that_ends_well_leaves_only_shared_connections(lab: Lab) -> None:
    result = lab.run(SLOW.replace(SECONDS, "0.1"))
    assert result.status == "successful"
    assert left(lab) == []
    assert connections(lab) == 3
    assert raw(lab) == []


def test_the_next_run_uses_the_connections_of_the_last(lab: Lab) -> None:
    play = SLOW.replace(SECONDS, "0.1")
    lab.run(play)
    before = connections(lab)
    lab.run(play, "again")
    assert connections(lab) == before * 2  # the same three, found by both runs' records


def test_a_time_limit(lab: Lab) -> None:
    result = lab.run(SLOW, timeout_s=6)
    assert (result.status, result.rc) == ("timeout", 124)
    assert left(lab) == []
    assert connections(lab) == 0
    assert raw(lab) == []


def in_the_middle(lab: Lab, act: str) -> RunResult:
    """A run that *act* reaches while its slow task is under way."""
    heard = threading.Event()

    def hear(event: RunEvent) -> None:
        if event.kind == "task" and event.task == "Sleep":
            heard.set()

    def stop() -> None:
        heard.wait(60)
        wait_until_asleep(lab)
        if act == "cancel":
            lab.executor.cancel("t-apply-1")
        else:
            os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=stop).start()
    return lab.run(SLOW, on_event=hear)


@pytest.mark.parametrize("act", ["cancel", "ctrl-c"])
def test_cancel_and_ctrl_c_in_the_middle(lab: Lab, act: str) -> None:
    result = in_the_middle(lab, act)
    assert result.status == "cancelled"
    assert {event.host for event in result.events if event.kind == "ok"} == {"n1", "n2", "n3"}
    assert left(lab) == []
    assert connections(lab) == 0
    assert raw(lab) == []


class Killed:
    """A run in another process, killed with -9 in the middle of its slow task."""

    def __init__(self, lab: Lab, tmp_path: Path, mode: str) -> None:
        home, playbook = lab.home, tmp_path / "slow.yml"
        playbook.write_text(SLOW)
        paths = [home.python, home.playbook, home.inventory, home.collections]
        words = [str(lab.state), str(lab.hosts.inventory), str(playbook), mode, *paths]
        with subprocess.Popen(
            [sys.executable, "-m", "tests.live.runner_process", *words],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        ) as process:
            assert process.stdout is not None
            self.process = msgspec.json.decode(process.stdout.readline(), type=RunningProcess)
            wait_until_asleep(lab)
            process.kill()
        assert process.returncode == -signal.SIGKILL


def test_a_killed_apply_lives_on_until_a_new_process_ends_it(lab: Lab, tmp_path: Path) -> None:
    killed = Killed(lab, tmp_path, "apply")
    time.sleep(1)
    assert processes.leads(killed.process)
    assert any("ansible-playbook" in words for words in left(lab))
    assert any(words.startswith("ssh ") for words in left(lab))
    assert raw(lab)
    heir = RunnerExecutor(str(lab.state), lambda name, version: "", lambda: lab.home)
    assert heir.end(killed.process)
    assert left(lab) == []
    assert connections(lab) == 0
    assert raw(lab) == []
    assert not heir.end(killed.process)


def test_a_killed_check_ends_by_itself(lab: Lab, tmp_path: Path) -> None:
    """It changes nothing, so nothing is lost; and nobody has recorded its process."""
    killed = Killed(lab, tmp_path, "check")
    until = time.monotonic() + 30
    while left(lab) and time.monotonic() < until:
        time.sleep(0.2)
    assert left(lab) == []
    assert not processes.leads(killed.process)
    lab.run(SLOW, "syntax")  # the next run clears away what that one left in memory
    assert raw(lab) == []


def test_a_run_whose_driver_was_killed_is_ended_whole(lab: Lab) -> None:
    """What the kernel's memory killer would do: the run fails and its workers go too."""

    def kill(event: RunEvent) -> None:
        if event.kind == "task" and event.task == "Sleep":
            wait_until_asleep(lab)
            os.kill(started[0].pgid, signal.SIGKILL)

    started: list[RunningProcess] = []
    result = lab.run(SLOW, on_event=kill, on_start=started.append)
    assert result.status == "failed"
    assert result.events[-1].result["reason"] == "execution.driver_died"
    assert left(lab) == []
    assert raw(lab) == []


def test_a_process_that_reused_the_pid_is_left_alone(lab: Lab) -> None:
    started: list[RunningProcess] = []
    lab.run(SLOW.replace(SECONDS, "0.1"), on_start=started.append)
    with subprocess.Popen(["sleep", "30"], start_new_session=True) as stranger:
        reused = msgspec.structs.replace(started[0], pgid=stranger.pid)
        assert not lab.executor.end(reused)
        assert stranger.poll() is None
        stranger.kill()


def test_the_folder_of_a_cut_run_can_still_be_read(lab: Lab, tmp_path: Path) -> None:
    Killed(lab, tmp_path, "apply")
    folder = lab.state / "runs" / "run_killed"
    kinds = [
        msgspec.json.decode(line, type=RunEvent).kind
        for line in (folder / "events.jsonl").read_text().splitlines()
    ]
    assert kinds.count("ok") == 3
    assert not (folder / "result.json").exists()
    traces = msgspec.json.decode((folder / "process.json").read_bytes(), type=processes.Traces)
    assert lab.executor.end(traces.process)


def test_no_task_starts_before_the_process_is_recorded(lab: Lab) -> None:
    def fail(process: RunningProcess) -> None:
        time.sleep(1)
        raise RuntimeError("can't be recorded")

    heard: list[RunEvent] = []
    with pytest.raises(RuntimeError):
        lab.run(SLOW, on_start=fail, on_event=heard.append)
    assert heard == []
    assert left(lab) == []
