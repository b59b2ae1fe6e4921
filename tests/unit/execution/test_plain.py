"""Simple inventories without Ansible."""

import json
from pathlib import Path

import pytest

from kiki.execution import plain
from kiki.model.errors import UsageError
from kiki.model.inventory import Inventory
from kiki.model.request import InventorySource, Scope

INI = """\
# hosts of the test
lone ansible_host=10.0.0.9

[web]
node[1:3] ansible_user=kiki port=80
[db]
node1 ansible_user=ops
[site:children]
web
db
[web:vars]
role=web
[all:vars]
role=any
secure=True
"""


def read(text: str, limit: str = "", form: str = "inline") -> Inventory:
    source = InventorySource(form=form, text=text)  # type: ignore[arg-type]
    return plain.read(Scope(inventory=source, limit=limit))


def test_ini_with_groups_ranges_and_variables() -> None:
    found = read(INI)
    assert found.hosts == ("lone", "node1", "node2", "node3")
    assert found.groups["site"] == ("node1", "node2", "node3")
    assert found.hostvars["node2"] == {
        "role": "web",
        "secure": True,
        "ansible_user": "kiki",
        "port": 80,
    }
    assert found.hostvars["node1"]["ansible_user"] == "ops"
    assert found.hostvars["lone"]["role"] == "any"
    assert set(json.loads(found.text)["all"]["hosts"]) == set(found.hosts)


def test_a_comma_list_with_ranges() -> None:
    assert read("a,node[08:10].x", form="hosts").hosts == ("a", "node08.x", "node09.x", "node10.x")


def test_a_path_and_a_missing_one(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("n1\n")
    assert read(str(tmp_path / "hosts"), form="path").hosts == ("n1",)
    with pytest.raises(UsageError, match=r"inventory\.unreadable"):
        read(str(tmp_path / "none"), form="path")


@pytest.mark.parametrize(
    ("limit", "hosts"),
    [
        ("web", ("node1", "node2", "node3")),
        ("node1,lone", ("lone", "node1")),
        ("node*:!db", ("node2", "node3")),
        ("!web", ("lone",)),
    ],
)
def test_limits(limit: str, hosts: tuple[str, ...]) -> None:
    assert read(INI, limit).hosts == hosts


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "inventory.no_hosts"),
        ("n1 nonsense\n", "inventory.invalid"),
        ("[a:children]\nb\n[b:children]\na\n", "inventory.circular"),
        ("[a:children]\nnone\n", "inventory.invalid"),
        ("[a:vars]\nnonsense\n", "inventory.invalid"),
    ],
)
def test_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)
    assert caught.value.code == code


def test_a_limit_that_leaves_nothing_and_no_inventory() -> None:
    with pytest.raises(UsageError, match=r"inventory\.no_hosts"):
        read(INI, "nobody")
    with pytest.raises(UsageError, match=r"inventory\.missing"):
        plain.read(Scope())
