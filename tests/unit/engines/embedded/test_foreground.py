"""A model's server in the foreground: with a backend that is no model, and real signals."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from kiki.engines.embedded import foreground, orders
from kiki.engines.embedded.driver import serving
from tests.unit.engines.embedded.conftest import MODEL

DRIVER = Path(orders.DRIVER)

# What ``driver.__main__`` does, with a backend of the test's own.
STARTER = """
import json, sys
sys.path.insert(0, sys.argv[1])
import serving
from completions import Answered, CompletionServer

class Backend:
    def load(self, order, key):
        if order["path"] == "broken":
            raise RuntimeError("no model in it")
        at = (order["host"], order["port"])
        answer = lambda body, gone: Answered("ok", 1, 1)
        self.server = CompletionServer(key, order["model"], answer, at)
        return self.server.url

sys.exit(serving.run(json.load(sys.stdin), Backend))
"""


@contextmanager
def started(tmp_path: Path, path: str = "model", key: str = "") -> Iterator[subprocess.Popen[str]]:
    at = ("127.0.0.1", 0, "local-llama", key)
    order = foreground.serving("embedded", MODEL, Path(path), str(tmp_path), at)
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", STARTER, str(DRIVER)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(order).decode())
    process.stdin.close()
    with process:
        yield process
        process.kill()


def line(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stderr is not None
    told: dict[str, str] = json.loads(process.stderr.readline())
    return told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_by_its_other_name_until_a_signal(tmp_path: Path, number: int) -> None:
    with started(tmp_path) as process:
        told = line(process)
        assert told["event"] == "listening"
        with urllib.request.urlopen(told["detail"] + "/v1/models", timeout=5) as response:
            assert json.load(response)["data"] == [{"id": "local-llama"}]
        process.send_signal(number)
        assert process.wait(10) == 0
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(told["detail"] + "/health", timeout=5)


def test_a_model_that_can_not_be_loaded_ends_it(tmp_path: Path) -> None:
    with started(tmp_path, "broken") as process:
        assert line(process) == {"event": "failed", "detail": "RuntimeError: no model in it"}
        assert process.wait(10) == 1


def test_a_server_that_is_killed_is_not_waited_for(tmp_path: Path) -> None:
    with started(tmp_path) as process:
        line(process)
        [child] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(child), signal.SIGKILL)
        assert process.wait(10) == 128 + signal.SIGKILL


def test_with_a_key_strangers_are_refused_but_its_health_is_told(tmp_path: Path) -> None:
    with started(tmp_path, key="k") as process:
        url = line(process)["detail"]
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url + "/v1/models", timeout=5)
        refused.value.close()
        assert refused.value.code == 401
        with urllib.request.urlopen(url + "/health", timeout=5) as response:
            assert json.load(response) == {"status": "ok"}
        process.terminate()
        assert process.wait(10) == 0


def test_the_order_says_nothing_of_its_key() -> None:
    at = ("127.0.0.1", 8080, "", "geheim")
    order = foreground.serving("embedded", MODEL, Path("/m"), "/state", at)
    assert "geheim" not in repr(order)
    assert order.model == MODEL.id


def test_a_server_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child is given its time; what it does with it is no reason to stay."""
    child = os.fork()
    if not child:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(60)
        os._exit(0)
    time.sleep(0.2)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGCHLD,))
    try:
        monkeypatch.setattr(serving, "_FAREWELL_S", 0.2)
        assert serving._ended(child) == 0
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
