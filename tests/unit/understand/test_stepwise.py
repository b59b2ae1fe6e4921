"""How many hosts at a time a message wants: part of the scope, and never left out."""

import pytest

from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request, Scope
from kiki.model.rollout import Rollout
from kiki.service.submission import aimed
from kiki.targets import registry
from kiki.understand.reader import read

VOCABULARY = registry.vocabulary()


def reading(message: str, batch: str = "") -> Reading:
    scope = Scope(rollout=Rollout(batch=batch))
    return read(Request(message=message, scope=scope), VOCABULARY, Profile())


@pytest.mark.parametrize(
    ("message", "batch"),
    [
        ("한 대씩 nginx 재시작해줘", "1"),
        ("nginx를 두 대씩 재시작해줘", "2"),
        ("서버를 10%씩 재부팅해줘", "10%"),
        ("nginx 재시작해줘 25 %씩", "25%"),
        ("모든 서버를 3대씩 순서대로 재부팅해줘", "3"),
        ("서버를 하나씩 재부팅해줘", "1"),
        ("쿠버네티스 1.32 워커 노드로 한 대씩 준비해줘", "1"),
        ("restart nginx one host at a time", "1"),
        ("restart nginx on the web servers, one at a time", "1"),
        ("reboot all servers 10% at a time", "10%"),
        ("upgrade nginx in batches of 2", "2"),
        ("install nginx in batches of 20%", "20%"),
        ("restart nginx and redis two servers at a time", "2"),
    ],
)
def test_it_is_read_and_said(message: str, batch: str) -> None:
    made = reading(message)
    assert made.intent is not None, made
    assert made.intent.batch == batch
    assert [one.params for one in made.intent.assumptions if one.code == "assumption.batch"] == [
        {"batch": batch}
    ]
    assert made.leftover == ()


@pytest.mark.parametrize(
    "message",
    [
        "하나씩 재부팅해줘",
        "restart nginx and redis one at a time",
        "한 대씩 nginx 재시작하고 두 대씩 redis 재시작해줘",
        "nginx 디플로이먼트 한 대씩 재시작",
        "create a server named web one at a time",
        "서버를 0%씩 재부팅해줘",
        "한 대만 nginx 재시작",
        "restart nginx one day at a time",
    ],
)
def test_what_may_mean_something_else_is_refused(message: str) -> None:
    made = reading(message)
    assert made.refusal is not None, made


def test_each_of_several_servers_is_no_rollout() -> None:
    made = reading("web, db 서버 한 대씩 만들어줘. 이미지 rocky-9, m1.small, private 네트워크")
    assert made.intent is not None
    assert (made.intent.target, made.intent.batch) == ("openstack", "")


def test_with_the_flag_it_is_not_said_twice() -> None:
    assert reading("한 대씩 nginx 재시작해줘", batch="5").refusal is not None


def test_it_becomes_the_scope_of_the_request_and_no_part_of_the_code() -> None:
    made = reading("한 대씩 nginx 재시작해줘")
    plain = reading("nginx 재시작해줘")
    assert made.intent is not None and plain.intent is not None
    assert made.intent.digest() == plain.intent.digest()
    request = aimed(Request(message="x"), made.intent)
    assert request.scope.rollout.batch == "1"
    given = Request(message="x", scope=Scope(rollout=Rollout(batch="5")))
    assert aimed(given, made.intent).scope.rollout.batch == "5"
