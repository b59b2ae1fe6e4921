"""Readings that account for every word and still are not clear."""

import pytest

from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand import reader


def read(message: str, **answers: str) -> Reading:
    request = Request(message=message, answers=answers)
    return reader.read(request, registry.vocabulary(), Profile())


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("nginx 설치하고 nginx 삭제해줘", "doubt.contradiction"),
        ("open port 80 and close port 80", "doubt.contradiction"),
        ('/srv/a 파일과 /srv/b 파일을 "x" 내용으로 만들어줘', "doubt.shared"),
        ("ko-a 사용자와 ko-b 사용자를 wheel 그룹으로 만들어줘", "doubt.shared"),
        ("/srv/a 폴더와 /srv/b 파일을 600 권한으로 만들어줘", "doubt.shared"),
        ("open 3 ports", "doubt.counted"),
        ("포트 두 개 열어줘", "doubt.counted"),
        ("3개 포트 열어줘", "doubt.counted"),
        ("open ports 80, 443 udp", "doubt.protocol"),
        ("80과 443 udp 포트 열어줘", "doubt.protocol"),
        ("install htop, remove nginx first", "doubt.order"),
        ("nginx 설치하고 httpd를 먼저 삭제해줘", "doubt.order"),
        ("create a couple servers image rocky-9 flavor m1.small network n", "doubt.quantity"),
        ("remove packages for bob", "doubt.whose"),
        ("stop service of bob", "doubt.whose"),
        ("sudo nginx git 설치", "doubt.sudo"),
    ],
)
def test_what_may_mean_two_things_is_refused(message: str, code: str) -> None:
    reading = read(message)
    assert reading.intent is None
    assert reading.refusal is not None, reading.question
    assert reading.refusal.code == code


@pytest.mark.parametrize(
    "message",
    [
        "nginx 설치하고 httpd 삭제해줘",
        "ko-a, ko-b 사용자를 wheel 그룹으로 만들어줘",
        "/srv/a 폴더 만들고 /srv/b 파일을 600 권한으로 만들어줘",
        "nginx와 redis 설치하고 시작해줘",
        "nginx 중지하고 삭제해줘",
        "80 포트와 443 포트 열어줘",
        "80 tcp, 53 udp 열어줘",
        "open ports 80 and 443/tcp",
        "install nginx first, then start it",
        "먼저 nginx 설치하고 시작해줘",
        "sudo와 nginx 설치해줘",
        "create three deployments of nginx with 80 port",
    ],
)
def test_what_is_clear_is_read(message: str) -> None:
    reading = read(message)
    assert reading.intent is not None, reading


def test_a_service_of_another_name_asks_whose_it_is() -> None:
    message = "nginx 디플로이먼트 만들고 redis 서비스를 6379 포트로 만들어줘"
    question = read(message).question
    assert question is not None
    assert [choice.value for choice in question.choices] == ["nginx", "redis"]
    answered = read(message, **{question.field: "redis"})
    assert answered.intent is not None
    assert answered.intent.operations[1].fields["selector"] == "redis"


@pytest.mark.parametrize(
    ("message", "word"),
    [("block port 80", "block"), ("80 포트 차단해줘", "차단"), ("80 포트 막아줘", "막아")],
)
def test_blocking_asks_whether_closing_is_enough(message: str, word: str) -> None:
    """Nobody is to reach the port, and what closing does is up to the host's firewall."""
    question = read(message).question
    assert question is not None
    assert (question.code, question.field) == ("doubt.block", "0.kind")
    assert question.params == {"word": word, "ports": "80/tcp"}
    assert message[question.start : question.end] == word
    assert [choice.value for choice in question.choices] == ["ansible.firewall_close"]
    assert read(message, **{"0.kind": "something else"}).question == question
    answered = read(message, **{"0.kind": "ansible.firewall_close"})
    assert answered.intent is not None
    assert [operation.kind for operation in answered.intent.operations] == [
        "ansible.firewall_close"
    ]


@pytest.mark.parametrize(
    "message", ["close port 80", "80 포트 닫아줘", "방화벽에서 80 포트 제거해줘"]
)
def test_closing_says_what_it_is_and_asks_nothing(message: str) -> None:
    reading = read(message)
    assert reading.intent is not None, reading
    assert "assumption.closing" in [said.code for said in reading.intent.assumptions]


@pytest.mark.parametrize(
    ("message", "field", "ports"),
    [
        ("close port 80, block port 443", "1.kind", "443/tcp"),
        ("80 포트 닫고 443 포트 차단해줘", "1.kind", "443/tcp"),
        ("80 포트 차단하고 443 포트 닫아줘", "0.kind", "80/tcp"),
        ("nginx 삭제하고 80 포트 차단해줘", "1.kind", "80/tcp"),
        ("remove nginx and block ports 80 and 443", "1.kind", "80/tcp, 443/tcp"),
    ],
)
def test_what_is_blocked_is_asked_about_and_not_what_is_closed(
    message: str, field: str, ports: str
) -> None:
    question = read(message).question
    assert question is not None
    assert (question.field, question.params["ports"]) == (field, ports)
    assert read(message, **{field: "ansible.firewall_close"}).intent is not None


def test_a_port_that_was_asked_for_is_blocked_like_one_that_was_said() -> None:
    question = read("방화벽 차단해줘").question
    assert question is not None and question.field == "0.ports"
    blocked = read("방화벽 차단해줘", **{"0.ports": "80"}).question
    assert blocked is not None and blocked.code == "doubt.block"


def test_each_thing_that_is_blocked_is_asked_about() -> None:
    message, answers = "80 포트 차단하고 443 포트 차단해줘", {}
    for field in ("0.kind", "1.kind"):
        question = read(message, **answers).question
        assert question is not None and question.field == field
        answers[field] = "ansible.firewall_close"
    assert read(message, **answers).intent is not None
