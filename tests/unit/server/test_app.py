"""The whole way of a change over HTTP, events, and what stands before every operation."""

import http.client
import json
from pathlib import Path

from kiki.model.agent import ChangeFilter, Progress
from kiki.model.request import Request
from tests.unit.server.running import Running

WEB = Request(message="demo 네임스페이스에 nginx 디플로이먼트 3개 만들어줘", target="k8s")


def test_a_change_over_http(running: Running, tmp_path: Path) -> None:
    agent = running.agent("operator")
    told: list[Progress] = []
    change = agent.submit(WEB, told.append)
    assert change.state == "checked"
    assert change.request.requester == "operator", "the person, not the server's user"
    assert told
    assert agent.get(change.id[:10]) == change
    assert agent.find(ChangeFilter(requester="operator")) == (change,)
    assert [one.actor for one in agent.history(change.id)] == ["operator"] * 2
    assert Path(agent.bundle(change.id, str(tmp_path / "b.zip"))).read_bytes()[:2] == b"PK"
    assert agent.cancel(change.id).state == "cancelled"
    assert agent.audit() == ()


def test_events_are_replayed_and_resumed(running: Running) -> None:
    change = running.agent("operator").submit(WEB)
    path = f"/api/v1/changes/{change.id}/events"
    first, second = events(running, path, 2)
    assert (first["event"], second["event"]) == ("record", "record")
    assert json.loads(first["data"])["event"] == "request"
    again = events(running, path, 1, first["id"])
    assert again[0]["id"] == second["id"]


def test_an_event_comes_when_it_happens(running: Running) -> None:
    agent = running.agent("operator")
    change = agent.submit(WEB)
    connection, reply = opened(running, f"/api/v1/changes/{change.id}/events", "")
    for _ in range(2):
        one_event(reply)
    agent.cancel(change.id)
    found = one_event(reply)
    assert json.loads(found["data"])["event"] == "cancel"
    connection.close()


def test_headers_and_problems(shared: Running) -> None:
    reply = shared.ask("GET", "/api/v1/changes/nothing", Accept_Language="ko-KR,ko;q=0.9,en;q=0.8")
    assert reply.status == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["content-language"] == "ko"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-store"
    assert "server" not in reply.headers
    assert reply.json["code"] == "change.unknown"
    assert "변경" in reply.json["title"]
    english = shared.ask("GET", "/api/v1/changes/nothing").json
    assert english["title"] != reply.json["title"]


def test_no_other_origin_is_let_in(shared: Running) -> None:
    reply = shared.ask("OPTIONS", "/api/v1/changes", Origin="https://evil.example", role="")
    assert reply.status == 405
    assert not [name for name in reply.headers if name.startswith("access-control")]


def test_health_needs_nobody_and_metrics_do(shared: Running) -> None:
    assert shared.ask("GET", "/health", role="").json == {"status": "ok"}
    assert shared.ask("GET", "/ready", role="").json == {"status": "ok"}
    assert shared.ask("GET", "/metrics", role="").status == 401
    assert b"kiki_requests_total{" in shared.ask("GET", "/metrics", role="viewer").body


def events(running: Running, path: str, count: int, seen: str = "") -> list[dict[str, str]]:
    connection, reply = opened(running, path, seen)
    found = [one_event(reply) for _ in range(count)]
    connection.close()
    return found


def opened(
    running: Running, path: str, seen: str
) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    headers = {"Authorization": f"Bearer {running.tokens['viewer']}", "Last-Event-ID": seen}
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    assert reply.status == 200
    return connection, reply


def one_event(reply: http.client.HTTPResponse) -> dict[str, str]:
    found: dict[str, str] = {}
    while True:
        line = reply.readline().decode().rstrip("\n")
        if line.startswith(":"):
            continue
        if not line:
            if found:
                return found
            continue
        name, _, value = line.partition(": ")
        found[name] = value
