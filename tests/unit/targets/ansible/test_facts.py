"""What a host is, from what was read of it, and as files."""

import json
from typing import Any

from kiki.model.intent import Intent, Operation
from kiki.targets.ansible import facts
from kiki.targets.ansible.reports import files
from kiki.understand.secrets import masked

READ: dict[str, Any] = {
    "release": 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 | x"\n',
    "processors": "processor\t: 0\nmodel name\t: Xeon  Gold\n\nprocessor\t: 1\n",
    "memory": "MemTotal:        2097152 kB\nMemFree:  10 kB\n",
    "uptime": "180005.55 1.00\n",
    "kernel": ["Linux 6.1.0-18-amd64 x86_64"],
    "name": ["web1.lab"],
    "addresses": [
        "2: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global eth0\\       valid_lft forever",
        "2: eth0    inet6 fd00::5/64 scope global \\       valid_lft forever",
        "nonsense",
    ],
}


def made(read: Any, *kinds: str) -> dict[str, str]:
    operations = tuple(Operation(kind=f"ansible.{kind}", fields={}) for kind in kinds)
    intent = Intent(target="ansible", name="facts", operations=operations, reader="flags")
    return files(intent, {"n1": read}, "en", masked)


def test_what_was_read_is_understood() -> None:
    found = facts.of(READ, lambda text: text)
    assert found == {
        "name": "web1.lab",
        "system": "Debian GNU/Linux 12 | x",
        "kernel": "Linux 6.1.0-18-amd64",
        "architecture": "x86_64",
        "processor": {"count": 2, "model": "Xeon Gold"},
        "memory": 2 * 1024**3,
        "addresses": [
            {"interface": "eth0", "address": "10.0.0.5"},
            {"interface": "eth0", "address": "fd00::5"},
        ],
        "uptime": 180005,
    }


def test_a_row_says_it_and_nothing_in_it_ends_the_cell() -> None:
    row = next(
        line for line in made({"facts": READ}, "host_facts")["report.md"].splitlines()
        if line.startswith("| n1 ")
    )  # fmt: skip
    assert row == (
        r"| n1 \(web1.lab\) | Debian GNU/Linux 12 \| x | Linux 6.1.0\-18\-amd64 x86\_64 "
        r"| 2 x Xeon Gold | 2.0 GiB | 10.0.0.5, fd00::5 | 2 d 2 h |"
    )


def test_what_could_not_be_read_is_unknown() -> None:
    for read in ({}, {"facts": {}}, {"facts": {"release": 5, "kernel": "x"}}, None, []):
        row = made(read, "host_facts")["report.md"].splitlines()[-1]
        assert row == "| n1 | ? | ? | ? | ? | ? | ? |"


def test_a_health_check_beside_it_has_a_part_of_its_own() -> None:
    found = made({"facts": READ, "load": "0.5 0.1 0.1 1/2 3"}, "health_check", "host_facts")
    one = json.loads(found["n1.json"])
    assert (one["facts"]["name"], one["cpu"]["load"]) == ("web1.lab", [0.5, 0.1, 0.1])
    assert found["report.md"].count("\n# ") + found["report.md"].startswith("# ") == 2
