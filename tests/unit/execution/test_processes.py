"""Finding and ending processes, with real ones that sleep."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from kiki.execution import processes
from kiki.execution.environment import MARK
from kiki.execution.processes import Traces

SLEEP = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
# Another session with the run's mark, as Ansible's workers are.
AWAY = f"""
import subprocess, sys, time
code = "print(flush=True);" + {SLEEP!r}
away = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stdout=-1)
away.stdout.readline()  # in the middle of its start it has no environment yet
print(away.pid, flush=True)
time.sleep(60)
"""
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a Python program in a session of its own; kills it afterwards."""
    made: list[subprocess.Popen[str]] = []

    def started(code: str, run: str = "/runs/run_1") -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            start_new_session=True,
            env={MARK: run},
            stdout=subprocess.PIPE,
            text=True,
        )
        made.append(process)
        return process

    yield started
    for process in made:
        process.kill()
        process.communicate()


def traces(process: "subprocess.Popen[str]", **changes: object) -> Traces:
    found = Traces(
        process=processes.describe(process.pid), run="/runs/run_1", sockets="", scratch=""
    )
    return msgspec.structs.replace(found, **changes)


def running(pid: int) -> bool:
    found = processes.look(pid)
    return found is not None and found.running


def test_a_process_is_told_by_its_start_and_boot(start: Start) -> None:
    process = start(SLEEP)
    found = processes.describe(process.pid)
    assert found.pgid == process.pid == os.getpgid(process.pid)
    assert found.started > 0
    assert found.boot == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert processes.leads(found)


def test_names_with_brackets_do_not_confuse_the_reading(tmp_path: Path) -> None:
    program = tmp_path / "a) S 1 (b"
    program.symlink_to(sys.executable)
    with subprocess.Popen([str(program), "-c", SLEEP]) as process:
        found = processes.look(process.pid)
        process.kill()
    assert found is not None
    assert found.group == os.getpgid(0)


def test_everything_of_a_run_is_ended(start: Start) -> None:
    process = start(AWAY)
    assert process.stdout is not None
    away = int(process.stdout.readline())
    assert os.getpgid(away) != process.pid
    assert processes.end(traces(process))
    assert not running(process.pid)
    assert not running(away)
    assert not processes.end(traces(process))


def test_what_does_not_listen_is_killed(start: Start) -> None:
    process = start(DEAF)
    assert process.stdout is not None
    process.stdout.readline()
    started = time.monotonic()
    assert processes.end(traces(process), patience=0.3)
    assert not running(process.pid)
    assert time.monotonic() - started < 2
    assert process.wait() == -signal.SIGKILL


def test_a_pid_that_another_program_has_now_is_left_alone(start: Start) -> None:
    process = start(SLEEP, run="")
    found = traces(process)
    older = msgspec.structs.replace(found.process, started=found.process.started - 1)
    assert not processes.end(msgspec.structs.replace(found, process=older))
    assert running(process.pid)


def test_a_process_of_an_earlier_boot_is_left_alone(start: Start) -> None:
    process = start(SLEEP)
    found = traces(process)
    earlier = msgspec.structs.replace(found.process, boot="0" * 36)
    assert not processes.end(msgspec.structs.replace(found, process=earlier))
    assert running(process.pid)


def test_what_remains_of_a_run_whose_leader_is_gone_is_ended(start: Start) -> None:
    process = start(AWAY)
    assert process.stdout is not None
    away = int(process.stdout.readline())
    found = traces(process)
    process.kill()
    process.wait()
    assert processes.end(found)
    assert not running(away)


def test_other_runs_go_on(start: Start) -> None:
    ours, other = start(SLEEP), start(SLEEP, run="/runs/run_10")
    assert processes.end(traces(ours))
    assert running(other.pid)


def test_shared_connections_end_with_the_run_but_are_no_run(start: Start, tmp_path: Path) -> None:
    """ssh names its master process after the socket; here a program with such a name stands in."""
    shell = f"exec -a 'ssh: {tmp_path}/ab12 [mux]' sleep 60"
    leader = start(SLEEP)
    with subprocess.Popen(["bash", "-c", shell], start_new_session=True) as master:
        found = traces(leader, sockets=str(tmp_path))
        until = time.monotonic() + 5
        while not processes.connections(found) and time.monotonic() < until:
            time.sleep(0.02)
        assert [each.pid for each in processes.connections(found)] == [master.pid]
        assert [each.pid for each in processes.working(found)] == [leader.pid]
        processes.end(found)
        assert master.wait(5) == -signal.SIGTERM


def test_an_idle_connection_alone_is_not_a_run_that_was_alive(start: Start, tmp_path: Path) -> None:
    leader = start(SLEEP)
    found = traces(leader, sockets=str(tmp_path))
    leader.kill()
    leader.wait()
    shell = f"exec -a 'ssh: {tmp_path}/ab12 [mux]' sleep 60"
    with subprocess.Popen(["bash", "-c", shell], start_new_session=True) as master:
        until = time.monotonic() + 5
        while not processes.connections(found) and time.monotonic() < until:
            time.sleep(0.02)
        assert not processes.end(found)
        assert master.wait(5) == -signal.SIGTERM
