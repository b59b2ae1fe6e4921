"""``kiki hosts`` on the lab's hosts, which it only looks at."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab
from tests.live.kiki_cli import Kiki

pytestmark = pytest.mark.hosts


@pytest.fixture
def kiki(tmp_path: Path, ansible_home: AnsibleHome, hosts: HostsLab) -> Kiki:
    return Kiki(tmp_path)


def read(said: str) -> Any:
    return json.loads(said)


def test_list_reach_and_facts(kiki: Kiki, hosts: HostsLab) -> None:
    inventory = str(hosts.inventory)
    reached = kiki("hosts", "list", "n1,n2", "-i", inventory, "--reachable", "--json")
    assert reached.code == 0, reached.told
    told = read(reached.out)["hosts"]
    assert [(one["name"], one["answer"], one["key"], one["user"]) for one in told] == [
        ("n1", "answers", "known", "kiki"), ("n2", "answers", "known", "kiki"),
    ]  # fmt: skip
    first = read(kiki("hosts", "facts", "n1", "-i", inventory, "--json").out)["hosts"][0]
    assert first["facts"]["distribution"] == "Debian"
    assert first["facts"]["hostname"] == "n1"
    again = read(kiki("hosts", "facts", "n1", "-i", inventory, "--json").out)["hosts"][0]
    assert again == first  # kept


def test_behind_a_bastion(kiki: Kiki, hosts: HostsLab) -> None:
    reached = kiki("hosts", "-i", str(hosts.bastion), "--reachable", "--json")
    (inner,) = read(reached.out)["hosts"]
    assert (inner["answer"], inner["via"]) == ("bastion", "kiki@10.123.0.11")
    refused = kiki("hosts", "trust", "inner", "-i", str(hosts.bastion), "--json")
    assert read(refused.out)["error"]["code"] == "hosts.behind_bastion"


def test_a_key_is_trusted_only_after_a_comparison(kiki: Kiki, hosts: HostsLab) -> None:
    public = hosts.folder / "keys" / "n1.pub"
    command = ["ssh-keygen", "-l", "-f", str(public)]
    own = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[1]
    refused = kiki("hosts", "trust", "10.123.0.11")
    assert (refused.code, "terminal" in refused.err) == (2, True)
    other = kiki("hosts", "trust", "10.123.0.11", "--fingerprint", "SHA256:x", "--yes", "--json")
    assert read(other.out)["error"]["code"] == "hosts.fingerprint_differs"
    assert not (kiki.state / "known_hosts").exists()
    done = kiki("hosts", "trust", "10.123.0.11", "--fingerprint", own, "--yes")
    assert done.code == 0, done.told
    logged = read(kiki("audit", "log", "--json").out)["records"]
    assert [one["subject"] for one in logged if one["event"] == "host_trusted"] == [
        "host:10.123.0.11"
    ], "the refused ones are not on record"
    assert own in json.dumps(logged)
    assert kiki("audit", "verify").code == 0
    plain = (
        f"n1 ansible_host=10.123.0.11 ansible_user=kiki ansible_ssh_private_key_file={hosts.key}"
    )
    asked = kiki("hosts", "facts", "-i", f"[web]\n{plain}\n", "--json")  # by the site's file alone
    assert read(asked.out)["hosts"][0]["reason"] == "", asked.told


def test_a_changed_key_is_refused_loudly(kiki: Kiki, hosts: HostsLab) -> None:
    wrong = (hosts.folder / "keys" / "n2.pub").read_text().split()[:2]
    kiki.state.mkdir(parents=True)
    file = kiki.state / "known_hosts"
    file.write_text(f"10.123.0.11 {' '.join(wrong)}\n")
    refused = kiki("hosts", "trust", "10.123.0.11", "--json")
    error = read(refused.out)["error"]
    assert error["code"] == "hosts.key_changed"
    assert "ssh-keygen -R" in error["help"]
    assert file.read_text().count("\n") == 1
    reached = kiki("hosts", "-i", "10.123.0.11,", "--reachable", "--json")
    assert read(reached.out)["hosts"][0]["key"] == "changed"
    assert reached.code == 1


def test_a_sheet_becomes_an_inventory_that_ansible_reads(kiki: Kiki, hosts: HostsLab) -> None:
    sheet = kiki.folder / "servers.csv"
    sheet.write_text("호스트명,IP,그룹,비고\nn1,10.123.0.11,web,첫 번째\nn2,10.123.0.12,web,\n")
    assert kiki("hosts", "import", "servers.csv", "--dry-run").code == 0
    assert not (kiki.folder / "hosts.yml").exists()
    assert kiki("hosts", "import", "servers.csv").code == 0
    listed = read(kiki("hosts", "list", "web", "-i", "hosts.yml", "--json").out)
    assert listed["groups"]["web"] == ["n1", "n2"]
    sheet.write_text("호스트명,IP\nn1,10.123.0.300\n")
    wrong = kiki("hosts", "import", "servers.csv", "--lang", "ko")
    assert (wrong.code, "B2" in wrong.out) == (5, True)
