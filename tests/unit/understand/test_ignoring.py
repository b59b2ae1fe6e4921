"""Words that nobody understood are asked about, and only where they can be no matter."""

import pytest

from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand.ignoring import IGNORED
from kiki.understand.reader import read


def reading(message: str, **answers: str) -> Reading:
    request = Request(message=message, answers=answers)
    return read(request, registry.vocabulary(), Profile())


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("htop 설치 얼른 부탁해요 흑흑", "흑흑"),
        ("kim 유저 만들어줘 인수인계용", "인수인계용"),
    ],
)
def test_one_question_settles_an_unknown_word(message: str, words: str) -> None:
    asked = reading(message).question
    assert asked is not None
    assert (asked.code, asked.field) == ("question.ignored", IGNORED)
    assert asked.params == {"words": words}
    assert [choice.value for choice in asked.choices] == [words]
    assert message[asked.start : asked.end] == words


def test_the_answer_leaves_these_words_out_and_says_so() -> None:
    made = reading("htop 설치해줘 흑흑", **{IGNORED: "흑흑"})
    assert made.intent is not None
    (operation,) = made.intent.operations
    assert operation.fields["names"] == ["htop"]
    assert ("assumption.background", "흑흑") in [
        (note.code, note.params.get("given", "")) for note in made.intent.assumptions
    ]
    assert [token.text for token in made.tokens if token.role == "background"] == ["흑흑"]


def test_an_answer_about_other_words_is_none() -> None:
    made = reading("htop 설치해줘 흑흑", **{IGNORED: "흥흥"})
    assert made.question is not None
    assert made.question.code == "question.ignored"


@pytest.mark.parametrize(
    "message",
    [
        "install htop on web03 pronto",  # a host, perhaps
        "install nginx frobnicate redis",  # a deed that we don't know, perhaps
        "don't install htop pronto",
        "install htop tomorrow",
        "install htop if needed pronto",
        "perf용 nginx 설치해줘",  # a name
        "nginx 설치하고 인증서 흑흑",  # a thing
        "pronto",
        "restart nginx workers",  # what the request is about
        "remove the nginx cache",
        "remove nginx, pronto",
        "open port 80 fam",
        "nginx 인증서 재시작해줘",
        "nginx 삭제해줘 흑흑",
        "frobnicate everything wildly",
    ],
)
def test_what_may_be_meant_is_not_left_out(message: str) -> None:
    found = reading(message)
    assert found.question is None or found.question.code != "question.ignored"


def test_what_is_set_needs_no_verb_where_its_value_has_the_particle_of_becoming() -> None:
    for message, kind in (
        ("시간대는 UTC로", "ansible.timezone_set"),
        ("호스트명 web01로", "ansible.hostname_set"),
        ("로케일은 ko_KR.UTF-8로 부탁드립니다", "ansible.locale_set"),
    ):
        made = reading(message).intent
        assert made is not None, message
        assert [one.kind for one in made.operations] == [kind]
        assert "assumption.set" in [note.code for note in made.assumptions]


@pytest.mark.parametrize("message", ["시간대는 UTC", "시간대 UTC로?", "시간대 확인 UTC로"])
def test_a_value_without_it_may_be_so_already(message: str) -> None:
    assert reading(message).intent is None
