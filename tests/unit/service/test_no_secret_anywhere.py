"""A change's whole life over SQLite, with canaries wherever a person may put a secret: no byte that
is stored, told, asked of a model or handed on has one.

The same on real hosts, with Ansible's own output, is in tests/live/test_secret_leaks.py.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kiki.engines.port import Completion, Prompt
from kiki.model.agent import ChangeFilter, Progress
from kiki.model.errors import KikiError
from kiki.model.request import Request
from tests.canary import everywhere, found_in
from tests.unit.service import world as worlds
from tests.unit.service.world import World, all_hosts, recording

KEPT = "K3pt-\"Canary\" 'one' 100%&<x>\\n 카나리아"
SAID = "S4id-Canary!two"
SUDO = "Sud0-Canary#three"
NOTED = "N0ted-Canary$four"
EVERY = (KEPT, SAID, SUDO, NOTED)
MESSAGE = f"kim 사용자를 {SAID} 비밀번호로 만들어줘"


class Engine:
    """Keeps what it is asked, and answers nothing that holds."""

    name = "listening"

    def __init__(self) -> None:
        self.asked: list[Prompt] = []

    def complete(self, prompt: Prompt) -> Completion:
        self.asked.append(prompt)
        return Completion(text="{}", model="listening")


@pytest.fixture(autouse=True)
def user_module(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(worlds._MODULES, "Create", "ansible.builtin.user")
    yield


class Everything:
    """All that anybody could see."""

    def __init__(self, world: World, tmp_path: Path) -> None:
        self.world = world
        self.folder = tmp_path
        self.heard: list[Progress] = []
        self.errors: list[KikiError] = []
        self.engine = Engine()

    def pieces(self) -> Iterator[tuple[str, bytes]]:
        store = self.world.real
        yield from everywhere(self.world.folder, *self.folder.glob("*.zip"))
        yield "ledger", msgspec.json.encode(store.ledger.records())
        yield "changes", msgspec.json.encode(store.changes.find(ChangeFilter(limit=0)))
        yield "secrets", msgspec.json.encode(store.secrets.versions())
        yield "progress", msgspec.json.encode(self.heard)
        yield "prompts", msgspec.json.encode(self.engine.asked)
        orders = [msgspec.json.encode(order) for order in self.world.executor.orders]
        yield "orders", b"\n".join(orders)
        for error in self.errors:
            yield "error", f"{error} {error.params} {error.__cause__} {error.__context__}".encode()

    def assert_clean(self) -> None:
        found = {
            (name, value): ways
            for name, data in self.pieces()
            for value in EVERY
            if (ways := found_in(data, value))
        }
        assert found == {}


def test_a_life_with_secrets(durable: World, tmp_path: Path) -> None:
    world, seen = durable, Everything(durable, tmp_path)
    for mode, verdict in (("check", "changed"), ("apply", "changed"), ("again", "ok")):
        world.recordings[mode] = recording(all_hosts(verdict), "Create user kim", diff="")  # type: ignore[literal-required]
    agent = world.process("kim", engine=seen.engine)
    agent.keep_secret("db-root", KEPT)
    agent.keep_secret("db-root", KEPT + "2", known=True)
    for message in (MESSAGE, "create user kim with password {{secret:db-root}}"):
        request = Request(message=message, target="ansible", scope=world.scope())
        change = agent.submit(request, seen.heard.append, SUDO)
        assert change.stage.decisive is not None
        assert change.request.secrets
        seen.assert_clean()
        agent.approve(change.id, change.stage.decisive.digest(), f"sudo 비밀번호는 {NOTED}")
        world.clock.move(301)
        change = agent.run(change.id, seen.heard.append, SUDO)
        assert change.state == "applied"
        agent.bundle(change.id, str(tmp_path / f"{change.id}.zip"))
    seen.assert_clean()
    agent.rotate_master_key()
    agent.remove_secret("db-root", force=True)
    seen.assert_clean()
    names = [name for name, _ in seen.pieces()]
    assert any(name.endswith("kiki.db-wal") for name in names), "the journal is among them"
    assert any("!" in name for name in names), "and so are the bundles' members"
    assert world.executor.passwords.count(SUDO) > 3, "the password was handed on"


def test_what_ends_badly_says_none_either(durable: World, tmp_path: Path) -> None:
    """Refused, asked of a model, unknown, stale, rejected, removed."""
    world, seen = durable, Everything(durable, tmp_path)
    world.recordings["check"] = recording(all_hosts("changed"), "Create user kim", diff="")
    agent = world.process("kim", engine=seen.engine)
    agent.submit(Request(message=f"뾰로롱 뾰롱 kim 비번은 {SAID} 로 해줘", target="ansible"))
    assert seen.engine.asked, "the model was asked"
    assert "{{secret:" in seen.engine.asked[0].user
    for text in (
        f"{MESSAGE} 그리고 {{{{secret:not-there}}}} 비밀번호로 lee 사용자도",
        f"create user kim with password {{{{secret:not-there}}}}, pw={SAID}",
    ):
        try:
            agent.submit(Request(message=text, target="ansible", scope=world.scope()))
        except KikiError as error:
            seen.errors.append(error)
    agent.keep_secret("db-root", KEPT)
    change = agent.submit(
        Request(
            message="create user kim with password {{secret:db-root}}",
            target="ansible",
            scope=world.scope(),
        )
    )
    assert change.stage.decisive is not None
    agent.keep_secret("db-root", SAID)
    for ask in (
        lambda: agent.approve(change.id, change.stage.decisive.digest()),  # type: ignore[union-attr]
        lambda: agent.keep_secret("db-root", SAID, known=True),
        lambda: agent.keep_secret(f"db={SAID}", "x"),
        lambda: agent.keep_secret("long", SAID * 9000),
        lambda: agent.remove_secret("db-root"),
    ):
        with pytest.raises(KikiError) as caught:
            ask()
        seen.errors.append(caught.value)
    planned = agent.replan(change.id)
    agent.reject(planned.id, f"the password {NOTED} is too weak")
    assert len(seen.errors) >= 5
    seen.assert_clean()
