"""Roles in one project: what is of another one does not exist, and its systems are out of reach."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiki.model.people import RIGHTS, Account, Identity, Token
from kiki.model.request import Request
from tests.unit.server.running import Running, start

WORDS = "demo 네임스페이스에 nginx 디플로이먼트 3개 만들어줘"


class Site:
    """A server with projects, and tokens of people who have roles in some of them."""

    def __init__(self, running: Running) -> None:
        self.running = running

    def token(self, name: str, *roles: str, **fields: Any) -> str:
        people, now = self.running.accounts._people, self.running.accounts._now()
        people.put(Account(name=name, roles=roles, created=now, password="-"), "test")
        text, token = self.running.accounts._made(name, "api", RIGHTS, timedelta(hours=1), "")
        people.add_token(
            Token(**({f: getattr(token, f) for f in token.__struct_fields__} | fields)), ""
        )
        return text

    def submit(self, token: str, project: str, **scope: Any) -> Any:
        request = {"message": WORDS, "target": "k8s", "project": project, "scope": scope}
        reply = self.running.ask("POST", "/api/v1/changes", {"request": request}, role=token)
        return json.loads(reply.body.splitlines()[-1])

    def get(self, path: str, token: str) -> Any:
        return self.running.ask("GET", "/api/v1/" + path, role=token)


@pytest.fixture
def site(tmp_path: Path, migrated: Path) -> Iterator[Site]:
    import shutil

    folder = Path(shutil.copytree(migrated, tmp_path / "state"))
    with start(folder, KIKI_PROJECTS="web,db,web-prod") as running:
        yield Site(running)


def test_what_is_of_another_project_does_not_exist(site: Site) -> None:
    lee, kim = site.token("lee", "operator@web"), site.token("kim", "operator@db")
    mine = site.submit(lee, "web")["change"]["id"]
    theirs = site.submit(kim, "db")["change"]["id"]
    plain = site.running.agent("admin").submit(Request(message=WORDS, target="k8s")).id
    for hidden in (theirs, plain, theirs[:4]):
        for rest in ("", "/history", "/bundle.zip", "/events"):
            assert site.get(f"changes/{hidden}{rest}", lee).status == 404
        for action in ("approve", "reject", "cancel", "run", "plan", "resume", "redo", "undo"):
            body = {"digest": "sha256:1"} if action == "approve" else {}
            path = f"/api/v1/changes/{hidden}/{action}"
            said = site.running.ask("POST", path, body, role=lee)
            assert b"change.unknown" in said.body or said.status == 403, action
            assert theirs not in said.body.decode() or hidden == theirs
    assert site.get(f"changes/{mine}", lee).status == 200
    assert site.get(f"changes/{mine}", "admin").json["request"]["project"] == "web"


def test_lists_and_the_ledger_show_what_one_may_see(site: Site) -> None:
    lee, kim = site.token("lee", "operator@web"), site.token("kim", "requester@db")
    mine = site.submit(lee, "web")["change"]["id"]
    theirs = site.submit(kim, "db")["change"]["id"]
    plain = site.running.agent("admin").submit(Request(message=WORDS, target="k8s")).id

    def listed(token: str, query: str = "") -> list[str]:
        return [one["id"] for one in site.get(f"changes{query}", token).json["changes"]]

    assert (listed(lee), listed(kim)) == ([mine], [theirs])
    assert listed("admin") == [plain, theirs, mine]
    assert listed("admin", "?project=default") == [plain]
    assert listed("admin", "?project=web") == [mine]
    assert listed(lee, "?project=db") == []
    for path in ("ledger", "ledger/search?text=e"):
        records = site.get(path, lee).json["records"]
        assert {one["subject"] for one in records} == {mine}
        assert {one["data"]["project"] for one in records} == {"web"}
    assert site.get("ledger", kim).status == 403  # only requests
    found = site.get("ledger/search?project=default", "admin").json["records"]
    assert {one["subject"] for one in found} == {plain}


def test_what_is_of_no_project_needs_the_role_everywhere(site: Site) -> None:
    boss = site.token("boss", "admin@web")
    for path in ("people", "audit", "ledger/export"):
        assert site.get(path, boss).status == 403, path
    assert site.running.ask("GET", "/metrics", role=boss).status == 403
    frozen = site.running.ask("POST", "/api/v1/freeze", {"reason": "x"}, role=boss)
    assert frozen.status == 403
    assert site.get("freeze", boss).status == 200


def test_a_request_belongs_to_a_project_of_ones_own(site: Site) -> None:
    lee = site.token("lee", "requester@web", "viewer")
    assert site.submit(lee, "db")["error"]["code"] == "server.forbidden_there"
    assert site.submit(lee, "")["error"]["code"] == "server.forbidden_there"
    assert site.submit(lee, "nowhere")["error"]["code"] == "server.forbidden_there"
    assert site.submit("admin", "nowhere")["error"]["code"] == "project.unknown"
    there = site.running.agent("admin").submit(Request(message=WORDS, target="k8s"))
    assert site.get(f"changes/{there.id}", lee).status == 200  # a viewer everywhere
    said = site.running.ask("POST", f"/api/v1/changes/{there.id}/cancel", {}, role=lee)
    assert said.json["code"] == "server.forbidden_there"


def test_the_systems_of_another_project_are_out_of_reach(site: Site) -> None:
    root = Path(site.running.server.inventories)
    for project in ("web", "db"):
        (root / project).mkdir()
        (root / project / "hosts.ini").write_text(f"{project}1\n")
    lee = site.token("lee", "requester@web")
    assert site.get("inventories", lee).json["names"] == ["web/hosts.ini"]

    def refused(**scope: Any) -> str:
        return str(site.submit(lee, "web", **scope)["error"]["code"])

    for form in ("hosts", "inline", "file"):
        assert refused(inventory={"form": form, "text": "db1,"}) == "server.only_own_systems"
    for path in ("../db/hosts.ini", "/etc/passwd", str(root / "db" / "hosts.ini")):
        assert refused(inventory={"form": "path", "text": path}) == "server.path_outside"
    assert refused(cluster={"context": "prod", "named": True}) == "server.path_missing"
    assert refused(cloud={"name": "prod", "named": True}) == "server.path_missing"
    made = site.submit(lee, "web", inventory={"form": "path", "text": "hosts.ini"})
    kept = made["change"]["request"]["scope"]
    assert kept["inventory"]["text"] == str(root / "web" / "hosts.ini")
    assert kept["cluster"] is None  # nor the cluster that the server's own settings name


def test_a_secret_of_another_project_is_not_named(site: Site) -> None:
    lee = site.token("lee", "requester@web")
    for field in ("message", "extra"):
        text = "{{secret:db-root}}"
        message = f"{WORDS} {text}" if field == "message" else WORDS
        scope = {"extra_vars": {"a": text}} if field == "extra" else {}
        request = {"message": message, "project": "web", "scope": scope}
        reply = site.running.ask("POST", "/api/v1/changes", {"request": request}, role=lee)
        assert b"server.only_own_secrets" in reply.body


def test_nor_one_of_a_project_whose_name_begins_alike(site: Site) -> None:
    lee, kim = site.token("lee", "requester@web"), site.token("kim", "requester@web-prod")

    def refused(token: str, project: str, name: str) -> bool:
        asked = {"message": f"{WORDS} {{{{secret:{name}}}}}", "project": project}
        reply = site.running.ask("POST", "/api/v1/changes", {"request": asked}, role=token)
        return b"server.only_own_secrets" in reply.body

    assert refused(lee, "web", "web-prod-db")
    assert refused(kim, "web-prod", "web-db")
    assert not refused(lee, "web", "web-db")
    assert not refused(lee, "web", "web-prod")  # "prod" of the project web
    assert not refused(kim, "web-prod", "web-prod-db")


def test_a_token_for_one_project(site: Site) -> None:
    lee = site.token("lee", "operator")
    wanted = {"scopes": ["read", "request"], "projects": ["web"]}
    small = site.running.ask("POST", "/api/v1/tokens", wanted, role=lee).json["token"]
    assert site.submit(small, "db")["error"]["code"] == "server.forbidden_there"
    assert "change" in site.submit(small, "web")
    for projects, status in ((["db"], 403), (["nowhere"], 400), ([], 200)):
        body = {"scopes": ["read"], "projects": projects}
        reply = site.running.ask("POST", "/api/v1/tokens", body, role=small)
        assert reply.status == status
    assert reply.json["about"]["projects"] == ["web"]
    assert site.get("me", small).json["places"] == {"web": ["read", "request"]}


def test_a_role_that_is_taken_away_ends_the_stream(site: Site) -> None:
    from kiki.server import events
    from kiki.server.surroundings import Call

    lee = site.token("lee", "operator@web")
    mine = site.submit(lee, "web")["change"]["id"]
    server = site.running.server
    call = Call(server, Identity(name="lee", token="", places={}), server.agent_of("lee"), None,
                {"id": mine}, {}, "", "en", needs=frozenset({"read"}))  # fmt: skip
    assert events._still(call, lee)
    site.token("lee", "operator@db")
    assert not events._still(call, lee)


def test_people_get_roles_somewhere(site: Site) -> None:
    def put(*roles: str) -> Any:
        body = {"roles": roles, "password": "correct horse battery"}
        return site.running.ask("PUT", "/api/v1/people/lee", body)

    assert put("operator@web", "viewer@*", "viewer@db").json["roles"] == ["viewer", "operator@web"]
    assert put("operator@nowhere").json["code"] == "project.unknown"
    assert put("king@web").json["code"] == "server.body"
    admin = site.running.ask("PUT", "/api/v1/people/admin", {"roles": ["admin@web"]})
    assert admin.json["code"] == "server.last_admin"  # of one project is not enough
