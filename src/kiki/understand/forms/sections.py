"""Cuts a structured message into its lines and sentences.

Called by ``reader``. A verb, a full stop, a semicolon and a new line end a section. What only
frames a form ("as follows", 아래와 같이) is left out; what says that something holds for all ("for
both", 공통) is kept as the section's total. Decides nothing about what a section says.
"""

from collections.abc import Iterator

import msgspec

from kiki.understand.lexer import Sense, Word
from kiki.understand.lexicon import Entry
from kiki.understand.parts import Split, longest

_END = (Sense(Entry("sep")),)
_TO = (Sense(Entry("prep", "to")),)
_MAPS = ("->", "=>", "→")
_DIVIDES = ("/", "|", "-", "--", "->", "=>", "→", "⇒")
_MARKS = ("(", "[", ":", "：", "=", *_DIVIDES)
_TAKEN = ("verb:", "output", "particle", "pronoun")
_FRAME = "frame"
_EACH_ITS, _SAME_AS, _SAME = "each_its", "same_as", "same"


class Section(msgspec.Struct):
    """The words of one line or sentence. *total*: of how many things it is said (``2``; ``0`` for
    any number above one), or empty. *frames* are the words left out, *ordered* whether its values
    go with the things in their order ("respectively"), *copies* whether its thing is like the one
    before ("the second one the same, called b"), *begins* whether the total stands first ("both
    m1.small"), *framed* whether words of forms were left out; *same* are the places after
    "the same"."""

    words: list[int] = []
    total: str = ""
    frames: list[int] = []
    ordered: bool = False
    copies: bool = False
    begins: bool = False
    framed: bool = False
    same: list[int] = []


def structured(words: tuple[Word, ...]) -> bool:
    """Whether anything in *words* may make a form: brackets, colons, lines, dividers, several
    sentences, or words of forms."""
    return any(
        word.text in _MARKS
        or any(sense.entry.cls == "form" for sense in word.senses)
        or (word.has("sep") and index + 1 < len(words))
        for index, word in enumerate(words)
    )


def laid_out(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """*words* with the sense that they have in a form: what divides its fields ("name: web / image:
    x", "web - rocky-9"), and values that are verbs elsewhere ("name: deploy")."""
    return tuple(_laid(words, index) for index in range(len(words)))


def _laid(words: tuple[Word, ...], index: int) -> Word:
    word = words[index]
    if _is_same(word):
        return msgspec.structs.replace(word, senses=(*word.senses, *_END), value="")
    if word.text in ("[", "]"):
        return msgspec.structs.replace(word, senses=_END, value="")
    if word.text in _MAPS and _between_numbers(words, index):
        return msgspec.structs.replace(word, senses=_TO, value="")
    if word.text in _DIVIDES and _stands_alone(words, index):
        return msgspec.structs.replace(word, senses=_END, value="")
    if index > 1 and words[index - 1].has("prep", "cop") and words[index - 2].has("noun"):
        kept = tuple(sense for sense in word.senses if sense.entry.cls not in ("verb", "vnoun"))
        return msgspec.structs.replace(word, senses=kept)  # "name: deploy"
    return word


def divides(word: Word) -> bool:
    """Whether *word* divides what the rules take for one phrase: "nginx 설치 / redis 시작"."""
    return word.text in _DIVIDES and word.has("sep")


def _is_same(word: Word) -> bool:
    """Whether *word* says, beside a property, that it is like another's: "app, same image". It is
    no part of a list then."""
    return longest(word, "form") == (_SAME, 1) and not word.length("there")


def _between_numbers(words: tuple[Word, ...], index: int) -> bool:
    """As in "80 -> 3000", which maps the first to the second."""
    around = words[max(0, index - 1) : index + 2]
    return len(around) == 3 and around[0].sort == around[2].sort == "number"


def _stands_alone(words: tuple[Word, ...], index: int) -> bool:
    """Whether a divider has something on both sides, with spaces between."""
    if index == 0 or index + 1 == len(words) or words[index].has("fill", "bullet"):
        return False
    before, after = words[index - 1], words[index + 1]
    apart = not words[index].glued and not after.glued
    return apart and before.text != "\n" and after.text != "\n"


def sections(words: tuple[Word, ...], split: Split, indices: list[int]) -> list[Section]:
    """The sections of the *words* at *indices*, none of them empty."""
    if not indices:
        return []
    found = [Section()]
    index, last, inside = indices[0], indices[-1], frozenset(indices)
    while index <= last:
        frame = _frame(words, index) if index in inside else None
        if frame is not None and words[index].length("there") > frame[1]:
            frame = None  # "the same namespace"
        role = split.roles.get(index, "")
        if role.startswith(_TAKEN):
            found.append(Section())
        elif index not in inside and not words[index].has("sep"):
            pass
        elif role.startswith("link:") and index not in split.links:
            found[-1].frames.append(index)
        elif frame is not None:
            index = _framed(words, index, frame, found)
            continue
        elif words[index].has("sep") and words[index].text not in _DIVIDES:
            found[-1].frames.append(index)
            found.append(Section())
        else:
            found[-1].words.append(index)
        index += 1
    return list(_joined(found, words))


def _frame(words: tuple[Word, ...], index: int) -> tuple[str, int] | None:
    """What the words at *index* say of a form only, and how many they are. Another wish at the end
    of a sentence ("이미지는 rocky-9로 부탁드립니다") says no more than the first."""
    wish = words[index].length("req")
    following = words[index + wish] if index + wish < len(words) else None
    if wish and (following is None or following.has("sep") or following.has("open")):
        return _FRAME, wish
    return longest(words[index], "form")


def _framed(
    words: tuple[Word, ...], index: int, frame: tuple[str, int], found: list[Section]
) -> int:
    """Leave out the words of a frame from *index* on; the index after them. After a comma, what
    holds for all begins a section: "es-1 and es-2, both m1.large"."""
    what, after = frame[0], index + frame[1]
    while after < len(words) and words[after].glued and words[after].has("part"):
        after += 1
    section = found[-1]
    goes_on = after < len(words) and not words[after].has("sep")
    if what.isdigit() and section.words and words[section.words[-1]].has("and") and goes_on:
        section = Section()
        found.append(section)
    section.frames += range(index, after)
    section.framed = True
    if what == _EACH_ITS:
        section.ordered = True
    elif what == _SAME_AS:
        section.copies = True
    elif what == _SAME:
        section.same.append(after)
        section.words += [i for i in range(index, after) if words[i].has("sep")]
    elif what != _FRAME:
        section.begins = section.begins or not section.words
        section.total = what
    return after


def _joined(found: list[Section], words: tuple[Word, ...]) -> Iterator[Section]:
    """The sections that say something, without what divides them at their ends; what only frames
    goes with the next one."""
    frames: list[int] = []
    ordered = False
    last: Section | None = None
    for section in found:
        for place in (-1, 0):
            while section.words and _at_the_edge(words[section.words[place]]):
                section.frames.append(section.words.pop(place))
        frames += section.frames
        ordered = ordered or section.ordered
        if section.words:
            section.frames, frames = frames, []
            section.ordered, ordered = ordered, False
            last = section
            yield section
        elif section.total and last is not None:
            last.total = section.total
    if last is not None:
        last.frames += frames
        last.ordered = last.ordered or ordered


def _at_the_edge(word: Word) -> bool:
    return word.has("and") or word.text in (*_DIVIDES, ":", "：", "=")
