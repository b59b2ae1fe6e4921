"""Definitions of data centres as changes: read once, with the passwords that they need."""

from pathlib import Path

import pytest

from kiki.execution.own.files import OwnFiles
from kiki.model.errors import NotFoundError, UsageError
from kiki.model.request import Request
from kiki.service.local import LocalAgent
from tests.unit.service.world import World

TEXT = "vdc: 1\nname: shop\npeople: {kim: {}}\nnetworks: {private: {cidr: 10.9.0.0/24}}\n"
ASKED = Request(target="openstack", flags={"vdc": "shop.yaml"})
SECRET = "vdc-shop-kim"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(TEXT)
    return tmp_path


@pytest.fixture
def agent(world: World) -> LocalAgent:
    return world.process("kim", files=OwnFiles)


def test_what_was_read_is_kept_and_done_again(agent: LocalAgent, folder: Path) -> None:
    agent.keep_secret(SECRET, "hidden-4711")
    change = agent.submit(ASKED)
    assert change.state == "checked", change.reason
    files = {file.path: file.text for file in change.stage.artifact.files}
    assert list(files) == ["shop.stacks.yaml", "admin.yaml", "shop.yaml"]
    assert list(change.request.secrets) == [SECRET]
    assert "hidden-4711" not in "".join(files.values())
    (folder / "shop.yaml").unlink()
    assert agent.redo(change.id).stage.artifact == change.stage.artifact


def test_a_password_that_nobody_kept(agent: LocalAgent, folder: Path) -> None:
    with pytest.raises(NotFoundError, match=r"secret\.unknown"):
        agent.submit(ASKED)


def test_a_definition_with_mistakes(agent: LocalAgent, folder: Path) -> None:
    (folder / "shop.yaml").write_text(TEXT.replace("10.9.0.0/24", "10.9.0.1/24"))
    with pytest.raises(UsageError, match=r"vdc\.not_sound"):
        agent.submit(ASKED)


def test_a_server_reads_no_file_of_its_own_disk(world: World, folder: Path) -> None:
    with pytest.raises(UsageError, match=r"files\.elsewhere"):
        world.process("kim").submit(ASKED)
