"""Phrases that overlap are chosen among, and none is looked for in quotes."""

from kiki.understand.longest import longest, unquoted


def test_the_first_wins_and_the_longer_of_two_at_one_place() -> None:
    found = [(5, 9, "b=2"), (0, 4, "a=1"), (0, 6, "a=long"), (6, 8, "c=3")]
    assert longest(found) == ((0, 6, "a=long"), (6, 8, "c=3"))


def test_what_is_quoted_is_blanked_and_keeps_its_length() -> None:
    message = 'say "app=db" to pods'
    blank = unquoted(message)
    assert len(blank) == len(message)
    assert "app=db" not in blank
    assert blank.endswith(" to pods")
