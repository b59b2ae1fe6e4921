"""Finds what a Korean message leaves alone: "nginx는 건드리지 말고", "키페어는 넣지 말고", "홈은
그대로 두고", "키페어 없이".

Called by ``leaving``. Only the phrase right before the words that say so belongs to them, and
nothing but names, nouns and particles may stand in it.
"""

from collections.abc import Iterator

from kiki.understand.kept import Left
from kiki.understand.lexer import Word
from kiki.understand.parts import Clause, Split, separates
from kiki.understand.tails import LONGEST_NOUN

_EXCEPTS = ("빼", "제외")
_LEAVES = "leave"
_TOUCHES = "touch"
# Verbs that, declined, leave out a property ("넣지 말고"), or leave a thing where it is.
_GIVES = frozenset(("put", "add", "set", "attach", "use", "have", "create", "expose", "open"))
_TAKES = frozenset(("remove", "uninstall", "stop", "disable", "close", "blow"))
_BUT = frozenset(("단", "다만", "대신", "그리고", "절대", "절대로", "그냥", "아예", "따로", "굳이"))
_LINKS = ("plain", "obj", "topic", "also", "and", "subj")


def left_korean(words: tuple[Word, ...], split: Split) -> Iterator[Left]:
    """Each phrase of *words* that is left alone or out."""
    for clause in split.clauses:
        if (how := _how(clause)) is not None:
            verb = clause.verbs[0]
            made = _phrase(words, verb.first, verb.last, absent=how == "absent")
            if made is not None and (how != "stays" or not made.values):
                yield made
    for index, word in enumerate(words):
        if (length := word.length("lack")) and not _in_noun(words, index):
            made = _phrase(words, index, index + length, absent=True)
            if made is not None and not made.values and not _excepts(words, index, made):
                yield made


def _excepts(words: tuple[Word, ...], index: int, left: Left) -> bool:
    """As in "/srv/b 디렉터리를 빼고": the noun is that of the name before it, so that the thing
    itself is excepted, and no property of another."""
    before = words[min(left.words) - 1] if min(left.words) else None
    named = before is not None and bool(before.value) and not before.has("verb")
    return named and words[index].text.startswith(_EXCEPTS)


def _how(clause: Clause) -> str | None:
    """What *clause* says of its phrase: ``alone``, ``stays`` (nouns only), ``absent``, or
    nothing."""
    verb = clause.verbs[0].id
    if len(clause.verbs) != 1:
        return None
    if verb == _LEAVES:
        return "alone" if clause.role in ("conn", "final", "noun") else None
    if clause.role != "declined":
        return None
    if verb == _TOUCHES:
        return "alone"
    return "absent" if verb in _GIVES else "stays" if verb in _TAKES else None


def _phrase(words: tuple[Word, ...], first: int, last: int, *, absent: bool) -> Left | None:
    """The phrase that ends before *first*; None where it has no clear beginning."""
    start, index = first, first - 1
    values: list[int] = []
    nouns: list[str] = []
    named: list[int] = []
    wanted = True  # a name or noun must come next
    while index >= 0:
        word = words[index]
        if _asks(words, index):
            break  # "mysql 재시작하고 nginx는 그대로 두세요"
        if _passes(word):
            start, index, wanted = index, index - 1, wanted or _joins(word)
            continue
        if not wanted and not (nouns and word.value and not absent and not values):
            break
        noun, length = _noun(words, index)
        if noun:
            nouns.append(noun)
        elif word.value and not word.has("verb") and not absent:
            values.append(index)
        else:
            break
        named += range(index - length + 1, index + 1)
        start, index, wanted = index - length + 1, index - length, False
    if wanted or not (values or nouns) or (values and not _begins(words, start)):
        return None
    start = _past(words, start)
    after = last + (last < len(words) and words[last].has("and", "comma"))
    return Left(tuple(range(start, after)), tuple(named), tuple(values), tuple(nouns), absent)


def _passes(word: Word) -> bool:
    """Whether *word* only stands between: a particle, politeness, 단."""
    particle = any(word.has("part", link) for link in _LINKS)
    return particle or word.has("fill") or word.text in _BUT


def _asks(words: tuple[Word, ...], index: int) -> bool:
    """Whether 하고 at *index* ends a verb, and does not join two names."""
    return index > 0 and words[index].has("ha") and words[index - 1].has("vnoun")


def _joins(word: Word) -> bool:
    return word.has("part", "and")


def _noun(words: tuple[Word, ...], last: int) -> tuple[str, int]:
    """The id and the length of the longest noun that ends with the word at *last*: 홈 디렉토리 is
    one."""
    for first in range(max(0, last - LONGEST_NOUN), last + 1):
        for sense in words[first].senses:
            if sense.entry.cls == "noun" and first + sense.length == last + 1:
                return sense.entry.id, sense.length
    return "", 1


def _in_noun(words: tuple[Word, ...], index: int) -> bool:
    """Whether the word at *index* goes on with a noun of several words, which then says more than
    that something is left out: "압축 없이" turns compression off."""
    return any(
        sense.entry.cls == "noun" and first + sense.length > index
        for first in range(max(0, index - LONGEST_NOUN), index)
        for sense in words[first].senses
    )


def _begins(words: tuple[Word, ...], index: int) -> bool:
    """Whether a clause may begin at *index*: names before it would be names, too."""
    if index == 0:
        return True
    before = words[index - 1]
    ends = any(before.has(cls) for cls in ("ha", "vform", "aux", "after", "forbid", "req"))
    return separates(before) or before.text == "\n" or ends


def _past(words: tuple[Word, ...], index: int) -> int:
    """Back over 단 and the comma after it."""
    while index > 0 and (words[index - 1].text in _BUT or words[index - 1].has("fill")):
        index -= 1
    comma = index > 1 and words[index - 1].has("and", "comma")
    return index - 2 if comma and words[index - 2].text in _BUT else index
