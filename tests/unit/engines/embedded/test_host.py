"""One server, started when it is needed, kept, replaced when it is no use, and ended when idle.

The server is a real process with the real life cycle; only the model is none.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiki.engines.embedded import host as hosts
from kiki.engines.embedded import talk
from kiki.engines.embedded.engine import EmbeddedEngine
from kiki.engines.embedded.host import Address
from kiki.engines.embedded.making import connected
from kiki.engines.port import telling
from kiki.model.agent import Progress
from kiki.model.errors import PermanentError, TemporaryError, UsageError
from tests.unit.engines.embedded.conftest import MODEL, PROMPT, SCRIPT, Place, until

PREFIX = [{"role": "system", "content": "s"}]


def gone(pid: int) -> bool:
    """Whether the process has ended."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def alive(place: Place) -> bool:
    return place.status() is not None


# -- as an engine -------------------------------------------------------------------------------


def test_a_listener_hears_of_the_start_and_of_the_answer(place: Place) -> None:
    heard: list[Progress] = []
    order = place.order()

    def host(name: str, report: hosts.Report) -> hosts.Host:
        assert name == "tiny"
        return hosts.Host(order, lambda: hosts.Ready(Path(sys.executable), order, SCRIPT), report)

    engine = EmbeddedEngine("tiny", host, lambda address: connected(address, 10.0))
    telling(engine, heard.append).complete(replace(PROMPT, model="tiny"))  # type: ignore[union-attr]
    codes = [progress.code for progress in heard]
    assert codes[:2] == ["engine.starting", "progress.model"]
    assert heard[1].params["model"] == "tiny"


def test_the_server_is_asked_in_the_one_way_that_it_knows(place: Place) -> None:
    place.engine().complete(PROMPT)
    assert len(place.told("question")) == 1  # nothing is found out first


# -- starting -----------------------------------------------------------------------------------


def test_it_is_started_once_and_kept(place: Place) -> None:
    engine = place.engine()
    assert engine.complete(PROMPT).model == "tiny"
    pid = place.pid
    assert place.engine().complete(PROMPT).model == "tiny"
    assert place.pid == pid
    assert place.starts == 1
    assert place.heard == ["engine.starting"]
    found = place.status()
    assert found is not None
    assert (found["uses"], found["busy"], found["model"]) == (2, False, "tiny")


def test_the_prompts_beginning_is_made_ready_each_time(place: Place) -> None:
    place.behave(tells=True)
    prompt = replace(PROMPT, examples=(("q", "a"),))
    place.engine().complete(prompt)
    place.engine().complete(prompt)
    turns = [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": "a"},
    ]
    assert place.told("prepare") == [[turns], [turns]]
    assert place.heard.count("engine.event_prefix") == 2


def test_many_that_start_at_once_get_one_server(place: Place) -> None:
    pids: list[int] = []

    def ask() -> None:
        with place.host().use(PREFIX):
            pids.append(place.pid)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pids) == 5
    assert len(set(pids)) == 1
    assert len(place.told("start")) == 1


def test_a_second_driver_leaves_the_first_one_alone(place: Place) -> None:
    with place.host().use(PREFIX):
        pid = place.pid
    order = place.order()
    import msgspec

    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT)], input=msgspec.json.encode(order) + b"\n", check=True
    )
    assert done.returncode == 0
    time.sleep(0.3)
    assert place.pid == pid
    assert len(place.told("start")) == 1


def test_what_is_missing_for_a_start_is_told_and_nothing_starts(place: Place) -> None:
    def ready() -> hosts.Ready:
        raise UsageError("model.absent", id="tiny")

    host = hosts.Host(place.order(), ready, lambda code, params: None)
    with pytest.raises(UsageError, match=r"model\.absent"), host.use(PREFIX):
        pass
    assert place.status() is None


def test_a_python_that_can_not_run_is_told(place: Place) -> None:
    order = place.order()
    for python in (Path("/nonexistent/python"), Path("/bin/false")):
        host = hosts.Host(order, lambda: hosts.Ready(python, order, SCRIPT), lambda *_: None)  # noqa: B023
        with pytest.raises(TemporaryError, match=r"engine\.unavailable"), host.use(PREFIX):
            pass


