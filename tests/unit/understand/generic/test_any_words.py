"""No words and no answers can break the reading of official types."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.understand.generic.asking import SAMPLES, Asking, right_answer

WORDS = sorted({word for sample in SAMPLES for word in sample.say.split(" ")})
SIGNS = st.text(alphabet="=:/%'\"{}[]()*,.-_ 가힣aZ09", max_size=6)
MESSAGES = st.lists(st.one_of(st.sampled_from(WORDS), SIGNS), min_size=1, max_size=12)
ANSWERS = [right_answer(sample) for sample in SAMPLES]
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(WORDS))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["spec", "name", "key", "value", "rules"]), inner),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(MESSAGES, st.sampled_from(ANSWERS))
def test_any_words(words: list[str], answer: dict[str, Any]) -> None:
    asked = Asking("web " + " ".join(words), answer)
    reading = asked.reading
    assert sum(one is not None for one in (reading.intent, reading.question, reading.refusal)) == 1


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(range(len(SAMPLES)))), TREES)
def test_any_answer(number: int, tree: Any) -> None:
    answer = json.loads(json.dumps(ANSWERS[number]))
    answer["operations"][0]["body"] = tree
    asked = Asking(SAMPLES[number].say, answer)
    wanted = [one.fields for one in SAMPLES[number].answers[0].operations]
    assert asked.reading.intent is None or asked.fields() != wanted or tree != {}
