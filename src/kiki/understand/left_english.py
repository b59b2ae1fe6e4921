"""Finds what an English message leaves alone: "leave redis alone", "don't touch chronyd", "no key
pair needed", "without a service".

Called by ``leaving``. The phrase has to be a clause of its own: something separates it from what
stands before and after.
"""

from collections.abc import Iterator

import msgspec

from kiki.understand.kept import Left
from kiki.understand.lexer import Word
from kiki.understand.parts import Split

_ENDS = (
    ("alone",), ("as", "it", "is"), ("as", "is"), ("as", "they", "are"), ("untouched",),
    ("unchanged",), ("intact",), ("in", "place"), ("where", "it", "is"), ("where", "they", "are"),
    ("in", "peace"),
)  # fmt: skip
_KEPT = (*_ENDS, ("installed",), ("on", "the", "machines"))
_TOUCH = (("don't", "touch"), ("do", "not", "touch"), ("dont", "touch"), ("never", "touch"))
_NEEDED = (("needed",), ("required",), ("necessary",), ("please",), ("for", "now"), ("yet",))
_WHOSE = frozenset(("the", "its", "his", "her", "their", "a", "an", "any", "extra", "additional"))
_BEFORE = frozenset(("but", "and", "please", ",", "just", "so", "-"))
_JOINS = frozenset(("and", "or", ","))


def left_english(words: tuple[Word, ...], _: Split) -> Iterator[Left]:
    """Each clause of *words* that leaves something alone or out."""
    index = 0
    while index < len(words):
        made = _at(words, index) if _begins(words, index) else None
        if made is not None:
            yield made
        index = made.words[-1] + 1 if made is not None else index + 1


def _at(words: tuple[Word, ...], index: int) -> Left | None:
    text = words[index].text.lower()
    if text == "leave":
        return _clause(words, index, index + 1, _ENDS, absent=False)
    if text == "keep":
        return _clause(words, index, index + 1, _KEPT, absent=False)
    for touch in _TOUCH:
        if _stands(words, index, touch):
            return _clause(words, index, index + len(touch), ((),), absent=False)
    if text == "not" and index and words[index - 1].text.lower() == "but":
        return _clause(words, index, index + 1, ((),), absent=False)  # "open 80 but not 8080"
    if text in ("no", "without"):
        return _clause(words, index, index + 1, (*_NEEDED, ()), absent=True)
    return None


def _clause(
    words: tuple[Word, ...],
    first: int,
    start: int,
    ends: tuple[tuple[str, ...], ...],
    *,
    absent: bool,
) -> Left | None:
    """The things from *start* on, up to one of *ends*, with which the clause has to be over."""
    things, index = _Things(absent), start
    while index <= len(words):
        for over in (index + len(end) for end in ends if _stands(words, index, end)):
            if things.named and _over(words, over):
                whole = _whole(words, first, over)
                return things.left(whole)
        after = things.take(words, index)
        if after == index:
            break
        index = after
    return None


class _Things(msgspec.Struct):
    """The names and nouns so far; with *absent*, nouns only."""

    absent: bool
    values: list[int] = []
    nouns: list[str] = []
    named: list[int] = []

    def take(self, words: tuple[Word, ...], index: int) -> int:
        """Take what stands at *index*: where it ends, or *index* if it can't be taken."""
        word = words[index] if index < len(words) else None
        if word is None:
            return index
        noun, length = _noun(word) or ("", 1)
        if noun:
            self.nouns.append(noun)
        elif word.text.lower() in _WHOSE | _JOINS or (self.absent and word.text.lower() == "no"):
            return index + 1
        elif word.value and not word.senses and not self.absent:
            self.values.append(index)
        else:
            return index
        self.named += range(index, index + length)
        return index + length

    def left(self, words: tuple[int, ...]) -> Left:
        """All of them, in a clause of *words*."""
        return Left(words, tuple(self.named), tuple(self.values), tuple(self.nouns), self.absent)


def _noun(word: Word) -> tuple[str, int] | None:
    found = [(s.length, s.entry.id) for s in word.senses if s.entry.cls == "noun"]
    return (max(found)[1], max(found)[0]) if found else None


def _stands(words: tuple[Word, ...], index: int, texts: tuple[str, ...]) -> bool:
    return tuple(word.text.lower() for word in words[index : index + len(texts)]) == texts


def _begins(words: tuple[Word, ...], index: int) -> bool:
    before = words[index - 1] if index else None
    return before is None or before.has("sep") or before.text.lower() in _BEFORE


def _over(words: tuple[Word, ...], index: int) -> bool:
    if index >= len(words):
        return True
    word = words[index]
    return word.has("sep") or word.text.lower() in (",", "and", "but")


def _whole(words: tuple[Word, ...], first: int, last: int) -> tuple[int, ...]:
    """The clause with what joins it to the one before; with what joins the next one if it stands
    first."""
    while first > 0 and words[first - 1].text.lower() in _BEFORE:
        first -= 1
    if first == 0:
        while last < len(words) and words[last].text.lower() in _JOINS:
            last += 1
    return tuple(range(first, last))
