"""Freezing what Ansible lists; a small program stands in for its Python here."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from kiki.execution import inventories, scratch
from kiki.execution.freezing import every_host, members
from kiki.execution.inventories import Resolved
from kiki.execution.listings import Listings
from kiki.model.errors import TemporaryError, UsageError
from kiki.model.request import InventoryForm, InventorySource, Scope
from tests.unit.execution.conftest import FakeHome

LISTED = {
    "_meta": {
        "hostvars": {
            "n1": {"ansible_host": "10.0.0.1", "n": 1},
            "n3": {"ansible_user": "ops", "t": "{{ inventory_dir }}/k"},
        }
    },
    "all": {"children": ["ungrouped", "site"]},
    "site": {"children": ["web", "db"]},
    "web": {"hosts": ["n3", "n1"]},
    "db": {"hosts": ["n1", "n2"]},
}
LIMITED = ["n2", "n1"]
PROGRAM = """\
import json, os, pathlib, sys
here = pathlib.Path(sys.argv[0]).parent
with open(here / "calls", "a") as calls:
    print(json.dumps([sys.argv[1:], os.environ["ANSIBLE_INVENTORY_ENABLED"]]), file=calls)
limited = any(word.startswith("--limit=") for word in sys.argv)
for word in sys.argv:
    if word.startswith("--limit=@"):
        (here / "limit").write_text(pathlib.Path(word.removeprefix("--limit=@")).read_text())
text = (here / "whole").read_text()
if limited:
    within = json.loads((here / "limited").read_text())
    text = json.dumps(json.loads(text) | {"_limited": within})
print(text)
print("{}")
"""


class Ansible:
    """A program that lists what the test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        program = folder / "python"
        program.write_text(f"#!{sys.executable}\n{PROGRAM}")
        program.chmod(0o755)
        self.home = FakeHome(python=str(program), inventory=str(program))
        self.lists(LISTED, LIMITED)

    def lists(self, whole: Any, limited: Any = None) -> None:
        (self.folder / "whole").write_text(json.dumps(whole))
        (self.folder / "limited").write_text(json.dumps(limited))

    @property
    def calls(self) -> list[Any]:
        return [json.loads(line) for line in (self.folder / "calls").read_text().splitlines()]


@pytest.fixture
def ansible(tmp_path: Path) -> Ansible:
    return Ansible(tmp_path)


def scope(
    limit: str = "", text: str = "n1\n", form: InventoryForm = "inline", **more: Any
) -> Scope:
    return Scope(inventory=InventorySource(form=form, text=text), limit=limit, **more)


def resolve(ansible: Ansible, wanted: Scope, home: FakeHome | None = None, **more: Any) -> Resolved:
    listings = Listings(ansible.folder / "listings")
    return inventories.resolve(wanted, home or ansible.home, listings, **more)


def test_everything_is_kept_once_and_means_the_same(ansible: Ansible) -> None:
    found = resolve(ansible, scope()).inventory
    assert found.hosts == ("n1", "n2", "n3")
    assert found.groups["web"] == ("n3", "n1")
    assert found.groups["site"] == ("n3", "n1", "n2")
    frozen = json.loads(found.text)
    assert list(frozen["all"]["hosts"]) == ["n3", "n1", "n2"]
    assert frozen["all"]["hosts"]["n1"] == {"ansible_host": "10.0.0.1", "n": 1}
    assert frozen["site"] == {"children": {"web": {}, "db": {}}}
    assert frozen["web"] == {"hosts": {"n3": {}, "n1": {}}}
    assert "/usr/bin/python3" in frozen["all"]["vars"]["ansible_interpreter_python_fallback"]
    assert found.hostvars["n3"]["ansible_user"] == "ops"
    assert every_host(found) == ("n3", "n1", "n2")


def test_ansible_is_asked_once_for_each_limit(ansible: Ansible) -> None:
    resolve(ansible, scope())
    assert len(ansible.calls) == 1
    found = resolve(ansible, scope("db")).inventory
    assert len(ansible.calls) == 2
    assert resolve(ansible, scope("db")).inventory == found
    assert len(ansible.calls) == 2
    assert found.hosts == ("n1", "n2")
    assert set(json.loads(found.text)["all"]["hosts"]) == {"n1", "n2", "n3"}


