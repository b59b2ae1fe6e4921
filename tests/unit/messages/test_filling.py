"""Parameters in texts, and Korean particles after them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki.messages import text
from kiki.messages.filling import fill, particle


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("이름", ("을", "를"), "을"),
        ("서버", ("을", "를"), "를"),
        ("서울", ("으로", "로"), "로"),
        ("부산", ("으로", "로"), "으로"),
        ("부사", ("으로", "로"), "로"),
        ("web3", ("이", "가"), "이"),
        ("web2", ("이", "가"), "가"),
        ("10", ("은", "는"), "은"),
        ("7", ("으로", "로"), "로"),
        ("nginx", ("을", "를"), "을(를)"),
        ("nginx", ("으로", "로"), "(으)로"),
        ("", ("을", "를"), "을(를)"),
        ("'서버'", ("을", "를"), "를"),
    ],
)
def test_particles(word: str, pair: tuple[str, str], expected: str) -> None:
    assert particle(word, *pair) == expected


@pytest.mark.parametrize(
    ("template", "params", "expected"),
    [
        ("{a:을/를} {b}", {"a": "파일", "b": 3}, "파일을 3"),
        ("'{a:'이/가} 없습니다", {"a": "서버"}, "'서버'가 없습니다"),
        ('"{a:"은/는} {b:으로/로}', {"a": "80", "b": "web"}, '"80"은 web(으)로'),
        ("{{{a}}}", {"a": 1}, "{1}"),
        ("{missing} {a}", {"a": 1}, "{missing} 1"),
        ("{a", {"a": 1}, "{a"),
        ("{0}", {}, "{0}"),
        ("{a.b}", {"a": 1}, "{a.b}"),
        ("plain", {"a": 1}, "plain"),
    ],
)
def test_fill(template: str, params: dict[str, object], expected: str) -> None:
    assert fill(template, params) == expected


@given(st.text(), st.text())
def test_no_value_is_read_as_a_template(value: str, template: str) -> None:
    assert fill("{a}", {"a": value}) == value
    fill(template, {"a": value})


def test_an_unknown_code_shows_itself() -> None:
    assert text("nothere.code", "ko", {"a": 1}).text == "nothere.code (a=1)"
    assert text("cli.nothere", "en").text == "cli.nothere"
    assert text("../x.y", "en").text == "../x.y"
    assert text("", "en").text == ""
