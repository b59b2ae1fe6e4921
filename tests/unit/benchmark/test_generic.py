"""The set of official types: measured with a model that may fill them in, apart from the rest."""

from typing import Any

import pytest

from kiki import pipeline
from kiki.benchmark.bench import Bench, Result, chosen
from kiki.benchmark.samples import GENERIC, load
from kiki.engines.scripted import ScriptedEngine
from kiki.model.agent import silent
from kiki.model.errors import UsageError
from kiki.model.profile import Profile
from kiki.model.request import Request
from tests.unit.understand.generic.asking import right_answer

SAMPLES = load(GENERIC)

# A curated kind makes some of it by now, which is the second answer: these are read by rules.
CURATED = tuple(one for one in SAMPLES if len(one.answers) > 1)
ASKED = tuple(one for one in SAMPLES if one not in CURATED)
HELD = next(one for one in SAMPLES if one.id == "generic-ko-13")


def measured(answers: dict[str, Any], *only: str) -> Result:
    samples = chosen(only, generic=True)
    return Bench(ScriptedEngine(answers), lambda: 0.0, generic=True).run(samples, silent)


def test_the_main_set_has_none_of_them() -> None:
    assert {one.id for one in SAMPLES}.isdisjoint(one.id for one in chosen())
    assert {one.id for one in chosen(generic=True)} == {one.id for one in SAMPLES}
    assert {one.lang for one in SAMPLES} == {"ko", "en"}


def test_a_model_that_is_right_gets_all_of_it() -> None:
    total = measured({one.say: right_answer(one) for one in SAMPLES}).total
    assert (total.requests, total.right) == (len(SAMPLES), len(SAMPLES))
    assert (total.kinds, total.valid) == (len(SAMPLES), len(SAMPLES))
    assert total.fields_right == total.fields_meant > 2 * len(SAMPLES)
    assert (total.wrong_by_rules, total.wrong_by_model) == (0, 0)
    assert 0 < total.by_rules <= len(CURATED)


def test_a_value_that_is_missing_is_one_field_of_several() -> None:
    answer = right_answer(HELD)
    del answer["operations"][0]["body"]["name"]
    result = measured({HELD.say: answer}, HELD.id)
    assert (result.total.right, result.total.refused_needlessly) == (0, 1)  # a name is dropped


def test_another_type_is_another_kind() -> None:
    result = measured({HELD.say: {"operations": []}}, HELD.id)
    assert (result.total.kinds, result.total.refused_needlessly) == (0, 1)
    assert result.generic


@pytest.mark.parametrize("sample", ASKED, ids=lambda one: one.id)
def test_no_rule_reads_them(sample: Any) -> None:
    assert pipeline.read(Request(message=sample.say), Profile(), None).intent is None


def test_it_needs_an_engine_and_has_no_baseline() -> None:
    samples = chosen(generic=True)
    with pytest.raises(UsageError, match="generic_engine"):
        Bench(None, lambda: 0.0, generic=True).run(samples, silent)
    with pytest.raises(UsageError, match="generic_free"):
        Bench(ScriptedEngine({}), lambda: 0.0, generic=True).run(samples, silent, free=True)
