"""What is left alone is told; what the request touches, or may be a host, is never left alone."""

import pytest

from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand.reader import read

KEPT_HOME = "choi 계정 지우고 홈은 건드리지 말 것"


def reading(message: str) -> Reading:
    return read(Request(message=message), registry.vocabulary(), Profile())


def told(message: str) -> list[tuple[str, str]]:
    """The assumptions about what is left alone or out."""
    made = reading(message).intent
    assert made is not None, message
    notes = [note for note in made.assumptions if note.code.startswith("assumption.left_")]
    return [(note.code.removeprefix("assumption."), note.params["what"]) for note in notes]


@pytest.mark.parametrize(
    ("message", "note"),
    [
        ("redis는 건드리지 말고 httpd만 재시작해줘", ("left_alone", "redis")),
        ("httpd 멈춰줘. 단, 패키지는 지우지 마세요", ("left_alone", "패키지")),
        ("restart httpd, but leave redis alone", ("left_alone", "redis")),
        ("nginx 디플로이먼트 2개 서비스 없이 만들어줘", ("left_out", "서비스")),
        ("deploy nginx:1.27 as web on kubernetes, no service needed", ("left_out", "service")),
        (KEPT_HOME, ("left_alone", "홈")),
    ],
)
def test_what_is_left_is_an_assumption(message: str, note: tuple[str, str]) -> None:
    assert told(message) == [note]


def test_every_word_of_it_has_its_role_and_place() -> None:
    message = "redis는 건드리지 말고 httpd만 재시작해줘"
    tokens = reading(message).tokens
    left = [token.text for token in tokens if token.role == "left"]
    assert left == ["redis", "는", "건드리지", "말고"]
    assert all(message[token.start : token.end] == token.text for token in tokens)
    assert all(token.role for token in tokens)


def test_a_home_that_stays_was_said_and_is_no_default() -> None:
    made = reading(KEPT_HOME).intent
    assert made is not None
    (operation,) = made.operations
    source = operation.sources["remove_home"]
    assert (operation.fields["remove_home"], source.origin) == (False, "span")
    assert KEPT_HOME[source.start : source.end] == "홈"


@pytest.mark.parametrize(
    "message",
    [
        "httpd는 건드리지 말고 httpd 재시작해줘",
        "apache는 건드리지 말고 httpd 재시작해줘",
        "/srv/a 디렉토리 지우고 /srv는 건드리지 마",
        "myhost는 건드리지 말고 nginx 재시작해줘",
        "nginx 서버는 그대로 두고 redis 재시작해줘",
        "nginx 패키지 삭제하고 서비스는 그대로 둬",
        "choi 계정이랑 홈까지 지우고 홈은 그대로 둬",
        "web 서버 이미지 없이 만들어줘 플레이버 m1.small 네트워크 a-net",
        "restart nginx and don't touch it",
        "leave the servers alone and restart nginx",
        "remove nginx, leave the service alone",
        "create a deployment web, no image",
        "delete user kim, leave the home of lee alone",
        "nginx 재시작하고 redis는 그대로 두면 됩니까?",
    ],
)
def test_on_doubt_nothing_is_read(message: str) -> None:
    assert reading(message).intent is None
