"""The refusal of what only official types of OpenStack are names these types."""

import pytest

from kiki import pipeline
from kiki.messages import text
from kiki.model.intent import Question
from kiki.model.profile import Profile
from kiki.model.request import Request

NAMED = [
    ("create network core and subnet core-a 10.1.0.0/24", "OS::Neutron::Net, OS::Neutron::Subnet"),
]
OTHERS = [
    "attach a volume to deployment web",
    "공유기 라우터 재시작해줘",
    "create container backend and a router",
]


def refusal(message: str) -> Question:
    refused = pipeline.read(Request(message=message), Profile(), None).refusal
    assert refused is not None, message
    return refused


@pytest.mark.parametrize(("message", "types"), NAMED)
def test_the_types_are_named(message: str, types: str) -> None:
    refused = refusal(message)
    assert (refused.code, refused.params["types"]) == ("understand.cloud", types)
    for lang in ("en", "ko"):
        assert types in text(refused.code, lang, refused.params).text


@pytest.mark.parametrize("message", OTHERS)
def test_what_is_of_others_or_takes_away_is_refused_as_ever(message: str) -> None:
    assert refusal(message).code != "understand.cloud"
