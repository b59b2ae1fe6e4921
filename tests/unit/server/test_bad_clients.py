"""Clients that send too much, too slowly, nonsense, or go away."""

import json
import socket
import threading
import time

import pytest

from kiki.server import patience, routing
from tests.unit.server.running import Running


def raw(running: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", running.port), timeout=15)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "server.body"),
        (b"[]", "server.body"),
        (b"{", "server.body"),
        (b'{"name": 1, "password": "x"}', "server.body"),
        (b'{"name": "\xff", "password": "x"}', "server.body"),
        (b'{"name": "a", "password": "x", "more": 1}', "server.body"),
        (b'{"name": ' + b"[" * 100_000, "server.body"),
    ],
)
def test_nonsense(shared: Running, body: bytes, code: str) -> None:
    reply = shared.ask("POST", "/api/v1/login", role="", raw=body)
    assert (reply.status, reply.json["code"]) == (400, code)
    assert b"Traceback" not in reply.body


def test_only_json(shared: Running) -> None:
    reply = shared.ask("POST", "/api/v1/login", role="", raw=b"{}", Content_Type="text/plain")
    assert (reply.status, reply.json["code"]) == (415, "server.not_json")


def test_a_body_that_is_too_large(shared: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "MOST_BYTES", 1000)
    reply = shared.ask("POST", "/api/v1/login", role="", raw=b"x" * 2000)
    assert (reply.status, reply.json["code"]) == (413, "server.too_large")
    with raw(shared) as client:  # no length said: it is counted
        client.sendall(
            b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"x" * 1024 + b"\r\n"
        )
        assert client.recv(100).startswith(b"HTTP/1.1 413")


def test_a_body_that_does_not_come(shared: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "BODY_S", 0.2)
    with raw(shared) as client:
        client.sendall(
            b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 50\r\n\r\n{"
        )
        assert client.recv(100).startswith(b"HTTP/1.1 408")


def test_a_head_that_does_not_come(shared: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_S", 0.2)
    with raw(shared) as client:
        began = time.monotonic()
        client.sendall(b"GET /health HTTP/1.1\r\nX: ")
        assert client.recv(100) == b""
        assert time.monotonic() - began < 5


def test_a_client_that_goes_away_does_not_stop_the_work(running: Running) -> None:
    request = {"request": {"message": "demo 네임스페이스에 nginx 디플로이먼트 만들어줘"}}
    body = json.dumps(request).encode()
    head = (
        f"POST /api/v1/changes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {running.tokens['operator']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with raw(running) as client:
        client.sendall(head.encode() + body)
        client.recv(12)
    for _ in range(100):
        found = running.ask("GET", "/api/v1/changes").json["changes"]
        if found and found[0]["state"] != "draft":
            return
        time.sleep(0.05)
    raise AssertionError(found)


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/api/v1/changes/..%2f..%2fetc", "/api/v1/changes/%00", "//", "/%ff",
     "/api/v1/changes/%0d%0aX: y", "/api/v1/changes?limit=0", "/api/v1/changes?limit=1e9",
     "/api/v1/changes?limit=1&limit=2", "/api/v1/changes?nothing=1", "/api/v1/changes?text=%00",
     "/api/v1/people/..", "/api/v1/tokens/x"],
)  # fmt: skip
def test_odd_paths(shared: Running, path: str) -> None:
    with raw(shared) as client:
        token = shared.tokens["admin"]
        client.sendall(
            f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        answer = client.recv(65536)
    assert answer[9:12] in (b"400", b"404", b"405"), answer
    assert not [one for one in shared.logged if one.get("event") == "broken"]


def test_one_line_of_log_a_request_without_what_was_sent(running: Running) -> None:
    running.ask("GET", "/api/v1/changes/evil%0Aline", role="viewer")
    for _ in range(100):  # it is written after the answer was sent
        found = [one for one in running.logged if one.get("operation") == "change"]
        if found:
            break
        time.sleep(0.02)
    (line,) = found
    assert (line["who"], line["status"], line["event"]) == ("viewer", 404, "request")
    assert running.tokens["viewer"] not in str(running.logged)


def test_many_logins_at_once_hold_nobody_else_up(running: Running) -> None:
    body = {"name": "admin", "password": "wrong"}
    threads = [
        threading.Thread(target=running.ask, args=("POST", "/api/v1/login", body, ""))
        for _ in range(40)
    ]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    assert running.ask("GET", "/api/v1/changes").status == 200
    assert time.monotonic() - began < 2
    for thread in threads:
        thread.join()
    failed = [one for one in running.agent().ledger(100) if one.event == "login_failed"]
    assert 0 < len(failed) <= 5
