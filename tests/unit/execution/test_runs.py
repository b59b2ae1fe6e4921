"""Runs from order to result, with a driver that plays a script instead of Ansible."""

import json
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from kiki.execution import drivers, processes, scratch
from kiki.execution.runner import RunnerExecutor
from kiki.model.artifact import Artifact, File
from kiki.model.change import RunningProcess
from kiki.model.errors import KikiError, StateError, TemporaryError, UsageError
from kiki.model.request import Scope
from kiki.model.run import RunEvent, RunMode, RunOrder, RunResult
from tests.unit.execution.conftest import FakeHome, make_order
from tests.unit.execution.lines import line, stats, task

END = {"event": "end", "rc": 0}
RECAP = stats(ok={"n1": 1, "n2": 1})
SLEEP = "# sleep 60"


def say(*messages: dict[str, Any]) -> list[str]:
    return [f"# say {json.dumps(message)}" for message in messages]


def order(script: list[str], mode: RunMode = "apply", **changes: Any) -> RunOrder:
    text = "\n".join(script) + "\n"
    files = (File(path="site.yml", text=text),)
    artifact = Artifact(target="ansible", intent_digest="x", entry="site.yml", files=files)
    return make_order(mode, artifact=artifact, **changes)


class Secrets:
    """A store of secrets that remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def __call__(self, name: str, version: str) -> str:
        self.asked.append((name, version))
        return f"value-of-{name}"


@pytest.fixture
def executor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunnerExecutor:
    monkeypatch.setattr(drivers, "SCRIPT", Path(__file__).with_name("fake_driver.py"))
    return RunnerExecutor(str(tmp_path / "state"), Secrets(), FakeHome)


def ignore(_: object) -> None:
    """A listener that drops everything."""


def run(executor: RunnerExecutor, given: RunOrder, password: str | None = None) -> RunResult:
    return executor.run(given, ignore, ignore, password)


def folders_in_memory() -> set[str]:
    return {path.name for path in scratch.root().iterdir() if path.name.startswith("r1-")}


def test_the_process_is_told_before_anything_can_start(executor: RunnerExecutor) -> None:
    told: list[object] = []

    def on_start(process: RunningProcess) -> None:
        assert processes.leads(process)
        time.sleep(0.2)
        told.append(process)

    result = executor.run(order(say(task("runner_on_ok"), RECAP, END)), told.append, on_start)
    assert isinstance(told[0], RunningProcess)
    assert [type(each) for each in told[1:]] == [RunEvent]
    assert result.status == "successful"


def test_events_come_while_the_run_goes_on(executor: RunnerExecutor) -> None:
    heard: list[float] = []
    script = [*say(task("runner_on_ok")), "# sleep 0.5", *say(task("runner_on_ok"), RECAP, END)]
    executor.run(order(script), lambda _: heard.append(time.monotonic()), ignore)
    assert heard[1] - heard[0] > 0.3


def test_many_and_large_events_all_arrive_in_order(executor: RunnerExecutor) -> None:
    many = [task("runner_on_ok", name=f"T{number}", msg="x" * 2000) for number in range(1500)]
    result = run(executor, order(say(*many, RECAP, END)))
    assert [event.task for event in result.events] == [f"T{number}" for number in range(1500)]
    assert [event.counter for event in result.events] == list(range(1, 1501))


def test_a_driver_that_dies_is_a_failed_run_that_says_so(executor: RunnerExecutor) -> None:
    result = run(executor, order([*say(task("runner_on_ok")), "# die"]))
    assert (result.status, result.rc) == ("failed", 1)
    last = result.events[-1]
    assert last.result == {"reason": "execution.driver_died"}
    assert "MemoryError" in last.message


def test_lost_events_and_no_recap_are_never_a_success(executor: RunnerExecutor) -> None:
    lost = run(executor, order(say(line("lost", text=""), RECAP, END)))
    assert lost.status == "failed"
    assert lost.events[-1].result["reason"] == "execution.events_lost"
    assert run(executor, order(say(task("runner_on_ok"), END), run_id="r1-b")).status == "failed"


@pytest.mark.parametrize(
    ("mode", "status"), [("check", "failed"), ("apply", "failed"), ("again", "successful")]
)
def test_a_run_in_which_nothing_ran(executor: RunnerExecutor, mode: RunMode, status: str) -> None:
    """A repetition may leave out every task, the others have the wrong tags."""
    result = run(executor, order(say(stats(), END), mode))
    assert result.status == status
    reasons = [event.result.get("reason") for event in result.events]
    assert reasons == ([] if status == "successful" else ["execution.nothing_ran"])


def test_a_play_that_matches_no_host_is_no_success(executor: RunnerExecutor) -> None:
    result = run(
        executor,
        order(say(line("playbook_on_no_hosts_matched", play="web", text=""), stats(), END)),
    )
    assert result.status == "failed"
    assert [event.result["reason"] for event in result.events] == ["execution.no_hosts_matched"]


def test_a_time_limit_ends_it(executor: RunnerExecutor) -> None:
    started = time.monotonic()
    script = [*say(task("runner_on_ok")), SLEEP]
    result = run(executor, order(script, timeout_s=1))
    assert (result.status, result.rc) == ("timeout", 124)
    assert len(result.events) == 1
    assert time.monotonic() - started < 5
    assert not folders_in_memory()


def test_cancel_from_another_thread(executor: RunnerExecutor) -> None:
    heard = threading.Event()
    threading.Thread(target=lambda: heard.wait() and executor.cancel("r1")).start()
    pids: list[int] = []
    result = executor.run(
        order([*say(task("runner_on_ok")), SLEEP]),
        lambda _: heard.set(),
        lambda process: pids.append(process.pgid),
    )
    assert (result.status, result.rc) == ("cancelled", 130)
    assert processes.look(pids[0]) is None
    executor.cancel("r1")
    executor.cancel("never")


def test_cancel_before_the_order_is_given_runs_nothing(executor: RunnerExecutor) -> None:
    result = executor.run(
        order(say(task("runner_on_ok"), RECAP, END)), ignore, lambda _: executor.cancel("r1")
    )
    assert result.status == "cancelled"
    assert result.events == ()


def test_ctrl_c_ends_it_and_a_second_one_does_not_leave_anything(executor: RunnerExecutor) -> None:
    pids: list[int] = []

    def press() -> None:
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.4)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    result = executor.run(
        order(["# deaf", *say(task("runner_on_ok")), SLEEP]),
        ignore,
        lambda process: pids.append(process.pgid),
    )
    assert result.status == "cancelled"
    assert processes.look(pids[0]) is None
    assert not folders_in_memory()


def test_an_error_of_the_callers_leaves_no_process(executor: RunnerExecutor) -> None:
    pids: list[int] = []

    def fail(_: RunEvent) -> None:
        raise ValueError("the listener's own")

    with pytest.raises(ValueError, match="the listener's own"):
        executor.run(
            order([*say(task("runner_on_ok")), SLEEP]),
            fail,
            lambda process: pids.append(process.pgid),
        )
    assert processes.look(pids[0]) is None
    assert not folders_in_memory()


def test_when_it_can_t_be_recorded_nothing_runs(executor: RunnerExecutor, tmp_path: Path) -> None:
    def fail(_: RunningProcess) -> None:
        raise TemporaryError("store.locked")

    with pytest.raises(TemporaryError):
        executor.run(order(say(task("runner_on_ok"), RECAP, END)), ignore, fail)
    assert not list(tmp_path.rglob("argv.json"))


def test_a_run_happens_once(executor: RunnerExecutor) -> None:
    run(executor, order(say(RECAP, END)))
    with pytest.raises(StateError, match="run_exists"):
        run(executor, order(say(RECAP, END)))


def test_secrets_are_in_no_file_argument_or_environment(
    executor: RunnerExecutor, tmp_path: Path
) -> None:
    """The fake driver reads neither pipe, so whatever is found here was put somewhere else."""
    seen: list[bytes] = []

    def look(process: RunningProcess) -> None:
        seen.append(Path(f"/proc/{process.pgid}/cmdline").read_bytes())
        seen.append(Path(f"/proc/{process.pgid}/environ").read_bytes())

    shown = task(
        "runner_on_failed", msg="sudo: hunter2-become and value-of-db", stdout="value-of-db"
    )
    given = order(say(shown, RECAP, {**END, "rc": 2}), secrets={"db": "v3"})
    result = executor.run(given, ignore, look, "hunter2-become")
    kept = [path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file()]
    playbook = given.artifact.text_of("site.yml").encode()  # it says them: they are its lines
    everything = b"\n".join([*seen, *(text for text in kept if text != playbook)])
    for value in ("hunter2-become", "value-of-db"):
        assert value.encode() not in everything
        assert value not in repr(result)
    words = json.loads(next(tmp_path.rglob("argv.json")).read_text())
    assert words[words.index("--become-password-file") + 1].endswith("/become")
    assert words[words.index("--extra-vars") + 1].endswith("/variables")


def test_a_state_folder_that_can_t_be_written(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    made = RunnerExecutor(str(tmp_path / "state"), Secrets(), FakeHome)
    with pytest.raises(KikiError, match="execution"):
        run(made, order([]))


def test_an_ansible_that_does_not_start(tmp_path: Path) -> None:
    made = RunnerExecutor(str(tmp_path), Secrets(), lambda: FakeHome(python=str(tmp_path / "none")))
    with pytest.raises(TemporaryError, match="ansible_unusable"):
        run(made, order([]))
    assert not folders_in_memory()


def test_extra_vars_that_would_run_on_this_machine_are_refused(executor: RunnerExecutor) -> None:
    with pytest.raises(UsageError, match="local_connection"):
        run(executor, order([], scope=Scope(extra_vars={"ansible_connection": "local"})))


def test_end_of_a_run_that_nobody_knows_touches_nothing(executor: RunnerExecutor) -> None:
    stranger = RunningProcess(pgid=os.getpid(), started=1, boot=processes.boot_id(), host="h")
    assert not executor.end(stranger)


def test_the_record_of_a_run_has_its_processes(executor: RunnerExecutor, tmp_path: Path) -> None:
    noted: list[RunningProcess] = []
    executor.run(order(say(RECAP, END)), ignore, noted.append)
    kept = json.loads(next(tmp_path.rglob("process.json")).read_text())
    assert kept["process"]["pgid"] == noted[0].pgid
    assert not executor.end(noted[0])
