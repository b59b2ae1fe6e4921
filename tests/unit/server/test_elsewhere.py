"""People of a login source: who they are here, what they may do, and when that ends."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.model.errors import TemporaryError, UsageError
from kiki.server.sources.definitions import Ldap
from kiki.server.sources.doors import Doors
from kiki.server.sources.port import Person
from tests.unit.server.running import PASSWORD, Running, serving, start

TABLE = {"admins": ("admin",), "cn=ops,dc=x": ("operator@web", "viewer")}


class Fake:
    """A source with a few people, which can be away."""

    def __init__(self) -> None:
        self.groups: dict[str, tuple[str, ...]] = {
            "kim": ("CN=ops,DC=x",), "lee": ("others",), "boss": ("admins",), "a b": ("admins",),
            "admin": ("cn=ops,dc=x",),
        }  # fmt: skip
        self.away = False

    def person(self, name: str, password: str) -> Person:
        if self.away:
            raise TemporaryError("login.down", source="corp", why="away")
        if password != PASSWORD or name.lower() not in self.groups:
            raise UsageError("login.refused", source="corp")
        return Person(name.lower(), self.groups[name.lower()])


class Site:
    def __init__(self, running: Running, fake: Fake) -> None:
        self.running, self.fake = running, fake

    def ask(self, method: str, path: str, body: Any = None, role: str = "") -> Any:
        return self.running.ask(method, "/api/v1/" + path, body, role=role)

    def login(self, name: str, password: str = PASSWORD, source: str = "corp") -> Any:
        return self.ask(
            "POST", "login", {"name": name, "password": password, "source": source}
        ).json

    def code(self, name: str, password: str = PASSWORD, source: str = "corp") -> str:
        return str(self.login(name, password, source)["code"])


@pytest.fixture
def site(tmp_path: Path, migrated: Path) -> Iterator[Site]:
    folder = Path(shutil.copytree(migrated, tmp_path / "state"))
    wanted = Ldap(url="ldaps://h", roles=TABLE, base="b")
    doors, fake = Doors({"corp": wanted}, str), Fake()
    doors._passwords["corp"] = fake
    with start(folder, KIKI_PROJECTS="web,db") as running:
        server = running.server._replace(doors=doors)
        with serving(server) as url:
            port = int(url.rpartition(":")[2])
            yield Site(running._replace(url=url, port=port, server=server), fake)


def test_groups_give_roles_for_as_long_as_the_session_lasts(site: Site) -> None:
    assert site.ask("GET", "login").json == {"sources": {"corp": "ldap"}}
    made = site.login("kim")
    assert made["about"]["account"] == "corp:kim"
    assert made["about"]["roles"] == ["viewer", "operator@web"]
    me = site.ask("GET", "me", role=made["token"]).json
    assert me["places"] == {"*": ["read"], "web": ["read", "request", "operate"]}
    record = site.ask("GET", "ledger/search?text=login&limit=1", role="admin").json["records"][0]
    assert (record["actor"], record["event"]) == ("corp:kim", "login")
    assert record["data"]["roles"] == ["viewer", "operator@web"]


def test_a_group_that_is_taken_away_counts_at_the_next_login(site: Site) -> None:
    first = site.login("boss")["token"]
    assert site.ask("GET", "people", role=first).status == 200
    site.fake.groups["boss"] = ("cn=ops,dc=x",)
    second = site.login("boss")["token"]
    for token in (first, second):
        assert site.ask("GET", "people", role=token).status == 403


def test_who_is_in_no_group_of_the_table_is_not_let_in(site: Site) -> None:
    assert site.code("lee") == "login.no_roles"
    assert site.code("a b") == "login.subject"
    found = site.ask("GET", "ledger/search?text=login_failed", role="admin").json["records"]
    assert found[0]["actor"] == "corp:lee"


def test_nobody_of_one_source_is_somebody_of_another(site: Site) -> None:
    theirs = site.login("admin")
    assert theirs["about"]["account"] == "corp:admin"
    assert site.ask("GET", "people", role=theirs["token"]).status == 403  # the local one is admin
    body = {"roles": ["admin"], "password": PASSWORD}
    assert site.ask("PUT", "people/corp:kim", body, role="admin").json["code"] == (
        "server.name_invalid"
    )
    assert site.code("corp:kim", source="") == "server.login_failed"
    assert site.code("kim", source="nowhere") == "login.no_source"


def test_a_source_that_is_away_is_no_wrong_password_and_nobody_stands_in(site: Site) -> None:
    site.fake.away = True
    for _ in range(8):
        reply = site.ask("POST", "login", {"name": "kim", "password": PASSWORD, "source": "corp"})
        assert (reply.status, reply.json["code"]) == (503, "login.down")
    assert "corp" in reply.json["title"] and "--with" in reply.json["detail"]
    site.fake.away = False
    assert "token" in site.login("kim")


def test_a_source_that_says_nothing_keeps_nobody_else_out(site: Site) -> None:
    let = threading.Event()

    def hang(name: str, password: str) -> Person:
        let.wait(20)
        raise TemporaryError("login.down", source="corp", why="silent")

    site.fake.person = hang  # type: ignore[method-assign]
    waiting = [threading.Thread(target=site.login, args=(f"n{one}",)) for one in range(12)]
    for thread in waiting:
        thread.start()
    try:
        assert site.code("nobody", source="") == "server.login_failed"
        assert not let.is_set()
    finally:
        let.set()
        for thread in waiting:
            thread.join()


def test_guessing_is_limited_there_too(site: Site) -> None:
    for _ in range(5):
        assert site.code("kim", "wrong") == "login.refused"
    assert site.code("kim") == "server.too_many_logins"


def test_a_token_of_theirs_ends_with_the_session(site: Site) -> None:
    session = site.login("kim")
    made = site.ask("POST", "tokens", {"scopes": ["read"], "days": 90}, role=session["token"]).json
    assert made["about"]["expires"] == session["about"]["expires"]
    assert site.ask("GET", "me", role=made["token"]).json["places"] == {
        "*": ["read"],
        "web": ["read"],
    }


def test_an_admin_sees_them_and_ends_their_sessions(site: Site) -> None:
    token = site.login("kim")["token"]
    people = site.ask("GET", "people", role="admin").json["people"]
    assert [one["roles"] for one in people if one["name"] == "corp:kim"] == [
        ["viewer", "operator@web"]
    ]
    assert site.ask("DELETE", "people/corp:kim", role="admin").status == 200
    assert site.ask("GET", "me", role=token).status == 401
    assert site.ask("DELETE", "people/corp:kim", role="admin").status == 404


def test_their_password_is_not_changed_here(site: Site) -> None:
    token = site.login("kim")["token"]
    body = {"old": PASSWORD, "new": PASSWORD + "2"}
    assert site.ask("POST", "password", body, role=token).json["code"] == "login.password_elsewhere"


def test_what_was_typed_is_not_recorded(site: Site) -> None:
    site.login("My-Password-1!", "x")
    assert site.code("kim", source="My-Password-2!") == "login.no_source"
    records = site.ask("GET", "ledger?limit=5", role="admin").body
    assert b"login_failed" in records and b"My-Password" not in records
