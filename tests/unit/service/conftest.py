"""The service over the shipped fakes, and over SQLite where durability matters."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.store.opening import open_store
from tests.unit.service.world import Clock, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "state")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated state folder to copy: migrating takes longer than a test."""
    folder = tmp_path_factory.mktemp("empty") / "state"
    open_store(str(folder), Clock()).close()
    return folder


@pytest.fixture
def durable(tmp_path: Path, migrated: Path) -> Iterator[World]:
    """The same over SQLite."""
    folder = Path(shutil.copytree(migrated, tmp_path / "state"))
    world = World(folder, lambda clock: open_store(str(folder), clock))
    yield world
    world.real.close()
