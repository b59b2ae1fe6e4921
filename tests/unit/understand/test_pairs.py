"""``key=value`` is one value beside what holds such pairs, and a noun with its value elsewhere."""

import pytest

from kiki.understand.pairs import paired

WHOLE = [
    ("환경변수 {}", "MODE=prod"),
    ("환경 변수는 LOG=debug, {}", "PORT=8080"),
    ("{} 환경변수로 nginx 디플로이먼트", "PORT=8080"),
    ("PORT=8080, {} 환경 변수로", "MODE=prod"),
    ("레이블 {}", "type=front"),
    ("with env LOG=debug and {}", "PORT=8080"),
    ("with label {}", "type=front"),
    ("{} 데이터로", "name=web"),
    ("--from-literal={}", "name=web"),
]
CUT = [
    ("web 디플로이먼트 {}", "replicas=3"),
    ("환경변수 없이 {}", "replicas=3"),
    ("환경변수 LOG=debug 이고 {}", "replicas=3"),
    ("create a deployment with {} and env", "replicas=3"),
    ("{}, 레이블은 없음", "replicas=3"),
]


@pytest.mark.parametrize(("message", "pair"), WHOLE)
def test_one_value(message: str, pair: str) -> None:
    start = message.index("{}")
    assert paired(message.format(pair), start, start + len(pair))


@pytest.mark.parametrize(("message", "pair"), CUT)
def test_a_noun_and_its_value(message: str, pair: str) -> None:
    start = message.index("{}")
    assert not paired(message.format(pair), start, start + len(pair))


def test_a_long_message_costs_no_more() -> None:
    message = "환경변수 " + "A=b, " * 10_000 + "PORT=8080"
    assert paired(message, len(message) - len("PORT=8080"), len(message)) in (True, False)
