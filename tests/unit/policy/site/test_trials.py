"""Tests of rules: their form, the starter set, and what is odd about rules."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from tools import render_policy_schema

from kiki.messages import known
from kiki.model.profile import Profile
from kiki.model.ruling import Phase
from kiki.policy.site import describing, starters, trials
from kiki.policy.site.loading import Site, load
from kiki.policy.site.rule import Rule, RuleFile, Then, When
from kiki.policy.site.trials import Expected, Result, Trial, TrialFile
from kiki.service import rehearsing
from tests.pages import both, rows

NOW = datetime(2026, 1, 7, tzinfo=UTC)
RULE = "- {{id: {}, when: {}, then: {}, reason: x}}\n"


def site(folder: Path, *rules: tuple[str, str, str]) -> Site:
    text = "zone: UTC\nrules:\n" + "".join(RULE.format(*rule) for rule in rules)
    (folder / "r.yaml").write_text(text)
    found = load(str(folder))
    assert not found.findings, found.findings
    return found


def run(found: Site, text: str) -> list[Result]:
    tests, wrong = trials.read(text, "r.test.yaml")
    assert not wrong, wrong
    heard: list[Result] = []
    assert rehearsing.rehearsed(found, tests, Profile(), heard.append) == tuple(heard)
    return heard


def odd(found: Site, folder: Path, results: list[Result] | None = None) -> list[str]:
    findings = rehearsing.checked(found, str(folder), NOW, results or [])
    return [one.code.removeprefix("policy.site_") for one in findings]


def trial(more: str) -> str:
    return f"tests:\n- name: a\n{more}"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_starter_set_passes_and_nothing_is_odd_about_it(tmp_path: Path, lang: Any) -> None:
    for name, text in starters.files("Asia/Seoul", lang).items():
        (tmp_path / name).write_text(text)
    (tmp_path / describing.NAME).write_text(describing.schema(lang))
    found = load(str(tmp_path))
    assert not found.findings
    results = [
        result
        for path in sorted(tmp_path.glob("*.test.yaml"))
        for result in run(found, path.read_text())
    ]
    assert all(result.passed for result in results)
    assert odd(found, tmp_path, results) == []


def test_a_test_that_fails_says_what_was_said(tmp_path: Path) -> None:
    (result,) = run(
        site(tmp_path, ("r", "{}", "{approvers: 3}")),
        trial("  request: nginx 설치\n  expect: {approvers: 2, deny: false}\n"),
    )
    assert result.wrong == {"approvers": ("2", "3")}


def test_the_same_input_gives_the_same_answer(tmp_path: Path) -> None:
    found = site(tmp_path, ("r", "{time: wed 00:00-24:00}", "{deny: true}"))
    text = trial("  request: install nginx\n  expect: {deny: true}\n")
    assert run(found, text)[0].passed
    assert run(found, text) == run(found, text)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("  expect: {deny: true}\n", "test_what"),
        ("  request: x\n  expect: {}\n", "test_expects_nothing"),
        ("  request: x\n  now: never\n  expect: {deny: true}\n", "test_time"),
        ("  request: x\n  now: '2026-01-30T15:00:00'\n  expect: {deny: true}\n", "test_time"),
        ("  request: x\n  expct: {deny: true}\n", "key_unknown"),
        ("  request: x\n  expect: {deny: true}\nzonee: x\n", "key_unknown"),
    ],
)
def test_what_is_wrong_with_a_test(more: str, code: str) -> None:
    tests, wrong = trials.read(trial(more), "r.test.yaml")
    assert not tests
    assert [one.code.removeprefix("policy.site_") for one in wrong] == [code]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("  request: bake a cake\n", "test_not_read"),
        ("  operations: [{kind: k8s.cake_bake}]\n", "test_kind"),
        ("  operations: [{kind: k8s.deployment_create, fields: {nme: x}}]\n", "test_failed"),
    ],
)
def test_what_can_not_be_tried_fails(tmp_path: Path, more: str, code: str) -> None:
    found = site(tmp_path, ("r", "{}", "{deny: true}"))
    (result,) = run(found, trial(more + "  expect: {deny: true}\n"))
    assert not result.passed
    assert result.fault is not None and result.fault.code == f"policy.site_{code}"


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("{kind: k8s.deploymnt_create}", "never_kind"),
        ("{kind: k8s.*, target: ansible}", "never_target"),
        ("{target: kubernetes}", "never_target"),
        ("{cluster: a, hosts_over: 3}", "never_both"),
        ("{cluster: a, cloud: b}", "never_both"),
        ("{time: 2025-12-20..2026-01-03}", "never_again"),
    ],
)
def test_rules_that_never_speak(tmp_path: Path, when: str, code: str) -> None:
    assert code in odd(site(tmp_path, ("r", when, "{deny: true}")), tmp_path)


@pytest.mark.parametrize("role", ["requester", "operator"])
def test_a_role_that_may_not_approve_is_told_with_its_line(tmp_path: Path, role: str) -> None:
    found = site(tmp_path, ("r", "{}", "{approver_role: " + role + "}"))
    (told,) = (
        one for one in rehearsing.checked(found, str(tmp_path), NOW, []) if "role_above" in one.code
    )
    assert (told.severity, told.line, told.params["role"]) == ("warning", found.rules[0].line, role)


@pytest.mark.parametrize("role", ["viewer", "approver", "admin"])
def test_a_role_that_may_is_not(tmp_path: Path, role: str) -> None:
    assert odd(site(tmp_path, ("r", "{}", "{approver_role: " + role + "}")), tmp_path) == [
        "untested"
    ]


@pytest.mark.parametrize(
    "when", ["{time: 2026-01-06..2026-01-07}", "{time: daily 01:00-02:00}", "{kind: ansible.*}"]
)
def test_rules_that_may(tmp_path: Path, when: str) -> None:
    assert odd(site(tmp_path, ("r", when, "{deny: true}")), tmp_path) == ["untested"]


@pytest.mark.parametrize(
    ("one", "other", "idle"),
    [
        (("{}", "{deny: true}"), ("{host: a}", "{risk: high}"), True),
        (("{host: a}", "{deny: true}"), ("{}", "{risk: high}"), False),
        (("{}", "{risk: medium}"), ("{host: a}", "{risk: high}"), False),
        (("{}", "{approvers: 3}"), ("{host: a}", "{approvers: 2}"), True),
        (("{time: daily 01:00-02:00}", "{deny: true}"), ("{time: daily 01:00-02:00, host: a}",
         "{warn: true}"), False),
        (("{host: a}", "{warn: true}"), ("{host: a}", "{warn: true}"), True),
    ],
)  # fmt: skip
def test_rules_that_another_one_makes_idle(
    tmp_path: Path, one: tuple[str, str], other: tuple[str, str], idle: bool
) -> None:
    found = odd(site(tmp_path, ("one", *one), ("other", *other)), tmp_path)
    assert found.count("shadowed") == int(idle)


def test_files_that_others_may_write_are_told(tmp_path: Path) -> None:
    found = site(tmp_path, ("r", "{}", "{deny: true}"))
    (tmp_path / "r.yaml").chmod(0o666)
    assert "writable" in odd(found, tmp_path)


def test_every_field_is_described_in_both_languages() -> None:
    for record in (RuleFile, Rule, When, Then, TrialFile, Trial, Expected):
        for name in record.__struct_fields__:
            for lang in ("en", "ko"):
                assert known(f"rule.{record.__name__.lower()}_{name}", lang), (record, name)  # type: ignore[arg-type]


def test_the_published_schema_is_the_types() -> None:
    for lang, file in render_policy_schema.FILES.items():
        assert file.read_text("utf-8") == describing.schema(lang), "make docs"


def test_the_schema_takes_the_starter_set() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    import yaml

    schema = json.loads(describing.schema("en"))
    for text in starters.files("UTC", "en").values():
        jsonschema.validate(yaml.safe_load(text), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"rules": [{"id": "a"}]}, schema)


@pytest.mark.parametrize("page", both("policies.md"), ids=str)
def test_the_page_has_every_field_in_its_order(page: Path) -> None:
    shown = [row[0].strip("`") for row in rows(page.read_text("utf-8"))]
    wanted = [
        name
        for record in (When, Then, None, Trial, Expected)
        for name in (record.__struct_fields__ if record else ("at", *get_args(Phase)))
    ]
    assert [name for name in shown if name in wanted] == wanted
