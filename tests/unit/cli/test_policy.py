"""``kiki policy``: rules in files, without an agent but for ``explain``."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiki.model.exits import Exit

RULE = (
    "rules:\n- id: r\n  when: {package: telnet}\n  then: {deny: true}\n  reason: {en: a, ko: 가}\n"
)
TEST = "tests:\n- name: t\n  request: install {}\n  expect: {{deny: true}}\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "r.yaml").write_text(RULE)
    (tmp_path / "r.test.yaml").write_text(TEST.format("telnet"))
    return tmp_path


def run(kiki: Any, folder: Path, *words: str) -> Any:
    return kiki("policy", *words, "--dir", str(folder))


def test_list_and_show(kiki: Any, rules: Path) -> None:
    assert "r.yaml:2" in run(kiki, rules, "list").out
    shown = json.loads(run(kiki, rules, "show", "r", "--json").out)
    assert shown["rules"][0]["when"] == {"package": "telnet"}
    assert "가" in run(kiki, rules, "show", "r", "--lang", "ko").out
    ended = run(kiki, rules, "show", "s")
    assert (ended.code, "policy.site_no_rule" in ended.err) == (Exit.USAGE, False)


def test_tests_pass_and_fail(kiki: Any, rules: Path) -> None:
    assert run(kiki, rules, "test").code == Exit.DONE
    other = rules / "more.test.yaml"
    other.write_text(TEST.format("htop"))
    ended = run(kiki, rules, "test", str(other))
    assert ended.code == Exit.CHECK_FAILED
    assert "true" in ended.out and "false" in ended.out
    shown = json.loads(run(kiki, rules, "test", str(other), "--json").out)
    assert shown["exit"] == Exit.CHECK_FAILED
    assert shown["results"][0]["wrong"] == {"deny": {"expected": "true", "said": "false"}}


def test_a_broken_file_is_no_passed_test(kiki: Any, rules: Path) -> None:
    (rules / "b.yaml").write_text("rules: [")
    for word in ("test", "check", "list"):
        ended = run(kiki, rules, word)
        assert ended.code == Exit.CHECK_FAILED
        assert "b.yaml:" in ended.out


def test_check_warns_and_ends_well(kiki: Any, rules: Path) -> None:
    ended = run(kiki, rules, "check")
    assert ended.code == Exit.DONE
    assert "silent" in ended.out
    (rules / "r.test.yaml").write_text(TEST.format("htop"))
    assert run(kiki, rules, "check").code == Exit.CHECK_FAILED


def test_init_is_ready_to_be_tested_and_overwrites_nothing(kiki: Any, tmp_path: Path) -> None:
    place = tmp_path / "policy"
    assert kiki("policy", "init", str(place), "--zone", "Asia/Seoul").code == Exit.DONE
    assert run(kiki, place, "test").code == Exit.DONE
    assert run(kiki, place, "check").code == Exit.DONE
    assert kiki("policy", "init", str(place)).code == Exit.USAGE
    assert kiki("policy", "init", str(tmp_path / "x"), "--zone", "Mars/North").code == Exit.USAGE


def test_the_schema(kiki: Any, tmp_path: Path) -> None:
    assert "anyOf" in json.loads(kiki("policy", "schema").out)
    out = tmp_path / "s.json"
    assert kiki("policy", "schema", "--out", str(out), "--lang", "ko").code == Exit.DONE
    assert "규칙" in out.read_text()


def test_explain_asks_the_agent(kiki: Any, agent: Any) -> None:
    kiki("--message", "nginx 설치")
    ended = kiki("policy", "explain", agent.change.id)
    assert ended.code == Exit.DONE
    assert agent.calls[-1] == ("rulings", (agent.change.id,))


@pytest.mark.parametrize(
    "words",
    [
        ("policy",),
        ("policy", "burn"),
        ("policy", "list"),
        ("policy", "explain"),
        ("policy", "show"),
        ("policy", "list", "x", "--dir", "."),
        ("policy", "list", "--zone", "UTC", "--dir", "."),
    ],
)
def test_wrong_words(kiki: Any, words: tuple[str, ...]) -> None:
    assert kiki(*words).code == Exit.USAGE
