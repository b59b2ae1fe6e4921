"""Ports that are open to some: rules of ufw and firewalld, added, found again and taken away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import Kinds, intent, kinds, lab

__all__ = ["kinds", "lab"]  # fixtures

pytestmark = pytest.mark.hosts

RULES = "ufw show added"


@pytest.fixture
def cleared(kinds: Kinds) -> Iterator[None]:
    """ufw goes afterwards, with its rules. It is never switched on."""
    yield
    kinds.look("sh -c 'ufw --force reset >/dev/null; apt-get -qq purge -y ufw >/dev/null 2>&1'")


def rules(kinds: Kinds) -> list[str]:
    found = kinds.look(RULES).splitlines()
    return sorted(line for line in found if line.startswith("ufw "))


def test_a_port_is_open_to_some_and_no_more(kinds: Kinds, cleared: None) -> None:
    some = {"ports": ["5432/tcp"], "sources": ["10.0.0.0/24", "fd00::5"]}
    case = intent(("firewall_open", some))
    ran = kinds.there(case)
    assert rules(kinds) == [
        "ufw allow from 10.0.0.0/24 to any port 5432 proto tcp",
        "ufw allow from fd00::5 to any port 5432 proto tcp",
    ]
    kinds.look("ufw allow 6432/tcp")
    open_already = intent(("firewall_open", {"ports": ["6432/tcp"], "sources": ["10.0.0.5"]}))
    assert kinds.plan(open_already).errored, "a rule for some would change nothing"
    kinds.look("ufw delete allow 6432/tcp")
    way = kinds.back(case, ran)
    assert {one.kind for one in way.operations} == {"ansible.firewall_close"}
    assert rules(kinds) == []


def test_firewalld_knows_its_rule_again(lab: Lab, redhat: Path) -> None:
    """A rich rule, on a Debian with firewalld that calls itself RedHat."""
    kinds = Kinds(lab, "r1", redhat)
    some = {"ports": ["5432/tcp"], "sources": ["10.0.0.0/24"]}
    case = intent(("firewall_open", some))
    ran = kinds.there(case)
    rule = 'rule family="ipv4" source address="10.0.0.0/24" port port="5432" protocol="tcp" accept'
    asked = "sh -c 'firewall-cmd --list-rich-rules; firewall-cmd --permanent --list-rich-rules'"
    assert kinds.look(asked).splitlines() == [rule, rule]
    ssh = intent(("firewall_open", {"ports": ["22/tcp"], "sources": ["10.0.0.0/24"]}))
    assert kinds.plan(ssh).errored, "the service ssh is let in for everybody"
    kinds.back(case, ran)
    assert kinds.look(asked).strip() == ""
