"""``kiki kinds``: what can be asked for."""

import json
from typing import Any

import pytest

from kiki.benchmark import examples
from kiki.benchmark.samples import load
from kiki.cli.commands.kinds import flags
from kiki.cli.parser import Parser
from kiki.messages import known
from kiki.model.exits import Exit
from kiki.targets import registry

EVERY = (*registry.vocabulary().kinds, *registry.vocabulary().generic)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_kind_is_listed_with_what_it_does(kiki: Any, lang: str) -> None:
    ended = kiki("kinds", "--lang", lang)
    assert ended.code == Exit.DONE
    for kind in EVERY:
        assert known(f"question.kind.{kind.id}", lang)  # type: ignore[arg-type]
        lines = [one for one in ended.out.splitlines() if one.split()[:1] == [kind.name]]
        assert len(lines) == sum(other.name == kind.name for other in EVERY)
        assert all(len(line.split()) > 1 for line in lines)


def test_a_target_s_kinds_are_listed_alone(kiki: Any) -> None:
    shown = json.loads(kiki("kinds", "k8s", "--json").out)["kinds"]
    assert {kind["id"] for kind in shown} == {one.id for one in EVERY if one.target == "k8s"}


@pytest.mark.parametrize("name", ["user_lock", "ansible.user_lock"])
def test_one_kind_has_its_fields_and_examples(kiki: Any, name: str) -> None:
    (shown,) = json.loads(kiki("kinds", name, "--json", "--lang", "ko").out)["kinds"]
    kind = registry.vocabulary().kind("ansible.user_lock")
    assert [field["name"] for field in shown["fields"]] == [field.name for field in kind.fields]
    assert shown["fields"][0]["required"]
    assert shown["examples"]
    said = kiki("kinds", name, "--lang", "ko").out
    assert all(one in said for one in shown["examples"])
    assert "--kind user_lock --name" in said


@pytest.mark.parametrize("kind", [one.id for one in EVERY])
def test_every_kind_can_be_shown(kiki: Any, kind: str) -> None:
    for lang in ("ko", "en"):
        ended = kiki("kinds", kind, "--lang", lang)
        assert ended.code == Exit.DONE
        assert "label." not in ended.out


@pytest.mark.parametrize("word", ["방화벽", "firewall", "Firewall"])
def test_a_word_finds_the_kinds_about_it_in_both_languages(kiki: Any, word: str) -> None:
    shown = json.loads(kiki("kinds", word, "--json").out)["kinds"]
    found = {kind["id"] for kind in shown}
    assert {"ansible.firewall_open", "ansible.firewall_close"} <= found
    assert "ansible.user_create" not in found


def test_an_unknown_word_gets_the_nearest_kind(kiki: Any) -> None:
    ended = kiki("kinds", "usercreate", "--lang", "en")
    assert ended.code == Exit.USAGE
    assert "user_create" in ended.err
    assert kiki("kinds", "zzzz").code == Exit.USAGE


def test_examples_are_open_requests_of_the_set() -> None:
    held_out = {sample.say for sample in load() if sample.held_out}
    for kind in EVERY:
        assert not held_out & set(examples.of(kind.id, "ko"))
    for lang in ("ko", "en"):
        assert 0 < len(examples.of("ansible.package_install", lang)) <= examples.MOST  # type: ignore[arg-type]


def test_it_takes_one_word() -> None:
    parser = Parser(prog="kiki kinds")
    flags(parser)
    assert parser.read(["k8s"]).what == "k8s"
