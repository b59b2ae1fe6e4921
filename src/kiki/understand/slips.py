"""Reads a message whose words have slips of the hand: "isntall nginx", "/opt/x 디랙토리 만들어줘".

Called by ``tries`` when the rules read nothing. Only words of the lexicon (nouns and verbs) are
put for what was typed, never a name, nothing that removes, and only if exactly one way to do so
makes a whole reading, or asks which name was meant ("restrat mariabd"). What was read is then told
in the places of the message as it was typed, and each slip is an assumption.
"""

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations, product

import msgspec

from kiki.model.intent import Assumption, Reading, Source, Token
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.nearness import one_slip

LETTERS = 5  # shorter words are one letter apart from too many others
FEWEST = 4  # letters of a word of which two are swapped: "opne", "prot"
SYLLABLES = 3
SURE_LETTERS = 6  # from here on another letter may stand in a word's place
MOST_WORDS = 3
MOST_WAYS = 8
_NEAR = "question.near"  # a name has a slip, too: it is asked for, never mended
_DOMAIN = ("noun", "verb", "vnoun", "vform")
_DESTROYS = frozenset(("remove", "uninstall", "rm", "rmr", "blow"))


class Mend(msgspec.Struct, frozen=True):
    """What was meant by the text from *start* to *end* of the message."""

    start: int
    end: int
    meant: str


def mended(
    message: str,
    words: tuple[Word, ...],
    lexicon: Lexicon,
    read: Callable[[str], Reading],
) -> Reading | None:
    """The one reading of *message* with as few slips as possible mended, or None."""
    choices = [found for word in words if (found := list(_mends(word, lexicon)))]
    if not 0 < len(choices) <= MOST_WORDS:
        return None
    for count in range(1, len(choices) + 1):
        ways = [way for some in combinations(choices, count) for way in product(*some)]
        readings = [(way, read(_put(message, way))) for way in ways[: MOST_WAYS + 1]]
        whole = [(way, reading) for way, reading in readings if reading.intent is not None]
        if len(whole) == 1 and len(ways) <= MOST_WAYS:
            return _told(message, *whole[0])
        if whole:
            return None
        asked = [one for one in readings if one[1].question and one[1].question.code == _NEAR]
        if len(asked) == 1 and len(ways) <= MOST_WAYS:
            return _asked(message, *asked[0])
    return None


def meant_by(text: str, lexicon: Lexicon) -> str:
    """The noun of ours that a Latin *text*, taken for a name, is a slip away from; or nothing."""
    text = text.lower()
    if not text.isascii() or not text.isalpha() or len(text) < LETTERS or _real(text, lexicon):
        return ""
    near = (word for word in _index()[0].get(text[0], ()) if _letters(text, word))
    near = (word for word in near if text != f"{word}s")  # several of them: "interns"
    nouns = (word for word in near if any(e.cls == "noun" for e in lexicon.words[word]))
    return next(nouns, "")


def _mends(word: Word, lexicon: Lexicon) -> Iterator[Mend]:
    """What the typed *word* may have been meant to be."""
    if word.senses:
        return
    text = word.text.lower()
    if word.sort == "hangul":
        yield from _korean(word, text)
    elif (
        word.sort == "ascii" and text.isalpha() and len(text) >= FEWEST and not _real(text, lexicon)
    ):
        for near in _index()[0].get(text[0], ()):
            if _letters(text, near):
                yield Mend(word.start, word.end, near)


def _real(text: str, lexicon: Lexicon) -> bool:
    """Whether *text* is a word or a name that there is."""
    return text in lexicon.common or text in lexicon.packages or text in lexicon.products


def _letters(text: str, near: str) -> bool:
    swapped = sorted(text) == sorted(near)
    other = len(text) == len(near) and not swapped
    short = min(len(text), len(near)) < LETTERS and not swapped
    return one_slip(text, near) and not short and not (other and len(text) < SURE_LETTERS)


