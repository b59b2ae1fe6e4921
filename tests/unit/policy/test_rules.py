"""Every rule against its cases: ``cases/<rule>.yaml``, found by themselves.

A case says what the rule answers to some operations: a list such as ``[error policy.x]`` in order
(``error`` refuses, a risk raises), or ``3 x error policy.x``.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import kiki.targets.ansible
from kiki.model.artifact import Artifact
from kiki.model.finding import Finding
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.model.request import Scope
from kiki.policy.case import Case, Concern
from kiki.policy.engine import found_rules
from kiki.policy.rules.protected_packages import is_protected
from tests.pages import both

CASES = Path(__file__).parent / "cases"
MESSAGES = Path(__file__).parents[3] / "src" / "kiki" / "messages"

ALL = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(CASES.glob("*.yaml"))}


def case_of(given: dict[str, Any]) -> Case:
    operations = tuple(Operation(kind=kind, fields=fields) for kind, fields in given["operations"])
    reader = given.get("reader", "rules")
    return Case(
        intent=Intent(target="ansible", name="x", operations=operations, reader=reader),
        artifact=Artifact(target="ansible", intent_digest="", entry="", files=()),
        risks=tuple(given.get("risks", ["low"] * len(operations))),
        scope=Scope(**given.get("scope", {})),
        profile=Profile(**given.get("profile", {})),
        writes=given.get("writes"),
        hosts=tuple(f"host{n}" for n in range(given.get("hosts", 1))),
        connecting=tuple(given.get("connecting", ())),
        ssh_ports=tuple(given.get("ssh_ports", (22,))),
    )


def told(opinion: Finding | Concern) -> str:
    level = opinion.severity if isinstance(opinion, Finding) else opinion.risk
    return f"{level} {opinion.code}"


def expected(says: list[str] | str) -> list[str]:
    if isinstance(says, list):
        return says
    count, _, what = says.partition(" x ")
    return [what] * int(count)


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        pytest.param(rule, given, id=f"{rule}: {given['name']}")
        for rule, cases in ALL.items()
        for given in cases
    ],
)
def test_case(rule: str, given: dict[str, Any]) -> None:
    said = found_rules()[rule](case_of(given))
    assert [told(opinion) for opinion in said] == expected(given["says"])


@pytest.mark.parametrize("rule", sorted(found_rules()))
def test_every_rule_is_shown_to_speak_and_to_be_silent(rule: str) -> None:
    answers = [bool(expected(given["says"])) for given in ALL[rule]]
    assert True in answers
    assert False in answers


def test_no_cases_without_a_rule() -> None:
    assert set(ALL) == set(found_rules())


@pytest.mark.parametrize("rule", sorted(found_rules()))
def test_every_rule_has_its_page_with_all_its_codes(rule: str) -> None:
    for page, index in zip(both(f"policy/{rule}.md"), both("policy.md"), strict=True):
        for given in ALL[rule]:
            for line in expected(given["says"]):
                assert f"`{line.split()[1]}`" in page.read_text("utf-8")
        assert f"(policy/{page.name})" in index.read_text("utf-8")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_answer_has_its_text(lang: str) -> None:
    texts = json.loads((MESSAGES / lang / "policy.json").read_text("utf-8"))
    for rule, cases in ALL.items():
        for given in cases:
            for opinion in found_rules()[rule](case_of(given)):
                text = texts[opinion.code.removeprefix("policy.")]
                (text["text"] + text.get("help", "")).format(**_Spoken(opinion.params))


class _Spoken(dict[str, Any]):
    """Parameters that also take a Korean particle as their format."""

    def __init__(self, params: dict[str, str]) -> None:
        super().__init__({key: _Word(value) for key, value in params.items()})


class _Word(str):
    def __format__(self, _: str) -> str:
        return str(self)


class TestNamesByFamily:
    """The playbook turns names into each family's own; no such way leads round a rule."""

    NAMES = json.loads((Path(kiki.targets.ansible.__file__).parent / "names.json").read_text())

    def test_packages(self) -> None:
        for entry in self.NAMES["packages"]:
            reached = [entry["RedHat"], entry["Debian"]]
            if any(map(is_protected, reached)):
                assert all(map(is_protected, entry["called"])), entry

    @pytest.mark.parametrize("kind", ["ansible.service_stop", "ansible.service_disable"])
    def test_services(self, kind: str) -> None:
        def worst(name: str) -> list[str]:
            given = {"operations": [[kind, {"names": [name]}]]}
            return [told(found) for found in found_rules()["protected_services"](case_of(given))]

        for entry in self.NAMES["services"]:
            for name in entry["called"]:
                for family in ("RedHat", "Debian"):
                    assert worst(entry[family]) in ([], worst(name)), (entry, name)