def test_more_names_than_an_argument_takes_go_by_file(ansible: Ansible) -> None:
    names = [f"n{number:07}" for number in range(1, 20_001)]
    resolve(ansible, scope(",".join(["n1", *names])))
    assert (ansible.folder / "limit").read_text().split("\n") == ["n1", *names, ""]


def test_the_same_inventory_gives_the_same_bytes(ansible: Ansible) -> None:
    one, two = (resolve(ansible, scope()).inventory for _ in range(2))
    assert one.digest() == two.digest()
    other = resolve(ansible, scope("db")).inventory
    assert other.text == one.text
    assert other.digest() != one.digest()


def test_no_host_is_an_error_that_names_the_limit(ansible: Ansible) -> None:
    ansible.lists(LISTED, [])
    with pytest.raises(UsageError) as caught:
        resolve(ansible, scope("nobody"))
    assert caught.value.code == "inventory.no_hosts"
    assert caught.value.params["limit"] == "nobody"


def test_without_an_inventory(ansible: Ansible) -> None:
    with pytest.raises(UsageError, match=r"inventory\.missing"):
        resolve(ansible, Scope())


def test_programs_on_this_machine_are_refused_and_can_be_allowed(ansible: Ansible) -> None:
    listed = LISTED | {"_meta": {"hostvars": {"n1": {"ansible_connection": "local"}}}}
    ansible.lists(listed)
    with pytest.raises(UsageError, match="local_connection"):
        resolve(ansible, scope())
    resolve(ansible, scope(), local_connections=True)
    with pytest.raises(UsageError, match="local_connection"):
        extra = {"ansible_connection": "local"}
        resolve(ansible, scope(extra_vars=extra))


def with_password(ansible: Ansible) -> None:
    ansible.lists(LISTED | {"_meta": {"hostvars": {"n3": {"ansible_become_password": "pa55"}}}})


def test_a_password_that_was_sent_is_refused(ansible: Ansible) -> None:
    with_password(ansible)
    with pytest.raises(UsageError) as caught:
        resolve(ansible, scope())
    assert caught.value.code == "inventory.password"
    assert caught.value.params["variable"] == "ansible_become_password"
    assert "pa55" not in str(caught.value)


def test_a_files_password_stays_out_of_what_is_kept(ansible: Ansible, tmp_path: Path) -> None:
    with_password(ansible)
    (tmp_path / "hosts").write_text("n3\n")
    found = resolve(ansible, scope(text=str(tmp_path / "hosts"), form="path"))
    assert "pa55" not in repr(found.inventory)
    assert found.passwords == {"n3": {"ansible_become_password": "pa55"}}
    reference = found.inventory.hostvars["n3"]["ansible_become_password"]
    key = inventories.key_of("n3", "ansible_become_password")
    assert reference == "{{ kiki_inventory_passwords['" + key + "'] }}"


@pytest.mark.parametrize("text", ["no json", "", "[]"])
def test_an_answer_that_is_no_listing(ansible: Ansible, text: str) -> None:
    (ansible.folder / "whole").write_text(text)
    with pytest.raises(UsageError, match=r"inventory\.(invalid|no_hosts)"):
        resolve(ansible, scope())


def test_an_ansible_that_is_not_there_or_too_slow(
    ansible: Ansible, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TemporaryError, match="ansible_unusable"):
        resolve(ansible, scope(), FakeHome(python="/none"))
    monkeypatch.setattr(inventories, "_PATIENCE", 0.01)
    with pytest.raises(TemporaryError, match=r"inventory\.timeout"):
        resolve(ansible, scope())


def test_nothing_stays_in_memory(ansible: Ansible) -> None:
    def left() -> list[str]:
        return [
            path.name for path in scratch.root().iterdir() if path.name.startswith("inventory-")
        ]

    before = left()
    resolve(ansible, scope())
    assert left() == before


def test_a_group_of_groups_counts_each_host_once() -> None:
    assert members(LISTED)["all"] == ("n3", "n1", "n2")
