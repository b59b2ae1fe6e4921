"""What is set aside as background: said, with its places, and never more than that."""

import pytest

from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand.reader import read

VOCABULARY = registry.vocabulary()


def reading(message: str) -> Reading:
    return read(Request(message=message), VOCABULARY, Profile())


def notes(made: Reading, code: str) -> list[dict[str, str]]:
    assert made.intent is not None
    return [dict(note.params) for note in made.intent.assumptions if note.code == code]


@pytest.mark.parametrize(
    ("message", "given"),
    [
        ("취약점 나왔다고 하니까 sudo 최신으로 업데이트해줘", ["취약점 나왔다고 하니까"]),
        ("안녕하세요 데이터팀 이수진입니다. htop 설치해주세요", ["데이터팀 이수진입니다"]),
        ("restart nginx because we changed the config", ["because we changed the config"]),
        (
            "Dear team,\nplease install htop\nKind regards,\nBernhard",
            ["Bernhard"],
        ),
        ("install nginx", []),
    ],
)
def test_what_was_set_aside_is_said(message: str, given: list[str]) -> None:
    made = reading(message)
    said = [params["given"] for params in notes(made, "assumption.background")]
    assert [one for one in said if one in given] == given
    background = " ".join(token.text for token in made.tokens if token.role == "background")
    assert all(one in background for one in given)
    assert bool(said) == bool(given)


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("서버에 tcpdump가 없네요. 설치 부탁드립니다.", "tcpdump"),
        ("방화벽이 5601을 막고 있더라구요. 뚫어주세요", "5601"),
        ("8080 is still open on the hosts; please close it again.", "8080"),
        ("the stale lock /run/app.lock is blocking us, remove that file", "/run/app.lock"),
    ],
)
def test_what_was_introduced_is_said_where_it_stands(message: str, value: str) -> None:
    made = reading(message)
    assert made.intent is not None
    said = notes(made, "assumption.introduced")
    assert len(said) == 1
    assert value in said[0]["value"]
    spans = [s for o in made.intent.operations for s in o.sources.values() if s.origin == "span"]
    assert value in [message[source.start : source.end] for source in spans]


@pytest.mark.parametrize("stray", ["대충", "천천히", "나중에", "재부팅", "몽땅", "부분적으로"])
def test_a_word_after_the_background_belongs_to_the_request(stray: str) -> None:
    assert reading(f"취약점 나왔다고 하니까 {stray} sudo 최신으로 업데이트해줘").intent is None
    assert reading(f"설정 바꿔서 그런데 {stray} nginx 재시작해줘").intent is None


@pytest.mark.parametrize("stray", ["slowly", "everything", "reboot", "redis-cluster", "carefully"])
def test_a_word_outside_of_the_clause_is_no_background(stray: str) -> None:
    assert reading(f"the config was changed, {stray} restart nginx").intent is None
    assert reading(f"restart nginx {stray}, the config was changed").intent is None


@pytest.mark.parametrize(
    "message",
    [
        "서버에 tcpdump가 없네요. 삭제 부탁드립니다",
        "서버에 tcpdump가 없네요. htop 설치 부탁드립니다",
        "8080 is still open on the hosts; please open it again",
        "8080 is still open on the hosts; please close 9090",
        "redis is down and nginx is slow, restart it",
    ],
)
def test_what_does_not_follow_from_it_is_not_read(message: str) -> None:
    assert reading(message).intent is None


def test_nothing_but_background_asks_for_nothing() -> None:
    for message in ("traffic doubled", "서버가 느려요", "thanks", "취약점 나왔다고 하니까"):
        assert reading(message).intent is None, message
