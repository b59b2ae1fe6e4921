"""The set is well formed: enough, half and half, every kind, and every right answer said."""

import re
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from kiki import pipeline
from kiki.benchmark.expected import SECRET, intent_of
from kiki.benchmark.measuring import request_of
from kiki.benchmark.samples import ANY, FOLDER, LEVELS, Answer, Sample, load
from kiki.model.errors import PermanentError
from kiki.model.profile import Profile
from kiki.targets import registry

SAMPLES = load()
KINDS = {kind.id: kind for kind in (*registry.vocabulary().kinds, *registry.vocabulary().recipes)}
MEANT = [one for one in SAMPLES if any(answer.sort == "intent" for answer in one.answers)]
SECOND = "-2-"  # in the ids of what was written later: k8s-basic-ko-2-01
THIRD = "-3-"  # and of what was written after that
FOURTH = "-4-"  # and of what came with new kinds: ansible-storage-basic-ko-4-01
LATER = {"-2": SECOND, "-3": THIRD, "-4": FOURTH}  # by the end of a file's name
LEAST = 4  # requests that a kind has at least, in both languages together
HARD = {"correction", "negation", "mixed", "typo", "polite", "order", "words"}
REFUSED = {"destruction", "outside", "condition", "scheduled", "not_request", "negated", "language",
           "hosts", "two_targets"}  # fmt: skip
ASKED = {"missing", "ambiguous"}


def ids(samples: list[Sample]) -> list[str]:
    return [sample.id for sample in samples]


def test_there_are_enough_half_in_each_language() -> None:
    langs = Counter(sample.lang for sample in SAMPLES)
    assert len(SAMPLES) >= 400
    assert langs["ko"] == langs["en"]


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_is_as_large_in_both_languages(level: str) -> None:
    langs = Counter(sample.lang for sample in SAMPLES if sample.level == level)
    assert abs(langs["ko"] - langs["en"]) <= 2
    assert langs["ko"] >= 20


def test_a_fifth_of_each_level_of_the_first_part_is_held_out() -> None:
    first = [one for one in SAMPLES if not any(part in one.id for part in LATER.values())]
    for lang in ("ko", "en"):
        for level in LEVELS:
            group = [one for one in first if (one.lang, one.level) == (lang, level)]
            held = sum(one.held_out for one in group)
            assert held == round(len(group) / 5), (lang, level)


def test_an_odd_digest_of_its_id_holds_one_of_the_second_part_out() -> None:
    second = [one for one in SAMPLES if SECOND in one.id]
    assert len(second) == 240
    for sample in second:
        digest = sha256(sample.id.encode()).digest()
        assert sample.held_out == (digest[-1] % 2 == 1), sample.id


def test_a_third_of_the_third_part_is_held_out_by_the_digest_of_its_id() -> None:
    third = [one for one in SAMPLES if THIRD in one.id]
    assert Counter(sample.lang for sample in third) == {"ko": 150, "en": 150}
    for sample in third:
        digest = int(sha256(sample.id.encode()).hexdigest(), 16)
        assert sample.held_out == (digest % 3 == 0), sample.id


def test_of_the_fourth_part_outsiders_half_is_held_out_and_no_area_of_a_kinds_writer() -> None:
    for sample in SAMPLES:
        if FOURTH in sample.id:
            outsider = re.match(r"ansible-(basic|compound)-", sample.id)
            digest = sha256(sample.id.encode()).digest()
            assert sample.held_out == (outsider is not None and digest[-1] % 2 == 1), sample.id


def test_files_are_called_what_they_hold() -> None:
    for path in sorted(FOLDER.iterdir()):
        text = path.read_text("utf-8")
        held_out = path.name.startswith("held-out-")
        assert ("held_out: true" in text) == held_out == text.startswith("# Held out"), path.name
        *_, level, lang = re.sub(r"-[2-4]$", "", path.stem).split("-")
        assert f"lang: {lang}\n" in text, path.name
        assert re.search(rf"^level: {level}$", text, re.MULTILINE), path.name
        parts = set(re.findall(r"^  - id: [a-z0-9-]+?(-[2-4]-)?[0-9]+$", text, re.MULTILINE))
        assert parts == {LATER.get(path.stem[-2:], "")}, path.name


