"""Puts a name for what only points back to it: "그 계정 소유로", "owned by that user".

Called by ``rules`` before clauses are cut. Only an account that the message names, and names alone,
is meant; with two of them nothing is put, and the words stay unread.
"""

import re
from collections.abc import Iterator

import msgspec

from kiki.understand.lexer import Sense, Word
from kiki.understand.lexicon import Entry

_USER = "user"
_OWNER = "owner"
_POINTS = frozenset(("그", "해당", "이", "위", "that", "this", "same"))
_BETWEEN = ("part", "fill", "det", "and")
_SYSTEM = "system"
_POSSESSIVE = re.compile(r"([A-Za-z][\w.-]*)['’]s")
_MADE = (["server"], ["user"], ["namespace"])
_FILL = Sense(Entry("fill"))
_AHEAD = 5  # words from a number to what it counts: "two more cirros VMs"
_NEAR = 3  # words between a name and its noun: "appsvc를 시스템 계정으로"


def resolved(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """*words* with the name of the one account that was named where another word points to it."""
    words = tuple(_owned(words, index) for index in range(len(words)))
    places = [index for index in range(len(words) - 1) if _points(words, index)]
    if len(places) != 1:
        return words
    index = places[0]
    named = {words[place].value for place in _named(words, index)}
    if len(named) != 1:
        return words
    first, last = words[index], words[index + 1]
    text = first.text + " " * (last.start - first.end) + last.text
    name = Word(text, first.start, last.end, "ascii", value=named.pop(), glued=first.glued)
    return (*words[:index], name, *words[index + 2 :])


def _owned(words: tuple[Word, ...], index: int) -> Word:
    """The word at *index*: kim in "kim's account"; "two more servers" are two."""
    word, after = words[index], words[index + 1 : index + 2]
    if word.text.lower() == "more" and index and _counts(words, index):
        return msgspec.structs.replace(word, senses=(*word.senses, _FILL))
    name = _POSSESSIVE.fullmatch(word.text)
    if not name or word.senses or not after or not after[0].has("noun", _USER):
        return word
    return msgspec.structs.replace(word, value=name[1])


def _counts(words: tuple[Word, ...], index: int) -> bool:
    """Whether "two more" counts things that are made, and no part of one that is there: "two more
    replicas" may be five."""
    counted = words[index - 1].sort == "number" or words[index - 1].has("num")
    following = (s for word in words[index + 1 : index + _AHEAD] for s in word.senses)
    nouns = [s.entry.id for s in following if s.entry.cls == "noun"]
    return counted and nouns[:1] in _MADE


def _points(words: tuple[Word, ...], index: int) -> bool:
    """Whether "그 계정" stands at *index*, as an owner or as who is given something."""
    if words[index].text.lower() not in _POINTS or not words[index + 1].has("noun", _USER):
        return False
    after = words[index + 2] if index + 2 < len(words) else None
    before = words[index - 1] if index else None
    owns = after is not None and after.has("noun", _OWNER)
    owns = owns or (after is not None and (after.has("part", "loc") or after.has("part", "to")))
    return owns or (before is not None and before.text.lower() == "by")


def _named(words: tuple[Word, ...], end: int) -> Iterator[int]:
    """The places of the names before *end* that stand beside the noun of an account."""
    for index, word in enumerate(words[:end]):
        if word.has("noun", _USER):
            yield from _beside(words, index, -1)
            yield from _beside(words, index, 1)


def _beside(words: tuple[Word, ...], index: int, step: int) -> Iterator[int]:
    """The names right before or after the noun at *index*, all of a list."""
    place, near = index + step, 0
    while 0 <= place < len(words) and near < _NEAR:
        word = words[place]
        near += 1
        if word.value and not word.senses and word.sort == "ascii":
            yield place
            near = 0
        elif not _between(word):
            return
        place += step


def _between(word: Word) -> bool:
    """Whether *word* may stand between a name and its noun."""
    ends = any(word.has(cls) for cls in ("vform", "vnoun", "ha", "sep"))
    return not ends and (any(word.has(cls) for cls in _BETWEEN) or word.has("noun", _SYSTEM))
