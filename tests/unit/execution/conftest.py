"""Inventories, orders and an Ansible that is not there, for the tests of execution."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from kiki.execution import scratch
from kiki.model.artifact import Artifact, File
from kiki.model.inventory import Inventory
from kiki.model.records import Record
from kiki.model.request import Scope
from kiki.model.run import RunMode, RunOrder


class FakeHome(Record, frozen=True):
    """Paths of programs that a test may write itself."""

    python: str = sys.executable
    playbook: str = "/ansible/bin/ansible-playbook"
    inventory: str = "/ansible/bin/ansible-inventory"
    collections: str = "/ansible/collections"


def make_inventory(*hosts: str, limited: tuple[str, ...] = ()) -> Inventory:
    text = json.dumps({"all": {"hosts": {host: {} for host in hosts}, "vars": {}}})
    return Inventory(text=text, hosts=limited or hosts, groups={"all": hosts})


def make_order(mode: RunMode = "apply", run_id: str = "r1", **changes: Any) -> RunOrder:
    fields: dict[str, Any] = {
        "run_id": run_id,
        "mode": mode,
        "artifact": Artifact(
            target="ansible",
            intent_digest="sha256:0",
            entry="site.yml",
            files=(File(path="site.yml", text="- hosts: all\n  tasks: []\n"),),
        ),
        "inventory": make_inventory("n1", "n2"),
        "scope": Scope(),
    }
    return RunOrder(**(fields | changes))


@pytest.fixture
def home() -> FakeHome:
    return FakeHome()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text("k")
    return path


@pytest.fixture(autouse=True)
def own_memory(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A root of scratch folders of the test's own: others may run at the same time."""
    monkeypatch.setattr(scratch, "_SHM", tmp_path_factory.mktemp("memory"))
    monkeypatch.setattr(scratch, "_ROOM", 500)