def test_ids_and_words_are_unique() -> None:
    assert [name for name, n in Counter(one.id for one in SAMPLES).items() if n > 1] == []
    assert [say for say, n in Counter(one.say for one in SAMPLES).items() if n > 1] == []


def test_an_id_says_target_level_and_language() -> None:
    for sample in SAMPLES:
        target = sample.kinds[0].partition(".")[0] + "-" if sample.level in LEVELS[:3] else ""
        rest = rf"{sample.level}-{sample.lang}"
        plain = rf"{target}{rest}(?:-[2-4])?-[0-9]{{2,3}}"
        of_an_area = rf"{target}[a-z]+-{rest}{FOURTH}[0-9]{{2}}"
        assert re.fullmatch(rf"{plain}|{of_an_area}", sample.id), sample.id


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_asked_for_in_both_languages(kind: str) -> None:
    langs = [sample.lang for sample in SAMPLES if kind in sample.kinds]
    assert len(langs) >= LEAST, f"write requests for {kind}: docs/bench.md"
    assert set(langs) == {"ko", "en"}, f"write requests for {kind}: docs/bench.md"


def test_every_trait_is_there_in_both_languages() -> None:
    for level, traits in (("hard", HARD), ("question", ASKED), ("refusal", REFUSED)):
        for lang in ("ko", "en"):
            found = {one.trait for one in SAMPLES if (one.level, one.lang) == (level, lang)}
            assert found == traits, (level, lang)


def test_levels_say_what_the_best_answer_is() -> None:
    for sample in SAMPLES:
        wanted = sample.level if sample.level in ("question", "refusal") else "intent"
        assert sample.sort == wanted, sample.id
        if sample.level == "basic":
            assert len(sample.kinds) == 1, sample.id


def test_every_asked_field_exists() -> None:
    known = {field.name for kind in KINDS.values() for field in kind.fields}
    for sample in SAMPLES:
        for answer in sample.answers:
            assert set(answer.question) <= known | {ANY, "target", "kind"}, sample.id
            for asked in answer.operations:
                fields = {field.name for field in KINDS[asked.kind].fields}
                assert set(asked.fields) <= fields, sample.id


@pytest.mark.parametrize("sample", MEANT, ids=ids(MEANT))
def test_every_right_answer_is_code_that_passes_every_check(sample: Sample) -> None:
    request = request_of(sample)
    for answer in sample.answers:
        if answer.sort == "intent":
            intent = intent_of(answer, request, Profile())
            assert pipeline.build(intent, request, Profile()).valid


@pytest.mark.parametrize("sample", MEANT, ids=ids(MEANT))
def test_every_right_value_is_said(sample: Sample) -> None:
    used = set()
    for answer in sample.answers:
        for field, value in values(answer):
            if not stands(field, value, sample):
                assert sample.means.get(value, "\0") in sample.say, (field, value)
                used.add(value)
    assert used == set(sample.means)


def values(answer: Answer) -> list[tuple[str, str]]:
    found = []
    for asked in answer.operations:
        for field, value in asked.fields.items():
            for one in value if isinstance(value, list) else [value]:
                text = str(one).lower() if isinstance(one, bool) else str(one)
                found.append((field, text.removesuffix("/tcp") if field == "ports" else text))
    return found


def stands(field: str, value: str, sample: Sample) -> bool:
    """Whether *value* is in the words as it is written there."""
    if value == SECRET:
        return len(request_of(sample).secrets) == 1
    said = sample.say.lower()
    if field == "mode":
        return value.lstrip("0") in said
    if field == "ports":
        number, _, protocol = value.partition("/")
        return protocol in said and all(part in said for part in number.split("-"))
    if value.isdecimal():
        return re.search(rf"(?<![0-9.]){value}(?![0-9]|\.[0-9])", said) is not None
    return value.lower() in said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("lang: ko", "missing required field"),
        ("lang: ko\nlevel: basic\nheld_out: false\nrequests: [{id: a, say: b}]", "no answer"),
        (
            "lang: ko\nlevel: basic\nheld_out: false\nrequests: [{id: a, say: b, want: [1]}]",
            "without a kind",
        ),
        ("a: [", "not one YAML document"),
    ],
)
def test_a_broken_set_says_where(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    with pytest.raises(PermanentError) as raised:
        load(tmp_path)
    params: dict[str, Any] = raised.value.params
    assert raised.value.code == "bench.set_broken"
    assert params["file"] == "x.yaml"
    assert reason in params["reason"]
