"""Listings that are kept."""

from pathlib import Path
from typing import Any

import pytest

from kiki.execution import listings as module
from kiki.execution import sources
from kiki.execution.listings import Listing, Listings
from kiki.model.request import InventoryForm, InventorySource
from tests.unit.execution.conftest import FakeHome

LISTED: dict[str, Any] = {"_meta": {"hostvars": {"n1": {"a": 1}}}, "all": {"hosts": ["n1"]}}
LISTING: Listing = (LISTED, LISTED)


@pytest.fixture
def kept(tmp_path: Path) -> Listings:
    return Listings(tmp_path / "state" / "inventories")


@pytest.fixture
def home(tmp_path: Path) -> FakeHome:
    (tmp_path / "ansible-inventory").write_text("program")
    return FakeHome(inventory=str(tmp_path / "ansible-inventory"))


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    folder = tmp_path / "inv"
    (folder / "group_vars").mkdir(parents=True)
    (folder / "hosts").write_text("n1\n")
    (folder / "group_vars" / "all.yml").write_text("a: 1\n")
    return folder / "hosts"


def source(text: str, form: InventoryForm = "path") -> sources.Source:
    scratch = Path(text).parent / "scratch" if form == "path" else Path("/nowhere")
    return sources.prepare(InventorySource(form=form, text=text), scratch)


def test_it_comes_back_as_it_was_and_privately(
    kept: Listings, home: FakeHome, inventory: Path
) -> None:
    key = kept.key(source(str(inventory)), "", home)
    assert kept.get(key) is None
    kept.put(key, LISTING)
    assert kept.get(key) == LISTING
    (file,) = inventory.parents[1].glob("state/inventories/*")
    assert file.stat().st_mode & 0o777 == 0o600


def test_everything_that_counts_is_in_the_key(
    kept: Listings, home: FakeHome, inventory: Path
) -> None:
    keys = [kept.key(source(str(inventory)), "", home)]
    keys.append(kept.key(source(str(inventory)), "n1", home))
    (inventory.parent / "group_vars" / "all.yml").write_text("a: 2\n")
    keys.append(kept.key(source(str(inventory)), "", home))
    inventory.write_text("n2\n")
    keys.append(kept.key(source(str(inventory)), "", home))
    (inventory.parent / "host_vars").mkdir()
    (inventory.parent / "host_vars" / "n2").write_text("")
    keys.append(kept.key(source(str(inventory)), "", home))
    Path(home.inventory).write_text("another program")
    keys.append(kept.key(source(str(inventory)), "", home))
    keys.append(kept.key(source(str(inventory.parent)), "", home))
    keys.append(kept.key(source("n1,n2", "hosts"), "", home))
    keys.append(kept.key(source("n1,n3", "hosts"), "", home))
    assert len(set(keys)) == len(keys)
    assert all(keys)


def test_what_is_sent_does_not_depend_on_where_it_was_put(
    kept: Listings, home: FakeHome, tmp_path: Path
) -> None:
    given = InventorySource(form="inline", text="n1\n")
    keys = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        keys.add(kept.key(sources.prepare(given, tmp_path / name), "", home))
    assert len(keys) == 1


@pytest.mark.parametrize("limit", ["@/some/file", "@retry"])
def test_a_limit_in_a_file_is_not_kept(
    kept: Listings, home: FakeHome, inventory: Path, limit: str
) -> None:
    assert kept.key(source(str(inventory)), limit, home) == ""
    kept.put("", LISTING)
    assert kept.get("") is None


def test_too_much_to_read_is_not_kept(
    kept: Listings, home: FakeHome, inventory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BYTES", 3)
    assert kept.key(source(str(inventory)), "", home) == ""


@pytest.mark.parametrize(
    "variables", [{"ansible_become_password": "pa55"}, {"x": [{"__ansible_vault": "$ANSIBLE"}]}]
)
def test_secrets_are_not_kept(kept: Listings, tmp_path: Path, variables: dict[str, Any]) -> None:
    listed = {"_meta": {"hostvars": {"n1": variables}}}
    kept.put("k", (listed, listed))
    assert kept.get("k") is None
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize("text", ["", "{", "3", "[1]", "null"])
def test_a_broken_file_is_asked_again(kept: Listings, tmp_path: Path, text: str) -> None:
    kept.put("k", LISTING)
    (tmp_path / "state" / "inventories" / "k.json").write_text(text)
    assert kept.get("k") is None


def test_the_oldest_go(kept: Listings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 3)
    for number in range(5):
        kept.put(f"k{number}", LISTING)
    assert len(list((tmp_path / "state" / "inventories").iterdir())) == 3
    assert kept.get("k4") == LISTING


def test_a_folder_that_cant_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Listings(tmp_path / "file" / "x").put("k", LISTING)
