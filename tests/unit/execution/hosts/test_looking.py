"""How hosts are reached, whether they answer, which facts are kept: no host is needed."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.execution.hosts import facts, reaching, ssh
from kiki.execution.hosts.ways import bare, ways
from kiki.model.hosts import HostFacts, Way
from kiki.model.inventory import Inventory
from kiki.model.request import Scope


def way(**variables: Any) -> Way:
    inventory = Inventory(text="{}", hosts=("n1",), groups={"all": ("n1",), "web": ("n1",)},
                          hostvars={"n1": variables})  # fmt: skip
    return ways(inventory, Scope())[0]


@pytest.mark.parametrize(
    ("arguments", "jump"),
    [
        ("", ""),
        ("-o ProxyJump=kiki@b1", "kiki@b1"),
        ("-o 'ProxyJump b1,b2'", "b1,b2"),
        ("-J b1:2222", "b1:2222"),
        ("-Jb1", "b1"),
        ("-o ProxyJump=none", ""),
        ("-o ProxyCommand='ssh -W %h:%p -q kiki@b1'", "kiki@b1"),
        ("-o 'unbalanced", ""),
    ],
)
def test_the_bastion(arguments: str, jump: str) -> None:
    assert way(ansible_ssh_common_args=arguments).jump == jump


def test_a_way_says_what_ansible_would_use() -> None:
    found = way(ansible_host="{{ addr }}", addr="10.0.0.1", ansible_port=2222, ansible_user="kiki")
    assert (found.address, found.port, found.user, found.groups) == (
        "10.0.0.1", 2222, "kiki", ("web",),
    )  # fmt: skip
    assert way().address == "n1"
    assert way(ansible_connection="ansible.builtin.ssh").connection == "ssh"


@pytest.mark.parametrize(
    ("name", "address", "port"),
    [("h1", "h1", 22), ("h1:2222", "h1", 2222), ("[fe80::1]:22", "fe80::1", 22),
     ("[::1]", "::1", 22), ("2001:db8::1", "2001:db8::1", 22)],
)  # fmt: skip
def test_names_without_an_inventory(name: str, address: str, port: int) -> None:
    found = bare(name, Scope())
    assert (found.address, found.port) == (address, port)


@pytest.fixture
def server() -> Iterator[Any]:
    """Listeners that greet with what the test says."""
    listening = []

    def greet(words: bytes) -> int:
        made = socket.create_server(("127.0.0.1", 0))
        listening.append(made)

        def serve() -> None:
            connection, _ = made.accept()
            with connection:
                connection.sendall(words)
                connection.recv(1)

        threading.Thread(target=serve, daemon=True).start()
        return int(made.getsockname()[1])

    yield greet
    for made in listening:
        made.close()


def test_how_places_answer(server: Any) -> None:
    answering, other = server(b"SSH-2.0-Test\r\n"), server(b"220 mail\r\n")
    silent = socket.create_server(("127.0.0.1", 0))
    with silent:
        places = [("127.0.0.1", answering), ("127.0.0.1", other), ("127.0.0.1", 1),
                  ("127.0.0.1", silent.getsockname()[1])]  # fmt: skip
        told: list[tuple[int, int]] = []
        found = reaching.meet([*places, places[0]], 0.5, lambda *done: told.append(done))
    assert [found[place][0] for place in places] == ["answers", "not_ssh", "refused", "silent"]
    assert found[places[0]][2] == "SSH-2.0-Test"
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_only_wanted_facts_are_kept() -> None:
    told = {
        "ansible_distribution": "Debian", "ansible_env": {"TOKEN": "C4nary"}, "ansible_kernel": "",
        "ansible_mounts": [{"mount": "/", "size_total": 10, "size_available": 4}, {"mount": "/x"}],
    }  # fmt: skip
    assert facts.chosen(told) == {
        "distribution": "Debian", "disk_bytes": 10, "disk_free_bytes": 4,
    }  # fmt: skip


def test_why_a_host_could_not_be_asked(tmp_path: Path) -> None:
    (tmp_path / "n1").write_text(json.dumps({"ansible_facts": {"ansible_distribution": "Debian"}}))
    (tmp_path / "n3").write_text(json.dumps({"msg": "no"}))
    said = (
        "n2 | UNREACHABLE!: Failed to connect: Permission denied (publickey).\n"
        'n3 | FAILED! => {"msg": "The module interpreter \'/x\' was not found."}\n'
    )
    found = facts._collected(tmp_path, said, ["n1", "n2", "n3", "n4"], "2026-01-01T00:00:00Z")
    assert found["n1"].facts == {"distribution": "Debian"}
    assert [found[host].reason for host in ("n1", "n2", "n3", "n4")] == [
        "", "execution.auth_failed", "execution.no_python", "execution.unreachable",
    ]  # fmt: skip


def test_kept_facts_belong_to_a_machine_not_to_a_name(tmp_path: Path) -> None:
    kept = facts.Kept(tmp_path / "facts")
    here, there = Way(host="n1", address="10.0.0.1"), Way(host="n1", address="10.0.0.2")
    told = HostFacts(host="n1", at="2026-01-01T00:00:00Z", facts={"cpus": 2})
    kept.put(iter([(here, told)]))
    assert kept.get(here) == told
    assert kept.get(there) is None
    (file,) = (tmp_path / "facts").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("{")
    assert kept.get(here) is None


def test_the_sites_file_is_added_once_it_is_there(tmp_path: Path) -> None:
    site = tmp_path / 'with "blanks' / "known_hosts"
    assert ssh.trusting(site) == {}
    site.parent.mkdir()
    site.write_text("")
    assert set(ssh.trusting(site)) == {
        "ANSIBLE_SSH_EXTRA_ARGS", "ANSIBLE_SFTP_EXTRA_ARGS", "ANSIBLE_SCP_EXTRA_ARGS",
    }  # fmt: skip


def test_an_address_is_never_an_option() -> None:
    with pytest.raises(Exception, match="host_invalid"):
        ssh.settings(Way(host="x", address="-oProxyCommand=id"))
