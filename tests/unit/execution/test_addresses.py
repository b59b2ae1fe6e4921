"""Which host it is, whatever an inventory calls it."""

from typing import Any

import pytest

from kiki.execution.addresses import addresses
from kiki.model.inventory import Inventory


def one(**variables: Any) -> str:
    """The address of a single host ``Web1.example.org`` with these variables."""
    host = "Web1.example.org"
    inventory = Inventory(text="", hosts=(host,), hostvars={host: variables})
    (found,) = addresses(inventory).items()
    assert found[1] == host
    return found[0]


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, "web1.example.org:22"),
        ({"ansible_host": "10.0.0.5"}, "10.0.0.5:22"),
        ({"ansible_host": "10.0.0.5", "ansible_port": 2222}, "10.0.0.5:2222"),
        ({"ansible_host": "10.0.0.5", "ansible_port": "22"}, "10.0.0.5:22"),
        ({"ansible_host": "DB.Example.Org."}, "db.example.org:22"),
        ({"ansible_host": "a", "ansible_ssh_host": "b", "ansible_ssh_port": 5}, "b:5"),
        ({"ansible_host": "", "ansible_port": None}, "web1.example.org:22"),
        ({"ansible_host": "[FE80:0:0:0::1]"}, "fe80::1:22"),
        ({"ansible_host": "fe80::1"}, "fe80::1:22"),
        ({"ansible_host": "{{ inventory_hostname }}"}, "web1.example.org:22"),
        ({"ansible_host": "{{inventory_hostname_short}}.lan"}, "web1.lan:22"),
        ({"ansible_host": "{{ ip }}", "ip": "10.0.0.5"}, "10.0.0.5:22"),
        ({"ansible_host": "{{ ip | default('x') }}"}, "web1.example.org:22"),
        ({"ansible_host": "{{ nobody }}"}, "web1.example.org:22"),
    ],
)
def test_what_ansible_connects_to(variables: dict[str, Any], address: str) -> None:
    assert one(**variables) == address


def test_only_hosts_within_the_limit_count() -> None:
    hostvars = {"n1": {"ansible_host": "10.0.0.1"}, "n2": {"ansible_host": "10.0.0.2"}}
    inventory = Inventory(text="", hosts=("n2",), hostvars=hostvars)
    assert addresses(inventory) == {"10.0.0.2:22": "n2"}


def test_two_names_for_one_address_are_one_host() -> None:
    hostvars = {"a": {"ansible_host": "10.0.0.1"}, "b": {"ansible_host": "10.0.0.1"}}
    inventory = Inventory(text="", hosts=("a", "b"), hostvars=hostvars)
    assert addresses(inventory) == {"10.0.0.1:22": "a"}
