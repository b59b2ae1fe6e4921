"""The code of changes in a real Git repository, and what the ledger says of it."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiki.model.change import Change
from kiki.model.errors import PermanentError
from kiki.model.intent import Intent, Operation
from kiki.service import committing
from kiki.service.local import LocalAgent
from kiki.store.repositories import Repositories
from tests.unit.service.world import PASSWORD, World, failing, recording

FOLDER = "ansible/directory-create-x"


class Site:
    """A world with a repository."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.place = folder / "default.git"

    def repositories(self, **more: Any) -> Repositories:
        sees = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        return Repositories(str(self.folder), self.world.clock, sees, **more)

    def agent(self, who: str = "kim", *, remote: str = "", **more: Any) -> LocalAgent:
        return self.world.process(who, **{"code": self.repositories(remote=remote)} | more)

    def applied(self, agent: LocalAgent | None = None, **more: Any) -> Change:
        agent = agent or self.agent()
        change = agent.submit(replace(self.world.request(), **more))
        return self.run(change, agent)

    def run(self, change: Change, agent: LocalAgent | None = None) -> Change:
        digest = change.stage.decisive.digest()  # type: ignore[union-attr]
        self.agent("lee").approve(change.id, digest)
        return (agent or self.agent()).run(change.id)

    def git(self, *words: str) -> str:
        command = ["git", f"--git-dir={self.place}", *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def files(self) -> list[str]:
        return self.git("ls-tree", "-r", "--name-only", "main").split()


@pytest.fixture
def site(durable: World, tmp_path: Path) -> Site:
    return Site(durable, tmp_path / "code")


def told(site: Site, change: Change) -> dict[str, Any]:
    (record,) = (one for one in site.world.records(change) if one.event == "git")
    return record.data


def test_an_approved_change_is_committed_before_it_runs(site: Site) -> None:
    done = site.applied(ticket="OPS-1")
    assert done.state == "applied"
    assert done.commit == site.git("rev-parse", "main").strip()
    assert told(site, done)["commit"] == done.commit
    events = site.world.events(done)
    assert events.index("git") < events.index("start")
    assert site.world.agent.audit() == ()


def test_the_commit_has_the_approved_bytes_and_says_whose(site: Site) -> None:
    done = site.applied(ticket="OPS-1")
    assert done.stage.artifact is not None and done.approval is not None
    for file in done.stage.artifact.files:
        assert site.git("show", f"main:{FOLDER}/{file.path}") == file.text
    assert len(site.files()) == len(done.stage.artifact.files)
    said = (
        site.git("log", "-1", "--format=%an%n%(trailers:only,unfold)", "main").strip().splitlines()
    )
    assert said == [
        "kim",
        f"Change: {done.id}",
        f"Digest: {done.approval.digest}",
        "Ticket: OPS-1",
        "Requested-by: kim",
        "Approved-by: lee",
    ]


def test_nothing_is_committed_that_does_not_run(site: Site) -> None:
    change = site.agent().submit(site.world.request())
    site.agent("lee").approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]
    assert not site.place.exists()


def test_an_undo_takes_the_code_back(site: Site) -> None:
    done = site.applied()
    site.world.recordings["check"] = recording(
        dict.fromkeys(("n1", "n2"), "changed"), task="Remove directory /srv/x"
    )
    change = site.agent().undo(done.id)
    assert change.state == "awaiting_approval", (change.reason, change.params)
    undone = site.run(change)
    assert undone.commit
    assert sorted(told(site, undone)["folders"])[0] == FOLDER
    assert all(name.startswith("removals/ansible/undo-") for name in site.files())
    assert f"Undoes: {done.id}" in site.git("log", "-1", "--format=%B", "main")


def test_what_is_foreign_is_said_and_stops_nothing(site: Site) -> None:
    site.applied()
    site.git("update-ref", "-d", "refs/kiki/last")
    done = site.applied()
    assert (done.state, done.commit) == ("applied", "")
    (record,) = (one for one in site.world.records(done) if one.event == "git_failed")
    assert record.data["why"] == "git.foreign"


