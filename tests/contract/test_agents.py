"""The Agent port: the service in this process and the real server answer alike."""

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiki.client import HttpAgent
from kiki.model.agent import Agent, ChangeFilter, Progress
from kiki.model.artifact import File
from kiki.model.errors import KikiError
from kiki.model.ledger import LedgerFilter
from kiki.model.request import Request
from kiki.service.local import LocalAgent
from kiki.store.opening import open_store
from tests.unit.server.running import serving, start
from tests.unit.service.world import World

WEB = Request(message="demo 네임스페이스에 nginx 디플로이먼트 3개 만들어줘", target="k8s")
ASKING = Request(message="사용자 추가해줘", target="ansible")
REFUSED = Request(message="오늘 날씨 알려줘")
MANIFEST = File(path="a.yaml", text="apiVersion: v1\nkind: Pod\nmetadata: {name: A_B}\n")


class Pair:
    """The same service twice, each over a record of its own, the second behind HTTP."""

    def __init__(self, local: LocalAgent, remote: HttpAgent, worlds: tuple[World, World]) -> None:
        self.local, self.remote, self.worlds = local, remote, worlds

    def both(self, do: Callable[[Agent, World], Any]) -> tuple[Any, Any]:
        return said(do, self.local, self.worlds[0]), said(do, self.remote, self.worlds[1])


def said(do: Callable[[Agent, World], Any], agent: Agent, world: World) -> Any:
    """What comes of it, an error too, without what differs by nature."""
    try:
        return do(agent, world)
    except KikiError as error:
        return type(error), error.code, error.params, error.change_id


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    folder = tmp_path / "served"
    open_store(str(folder), lambda: "2026-01-31T09:00:00.000Z").close()
    worlds = World(tmp_path / "a"), World(tmp_path / "b")
    with (
        start(folder) as running,
        serving(running.server._replace(agent_of=worlds[1].process)) as url,
    ):
        yield Pair(worlds[0].process("admin"), HttpAgent(url, running.tokens["admin"]), worlds)


STEPS: dict[str, Callable[[Agent, World], Any]] = {
    "generate": lambda a, w: a.generate(WEB, strict=True),
    "generate nothing": lambda a, w: a.generate(REFUSED, strict=True),
    "code only": lambda a, w: a.asks_for_code_only(Request(message="nginx. YAML만 출력")),
    "check": lambda a, w: a.check("k8s", (MANIFEST,)),
    "check nothing": lambda a, w: a.check("nonsense", (MANIFEST,)),
    "submit": lambda a, w: a.submit(WEB),
    "refused": lambda a, w: a.submit(REFUSED),
    "question": lambda a, w: a.answer(a.submit(ASKING).id, "kim"),
    "no question": lambda a, w: a.answer(a.submit(WEB).id, "kim"),
    "plan": lambda a, w: a.submit(w.request()),
    "approve": lambda a, w: a.approve(*granted(a, w), "fine"),
    "approve another": lambda a, w: a.approve(a.submit(w.request()).id, "sha256:" + "0" * 64),
    "reject": lambda a, w: a.reject(a.submit(w.request()).id, "not today"),
    "run": lambda a, w: a.run(a.approve(*granted(a, w)).id),
    "run unapproved": lambda a, w: a.run(a.submit(w.request()).id),
    "cancel": lambda a, w: a.cancel(a.submit(w.request()).id),
    "cancel twice": lambda a, w: a.cancel(a.cancel(a.submit(w.request()).id).id),
    "replan": lambda a, w: a.replan(a.submit(w.request()).id),
    "resume nothing": lambda a, w: a.resume(a.run(a.approve(*granted(a, w)).id).id),
    "redo": lambda a, w: a.redo(a.submit(w.request()).id),
    "undo": lambda a, w: a.undo(a.run(a.approve(*granted(a, w)).id).id),
    "undo nothing": lambda a, w: a.undo(a.submit(w.request()).id),
    "get": lambda a, w: a.get(a.submit(WEB).id[:12]),
    "get nothing": lambda a, w: a.get("zzz"),
    "find": lambda a, w: (a.submit(WEB), a.find(ChangeFilter(text="nginx", state="checked"))),
    "find nothing": lambda a, w: a.find(ChangeFilter(state="applied")),
    "history": lambda a, w: a.history(a.submit(WEB).id),
    "ledger": lambda a, w: (a.submit(WEB), a.ledger(1)),
    "search nothing": lambda a, w: (a.submit(WEB), a.search(LedgerFilter(who="nobody"))),
    "search": lambda a, w: found_of(a, w, LedgerFilter(object="/srv/x", target="n1", limit=2)),
    "export": lambda a, w: (a.submit(WEB), [one.record.event for one in a.export().records]),
    "audit": lambda a, w: (a.submit(WEB), a.audit()),
    "rulings without rules": lambda a, w: a.rulings(a.submit(w.request()).id),
    "approve with a ticket": lambda a, w: a.approve(*granted(a, w), ticket="OPS-1"),
    "approve with no ticket": lambda a, w: a.approve(*granted(a, w), ticket="a b"),
    "freeze": lambda a, w: (a.freeze("disk full", "2099-01-01T00:00:00Z"), a.frozen(), a.thaw()),
    "freeze without a reason": lambda a, w: a.freeze(" "),
    "run while frozen": lambda a, w: frozen_run(a, w),
    "run in a window": lambda a, w: a.run(a.approve(*granted(a, w)).id, override="urgent"),
    "recover": lambda a, w: a.recover(),
    "describe": lambda a, w: a.describe(),
}


