"""A state folder in which real models run, one after another."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiki.engines.embedded import host, making, orders
from kiki.engines.embedded.engine import EmbeddedEngine
from kiki.provision import private
from kiki.provision.models.catalogue import Model
from kiki.settings import Settings, load
from tests.models.having import SHELF, fetched, installed


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

    def close(self) -> None:
        """Leave nothing in memory."""
        self.stop()
        shutil.rmtree(private.found("model", str(self.state)), ignore_errors=True)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Lab]:
    """One in which nothing is kept yet."""
    made = Lab(tmp_path / "state")
    yield made
    made.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One for several tests: a prompt's beginning takes half a minute to read."""
    made = Lab(tmp_path_factory.mktemp("lab") / "state")
    yield made
    made.close()


@pytest.fixture(scope="session")
def model() -> Callable[[str], Model]:
    installed("llama")
    return fetched
