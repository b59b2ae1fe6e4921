"""The HTTP client against a real server on the loopback: every path, and everything that breaks."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiki.client import HttpAgent
from kiki.model.agent import ChangeFilter, Generated, Progress
from kiki.model.artifact import File
from kiki.model.change import Change
from kiki.model.errors import (
    ApprovalNeeded,
    KikiError,
    PermanentError,
    StateError,
    TemporaryError,
    UsageError,
)
from kiki.model.finding import Finding
from kiki.model.intent import Reading
from kiki.model.ledger import GENESIS, LedgerFault, LedgerRecord
from kiki.model.request import Request

AT = "2026-01-31T09:00:00.000Z"
CHANGE = Change(id="0abc", state="checked", request=Request(message="설치"), created=AT, updated=AT)
RECORD = LedgerRecord(
    sequence=1, at=AT, actor="kim", event="request", subject="0abc", data={}, previous=GENESIS
)
FAULT = LedgerFault(code="ledger.row_altered", sequence=1)
FINDING = Finding(code="k8s.x", severity="error")
REQUEST = Request(message="Nginx 설치")


class Answers:
    """What the server says next, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body: bytes = b"{}"
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.cut = False

    def json(self, value: Any) -> None:
        self.body = msgspec.json.encode(value)

    def lines(self, *values: Any) -> None:
        self.body = b"".join(msgspec.json.encode(value) + b"\n" for value in values)


@pytest.fixture
def server() -> Iterator[tuple[str, Answers]]:
    answers = Answers()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(None)

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            self._reply(json.loads(self.rfile.read(size)))

        def _reply(self, body: Any) -> None:
            answers.asked.append((self.command, self.path, dict(self.headers), body))
            self.send_response(answers.status)
            self.send_header("Content-Length", str(len(answers.body) + (9 if answers.cut else 0)))
            self.end_headers()
            self.wfile.write(answers.body)

        def log_message(self, *_: Any) -> None:
            return

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}", answers
    running.shutdown()
    thread.join()
    running.server_close()


Call = Callable[[HttpAgent], Any]

PLAIN: list[tuple[Call, str, str, Any, Any]] = [
    (lambda a: a.get("0a/b"), "GET", "changes/0a%2Fb", CHANGE, CHANGE),
    (lambda a: a.approve("0abc", "sha256:1", "ok"), "POST", "changes/0abc/approve", CHANGE, CHANGE),
    (lambda a: a.reject("0abc", "no"), "POST", "changes/0abc/reject", CHANGE, CHANGE),
    (lambda a: a.cancel("0abc"), "POST", "changes/0abc/cancel", CHANGE, CHANGE),
    (
        lambda a: a.find(ChangeFilter(state="applied", text="설치")),
        "GET",
        "changes?state=applied&text=%EC%84%A4%EC%B9%98&limit=50",
        {"changes": [CHANGE]},
        (CHANGE,),
    ),
    (lambda a: a.history("0abc"), "GET", "changes/0abc/history", {"records": [RECORD]}, (RECORD,)),
    (lambda a: a.ledger(7), "GET", "ledger?limit=7", {"records": [RECORD]}, (RECORD,)),
    (lambda a: a.audit(), "GET", "audit", {"faults": [FAULT]}, (FAULT,)),
    (lambda a: a.recover(), "POST", "recover", {"changes": [CHANGE]}, (CHANGE,)),
    (lambda a: a.describe(), "GET", "agent", {"version": "1"}, {"version": "1"}),
    (lambda a: a.asks_for_code_only(REQUEST), "POST", "code-only", {"value": True}, True),
    (
        lambda a: a.check("k8s", (File(path="a", text="b"),)),
        "POST",
        "check",
        {"findings": [FINDING]},
        (FINDING,),
    ),
    (
        lambda a: a.generate(REQUEST, strict=True),
        "POST",
        "generate",
        Generated(reading=Reading(reader="rules")),
        Generated(reading=Reading(reader="rules")),
    ),
]


@pytest.mark.parametrize(("call", "method", "path", "reply", "result"), PLAIN)
def test_every_plain_call(
    server: Any, call: Call, method: str, path: str, reply: Any, result: Any
) -> None:
    url, answers = server
    answers.json(reply)
    assert call(HttpAgent(url, "t0k3n")) == result
    asked = answers.asked[0]
    assert (asked[0], asked[1]) == (method, f"/api/v1/{path}")
    assert asked[2]["Authorization"] == "Bearer t0k3n"


STREAMS: list[tuple[Call, str, dict[str, Any]]] = [
    (lambda a: a.submit(REQUEST), "changes", {"request": json.loads(msgspec.json.encode(REQUEST))}),
    (lambda a: a.answer("0abc", "nginx"), "changes/0abc/answer", {"value": "nginx"}),
    (lambda a: a.run("0abc"), "changes/0abc/run", {}),
    (lambda a: a.replan("0abc"), "changes/0abc/plan", {}),
    (lambda a: a.redo("0abc"), "changes/0abc/redo", {}),
    (lambda a: a.undo("0abc"), "changes/0abc/undo", {}),
]


@pytest.mark.parametrize(("call", "path", "body"), STREAMS)
def test_every_stream(server: Any, call: Call, path: str, body: dict[str, Any]) -> None:
    url, answers = server
    answers.lines({"progress": Progress(code="progress.apply")}, {"change": CHANGE})
    assert call(HttpAgent(url)) == CHANGE
    asked = answers.asked[0]
    assert (asked[0], asked[1]) == ("POST", f"/api/v1/{path}")
    assert "Authorization" not in asked[2]
    assert asked[3] == body | {"become_password": None}


