"""A clause that only explains a request is asked about, and what may change the request is not."""

import pytest

from kiki.catalogues.listed import ListedCatalogue
from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand.ignoring import IGNORED
from kiki.understand.reader import read

HOSTS = ListedCatalogue({"hosts": ("alpha", "web")})


def reading(message: str, **answers: str) -> Reading:
    request = Request(message=message, answers=answers)
    return read(request, registry.vocabulary(), Profile(), catalogue=HOSTS)


@pytest.mark.parametrize(
    ("message", "clause"),
    [
        ("The glyphs are garbled, so set the locale to ko_KR.UTF-8", "The glyphs are garbled, so"),
        ("글씨가 뭉개져서요ㅠ 시스템 로케일을 ko_KR.UTF-8로 잡아주세요", "글씨가 뭉개져서요ㅠ"),
        ("Frobnix wants tuning: please set the kernel parameters vm.max_map_count=262144",
         "Frobnix wants tuning"),
    ],
)  # fmt: skip
def test_one_question_settles_what_only_explains(message: str, clause: str) -> None:
    asked = reading(message).question
    assert asked is not None
    assert (asked.code, asked.field) == ("question.preface", IGNORED)
    assert [choice.value for choice in asked.choices] == [clause]
    made = reading(message, **{IGNORED: clause})
    assert made.intent is not None
    notes = {note.params.get("given", "") for note in made.intent.assumptions}
    assert clause in notes


@pytest.mark.parametrize(
    "message",
    [
        "alpha is garbled, so install htop",  # a host of the inventory
        "the port moved to 8081, so open it",  # a value
        "only frobnicated machines, so install htop",
        "don't frobnicate, install htop",
        "tomorrow at frob, install htop",
        "zap the gizmo, install htop",  # a deed that we don't know, perhaps
        "remove the gizmo, install htop",
    ],
)
def test_what_may_change_the_request_is_not_left_out(message: str) -> None:
    asked = reading(message).question
    assert asked is None or asked.code != "question.preface"
