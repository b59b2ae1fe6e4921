"""Changes that are about files of the user's: read once, without secrets, never on a server."""

from pathlib import Path

import pytest

from kiki.execution.own.files import OwnFiles
from kiki.model.request import Request
from kiki.service.local import LocalAgent
from tests.unit.service.world import World

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: VALUE}\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: VALUE}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def agent(world: World) -> LocalAgent:
    return world.process("kim", files=OwnFiles)


def asked(path: str = "app.yaml") -> Request:
    return Request(message=f"kubectl apply -f {path}")


def test_what_was_read_is_kept_and_done_again(agent: LocalAgent, folder: Path) -> None:
    (folder / "app.yaml").write_text(MAP.replace("VALUE", "one"))
    change = agent.submit(asked())
    assert change.state == "checked", change.reason
    (folder / "app.yaml").write_text(MAP.replace("VALUE", "two"))
    again = agent.redo(change.id)
    assert again.stage.artifact == change.stage.artifact
    assert "one" in change.stage.artifact.text_of("given/app.yaml")
    assert "two" in agent.submit(asked()).stage.artifact.text_of("given/app.yaml")


def test_findings_name_the_user_s_own_file(agent: LocalAgent, folder: Path) -> None:
    text = "# mine\n" + MAP.replace("data: {a: VALUE}", "daten: {}")
    (folder / "app.yaml").write_text(text)
    change = agent.submit(asked())
    assert change.state == "invalid"
    assert [(one.file, one.line) for one in change.stage.findings if one.severity == "error"] == [
        ("app.yaml", 5),
    ]


def test_a_secret_in_plain_is_stored_nowhere(agent: LocalAgent, world: World, folder: Path) -> None:
    (folder / "db.yaml").write_text(SECRET.replace("VALUE", "hunter-hunter"))
    change = agent.submit(asked("db.yaml"))
    assert (change.state, change.stage.findings[0].code) == ("invalid", "k8s.given_secret")
    assert "hunter" not in repr(world.stored(change)) + repr(world.records(change))


def test_the_secrets_that_files_name_are_those_of_the_change(
    agent: LocalAgent, folder: Path
) -> None:
    version = agent.keep_secret("db-pw", "hunter-hunter").version
    (folder / "db.yaml").write_text(SECRET.replace("VALUE", "'{{secret:db-pw}}'"))
    change = agent.submit(asked("db.yaml"))
    assert (change.state, change.request.secrets) == ("checked", {"db-pw": version})


def test_a_server_reads_no_file_that_a_client_names(world: World, folder: Path) -> None:
    (folder / "app.yaml").write_text(MAP)
    change = world.agent.submit(asked())
    assert (change.state, change.stage.findings[0].code) == ("invalid", "files.elsewhere")
    made = world.agent.generate(asked(), strict=False)
    assert [one.code for one in made.findings] == ["files.elsewhere"]
