"""The examples for a model are right answers, and are the same for every message."""

from pathlib import Path

import pytest
import yaml

from kiki.engines.port import prefix
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand import reader
from kiki.understand.answer import check
from kiki.understand.examples import Example, examples, turns
from kiki.understand.grounding import Said
from kiki.understand.lexicon import lexicon
from kiki.understand.schema import prompt

VOCABULARY = registry.vocabulary()
PLACES = frozenset(noun for target in VOCABULARY.targets for noun in target.places)
GOLDEN = Path(__file__).parents[2] / "golden" / "understand"


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.message)
def test_an_example_is_an_answer_that_would_be_accepted(example: Example) -> None:
    [(_, text)] = [one for one in turns(VOCABULARY.kinds, "m") if example.message in one[0]]
    said = Said(example.message, lexicon())
    checked = check(text, said, VOCABULARY.kinds, "test", PLACES)
    assert [draft.kind.id for draft in checked.drafts] == [
        operation["kind"] for operation in example.operations
    ]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.message)
def test_the_rules_read_an_example_in_no_other_way(example: Example) -> None:
    reading = reader.read(Request(message=example.message), VOCABULARY, Profile(), None)
    if reading.intent is not None:
        kinds = [operation.kind for operation in reading.intent.operations]
        assert kinds == [operation["kind"] for operation in example.operations]


def test_no_example_is_one_of_our_tests_own_sentences() -> None:
    tested = {
        case["say"]
        for path in GOLDEN.glob("*.yaml")
        for case in yaml.safe_load(path.read_text("utf-8"))
        if isinstance(case, dict) and "say" in case
    }
    assert len(tested) > 100
    assert not tested & {example.message for example in examples()}


def test_both_languages_and_every_target_are_shown() -> None:
    targets = {one["kind"].split(".")[0] for example in examples() for one in example.operations}
    assert targets == {target.name for target in VOCABULARY.targets}
    korean = [one for one in examples() if not one.message.isascii()]
    assert 8 <= len(korean) <= len(examples()) - 8


def test_what_comes_before_the_message_does_not_depend_on_it() -> None:
    one = prompt(Said("nginx 뾰로롱", lexicon()), VOCABULARY.kinds)
    other = prompt(Said("뾰로롱 8080", lexicon()), VOCABULARY.kinds)
    assert prefix(one) == prefix(other)
    assert one.user != other.user


def test_only_kinds_that_may_be_answered_are_shown() -> None:
    kinds = [kind for kind in VOCABULARY.kinds if kind.target == "k8s"]
    shown = turns(kinds, "message_")
    assert 1 < len(shown) < len(examples())
    assert all("ansible." not in answer and "openstack." not in answer for _, answer in shown)
    assert all(question.startswith("<message_>\n") for question, _ in shown)
