"""The requests for generic kinds, each with its right answer, the whole way to checked code."""

import pytest

from kiki import pipeline
from kiki.benchmark.samples import Sample
from kiki.engines.conforming import conforms
from kiki.engines.gbnf import grammar
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.trees import leaves, shown
from kiki.targets import registry
from tests.unit.understand.generic.asking import SAMPLES, Asking, right_answer

LEAST = 4
LARGEST = 6_000  # characters of a grammar: the largest here has 2,000

pytestmark = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)


def test_the_right_answer_is_read_as_what_is_meant(sample: Sample) -> None:
    asked = Asking(sample.say, right_answer(sample))
    assert asked.fields() == [one.fields for one in sample.answers[0].operations], asked.why
    assert len(asked.prompts) == 1


def test_it_is_valid_code_of_high_risk(sample: Sample) -> None:
    asked = Asking(sample.say, right_answer(sample))
    assert asked.reading.intent is not None
    request = Request(message=sample.say)
    built = pipeline.build(asked.reading.intent, request, Profile())
    assert built.valid
    assert built.risk == "high"
    again = Asking(sample.say, right_answer(sample)).reading.intent
    assert again is not None
    assert pipeline.render(again, request, Profile()) == built.artifact


def test_every_leaf_has_a_source_that_says_it(sample: Sample) -> None:
    intent = Asking(sample.say, right_answer(sample)).reading.intent
    assert intent is not None
    for operation in intent.operations:
        assert operation.sources.keys() >= operation.fields.keys()
        for tree in (value for value in operation.fields.values() if isinstance(value, dict)):
            name = next(key for key, value in operation.fields.items() if value is tree)
            for path, leaf in leaves(tree, (name,)):
                source = operation.sources.get(shown(path))
                if leaf == {} or isinstance(leaf, bool):
                    continue
                assert source is not None, path
                if source.start >= 0 and leaf != "absent":
                    said = sample.say[source.start : source.end]
                    assert str(leaf).lower() in said.lower() or "디플로이먼트" in said, path


def test_the_schema_is_small_and_takes_the_answer(sample: Sample) -> None:
    asked = Asking(sample.say, right_answer(sample))
    schema = asked.prompts[0].schema
    assert conforms(right_answer(sample), schema)
    assert len(grammar(schema)) < LARGEST
    assert sample.say in asked.prompts[0].user


def test_a_stray_name_anywhere_stops_it(sample: Sample) -> None:
    """What nobody has a use for was still said by somebody."""
    words = sample.say.split(" ")
    for gap in range(0, len(words) + 1, 3):
        say = " ".join([*words[:gap], "zz9.example", *words[gap:]])
        asked = Asking(say, right_answer(sample))
        assert asked.reading.intent is None, say


def test_nothing_is_asked_when_it_is_off(sample: Sample) -> None:
    asked = Asking(sample.say, right_answer(sample), generic=False)
    assert asked.prompts == []
    assert asked.reading.refusal is not None


def test_the_rules_don_t_read_it(sample: Sample) -> None:
    """Unless a curated kind makes it by now, which is then the second answer."""
    reading = pipeline.read(Request(message=sample.say), Profile(), None)
    curated = {one.kind for one in sample.answers[-1].operations if len(sample.answers) > 1}
    if reading.intent is not None:
        assert {one.kind for one in reading.intent.operations} == curated
    else:
        assert reading.refusal is not None


def test_there_are_enough_in_both_languages(sample: Sample) -> None:
    for kind in (kind.id for kind in registry.vocabulary().generic):
        same = [one for one in SAMPLES if one.lang == sample.lang and kind in one.kinds]
        assert len(same) >= LEAST, kind
