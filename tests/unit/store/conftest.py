"""A clock, an empty state folder, a change to put into it, and master keys to open it with."""

import base64
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest

from kiki.model.change import Change
from kiki.model.request import Request
from kiki.store.ids import new_id
from kiki.store.opening import Store, open_store

KEY = base64.b64encode(b"m" * 32).decode()
OTHER = base64.b64encode(b"o" * 32).decode()
Opener = Callable[..., Store]


class Clock:
    """A clock that moves a second at every look."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> str:
        self.at += timedelta(seconds=1)
        return self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class MakeChange(Protocol):
    def __call__(self, **fields: Any) -> Change: ...


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def empty_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated state folder without a record, to copy: migrating takes longer than a test."""
    folder = tmp_path_factory.mktemp("empty") / "state"
    open_store(str(folder), Clock()).close()
    return folder


@pytest.fixture
def state(tmp_path: Path, empty_state: Path) -> Path:
    return Path(shutil.copytree(empty_state, tmp_path / "state"))


@pytest.fixture
def store(state: Path, clock: Clock) -> Iterator[Store]:
    opened = open_store(str(state), clock, wait_s=0.2)
    yield opened
    opened.close()


@pytest.fixture
def opener(state: Path, clock: Clock) -> Iterator[Opener]:
    """Opens the state folder as a new process would, with a master key of its own choice."""
    opened: list[Store] = []

    def fresh(master_key: str = "") -> Store:
        opened.append(open_store(str(state), clock, master_key=master_key))
        return opened[-1]

    yield fresh
    for store in opened:
        store.close()


@pytest.fixture
def site_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two master keys of a site, in the environment."""
    monkeypatch.setenv("SITE_KEY", KEY)
    monkeypatch.setenv("OTHER_KEY", OTHER)


@pytest.fixture
def make_change(clock: Clock) -> MakeChange:
    def make(**fields: Any) -> Change:
        now = clock()
        given = {"state": "draft", "request": Request(message="Nginx 설치"), **fields}
        return Change(**{"id": new_id(now), "created": now, "updated": now, **given})

    return make
