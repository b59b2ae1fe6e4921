"""A real server: uvicorn on a free port in a thread, over a state folder of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.store.opening import open_store
from tests.unit.server.running import Running, start


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated state folder to copy: migrating takes longer than a test."""
    folder = tmp_path_factory.mktemp("empty") / "state"
    open_store(str(folder), lambda: "2026-01-31T09:00:00.000Z").close()
    return folder


@pytest.fixture
def running(tmp_path: Path, migrated: Path) -> Iterator[Running]:
    """A server with one account of each role."""
    folder = Path(shutil.copytree(migrated, tmp_path / "state"))
    with start(folder) as server:
        yield server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Running]:
    """The same for tests that leave nothing that others mind."""
    folder = Path(shutil.copytree(migrated, tmp_path_factory.mktemp("shared") / "state"))
    with start(folder) as server:
        yield server
