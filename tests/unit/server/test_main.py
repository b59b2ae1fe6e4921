"""Starting and stopping."""

import json
import socket
import threading
import time
from argparse import Namespace
from pathlib import Path

import pytest

from kiki.model.errors import UsageError
from kiki.model.exits import Exit
from kiki.server import main
from kiki.server.accounts import Accounts
from tests.unit.server.running import Running
from tests.unit.service.world import World

HERE = Namespace(host="127.0.0.1", port=8082, tls_cert="", tls_key="")


def test_the_first_start_prints_a_token_and_a_later_one_does_not(
    running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    main._greet(HERE, running.accounts, "en")
    assert "One-time token" not in capsys.readouterr().err
    empty = World(running.folder.parent / "w").real
    assert empty.people is None

    class Nobody(Accounts):
        def __init__(self) -> None:
            pass

        def first_token(self) -> str:
            return "kiki_once"

    main._greet(HERE, Nobody(), "ko")
    said = capsys.readouterr().err
    assert "kiki_once" in said
    assert "kiki login http://127.0.0.1:8082 --first" in said


def test_an_open_address_without_tls_is_said(
    running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    main._greet(Namespace(**{**vars(HERE), "host": "0.0.0.0"}), running.accounts, "en")
    assert "without TLS" in capsys.readouterr().err
    with pytest.raises(UsageError, match="tls_pair"):
        main._greet(Namespace(**{**vars(HERE), "tls_cert": "x"}), running.accounts, "en")


def test_a_record_of_the_log_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    main.log({"event": "x", "who": 'evil\n{"event": "login"}'})
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert json.loads(line)["who"].startswith("evil")


def test_a_run_is_ended_when_the_server_stops(running: Running) -> None:
    ended: list[str] = []
    server = running.server._replace(stop_run=ended.append)
    server.hub.applying.add("0abc")
    threading.Timer(0.2, server.hub.applying.discard, ["0abc"]).start()
    began = time.monotonic()
    main.stop_runs(server)
    assert ended == ["0abc"]
    assert 0.1 < time.monotonic() - began < 5


def test_the_runs_processes_end(tmp_path: Path) -> None:
    world = World(tmp_path)
    change = world.approved()

    def stop(_: object) -> None:
        world.executor.during = lambda order: None
        world.agent.stop(change.id)

    world.executor.during = stop
    world.agent.run(change.id)
    assert len(world.executor.ended) == 1


def test_a_port_that_is_taken_is_said_before_anything_else(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORK_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("KIKI_LANG", "en")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main.main(["--port", str(port)]) == Exit.USAGE
    assert (
        f"can't listen on 127.0.0.1, port {port}: Address already in use" in capfd.readouterr().err
    )
    assert not (tmp_path / "state").exists()