def found_of(agent: Agent, world: World, wanted: LedgerFilter) -> list[tuple[int, str]]:
    """Without hashes: they differ as the state folders do."""
    agent.submit(world.request())
    return [(record.sequence, record.event) for record in agent.search(wanted)]


def frozen_run(agent: Agent, world: World) -> Any:
    change_id, digest = granted(agent, world)
    agent.freeze("disk full")
    return agent.run(agent.approve(change_id, digest).id)


def granted(agent: Agent, world: World) -> tuple[str, str]:
    change = agent.submit(world.request())
    assert change.stage.decisive is not None
    return change.id, change.stage.decisive.digest()


@pytest.mark.parametrize("name", STEPS)
def test_both_say_the_same(pair: Pair, name: str) -> None:
    here, there = pair.both(STEPS[name])
    assert without_folders(here) == without_folders(there)


def test_progress_is_the_same(pair: Pair) -> None:
    def told(agent: Agent, world: World) -> list[str]:
        heard: list[Progress] = []
        change_id, digest = granted(agent, world)
        agent.run(agent.approve(change_id, digest).id, heard.append)
        return [f"{one.code} {one.host} {one.status}" for one in heard]

    here, there = pair.both(told)
    assert here == there
    assert here


def test_the_bundle_is_the_same(pair: Pair, tmp_path: Path) -> None:
    def packed(agent: Agent, world: World) -> list[tuple[str, int]]:
        path = agent.bundle(agent.submit(WEB).id, str(tmp_path / "x.zip"))
        with zipfile.ZipFile(path) as found:
            return [(one.filename, one.file_size) for one in found.infolist()]

    here, there = pair.both(packed)
    assert here == there


def test_a_password_reaches_the_run(pair: Pair) -> None:
    def asked(agent: Agent, world: World) -> list[str | None]:
        request = world.request(scope=world.scope(ask_become_pass=True))
        agent.submit(request, become_password="Geheim-1!")
        return world.executor.passwords

    here, there = pair.both(asked)
    assert here == there
    assert "Geheim-1!" in here


def without_folders(value: Any) -> str:
    """It as JSON, which has no tuples, without where the two state folders are."""
    text = msgspec.json.encode(value, enc_hook=repr, order="sorted").decode()
    return re.sub(r"/[\w./-]*/(a|b)/", "/STATE/", text)
