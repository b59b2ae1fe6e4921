"""What an exact message states: one official type, ``key=value`` pairs, a name, a namespace.

Called by ``exact``. A message is exact when nothing in it needs to be understood: the type is
written as its documentation writes it, every value stands behind its key, and what is left are
words that only ask for it. Anything else, be it one word, and it states nothing.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kiki.model.trees import Path, path_of
from kiki.understand.lexer import Sense, Word

_KEY = r'[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[\d+\]|\["[^"\n]*"\])*'
_PAIR = re.compile(
    rf"(?<![^\s,(])(?P<key>{_KEY})="
    r"(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'|(?P<plain>[^\s\"'가-힣][^\s\"가-힣]*))"
)
_ENDS = ",.;!)"
_NAME = r"(?P<value>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?![A-Za-z0-9])"
_NAMED = (
    re.compile(rf"(?<![A-Za-z])(?:named|called)\s+{_NAME}"),
    re.compile(rf"(?<![A-Za-z0-9._-]){_NAME}(?:이라는|라는|이란|란)(?:\s+이름(?:의|으로|을)?)?"),
    re.compile(rf"(?<![가-힣])이름(?:은|을|이)?\s+{_NAME}(?:으로|로|인|이고|이며)?"),
)
_PLACED = (
    re.compile(rf"(?<![A-Za-z])in(?:to)?\s+(?:the\s+)?namespace\s+{_NAME}"),
    re.compile(rf"(?<![A-Za-z])in(?:to)?\s+(?:the\s+)?{_NAME}\s+namespace(?![A-Za-z])"),
    re.compile(rf"(?<![A-Za-z0-9._-]){_NAME}\s*네임스페이스(?:에서|에다|에|의|로)?(?![가-힣])"),
)
_BESIDE = re.compile(r"\s+(?P<value>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?![A-Za-z0-9._=:/-])")
# What types and their values are called, in general. A Korean one may have a particle after it.
_GENERAL = re.compile(
    r"(?<![A-Za-z])(?:modules?|arguments?|args?|parameters?|params?|options?|values?|fields?|"
    r"propert(?:y|ies)|kind|type|resource|object|apply|via)(?![A-Za-z])"
    r"|(?<![가-힣])(?:모듈|인자|인수|옵션|값|필드|속성|종류|타입|리소스|오브젝트|객체|파라미터)"
    r"(?:으로|로|은|는|이|가|을|를|의|에)?(?![가-힣])"
)
_MAKING = frozenset((
    "create", "add", "write", "put", "set", "deploy", "use", "have", "build", "run", "start",
    "allow", "want",
))  # fmt: skip
_NEUTRAL = frozenset(("set", "use", "run", "start", "want"))
_VERBS = ("verb", "vnoun", "vform")
_FORMS = frozenset(("", "base", "gerund", "inf", "final", "conn", "so", "must"))
_JOINING = {
    "det": None, "and": None, "sep": None, "fill": None, "ha": None, "aux": None, "req": None,
    "prep": frozenset(("with", "inst", "cop", "of", "name", "for")),
    "part": frozenset(("plain", "obj", "subj", "topic", "inst", "of", "name", "cop", "for")),
}  # fmt: skip


class Pair(NamedTuple):
    """``key=value`` from *start* to *end*; the value begins at *at*."""

    path: Path
    text: str
    start: int
    at: int
    end: int


class Head(NamedTuple):
    """A name, and where it stands; *whole* is the place of all the words that say it."""

    text: str
    start: int
    end: int
    whole: tuple[int, int]


def pairs(message: str) -> tuple[Pair, ...] | None:
    """Every pair; None when a key stands twice or is no path."""
    found = tuple(_pair(match) for match in _PAIR.finditer(message))
    known = [one.path for one in found if one is not None]
    if len(known) < len(found) or len(set(known)) < len(known):
        return None
    return tuple(one for one in found if one is not None)


def _pair(match: re.Match[str]) -> Pair | None:
    group = match.lastgroup or "plain"
    text = match[group]
    end = match.end()
    if group == "plain":
        text = text.rstrip(_ENDS)
        end = match.start(group) + len(text)
    try:
        path = path_of(match["key"])
    except ValueError:
        return None
    return Pair(path, text, match.start(), match.start(group), end) if text else None


def heads(text: str, beside: int | None) -> tuple[Head | None, Head | None] | None:
    """The name and the namespace in *text*; a name may stand right behind the type, at *beside*,
    if that is given. None when one of them is said twice."""
    names = list(_heads(text, _NAMED))
    spaces = list(_heads(text, _PLACED))
    if len(names) > 1 or len(spaces) > 1:
        return None
    if not names and beside is not None:
        taken = spaces[0].whole if spaces else (0, 0)
        names = [one for one in _right_behind(text, beside) if not _meet(one.whole, taken)]
    return (names[0] if names else None, spaces[0] if spaces else None)


def _heads(text: str, patterns: tuple[re.Pattern[str], ...]) -> Iterator[Head]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield Head(match["value"], *match.span("value"), match.span())


def _right_behind(text: str, beside: int) -> Iterator[Head]:
    match = _BESIDE.match(text, beside)
    if match and not _GENERAL.fullmatch(match["value"]):
        yield Head(match["value"], *match.span("value"), match.span())


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def asks_only(
    words: Iterable[Word],
    covered: list[tuple[int, int]],
    text: str,
    nouns: frozenset[str],
    removes: bool,
) -> bool:
    """Whether every word outside of *covered* only asks for what is stated, with a verb that does.
    *nouns* are what the target is called; *removes*: one of the values takes something away."""
    general = [match.span() for match in _GENERAL.finditer(text)]
    asked = acted = False
    for word in words:
        place = (word.start, word.end)
        if word.sort == "output" or any(s <= place[0] and place[1] <= e for s, e in covered):
            acted = False
            continue
        verbs = {sense.entry.id for sense in _verbs(word)}
        if acted and word.has("aux"):
            verbs = set()  # "설정해 **주세요**" grants nothing
        acted = bool(verbs) or word.has("ha")
        if verbs:
            if not _may(verbs, removes):
                return False
            asked = True
        elif not any(_meet(place, one) for one in general) and not _joins(word, nouns):
            return False
    return asked


def _verbs(word: Word) -> list[Sense]:
    found = [one for one in word.senses if one.entry.cls in _VERBS and one.length == 1]
    return [one for one in found if one.entry.form in _FORMS]


def _may(verbs: set[str], removes: bool) -> bool:
    """Whether one of *verbs* can be meant: what takes something away is not made."""
    return bool(verbs & (_NEUTRAL | {"remove", "uninstall", "disable"} if removes else _MAKING))


def _joins(word: Word, nouns: frozenset[str]) -> bool:
    """Whether a word only joins others, or names the target."""
    return any(_is_joining(sense, nouns) for sense in word.senses)


def _is_joining(sense: Sense, nouns: frozenset[str]) -> bool:
    entry = sense.entry
    if entry.cls == "noun":
        return entry.id in nouns
    if entry.cls == "num":
        return entry.form == "1"
    if entry.cls not in _JOINING or (entry.cls in ("ha", "aux") and entry.form not in _FORMS):
        return False
    ids = _JOINING[entry.cls]
    return ids is None or entry.id in ids