def test_every_method_of_the_agent_is_there() -> None:
    from kiki.model.agent import Agent

    wanted = {name for name in vars(Agent) if not name.startswith("_")}
    assert wanted <= set(dir(HttpAgent))


def test_progress_arrives_in_order_and_the_password_goes_along(server: Any) -> None:
    url, answers = server
    told: list[Progress] = []
    steps = [Progress(code="progress.apply"), Progress(code="progress.event", host="node1")]
    answers.lines(*({"progress": step} for step in steps), {"change": CHANGE})
    HttpAgent(url).run("0abc", told.append, "hunter2")
    assert told == steps
    assert answers.asked[0][3]["become_password"] == "hunter2"


def test_a_path_before_the_apis(server: Any) -> None:
    url, answers = server
    answers.json({})
    HttpAgent(url + "/kiki/").describe()
    assert answers.asked[0][1] == "/kiki/api/v1/agent"


def test_the_bundle(server: Any, tmp_path: Path) -> None:
    url, answers = server
    answers.body = b"PK\x03\x04\xff"
    path = str(tmp_path / "b.zip")
    assert HttpAgent(url).bundle("0abc", path) == path
    assert Path(path).read_bytes() == answers.body
    with pytest.raises(TemporaryError, match="not_written"):
        HttpAgent(url).bundle("0abc", str(tmp_path / "no" / "b.zip"))


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        ({"kind": "StateError", "code": "change.transition", "params": {"state": "x"}}, StateError),
        ({"kind": "ApprovalNeeded", "code": "approval.needed"}, ApprovalNeeded),
        ({"kind": "Exception", "code": "a.b"}, PermanentError),
        ({"kind": "annotations", "code": "a.b"}, PermanentError),
        ({"code": "a.b"}, PermanentError),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_the_servers_errors_are_the_same_errors(
    server: Any, failure: dict[str, Any], kind: type[KikiError], streamed: bool
) -> None:
    url, answers = server
    failure = failure | {"change": "0abc"}
    answers.json({"error": failure} if streamed else failure)
    answers.status = 200 if streamed else 409
    with pytest.raises(KikiError) as caught:
        HttpAgent(url).run("0abc")
    assert type(caught.value) is kind
    assert (caught.value.code, caught.value.change_id) == (failure["code"], "0abc")


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"<html>", "client.not_kiki"),
        (200, b'{"version": "\xff"}', "client.not_kiki"),
        (404, b"not found", "client.not_kiki"),
        (302, b"", "client.not_kiki"),
        (401, b"", "client.no_token"),
        (401, b'{"code": "server.unauthorised", "status": 401}', "client.no_token"),
        (403, b'{"detail": "no"}', "client.forbidden"),
        (503, b"", "client.server_failed"),
        (500, b"oops", "client.not_kiki"),
    ],
)
def test_other_answers(server: Any, status: int, body: bytes, code: str) -> None:
    url, answers = server
    answers.status, answers.body = status, body
    with pytest.raises(KikiError) as caught:
        HttpAgent(url).describe()
    assert caught.value.code == code


def test_a_token_that_is_refused(server: Any) -> None:
    url, answers = server
    answers.status = 401
    with pytest.raises(UsageError, match=r"client\.unauthorised"):
        HttpAgent(url, "t0k3n").describe()


def test_a_stream_without_a_result_was_cut(server: Any) -> None:
    url, answers = server
    answers.lines({"progress": Progress(code="progress.apply")})
    with pytest.raises(TemporaryError, match=r"client\.cut"):
        HttpAgent(url).run("0abc")
    answers.cut = True
    with pytest.raises(TemporaryError, match=r"client\.cut"):
        HttpAgent(url).describe()


def test_nothing_listening() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(TemporaryError) as caught:
            HttpAgent(url).describe()
    assert caught.value.code == "client.unreachable"
    assert caught.value.params["url"] == url


def test_a_name_that_does_not_resolve() -> None:
    with pytest.raises(TemporaryError, match=r"client\.unreachable"):
        HttpAgent("http://nothere.invalid:1").describe()


@pytest.mark.parametrize("reply", [b"SSH-2.0-OpenSSH_9.2\r\n", b""])
def test_something_that_is_no_web_server(reply: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(reply)

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(KikiError) as caught:
            HttpAgent(f"http://127.0.0.1:{listening.getsockname()[1]}").describe()
        thread.join()
    assert caught.value.code in ("client.not_kiki", "client.cut")


def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiki.client.ANSWER_S", 0.2)
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        pytest.raises(TemporaryError, match=r"client\.timeout"),
    ):
        HttpAgent(f"http://127.0.0.1:{listening.getsockname()[1]}").describe()


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "ftp://h",
        "http://h:port",
        "http://h:99999",
        "http://[",
        "http://u:p@h",
        "http://h?x=1",
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        HttpAgent(url)
    assert caught.value.code == "client.bad_url"


def test_an_address_without_its_scheme(server: Any) -> None:
    url, answers = server
    answers.json({"version": "1"})
    assert HttpAgent(url.removeprefix("http://")).describe() == {"version": "1"}


@pytest.mark.parametrize(
    "call",
    [
        lambda a: a.secrets(),
        lambda a: a.keep_secret("db", "hush"),
        lambda a: a.remove_secret("db"),
        lambda a: a.rotate_master_key("env:X"),
    ],
)
def test_secrets_stay_where_they_are_kept(server: Any, call: Call) -> None:
    url, answers = server
    with pytest.raises(UsageError) as caught:
        call(HttpAgent(url))
    assert (caught.value.code, caught.value.params) == ("client.secrets_local", {"url": url})
    assert answers.asked == [], "nothing was sent"
