"""What a server says is data: shown harmless, and searched for one JSON object."""

import time

import pytest

from kiki.engines.texts import SHOWN, error_text, first_object, has_object, shown

GOOD = '{"operations": []}'


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain words", "plain words"),
        ("two\nlines\r\nand\ttabs", "two lines and tabs"),
        ("\x1b[2J\x1b]0;title\x07red", "[2J ]0;title red"),
        ("right\u202eleft\u200bhidden\ufeff", "right left hidden"),
        ("half \ud800 pair", "half pair"),
        ("c1 \x9b31m", "c1 31m"),
        ("<h1>Not  found</h1><script>x()</script>", "Not found"),
        ("<style>p {}", ""),
        ("한글은 그대로", "한글은 그대로"),
        ("", ""),
    ],
)
def test_only_harmless_words_are_shown(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_long_text_is_clipped_and_the_key_is_taken_out_before() -> None:
    assert len(shown("x" * 10_000_000)) == SHOWN
    key = "sk-" + "k" * 100
    assert key[:20] not in shown("y" * (SHOWN - 50) + key, key)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"message": "no such model", "code": 404}}', "no such model"),
        (b'{"error": "model not loaded"}', "model not loaded"),
        (b'{"object": "error", "message": "too long"}', "too long"),
        (b'{"detail": "Not Found"}', "Not Found"),
        (b'{"detail": [{"loc": ["body", "seed"], "msg": "extra"}]}', "body.seed: extra"),
        (b'{"error": {"code": 1}}', '{"error": {"code": 1}}'),
        (b"<html>x</html>", "<html>x</html>"),
        (b"\xff", "\ufffd"),
        (b"", ""),
        (b"[" * 100_000, "[" * 100_000),
    ],
)
def test_the_words_of_a_refusal_are_found(body: bytes, said: str) -> None:
    assert error_text(body) == said


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"  {GOOD}\n",
        f"```json\n{GOOD}\n```",
        f"Here you are: {GOOD} Good luck! {{}}",
        f"<think>maybe {{\"operations\": [1]}} or {{x</think>\n{GOOD}",
        f"a {{curly}} thought, then {GOOD}",
    ],
)  # fmt: skip
def test_the_first_object_is_taken_out_as_it_stands(text: str) -> None:
    assert first_object(text) == GOOD


@pytest.mark.parametrize("text", ["", "none", "[1]", "{", '{"a": ', "{a} {b}"])
def test_without_an_object_the_text_is_left(text: str) -> None:
    assert first_object(text) == text
    assert not has_object(text)


@pytest.mark.parametrize("length", range(1, 58))
def test_no_part_of_a_cut_object_stands_for_the_whole(length: int) -> None:
    whole = '{"operations": [{"kind": "a.b", "fields": {"n": ["x"]}}]}'
    assert len(whole) == 57
    cut = "So: " + whole[:length]
    assert first_object(cut) == (whole if length == 57 else cut)
    assert has_object(cut) is (length == 57)


def test_a_key_that_stands_twice_is_still_seen_by_the_check() -> None:
    twice = '{"operations": [], "operations": []}'
    assert first_object(f"so: {twice}") == twice


@pytest.mark.parametrize("text", ["{" * 1_000_000, '{"a":' * 200_000, "<" * 1_000_000])
def test_nothing_takes_long(text: str) -> None:
    begun = time.monotonic()
    first_object(text)
    shown(text)
    error_text(text.encode())
    assert time.monotonic() - begun < 2