def test_where_the_site_wants_it_nothing_runs_without(site: Site) -> None:
    site.applied()
    site.git("update-ref", "-d", "refs/kiki/last")
    strict = site.agent(code_required=True)
    change = strict.submit(site.world.request())
    site.agent("lee").approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]
    before = len(site.world.executor.applies())
    with failing(PermanentError, "git.foreign"):
        strict.run(change.id)
    assert len(site.world.executor.applies()) == before
    assert site.world.stored(change).state == "approved"


def test_a_push_that_fails_is_said_and_made_up_for(site: Site) -> None:
    mirror = site.folder.parent / "mirror.git"
    agent = site.agent(remote=str(mirror))
    done = site.applied(agent)
    assert done.state == "applied"
    assert site.world.events(done)[-1] == "git_push_failed"
    subprocess.run(["git", "init", "-q", "--bare", str(mirror)], check=True)
    again = site.applied(agent)
    assert site.world.events(again)[-1] == "git_pushed"
    command = ["git", "-C", str(mirror), "rev-list", "--count", "main"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "2"
    assert site.world.agent.audit() == ()


def test_without_the_setting_there_is_no_commit(world: World) -> None:
    done = world.applied()
    assert done.commit == ""
    assert not {"git", "git_failed"} & set(world.events(done))


def test_no_secret_gets_into_the_repository(site: Site) -> None:
    agent = site.agent()
    change = agent.submit(
        replace(
            site.world.request(),
            flags={},
            message=f"비밀번호가 {PASSWORD}인 사용자 minsu 만들어줘",
        )
    )
    if change.state == "awaiting_approval":
        site.run(change, agent)
        assert PASSWORD not in site.git("log", "-p", "--all", "--format=%B%an")
    assert PASSWORD not in str(site.world.records(change))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web", "k8s/web"),
        ("Web Shop", "k8s/web-shop"),
        ("../../etc", "k8s/etc"),
        ("-rf", "k8s/rf"),
        (".git", "k8s/git"),
        ("x.lock", "k8s/x.lock-"),
        ("a/b\nc", "k8s/a-b-c"),
        ("웹", "k8s/웹"),
        ("", "k8s/unnamed"),
        ("x" * 200, "k8s/" + "x" * 80),
    ],
)
def test_folders_are_plain_and_always_the_same(name: str, expected: str) -> None:
    intent = Intent(target="k8s", name=name, operations=(), reader="flags")
    assert committing.folder_of(intent) == expected
    assert committing.folder_of(intent, removing=True) == f"removals/{expected}"


class Fake:
    """A repository in which one change has written one folder."""

    def __init__(self, folder: str, change_id: str) -> None:
        self.folder, self.id = folder, change_id

    def folders(self, project: str, target: str) -> tuple[str, ...]:
        return (self.folder,)

    def change_of(self, project: str, folder: str) -> str:
        return self.id


def intent(*operations: tuple[str, dict[str, Any]]) -> Intent:
    made = tuple(Operation(kind=kind, fields=fields) for kind, fields in operations)
    return Intent(target="ansible", name="n", operations=made, reader="flags")


@pytest.mark.parametrize(
    ("operation", "gone"),
    [
        (("ansible.directory_remove", {"path": "/srv/x"}), True),
        (("ansible.directory_remove", {"path": "/srv/y"}), False),
        (("ansible.user_remove", {"name": "/srv/x"}), False),
    ],
)
def test_a_folder_goes_when_all_that_it_made_is_removed(
    world: World, operation: tuple[str, dict[str, Any]], gone: bool
) -> None:
    done = world.applied()
    fake: Any = Fake("ansible/directory-create-srv-x", done.id)
    found = committing._gone(world.parts(), fake, intent(operation), "default")
    assert bool(found) is gone
