"""The values that a message holds, for a model to choose from.

Called by ``model``. A model can name nothing else: each candidate has its place in the message.
"""

from typing import Any

import msgspec

from kiki.model.vocabulary import FieldSpec
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.shapes import UnfitError, item_of

_NUMBERS = ("port", "integer")


class Candidate(msgspec.Struct, frozen=True):
    """A value at a place. *must*: it is a name, number or text, so a reading may not leave it
    out; a word of the language may have done its part already. *says* is the id of a word."""

    value: Any
    text: str
    start: int
    end: int
    must: bool = True
    says: str = ""


def candidates(words: tuple[Word, ...], lexicon: Lexicon) -> tuple[Candidate, ...]:
    """Every value in the message, by place."""
    found: list[Candidate] = []
    for index, word in enumerate(words):
        found += _of_word(word, lexicon)
        found += _of_senses(index, words)
    return tuple(found)


def _of_word(word: Word, lexicon: Lexicon) -> list[Candidate]:
    if not word.value:
        return []
    if word.sort == "number":
        return [Candidate(int(word.value), word.text, word.start, word.end)]
    known = any(sense.entry.cls != "piece" for sense in word.senses)
    product = lexicon.products.get(word.value.lower(), "") if word.sort == "ascii" else ""
    values = dict.fromkeys((word.value, product or word.value))
    return [Candidate(value, word.text, word.start, word.end, must=not known) for value in values]


def _of_senses(index: int, words: tuple[Word, ...]) -> list[Candidate]:
    """What words of the lexicon stand for: 세 is 3, 엔진엑스 is nginx, NodePort is itself."""
    found = []
    for sense in words[index].senses:
        first, last = words[index], words[index + sense.length - 1]
        place = (first.text, first.start, last.end)
        if sense.entry.cls == "num":
            found.append(Candidate(int(sense.entry.form), *place, must=False))
        elif sense.entry.cls == "product":
            found.append(Candidate(sense.entry.id, *place))
        elif sense.entry.cls == "noun":
            found.append(Candidate(sense.entry.id, *place, must=False, says=sense.entry.id))
    return found


def fitting(field: FieldSpec, said: tuple[Candidate, ...]) -> list[Candidate]:
    """The candidates that can be a value of *field*."""
    return [made for one in said if (made := _fit(field, one)) is not None]


def _fit(field: FieldSpec, one: Candidate) -> Candidate | None:
    if one.says:
        value = field.says.get(one.says)
        return msgspec.structs.replace(one, value=value) if value is not None else None
    if field.shape in _NUMBERS:
        return one if isinstance(one.value, int) else None
    if field.shape == "switch":
        return None
    try:
        item_of(field, str(one.value))
    except UnfitError:
        return None
    return one if field.shape == "portspec" or not isinstance(one.value, int) else None
