"""What of a message may become a value, wherever in a tree: its pieces, each with its place.

Called by ``prompting``, which offers them, and by ``answering``, which accepts nothing else. Finer
than a curated field's values, as nobody knows the field yet: ``app=web`` is two pieces, and the 20
of ``20GB`` is a number of gigabytes and of nothing else.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from kiki.understand.grounding import Said
from kiki.understand.lexer import Word

_GRAMMAR = frozenset((
    "verb", "all", "aux", "req", "det", "prep", "and", "sep", "neg", "that", "pronoun", "there",
))  # fmt: skip
_WITH_UNIT = re.compile(r"(\d{1,12})([A-Za-z%]+)")
_KOREAN_SIZE = re.compile(r"(\d{1,12}) ?([가-힣]+)")  # one word of the lexer, whose value is "20Gi"
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_AND_PROTOCOL = re.compile(r"(\d{1,5})/([A-Za-z]+)")
_CRON = re.compile(r"(?<!\S)(?:[\d*/,-]+ ){4}[\d*/,-]+(?!\S)")
_PUBLIC_KEY = re.compile(r"(?<!\S)(?:ssh-[a-z0-9-]+|ecdsa-\S+|sk-\S+) [A-Za-z0-9+/=]+(?: \S+)?")
# Units that may stand apart from their number; "hour 3 minute 15" has none.
_APART = re.compile(
    r"(?:[kmgtp]i?b|[kmgtp]i|%|percent|bytes|seconds|minutes|hours|days|weeks|months|"
    r"기가|메가|테라|킬로|기가바이트|메가바이트|테라바이트|퍼센트|바이트)",
    re.IGNORECASE,
)


class Piece(NamedTuple):
    """*text* as it was said, without quotes, from *start* to *end*. *number* is its value if it is
    one, in *unit*; *word* is the number of the first word in it. Of ``app=web`` one is the ``key``
    and one the ``value``, which *side* says."""

    text: str
    start: int
    end: int
    word: int
    number: int | None = None
    unit: str = ""
    secret: bool = False
    side: Literal["", "key", "value"] = ""


def pieces(said: Said) -> tuple[Piece, ...]:
    """All pieces, by place; those of one place from the longest on."""
    whole = [*_matching(said, _CRON), *_matching(said, _PUBLIC_KEY)]
    found = [*whole, *(one for index in range(len(said.words)) for one in _of_word(said, index))]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.start, -one.end)))


def _matching(said: Said, wanted: re.Pattern[str]) -> Iterator[Piece]:
    quoted = [(word.start, word.end) for word in said.words if word.sort == "quoted"]
    for match in wanted.finditer(said.message):
        if not any(start < match.end() and match.start() < end for start, end in quoted):
            first = next((i for i, w in enumerate(said.words) if w.end > match.start()), 0)
            yield Piece(match[0], match.start(), match.end(), first)


def _of_word(said: Said, index: int) -> Iterator[Piece]:
    word = said.words[index]
    if word.sort == "quoted":
        start, end = word.inside()
        yield Piece(said.message[start:end], word.start, word.end, index)
    elif word.sort == "secret":
        yield Piece(word.text, word.start, word.end, index, secret=True)
    elif word.sort == "number":
        yield _number(said, word, index)
    elif word.sort == "ascii" and (size := _KOREAN_SIZE.fullmatch(word.text)):
        yield Piece(word.value, word.start, word.end, index)
        yield Piece(size[1], word.start, word.end, index, int(size[1]), size[2])
    elif word.sort == "ascii" and not _is_grammar(word):
        text = word.value or word.text
        yield Piece(text, word.start, word.start + len(text), index)
        yield from _parts(text, word.start, index)


def _is_grammar(word: Word) -> bool:
    """Whether a word only joins others, or says what to do."""
    classes = {sense.entry.cls for sense in word.senses if sense.length == 1}
    return bool(classes & _GRAMMAR)


def _number(said: Said, word: Word, index: int) -> Piece:
    """A number with the unit that stands after it. Joined to a word that nobody knows, it is a
    number of whatever that is."""
    after = said.words[index + 1] if index + 1 < len(said.words) else None
    number = int(word.text) if word.text.isdecimal() and len(word.text) <= 12 else None
    if after is not None:
        joined = after.start == word.end and not after.senses and after.sort in ("hangul", "ascii")
        if joined or _APART.fullmatch(after.text):
            return Piece(word.text, word.start, after.end, index, number, after.text.lower())
    return Piece(word.text, word.start, word.end, index, number)


def _parts(text: str, start: int, index: int) -> Iterator[Piece]:
    """What one run of letters and signs says: ``app=web``, ``03:00``, ``80/TCP``, ``20GB``."""
    if match := _WITH_UNIT.fullmatch(text):
        yield Piece(match[1], start, start + len(text), index, int(match[1]), match[2].lower())
        return
    pairs = _TIME.fullmatch(text) or _AND_PROTOCOL.fullmatch(text)
    if pairs:
        for group in (1, 2):
            part = pairs[group]
            number = int(part) if part.isdecimal() else None
            yield Piece(part, start + pairs.start(group), start + pairs.end(group), index, number)
        return
    key, sign, value = text.partition("=")
    if sign and key and value:
        behind = start + len(key) + 1
        yield Piece(key, start, start + len(key), index, side="key")
        number = int(value) if value.isdecimal() and len(value) <= 12 else None
        yield Piece(value, behind, behind + len(value), index, number, side="value")
