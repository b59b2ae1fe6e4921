"""Flags stand at any place after the command, however many words the command has."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiki.cli.dispatch import parser_for
from kiki.model.errors import UsageError
from kiki.model.exits import Exit

# Commands of two words with what they take, and a flag of each kind: a switch, one with a value,
# one whose value is glued on, short ones.
LINES: list[tuple[str, list[str], list[list[str]]]] = [
    ("vdc", ["check", "a.yaml"], [["--json"], ["--lang", "ko"]]),
    ("vdc", ["diff", "a.yaml", "b.yaml"], [["--cloud=lab"], ["-K"]]),
    ("vdc", ["new", "웹 서버 2대"], [["--out", "x"], ["--force"]]),
    ("policy", ["check", "a.yml", "b.yml"], [["--json"], ["--dir", "rules"]]),
    ("policy", ["explain", "0abc"], [["--json"], ["--base-url=http://a"]]),
    ("audit", ["search", "nginx"], [["--json"], ["--limit", "5"], ["-t", "k8s"]]),
    ("audit", ["verify", "ledger.json"], [["--key", "k"], ["--json"]]),
    ("people", ["set", "lee"], [["--roles", "viewer"], ["--json"]]),
    ("token", ["remove", "t1"], [["--json"], ["--lang=en"]]),
    ("hosts", ["facts", "web1", "web2"], [["-ihosts.yml"], ["--json"], ["-u", "kim"]]),
    ("hosts", ["trust", "web1"], [["-yi", "hosts.yml"], ["--randomart"]]),
    ("secret", ["set", "db"], [["--json"]]),
    ("model", ["pull"], [["--from", "here"], ["--yes"]]),
    ("bundle", ["verify", "a.tar"], [["--json"], ["--force"]]),
    ("backup", ["restore", "a.tar"], [["--json"], ["--force"]]),
    ("freeze", ["on"], [["--reason", "a b"], ["--json"]]),
    ("answer", ["0abc", "nginx"], [["--yes"], ["--lang", "ko"]]),
    ("check", ["a.yml", "b.yml"], [["--json"], ["-t", "k8s"]]),
    ("migrate", ["compose", "k8s", "a.yml"], [["--json"], ["--as", "pod"]]),
]  # fmt: skip


def _mixed(words: list[str], flags: list[list[str]]) -> list[list[str]]:
    """*words* with the *flags* together at each place, and each at a place of its own."""
    whole = [word for flag in flags for word in flag]
    together = [words[:place] + whole + words[place:] for place in range(len(words) + 1)]
    apart: list[str] = []
    for index in range(max(len(words), len(flags))):
        apart += [*(flags[index] if index < len(flags) else []), *words[index : index + 1]]
    return [*together, apart]


@pytest.mark.parametrize(("command", "words", "flags"), LINES)
def test_flags_stand_anywhere(command: str, words: list[str], flags: list[list[str]]) -> None:
    lines = _mixed(words, flags)
    wanted = vars(parser_for(command).read(lines[-2]))
    for line in lines:
        assert vars(parser_for(command).read(line)) == wanted, line


def test_a_definition_is_checked_with_the_flag_between(kiki: Any, tmp_path: Path) -> None:
    kiki("vdc", "init", "--out", str(tmp_path / "a.yaml"))
    ended = kiki("vdc", "check", "--json", str(tmp_path / "a.yaml"))
    assert json.loads(ended.out)["exit"] == ended.code != Exit.USAGE


def test_the_words_after_two_dashes_are_no_flags() -> None:
    read = parser_for("policy").read
    assert read(["check", "--json", "a.yml", "--", "--dir"]).names == ["a.yml", "--dir"]
    assert read(["--json", "check", "--", "-b.yml"]).json is True


@pytest.mark.parametrize(
    ("command", "words", "code", "flag"),
    [
        ("vdc", ["check", "--jsn", "a.yaml"], "cli.flag_unknown_near", "--jsn"),
        ("vdc", ["graph", "a.yaml", "--out"], "cli.value_missing", "--out"),
        ("vdc", ["graph", "--out", "--json", "a.yaml"], "cli.value_missing", "--out"),
        ("model", ["pull", "--fromm", "here"], "cli.flag_unknown_near", "--fromm"),
        ("doctor", ["--limt", "5"], "cli.flag_unknown", "--limt"),
        ("audit", ["log", "--json=yes"], "cli.value_unwanted", "--json"),
    ],
)
def test_a_wrong_flag_is_named_and_not_what_follows_it(
    command: str, words: list[str], code: str, flag: str
) -> None:
    with pytest.raises(UsageError) as raised:
        parser_for(command).read(words)
    assert (raised.value.code, raised.value.params["flag"]) == (code, flag)
