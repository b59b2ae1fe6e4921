"""Who may do what: every operation with every role, over HTTP."""

import pytest

from kiki.model.people import ROLES
from kiki.model.request import Request
from kiki.server.operations import OPERATIONS, Operation
from tests.unit.server.running import Running

WEB = Request(message="demo 네임스페이스에 nginx 디플로이먼트 3개 만들어줘", target="k8s")
MAY = {
    "generate": "requester operator admin",
    "code_only": "requester operator admin",
    "check": "requester operator admin",
    "changes": "viewer requester approver operator admin",
    "submit": "requester operator admin",
    "change": "viewer requester approver operator admin",
    "history": "viewer requester approver operator admin",
    "events": "viewer requester approver operator admin",
    "bundle": "viewer requester approver operator admin",
    "answer": "requester operator admin",
    "approve": "approver admin",
    "reject": "approver admin",
    "cancel": "requester operator admin",
    "run": "operator admin",
    "plan": "requester operator admin",
    "resume": "requester operator admin",
    "redo": "requester operator admin",
    "undo": "requester operator admin",
    "ledger": "viewer approver operator admin",
    "search": "viewer approver operator admin",
    "export": "viewer approver operator admin",
    "audit": "viewer approver operator admin",
    "frozen": "viewer requester approver operator admin",
    "freeze": "operator admin",
    "thaw": "operator admin",
    "recover": "operator admin",
    "agent": "viewer requester approver operator admin",
    "inventories": "viewer requester approver operator admin",
    "models": "requester operator admin",
    "logout": "viewer requester approver operator admin",
    "me": "viewer requester approver operator admin",
    "password": "viewer requester approver operator admin",
    "tokens": "viewer requester approver operator admin",
    "make_token": "viewer requester approver operator admin",
    "remove_token": "viewer requester approver operator admin",
    "people": "admin",
    "put_person": "admin",
    "remove_person": "admin",
    "chat": "requester operator admin",
    "openai_models": "requester operator admin",
    "metrics": "viewer approver operator admin",
}
"""Written out once more, so that a change of the table is a change of this page."""
OPEN = {"login", "sources", "login_begin", "login_finish", "first", "health", "ready"}


def test_every_operation_has_its_line() -> None:
    assert {one.name for one in OPERATIONS} == set(MAY) | OPEN
    assert {one.name for one in OPERATIONS if one.anybody} == OPEN


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_roles(shared: Running, operation: Operation) -> None:
    if operation.anybody:
        return
    path = operation.path.replace("{id}", "nothing").replace("{name}", "nothing")
    body = b"[]" if operation.body else None  # a body that is refused after the rights
    for role in ROLES:
        if role in MAY[operation.name].split() and operation.name == "logout":
            continue
        status = shared.ask(operation.method, path, role=role, raw=body).status
        assert (status == 403) == (role not in MAY[operation.name].split()), (role, status)
    assert shared.ask(operation.method, path, role="", raw=body).status == 401
    assert shared.ask(operation.method, path, role="kiki_forged", raw=body).status == 401


def test_others_changes_are_not_there_for_who_only_requests(running: Running) -> None:
    theirs = running.agent("admin").submit(WEB)
    mine = running.agent("requester").submit(WEB)
    listed = running.ask("GET", "/api/v1/changes", role="requester").json["changes"]
    assert [one["id"] for one in listed] == [mine.id]
    asked = running.ask("GET", "/api/v1/changes?requester=admin", role="requester").json
    assert asked == {"changes": []}
    for name in (theirs.id, theirs.id[:3], "nothing"):
        for path in ("", "/history", "/bundle.zip", "/events"):
            reply = running.ask("GET", f"/api/v1/changes/{name}{path}", role="requester")
            assert (reply.status, reply.json["code"]) == (404, "change.unknown")
            assert mine.id not in reply.body.decode()
    for action in ("cancel", "plan", "undo", "redo", "resume"):
        path = f"/api/v1/changes/{theirs.id}/{action}"
        reply = running.ask("POST", path, {}, role="requester")
        assert b"change.unknown" in reply.body


def test_who_may_read_all_may_not_touch_others(running: Running) -> None:
    change = running.agent("admin").submit(WEB)
    people = running.accounts
    from kiki.model.people import Account

    people._people.put(
        Account(name="both", roles=("viewer", "requester"), created=people._now(), password="-"),
        "test",
    )
    text, token = people._made("both", "api", ("read", "request"), _hour(), "")
    people._people.add_token(token, "")
    assert running.ask("GET", f"/api/v1/changes/{change.id}", role=text).status == 200
    reply = running.ask("POST", f"/api/v1/changes/{change.id}/cancel", {}, role=text)
    assert (reply.status, reply.json["code"]) == (403, "server.forbidden")


def _hour():  # type: ignore[no-untyped-def]
    from datetime import timedelta

    return timedelta(hours=1)


def test_where_the_files_are_is_for_admins(shared: Running) -> None:
    assert "state_dir" in shared.ask("GET", "/api/v1/agent").json
    assert "state_dir" not in shared.ask("GET", "/api/v1/agent", role="viewer").json


def test_only_an_admin_breaks_the_glass(running: Running) -> None:
    change = running.agent("admin").submit(WEB)
    body = {"digest": "sha256:1", "break_glass": "nobody is awake"}
    path = f"/api/v1/changes/{change.id}/approve"
    refused = running.ask("POST", path, body, role="approver")
    assert (refused.status, refused.json["code"]) == (403, "server.forbidden")
    assert running.ask("POST", path, body, role="admin").json["code"] == "approval.no_plan"


def test_only_an_admin_overrides_a_window(running: Running) -> None:
    change = running.agent("admin").submit(WEB)
    path = f"/api/v1/changes/{change.id}/run"
    refused = running.ask("POST", path, {"override": "urgent"}, role="operator")
    assert "server.forbidden" in refused.body.decode()
    assert "change.not_runnable" in running.ask("POST", path, {"override": "x"}).body.decode()
