"""Reading rule files: everything odd in one denies, with its place."""

import os
import re
from pathlib import Path

import pytest

from kiki.messages import text as prose
from kiki.policy.site.loading import load, read

GOOD = "rules:\n- id: a\n  then: {deny: true}\n  reason: x\n"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "policy.site_not_rules", 0),
        ("rules: []\n", "policy.site_not_rules", 0),
        ("- a\n", "policy.site_not_rules", 0),
        (GOOD + "---\n" + GOOD, "policy.site_not_rules", 0),
        ("rules: [\n", "", 0),
        (GOOD + "zones: x\n", "policy.site_key_unknown", 5),
        (GOOD + "zone: Asia/Soul\n", "policy.site_zone_unknown", 5),
        (GOOD + "  wen: {}\n", "policy.site_key_unknown", 5),
        (GOOD + "  when: {imge: x}\n", "policy.site_key_unknown", 5),
        ("rules:\n- id: a\n  reason: x\n", "policy.site_key_missing", 2),
        ("rules:\n- id: a\n  then: {}\n  reason: x\n", "policy.site_then_empty", 3),
        ("rules:\n- id: a\n  then: {deny: false}\n  reason: x\n", "policy.site_then_false", 3),
        ("rules:\n- id: a\n  then: {deny: true}\n  reason: {}\n", "policy.site_reason_empty", 4),
        ("rules:\n- id: a\n  then: {risk: hihg}\n  reason: x\n", "policy.site_value_unknown", 3),
        ("rules:\n- id: A B\n  then: {deny: true}\n  reason: x\n", "policy.site_form_wrong", 2),
        (GOOD + "  when: {hosts_over: many}\n", "policy.site_type_wrong", 5),
        (GOOD + "  when: {hosts_over: -1}\n", "policy.site_form_wrong", 5),
        (GOOD + "  when: {role: [boss]}\n", "policy.site_value_unknown", 5),
        (GOOD + "  when: {port: http}\n", "policy.site_port_wrong", 5),
        (GOOD + "  when: {time: night}\n", "policy.site_time_wrong", 5),
        (GOOD + "  when: {time: daily 22:00-06:00}\n", "policy.site_time_no_zone", 5),
        (GOOD + "  when: {time: daily 22:00-06:00 for x zone UTC}\n", "policy.site_time_for", 5),
        (GOOD + "  at: []\n", "policy.site_form_wrong", 5),
        (GOOD + "  at: [never]\n", "policy.site_value_unknown", 5),
        # what YAML makes of it
        (GOOD + "  when:\n    image: !evil/x\n", "policy.site_tag", 6),
        (GOOD + "  when: {image: *latest}\n", "documents.alias_unknown", 5),
        (GOOD + "  when: {time: 22:00}\n", "documents.sexagesimal", 5),
        ("rules:\n- id: a\n  then: {deny: yes}\n  reason: x\n", "documents.boolean_word", 3),
        (GOOD + "  id: b\n", "documents.duplicate_key", 5),
        ("rules: !!python/object/apply:os.system [id]\n", "documents.unsafe_tag", 1),
    ],
)
def test_what_is_wrong_has_its_place(text: str, code: str, line: int) -> None:
    rules, findings = read(text, "r.yaml")
    assert findings
    assert not rules
    found = findings[0]
    assert found.severity == "error"
    if code:
        assert (found.code, found.line) == (code, line)
        for lang in ("en", "ko"):
            said = prose(found.code, lang, found.params)  # type: ignore[arg-type]
            assert not re.search(r"\{\w+\}", said.text + said.help), said
            assert said.help


def test_a_slip_is_answered_with_the_nearest_key() -> None:
    _, findings = read(GOOD + "  when: {imge: x}\n", "r.yaml")
    assert findings[0].params["near"] == "image"
    assert "namespace" in findings[0].params["allowed"]


def test_every_rule_of_a_file_has_its_own_complaint() -> None:
    _, findings = read(GOOD + "- id: b\n- then: {}\n", "r.yaml")
    assert [one.line for one in findings] == [5, 6]


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / name.replace("__", ".")).write_text(text)
    return tmp_path


def codes(place: Path) -> list[str]:
    return [one.code.removeprefix("policy.site_") for one in load(str(place)).findings]


def test_a_folder(tmp_path: Path) -> None:
    other = GOOD.replace("id: a", "id: b")
    site = load(str(folder(tmp_path, a__yaml=GOOD, b__yml=other, README__md="x", __hidden="x")))
    assert [one.rule.id for one in site.rules] == ["a", "b"]
    assert not site.findings
    before = site.digest
    (tmp_path / "a.yaml").write_text(GOOD + "# more\n")
    assert load(str(tmp_path)).digest != before


def test_tests_are_no_rules(tmp_path: Path) -> None:
    assert codes(folder(tmp_path, a__test__yaml="x")) == ["folder_empty"]


def test_a_folder_that_is_missing_or_empty_denies(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["folder_empty"]
    assert codes(tmp_path / "no") == ["folder_unreadable"]
    assert all(one.severity == "error" for one in load(str(tmp_path)).findings)


def test_an_id_is_there_once(tmp_path: Path) -> None:
    assert codes(folder(tmp_path, a__yaml=GOOD, b__yaml=GOOD)) == ["id_twice"]


def test_a_file_that_looks_like_rules_and_is_not_read_is_told(tmp_path: Path) -> None:
    assert codes(folder(tmp_path, a__yaml=GOOD, b__yam=GOOD, c__YAML=GOOD)) == ["file_ignored"] * 2


def test_one_broken_file_denies_beside_good_ones(tmp_path: Path) -> None:
    place = folder(tmp_path, a__yaml=GOOD, b__yaml="rules: [")
    assert load(str(place)).faults
    (place / "b.yaml").write_bytes(b"\xff\xfe")
    assert codes(place) == ["file_unreadable"]


@pytest.mark.skipif(os.getuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_denies(tmp_path: Path) -> None:
    place = folder(tmp_path, a__yaml=GOOD)
    (place / "a.yaml").chmod(0)
    assert codes(place) == ["file_unreadable"]


def test_a_dangling_link_denies(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to(tmp_path / "gone")
    assert codes(tmp_path) == ["file_unreadable"]


def test_a_bomb_of_aliases_denies(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert load(str(folder(tmp_path, a__yaml="\n".join(lines) + "\n"))).faults
