"""A host's health from what was read of it, and as files."""

import json
from typing import Any

from kiki.model.intent import Intent, Operation
from kiki.targets.ansible import health
from kiki.targets.ansible.reports import files
from kiki.understand.secrets import masked

READ: dict[str, Any] = {
    "stat": "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 50 0 50 400 0\ncpu1 50 0 50 400 0\nintr 1\n",
    "later": "cpu  190 0 100 805 5 0 0 0 0 0\ncpu0 1 1 1 1 1\n",
    "load": "1.90 0.50 0.25 1/123 4567\n",
    "memory": "MemTotal:        1000 kB\nMemFree:  10 kB\nMemAvailable:     150 kB\n",
    "disks": [
        "Filesystem Type 1024-blocks Used Available Capacity Mounted on",
        "/dev/vda1 ext4 100 95 5 95% /",
        "/dev/vdb1 xfs 100 10 90 10% /srv/with blank",
        "nonsense",
    ],
    "processes": ["  12 root 97.5  1.2 java", "13 kim 0.1 0.0 a b", "x y z"],
    "log": ["one", "password=Hx8kQ92mZ4 was given", "-----BEGIN PRIVATE KEY-----"],
}
INTENT = Intent(
    target="ansible",
    name="health",
    operations=(Operation(kind="ansible.health_check", fields={}),),
    reader="flags",
)


def made(read: Any = READ, host: str = "n1") -> dict[str, str]:
    return files(INTENT, {host: read}, "en", masked)


def test_what_was_read_is_understood() -> None:
    found = health.of(READ, lambda text: text)
    assert found["cpu"] == {"percent": 90, "count": 2, "load": [1.9, 0.5, 0.25]}
    assert found["memory"] == {"total": 1000 * 1024, "available": 150 * 1024, "percent": 85}
    assert [(disk["mount"], disk["percent"]) for disk in found["disks"]] == [
        ("/", 95),
        ("/srv/with blank", 10),
    ]
    assert [run["command"] for run in found["processes"]] == ["java", "a b"]


def test_thresholds_are_marked() -> None:
    row = next(line for line in made()["report.md"].splitlines() if line.startswith("| n1 |"))
    assert row == ("| n1 | 90% **!!** | 1.90 0.50 0.25 **!!** / 2 | 85% **!** | 95% **!!** / |")
    assert [health.marked(value) for value in (79, 80, 90, None)] == [
        "79%",
        "80% **!**",
        "90% **!!**",
        "?",
    ]


def test_secrets_are_in_no_file() -> None:
    assert not any("Hx8kQ92mZ4" in text for text in made().values())


def test_a_host_s_text_can_t_change_the_report() -> None:
    read = READ | {
        "processes": ["1 root 1.0 1.0 <img src=x>|`a`\x1b[31m"],
        "log": ["```", "# head <script>\x1b[2J", "a\u202eb"],
    }
    text = made(read, "n|1")["report.md"]
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\<img src=x\\>\\|\\`a\\` \\[31m" in text
    assert "\n    ```\n    # head <script> [2J\n    a b\n" in text
    assert "## n\\|1" in text


def test_what_could_not_be_read_is_unknown() -> None:
    for read in ({}, [], None, {"stat": 1, "disks": "x", "load": "a b", "memory": ""}):
        text = made(read)["report.md"]
        assert "| n1 | ? | ? | ? | ? |" in text
        assert "The disks could not be read." in text


def test_each_host_has_a_file_whatever_it_is_called() -> None:
    names = ("../a", "a", "report.md", "n/1", "n_1", "all")
    found = files(INTENT, dict.fromkeys(names, READ), "ko", masked)
    assert len(found) == len(names) + 2
    assert not any("/" in name or name.startswith(".") for name in found)
    assert list(json.loads(found["all.json"])) == sorted(names)


def test_long_lines_are_cut_after_they_are_masked() -> None:
    line = "x" * 990 + " password=Hx8kQ92mZ4"
    found = health.of({"log": [line]}, masked)["log"][0]
    assert len(found) <= health.LINE
    assert "Hx8" not in found