def test_a_model_that_can_not_be_loaded_is_told_and_the_server_ends(place: Place) -> None:
    place.behave(fails="bad magic")
    with pytest.raises(TemporaryError) as raised:
        place.engine().complete(PROMPT)
    assert raised.value.code == "engine.unavailable"
    assert raised.value.params["reason"] == "RuntimeError: bad magic"
    until(lambda: not os.path.exists(place.socket))  # noqa: PTH110


# -- whose child it is, and what it is given ----------------------------------------------------


def test_a_ctrl_c_does_not_reach_it(place: Place) -> None:
    with place.host().use(PREFIX):
        pid = place.pid
    assert os.getsid(pid) != os.getsid(0)
    assert os.getpgid(pid) != os.getpgid(0)
    parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    assert parent != os.getpid()


def test_the_key_is_in_no_argument_no_environment_and_no_file(place: Place, tmp_path: Path) -> None:
    with place.host().use(PREFIX) as address:
        pid = place.pid
        assert len(address.key) > 40
        key = address.key.encode()
        assert key not in Path(f"/proc/{pid}/cmdline").read_bytes()
        environ = Path(f"/proc/{pid}/environ").read_bytes()
        assert key not in environ
        names = {entry.split(b"=")[0].decode() for entry in environ.split(b"\0") if entry}
        allowed = {"HOME", "PATH", "TMPDIR", "LD_LIBRARY_PATH", "OMP_WAIT_POLICY", "LANG", "LC_ALL"}
        assert names <= allowed
        folders = (tmp_path, Path(place.socket).parent)
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        assert files
        assert all(key not in path.read_bytes() for path in files)


def test_only_this_user_can_come_near(place: Place) -> None:
    with place.host().use(PREFIX):
        folder = Path(place.socket).parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_uid == os.geteuid()


def test_the_http_server_listens_here_only_and_wants_the_key(place: Place) -> None:
    with place.host().use(PREFIX) as address:
        assert address.url.startswith("http://127.0.0.1:")
        with pytest.raises(PermanentError) as raised:
            connected(address._replace(key="wrong"), 10).complete(PROMPT)
        assert raised.value.code == "engine.key_refused"


# -- one at a time ------------------------------------------------------------------------------


def test_a_second_question_waits_for_the_first_one(place: Place) -> None:
    order: list[str] = []

    def second() -> None:
        with place.host().use(PREFIX):
            order.append("second")

    with place.host().use(PREFIX):
        thread = threading.Thread(target=second)
        thread.start()
        until(lambda: "engine.event_waiting" in place.heard)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_whoever_dies_lets_go_of_the_model(place: Place) -> None:
    with place.host().use(PREFIX):
        pid = place.pid
    code = (
        "import json, socket, sys, time; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
        "s.sendall(json.dumps({'do': 'use', 'prefix': []}).encode() + b'\\n'); s.recv(100);"
        "print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, place.socket], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        found = place.status()
        assert found is not None
        assert found["busy"]
        holder.kill()
        with place.host().use(PREFIX):
            assert place.pid == pid


# -- ending -------------------------------------------------------------------------------------


def test_it_ends_when_nobody_asks(place: Place) -> None:
    with place.host(idle_s=1).use(PREFIX):
        pid = place.pid
        time.sleep(1.8)
        assert not gone(pid)  # in use, and so not idle
    until(lambda: gone(pid))
    assert place.status() is None
    assert not Path(place.socket).exists()


def test_with_a_limit_of_zero_it_stays(place: Place) -> None:
    with place.host(idle_s=0).use(PREFIX):
        pid = place.pid
    time.sleep(1.5)
    assert place.pid == pid


def test_it_can_be_stopped(place: Place) -> None:
    assert not hosts.stop(place.socket)
    with place.host().use(PREFIX):
        pid = place.pid
    assert hosts.stop(place.socket)
    assert gone(pid)
    assert place.status() is None
    assert not hosts.stop(place.socket)


def test_one_that_nobody_can_find_ends(place: Place) -> None:
    with place.host().use(PREFIX):
        pid = place.pid
    Path(place.socket).unlink()
    until(lambda: gone(pid))


# -- replacing ----------------------------------------------------------------------------------


def test_a_crashed_one_is_replaced(place: Place) -> None:
    engine = place.engine()
    engine.complete(PROMPT)
    pid = place.pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: gone(pid))
    assert Path(place.socket).exists()  # it had no time to clean up
    assert engine.complete(PROMPT).model == "tiny"
    assert place.pid != pid