def _korean(word: Word, text: str) -> Iterator[Mend]:
    """The longest beginning of a run that is near a word; particles may follow."""
    for length in range(len(text), SYLLABLES - 1, -1):
        jamo = unicodedata.normalize("NFD", text[:length])
        near = [w for key, w in _index()[1].get(text[0], ()) if one_slip(jamo, key)]
        yield from (Mend(word.start, word.start + length, surface) for surface in near)
        if near:
            return


@cache
def _index() -> tuple[dict[str, list[str]], dict[str, list[tuple[str, str]]]]:
    """The words that may have been meant, by their first letter or syllable."""
    from kiki.understand.lexicon import lexicon  # noqa: PLC0415 -- once, when the first slip comes

    ascii_words: dict[str, list[str]] = {}
    korean: dict[str, list[tuple[str, str]]] = {}
    for surface, entries in lexicon().words.items():
        meant = [e for e in entries if e.cls in _DOMAIN]
        if not meant or any(e.id in _DESTROYS for e in meant):
            continue
        if surface.isascii() and len(surface) >= FEWEST and surface.isalpha():
            ascii_words.setdefault(surface[0], []).append(surface)
        elif not surface.isascii() and len(surface) >= SYLLABLES:
            key = unicodedata.normalize("NFD", surface)
            korean.setdefault(surface[0], []).append((key, surface))
    return ascii_words, korean


def _put(message: str, way: tuple[Mend, ...]) -> str:
    for mend in sorted(way, key=lambda one: -one.start):
        message = message[: mend.start] + mend.meant + message[mend.end :]
    return message


def _told(message: str, way: tuple[Mend, ...], reading: Reading) -> Reading:
    """*reading* in the places of *message*, with what was mended among its assumptions."""
    assert reading.intent is not None
    back = _Back(tuple(sorted(way, key=lambda one: one.start)))
    operations = tuple(
        msgspec.structs.replace(
            operation,
            sources={name: back.source(source) for name, source in operation.sources.items()},
        )
        for operation in reading.intent.operations
    )
    notes = tuple(
        Assumption(
            code="assumption.slip",
            params={"given": message[mend.start : mend.end], "value": mend.meant},
        )
        for mend in way
    )
    intent = msgspec.structs.replace(
        reading.intent,
        operations=operations,
        assumptions=(*notes, *reading.intent.assumptions),
    )
    tokens = tuple(back.token(message, token) for token in reading.tokens)
    return msgspec.structs.replace(reading, intent=intent, tokens=tokens)


def _asked(message: str, way: tuple[Mend, ...], reading: Reading) -> Reading:
    """The question of *reading* about a name, in the places of *message*."""
    assert reading.question is not None
    back = _Back(tuple(sorted(way, key=lambda one: one.start)))
    start, end = reading.question.start, reading.question.end
    if start >= 0:
        start, end = back.place(start, end=False), back.place(end, end=True)
    question = msgspec.structs.replace(reading.question, start=start, end=end)
    tokens = tuple(back.token(message, token) for token in reading.tokens)
    return msgspec.structs.replace(reading, question=question, tokens=tokens)


class _Back:
    """From places in the mended message to those in the message as it was typed."""

    def __init__(self, way: tuple[Mend, ...]) -> None:
        self.way = way

    def place(self, place: int, *, end: bool) -> int:
        """Where *place* is in the typed message; within a mended word, its start or *end*."""
        shift = 0
        for mend in self.way:
            first = mend.start + shift
            last = first + len(mend.meant)
            if place <= first:
                break
            if place < last:
                return mend.end if end else mend.start
            shift += len(mend.meant) - (mend.end - mend.start)
        return place - shift

    def source(self, source: Source) -> Source:
        if source.start < 0:
            return source
        return msgspec.structs.replace(
            source,
            start=self.place(source.start, end=False),
            end=self.place(source.end, end=True),
        )

    def token(self, message: str, token: Token) -> Token:
        start = self.place(token.start, end=False)
        end = self.place(token.end, end=True)
        return msgspec.structs.replace(token, start=start, end=end, text=message[start:end])
