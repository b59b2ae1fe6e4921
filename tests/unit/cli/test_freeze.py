"""``kiki freeze``: halting all applies, and who is told how."""

import json
from typing import Any

import pytest

from kiki.model.exits import Exit


def test_on_show_off(kiki: Any, agent: Any) -> None:
    assert kiki("freeze").code == Exit.DONE
    ended = kiki("freeze", "on", "--reason", "disk full", "--until", "2099-01-31T18:00:00+09:00")
    assert ended.code == Exit.DONE and "FROZEN" in ended.out and "disk full" in ended.out
    assert agent.calls[-1] == ("freeze", ("disk full", "2099-01-31T09:00:00.000Z"))
    shown = json.loads(kiki("freeze", "--json").out)
    assert shown["frozen"] and shown["reason"] == "disk full"
    assert "동결됨" in kiki("freeze", "--lang", "ko").out
    assert kiki("freeze", "off").code == Exit.DONE
    assert json.loads(kiki("freeze", "--json").out)["frozen"] is False


@pytest.mark.parametrize("words", [("2h",), ("18:00",), ("2099-01-31",), ("2099-01-31T18:00",)])
def test_times(kiki: Any, agent: Any, words: tuple[str, ...]) -> None:
    kiki("freeze", "on", "--reason", "x", "--until", *words)
    assert agent.calls[-1][1][1].endswith("Z")


@pytest.mark.parametrize(
    "words",
    [
        ("freeze", "--reason", "x"),
        ("freeze", "off", "--until", "2h"),
        ("freeze", "maybe"),
        ("freeze", "on", "--reason", "x", "--until", "soon"),
        ("freeze", "on", "--reason", "x", "--until", "99999999999d"),
    ],
)
def test_what_is_wrong(kiki: Any, words: tuple[str, ...]) -> None:
    assert kiki(*words).code == Exit.USAGE