def test_one_that_crashes_under_a_question_is_started_again_once(place: Place) -> None:
    place.behave(dies_once=True, text="{}")
    assert place.engine().complete(PROMPT).text == "{}"
    assert len(place.told("start")) == 2
    place.behave(dies=True)
    with pytest.raises(TemporaryError) as raised:
        place.engine().complete(PROMPT)
    assert raised.value.code == "engine.unavailable"
    assert raised.value.params["reason"] == "engine.why_ended"
    assert len(place.told("start")) == 3


def test_one_that_hangs_is_replaced(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = place.engine()
    engine.complete(PROMPT)
    pid = place.pid
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr(hosts, "LOAD_S", 0.3)
    monkeypatch.setattr(talk, "QUICK_S", 0.3)
    assert engine.complete(PROMPT).model == "tiny"
    assert gone(pid)


def test_one_that_hangs_when_it_is_asked_is_replaced(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.engine().complete(PROMPT)
    pid = place.pid
    monkeypatch.setattr(hosts, "_waited", lambda socket: {"build": place.order().build})
    monkeypatch.setattr(talk, "LONG_S", 0.3)
    os.kill(pid, signal.SIGSTOP)
    engine = place.engine()
    with pytest.raises(TemporaryError):  # it is said to be there, so that nothing is started
        engine.complete(PROMPT)
    until(lambda: gone(pid))


def test_another_build_is_ended_first(place: Place) -> None:
    place.engine().complete(PROMPT)
    pid = place.pid
    other = replace(MODEL, id="other")
    host = place.host(model=other)
    with host.use(PREFIX) as address:
        assert address.model == "other"
    assert gone(pid)
    assert place.heard == ["engine.starting", "engine.replacing", "engine.starting"]


def test_everything_that_decides_the_answers_makes_another_build(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = place.order()
    assert place.order() == order
    builds = {order.build, place.order(idle_s=5).build}
    builds.add(place.order(model=replace(MODEL, sha256="1" * 64)).build)
    monkeypatch.setenv("KIKI_LLAMA", "/prepared")
    builds.add(place.order().build)
    assert len(builds) == 4


def test_a_server_with_another_model_is_not_believed(place: Place) -> None:
    place.behave(model="stale", text="{}")
    with pytest.raises(PermanentError) as raised:
        place.engine().complete(PROMPT)
    assert (raised.value.code, raised.value.params["known"]) == ("engine.model_missing", "stale")
    assert place.told("question") == []


def test_a_stranger_at_the_socket_is_no_server(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place.order().socket
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        with monkeypatch.context() as patch:
            patch.setattr(os, "geteuid", lambda: 12345)
            with pytest.raises(TemporaryError) as raised, talk.line(path):
                pass
    assert raised.value.code == "engine.foreign_server"


# -- what it writes -----------------------------------------------------------------------------


def test_the_log_stays_small_and_begins_anew(place: Place) -> None:
    place.behave(noise=200_000, text="{}")  # 1.2 MB a question
    engine = place.engine()
    log = Path(place.order().log)
    for _ in range(3):
        engine.complete(PROMPT)
    until(lambda: log.stat().st_size <= 256 * 1024)
    assert log.stat().st_mode & 0o777 == 0o600
    hosts.stop(place.socket)
    place.behave(text="{}")
    engine.complete(PROMPT)
    assert "noise" not in log.read_text()


def test_no_prompt_is_written_down(place: Place, tmp_path: Path) -> None:
    secret = "a-word-of-the-prompt"
    prompt = replace(PROMPT, system=secret, user=secret, timeout_s=1.0)
    place.behave(refuses=True)
    engine = place.engine()
    with pytest.raises(PermanentError, match=r"engine\.refused"):
        engine.complete(prompt)
    for path in (tmp_path / "state").rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes()


def test_an_address_does_not_show_its_key() -> None:
    assert "abc" not in repr(Address("http://127.0.0.1:1", "abc", "tiny"))
