"""Servers without a model, in folders of their own, all ended after the test."""

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiki.engines.embedded import host as hosts
from kiki.engines.embedded import orders, talk
from kiki.engines.embedded.engine import EmbeddedEngine
from kiki.engines.embedded.host import Host, Ready
from kiki.engines.embedded.making import connected
from kiki.engines.embedded.orders import Order
from kiki.engines.port import Prompt
from kiki.provision.models.catalogue import Model

SCRIPT = Path(__file__).with_name("fake_driver.py")
PROMPT = Prompt(system="s", user="u", schema={"type": "object"}, timeout_s=10.0)
MODEL = Model(
    id="tiny",
    name="Tiny",
    file="tiny.gguf",
    size=1,
    sha256="0" * 64,
    licence="Apache-2.0",
    languages=("en",),
    family="none",
    context=2048,
    memory_mb={"embedded": 1},
    note="model.note_smollm2",
)


class Place:
    """A state folder with a server's behaviour in it."""

    def __init__(self, folder: Path) -> None:
        self.state = str(folder / "state")
        self.behaviour = folder / "behaviour.json"
        self.behave()
        self.heard: list[str] = []
        self.starts = 0

    def behave(self, **behaviour: Any) -> None:
        """From now on."""
        self.behaviour.write_text(json.dumps(behaviour))

    def order(self, idle_s: int = 60, model: Model = MODEL) -> Order:
        made = orders.order("embedded", model, self.state, idle_s)
        return replace(made, path=str(self.behaviour))

    def host(self, idle_s: int = 60, model: Model = MODEL) -> Host:
        order = self.order(idle_s, model)

        def ready() -> Ready:
            self.starts += 1
            return Ready(Path(sys.executable), order, SCRIPT)

        return Host(order, ready, lambda code, params: self.heard.append(code))

    def engine(self, host: Host | None = None) -> EmbeddedEngine:
        made = host or self.host()
        return EmbeddedEngine("tiny", lambda name, report: made, lambda at: connected(at, 10.0))

    @property
    def socket(self) -> str:
        return orders.socket_of(self.state)

    def status(self) -> dict[str, Any] | None:
        return hosts.status(self.socket, 5.0)

    @property
    def pid(self) -> int:
        found = self.status()
        assert found is not None
        return int(found["pid"])

    def told(self, what: str) -> list[Any]:
        """What the server wrote down of itself."""
        log = self.behaviour.with_suffix(".log")
        lines = log.read_text().splitlines() if log.exists() else []
        return [rest for line in lines for first, *rest in [json.loads(line)] if first == what]


def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for *condition*."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    try:
        with talk.line(made.socket) as line:
            hosts.kill(line.pid)
    except talk.Gone:
        pass
    shutil.rmtree(Path(made.socket).parent, ignore_errors=True)
