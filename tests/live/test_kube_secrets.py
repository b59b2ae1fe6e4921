"""Secrets on a real Kubernetes: filled in from what Kiki keeps, and their values told to nobody."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.execution import scratch
from kiki.model.exits import Exit
from tests.canary import everywhere, found_in
from tests.live.kiki_cli import Answer, Kiki
from tests.live.kube_lab import Cluster, namespace
from tests.live.test_secret_leaks import Heard

pytestmark = pytest.mark.clouds

# Quotes, what looks like a template, line ends, what looks like base64, and Korean.
HARD = "K3pt-\"Canary\" 'one' 100%&<x>\\n {{ 7 * 7 }} 카나리아"
LINES = "first-line-Canary1\n  second: {{ line }} Canary2\n"
CODED = base64.b64encode(b"canary in base64, twice").decode()
SAID = "S4id-Canary!two"
NEXT = "N3xt-Canary-three"
PLANNED = (("show",), ("diff",), ("show", "--json"), ("diff", "--json"), ("show", "--yaml"))


class Planned(Heard):
    """The command line with every byte that it ever said, and plans looked at in every way."""

    def plan(self, words: str, code: int = Exit.AWAITING_APPROVAL) -> Answer:
        """What is planned for *words*, looked at in every way."""
        planned = self("--message", words, "--context", "kiki", "--json", code=code)
        for command, *flags in PLANNED:
            self(command, planned.change["id"], *flags, code=None)
        return planned

    def run(self, planned: Answer) -> Answer:
        """Approve it, and run it to its end."""
        self("approve", planned.change["id"], "--yes")
        return self("run", planned.change["id"], "--json")


@pytest.fixture
def heard(kiki: Kiki) -> Planned:
    return Planned(kiki)


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster) as name:
        yield name


def verbs(answer: Answer) -> list[str]:
    return [one["verb"] for one in answer.change["stages"][0]["plan"]["actions"]]


def diff(answer: Answer) -> str:
    return str(answer.change["stages"][0]["plan"]["actions"][0]["diff"])


def data(cluster: Cluster, name: str, place: str) -> dict[str, str]:
    found = cluster.object("secret", name, "-n", place)["data"]
    return {key: base64.b64decode(value).decode() for key, value in found.items()}


def keep(heard: Planned, name: str, value: str) -> None:
    heard("secret", "set", name, typed=value)


def test_from_words_to_undone_and_no_value_is_told(
    heard: Planned, cluster: Cluster, place: str, tmp_path: Path
) -> None:
    for name, value in (("hard", HARD), ("lines", LINES + "\n"), ("coded", CODED)):
        keep(heard, name, value)
    words = (
        f"create secret db in namespace {place} with hard={{{{secret:hard}}}}, "
        f"lines={{{{secret:lines}}}}, coded={{{{secret:coded}}}} and password={SAID}"
    )
    planned = heard.plan(words)
    assert verbs(planned) == ["create"]
    assert "bytes" not in diff(planned), "no length of what Kiki keeps"
    done = heard.run(planned)
    assert done.change["state"] == "applied", done.told
    there = {"hard": HARD, "lines": LINES, "coded": CODED, "password": SAID}
    assert data(cluster, "db", place) == there
    again = heard.plan(words, code=0)
    assert verbs(again) == ["none"], "the same values are no change"
    heard("bundle", done.change["id"], "--out", str(tmp_path / "bundle.zip"))
    undone = heard.run(heard("undo", done.change["id"], "--json", code=Exit.AWAITING_APPROVAL))
    assert undone.change["state"] == "applied", undone.told
    assert "secret/db\n" not in cluster("get", "secrets", "-n", place, "-o", "name")
    nowhere(heard, tmp_path)


def test_a_new_value_is_taken_back_to_the_old_one(
    heard: Planned, cluster: Cluster, place: str, tmp_path: Path
) -> None:
    keep(heard, "main", HARD)
    words = f"create secret db with password={{{{secret:main}}}} in namespace {place}"
    heard.run(heard.plan(words))
    heard("secret", "rotate", "main", typed=NEXT)
    planned = heard.plan(words)
    assert verbs(planned) == ["update"]
    assert "data.password" in diff(planned)
    assert "bytes" not in diff(planned)
    done = heard.run(planned)
    assert data(cluster, "db", place) == {"password": NEXT}
    undone = taken_back(heard, done)
    assert undone.change["state"] == "applied", undone.told
    assert data(cluster, "db", place) == {"password": HARD}
    forth = taken_back(heard, undone)
    assert forth.change["state"] == "applied", forth.told
    assert data(cluster, "db", place) == {"password": NEXT}
    heard("bundle", done.change["id"], "--out", str(tmp_path / "bundle.zip"))
    nowhere(heard, tmp_path)


def test_what_somebody_else_had_in_a_secret_comes_back_and_what_was_added_goes(
    heard: Planned, cluster: Cluster, place: str, tmp_path: Path
) -> None:
    theirs = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}}
    raw = base64.b64encode(b"\xff\x00 no text \xfe").decode()
    theirs |= {"data": {"password": raw, "other": base64.b64encode(SAID.encode()).decode()}}
    cluster("create", "-n", place, "-f", "-", typed=json.dumps(theirs))
    keep(heard, "main", HARD)
    words = (
        f"create secret db in namespace {place} with password={{{{secret:main}}}} and token={NEXT}"
    )
    planned = heard("--message", words, "--context", "kiki", "--take-over", "--json", code=None)
    assert verbs(planned) == ["update"], planned.told
    done = heard.run(planned)
    assert data(cluster, "db", place) == {"password": HARD, "other": SAID, "token": NEXT}
    undone = taken_back(heard, done)
    assert undone.change["state"] == "applied", undone.told
    assert cluster.object("secret", "db", "-n", place)["data"] == theirs["data"]
    nowhere(heard, tmp_path)


def test_a_deleted_secret_is_made_again_with_its_values(
    heard: Planned, cluster: Cluster, place: str, tmp_path: Path
) -> None:
    theirs = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}}
    theirs |= {"stringData": {"password": HARD, "empty": ""}}
    cluster("apply", "-n", place, "-f", "-", typed=json.dumps(theirs))
    done = heard.run(heard.plan(f"delete the secret db in namespace {place}"))
    assert "secret/db\n" not in cluster("get", "secrets", "-n", place, "-o", "name")
    undone = taken_back(heard, done)
    assert undone.change["state"] == "applied", undone.told
    assert data(cluster, "db", place) == {"password": HARD, "empty": ""}
    nowhere(heard, tmp_path)


def test_a_value_that_was_removed_can_not_be_given_back(heard: Planned, place: str) -> None:
    keep(heard, "main", HARD)
    words = f"create secret db with password={{{{secret:main}}}} in namespace {place}"
    heard.run(heard.plan(words))
    heard("secret", "rotate", "main", typed=NEXT)
    done = heard.run(heard.plan(words))
    held = [
        one["name"] for one in json.loads(heard("secret", "list", "--all", "--json").out)["secrets"]
    ]
    (name,) = [one for one in held if one.startswith("before-")]
    heard("secret", "remove", name)
    refused = heard("undo", done.change["id"], "--json", code=None)
    assert "undo.value_gone" in refused.told
    assert name in refused.told


def taken_back(heard: Planned, done: Answer) -> Answer:
    return heard.run(heard("undo", done.change["id"], "--json", code=Exit.AWAITING_APPROVAL))


def test_a_newer_value_voids_the_approval(heard: Planned, place: str) -> None:
    keep(heard, "main", HARD)
    words = f"create secret db with password={{{{secret:main}}}} in namespace {place}"
    planned = heard.plan(words)
    heard("approve", planned.change["id"], "--yes")
    heard("secret", "rotate", "main", typed=NEXT)
    stale = heard("run", planned.change["id"], "--json", code=None)
    assert stale.code == Exit.STALE, stale.told


def test_a_key_of_somebody_else_is_a_conflict_that_tells_no_value(
    heard: Planned, cluster: Cluster, place: str, tmp_path: Path
) -> None:
    theirs = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}}
    theirs |= {"stringData": {"password": NEXT}}
    cluster("apply", "-n", place, "-f", "-", typed=json.dumps(theirs))
    keep(heard, "main", HARD)
    words = f"create secret db with password={{{{secret:main}}}} in namespace {place}"
    planned = heard("--message", words, "--context", "kiki", "--json", code=None)
    assert verbs(planned) == ["error"], planned.told
    heard("show", planned.change["id"], code=None)
    assert data(cluster, "db", place) == {"password": NEXT}
    nowhere(heard, tmp_path)


def test_what_the_server_refuses_tells_no_value(heard: Planned, place: str, tmp_path: Path) -> None:
    keep(heard, "login", HARD)
    words = f"create secret reg with .dockerconfigjson={{{{secret:login}}}} in namespace {place}"
    planned = heard("--message", words, "--context", "kiki", "--json", code=None)
    assert verbs(planned) == ["error"], planned.told
    heard("show", planned.change["id"], code=None)
    nowhere(heard, tmp_path)


def test_a_registry_s_login_is_made_verified_and_taken_back(
    heard: Planned, cluster: Cluster, place: str, tmp_path: Path
) -> None:
    keep(heard, "reg", HARD)
    words = (
        "create a registry secret regcred for registry.example.com with user kim and "
        f"password {{{{secret:reg}}}} in namespace {place}"
    )
    done = heard.run(heard.plan(words))
    assert done.change["state"] == "applied", done.told
    assert login(cluster, place) == HARD
    assert verbs(heard.plan(words, code=0)) == ["none"], "the same bytes are no change"
    heard("secret", "rotate", "reg", typed=NEXT)
    rotated = heard.run(heard.plan(words))
    assert login(cluster, place) == NEXT
    undone = taken_back(heard, rotated)
    assert undone.change["state"] == "applied", undone.told
    assert login(cluster, place) == HARD
    nowhere(heard, tmp_path)


def login(cluster: Cluster, place: str) -> str:
    """The password of the one login, which ``auth`` has, too."""
    assert cluster.object("secret", "regcred", "-n", place)["type"].endswith("/dockerconfigjson")
    found = json.loads(data(cluster, "regcred", place)[".dockerconfigjson"])
    one = found["auths"]["registry.example.com"]
    assert base64.b64decode(one["auth"]).decode() == f"kim:{one['password']}"
    return str(one["password"])


def nowhere(heard: Planned, folder: Path) -> None:
    """No value is in what Kiki wrote or said."""
    for name, data in (*everywhere(folder, scratch.root()), *heard.said):
        for value in (HARD, LINES.strip(), CODED, SAID, NEXT):
            assert found_in(data, value) == [], name
