"""Real models: fetched once into the clone's ``models`` folder, run in state folders of the tests'.

What can't be had here (no index, no memory, no room) is a skip with its reason.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiki.engines.embedded import host, making, orders
from kiki.engines.embedded.engine import EmbeddedEngine
from kiki.model.errors import KikiError
from kiki.provision import runtimes
from kiki.provision.models import catalogue, memory, pulls, sources
from kiki.provision.models.proofs import Proofs
from kiki.provision.models.shelves import Shelves
from kiki.provision.runtimes import Runtime
from kiki.settings import Settings, load
from tests.conftest import ROOT, lab_missing

SHELF = ROOT / "models"
MIRRORS = (f"parts:{ROOT}/labs/models.toml",)

SMOL, HALF, LARGE = "smollm2-135m", "qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"


def _deaf(code: str, params: dict[str, str]) -> None:
    """Hear nothing."""


def fetched(name: str, engine: catalogue.Engine = "embedded") -> catalogue.Model:
    """The model, here and proven."""
    model = catalogue.named(name)
    shelves = Shelves((str(SHELF),), str(SHELF / "state"))
    try:
        making.require_memory(model, engine, memory.free_mb())
        tries = sources.sources(model, MIRRORS)
        pulls.pull(model, tries, shelves, Proofs(shelves.state), _deaf)
    except KikiError as error:
        lab_missing(f"the model {name} can't be had: {error}")
    return model


def installed(name: Runtime) -> None:
    """Have the runtime here."""
    try:
        runtimes.ensure(name, _deaf)
    except KikiError as error:
        lab_missing(f"{runtimes.TITLES[name]} can't be installed: {error}")


class Lab:
    """A state folder in which one model after another runs."""

    def __init__(self, folder: Path) -> None:
        self.state = folder
        self.heard: list[str] = []

    def settings(self, model: str, engine: str = "embedded") -> Settings:
        return load({}, self.environ(model, engine), "/")

    def environ(self, model: str, engine: str = "embedded") -> dict[str, str]:
        """The variables of a Kiki that uses the model."""
        return {
            **os.environ,
            "KIKI_STATE": str(self.state),
            "KIKI_MODEL_DIRS": str(SHELF),
            "KIKI_ENGINE": engine,
            "KIKI_MODEL": model,
        }

    def engine(self, model: str, engine: str = "embedded") -> EmbeddedEngine:
        settings = self.settings(model, engine)
        made = making.host(settings, model, lambda code, params: self.heard.append(code))
        return EmbeddedEngine(
            model, lambda name, report: made, lambda at: making.connected(at, 300.0)
        )

    def stop(self) -> None:
        host.stop(orders.socket_of(str(self.state)))


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Lab]:
    """One in which nothing is kept yet."""
    made = Lab(tmp_path / "state")
    yield made
    made.stop()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One for several tests: a prompt's beginning takes half a minute to read."""
    made = Lab(tmp_path_factory.mktemp("lab") / "state")
    yield made
    made.stop()


@pytest.fixture(scope="session")
def model() -> Callable[[str], catalogue.Model]:
    installed("llama")
    return fetched
