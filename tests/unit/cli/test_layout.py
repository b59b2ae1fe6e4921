"""Columns with wide letters, and what must not reach a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki.cli.layout import columns, cut, one_line, pad, safe, table, wrap
from kiki.cli.look import Look


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("서버", 4), ("서버1", 5), ("é", 1), ("\x1b[31mab\x1b[0m", 2), ("", 0)],
)
def test_columns(text: str, width: int) -> None:
    assert columns(text) == width


def test_tables_with_korean_are_aligned() -> None:
    rows = [["상태", "x"], ["applied", "y"]]
    assert table(rows) == "상태     x\napplied  y"


def test_colours_do_not_move_columns() -> None:
    look = Look("en", True, 80)
    plain, painted = (
        table([["a", "b"], ["ccc", "d"]]),
        table([[look.paint("a", "red"), "b"], ["ccc", "d"]]),
    )
    assert painted.replace("\x1b[31m", "").replace("\x1b[0m", "") == plain


@given(st.text())
def test_nothing_unsafe_is_left(text: str) -> None:
    shown = safe(text)
    assert all(char.isprintable() or char in "\n\t" or ord(char) > 0x9F for char in shown)
    assert not any(0x202A <= ord(char) <= 0x202E or 0xD800 <= ord(char) < 0xE000 for char in shown)
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\rb", "a\\x0db"),
        ("\u202e", "\\u202e"),
        ("한글 ok\n", "한글 ok\n"),
    ],
)
def test_control_characters_are_shown(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text(alphabet="ab 서버", max_size=60), st.integers(2, 30))
def test_cut_fits(text: str, width: int) -> None:
    assert columns(cut(text, width)) <= width


@given(
    st.lists(st.text(alphabet="ab서버", min_size=1, max_size=5), max_size=20), st.integers(20, 60)
)
def test_wrap_keeps_words_and_fits(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width, "  ").split("\n")
    assert " ".join(lines).split() == words
    assert all(columns(line) <= width for line in lines)


def test_pad_counts_columns() -> None:
    assert pad("서버", 6) == "서버  "


def test_no_colours_no_codes() -> None:
    assert Look().paint("a", "red", "bold") == "a"
    assert Look("en", True).paint("a", "red", "bold") == "\x1b[31;1ma\x1b[0m"


def test_states_and_reasons_are_put_in_words() -> None:
    look = Look("ko")
    assert "승인 대기" in look.say("change.transition", state="awaiting_approval", event="run")
    said = look.say("undo.impossible", id="0abc", reason="undo.nothing")
    assert "undo.nothing" not in said
    assert look.say("cli.file_unreadable", path="a", why="b", reason="plain words", state="other")
