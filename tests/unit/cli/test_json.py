"""The keys of JSON output are those that docs/cli/json.md promises, in both languages."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.pages import both, headings

PAGES = [page.read_text("utf-8") for page in both("cli/json.md")]
# What both pages promise.
PROMISED = set.intersection(*(set(re.findall(r"`([a-z0-9_]+)`", page)) for page in PAGES))
ID = "0abcdefgh12345"
ASK = ("--message", "install nginx", "--inventory", "node1,node2", "--yes")
# Below these, keys are the user's or a code's own.
OPEN = {"fields", "sources", "params", "extra_vars", "data", "defaults", "images", "profile"}


def keys(value: Any) -> set[str]:
    if isinstance(value, list):
        return {key for item in value for key in keys(item)}
    if not isinstance(value, dict):
        return set()
    inner = {key for name, item in value.items() if name not in OPEN for key in keys(item)}
    return set(value) | inner


@pytest.mark.parametrize(
    "words",
    [
        ASK,
        ("--message", "asking"),
        ("--message", "invalid nginx"),
        ("--message", "nginx YAML만 출력"),
        ("show", ID),
        ("show", ID, "--files"),
        ("changes",),
        ("diff", ID),
        ("explain", "asking"),
        ("check", "bad.yml"),
        ("bundle", ID),
        ("audit", "log"),
        ("audit", "verify"),
        ("secret", "list"),
        ("secret", "set", "db"),
        ("secret", "remove", "db"),
        ("secret", "rotate", "--master-key", "env:X"),
        ("config", "show"),
        ("completion", "bash"),
        ("nothere",),
    ],
)
def test_only_promised_keys(
    kiki: Any, agent: Any, monkeypatch: Any, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr("kiki.cli.context.Context.generator", agent)
    kiki(*ASK)
    Path("bad.yml").write_text("bad")
    shown = json.loads(kiki(*words, "--json").out)
    assert keys(shown) <= PROMISED


def test_every_promised_key_of_a_change_is_there(kiki: Any) -> None:
    kiki(*ASK)
    shown = json.loads(kiki("show", ID, "--json").out)["change"]
    for page in PAGES:
        change = headings(page)[1].body.strip().split("\n\n")[0]
        assert set(re.findall(r"`([a-z_]+)`", change)) - {"show"} == set(shown)
