"""Reads what is asked about what there is: "demo에 파드 뭐 있어?", "what pods are there in demo?".

Called by ``tries`` when the rules alone refuse. The words of the question are a closed list;
they are taken for "show", the rest is read as what is to be shown, all of it and by kinds that only
look. Who asks why, when or whether to ("왜", "should we") wants more than a look at it, and is
refused as before.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from kiki.model.intent import Reading, Token
from kiki.model.vocabulary import Vocabulary
from kiki.understand.blanks import blanked

_END = r"[\s?？.!~]*$"
_ANY = r"(?:any\s+(?:of\s+the\s+)?|an?\s+|the\s+)?"
_WISH = r"(?:i|we)(?:['’]d|\s+would)?\s+(?:want|like|need)\s+to\s+"
_YOU = r"(?:(?:can|could|would)\s+you\s+)?(?:please\s+)?"
_TELL = rf"(?:{_YOU}tell\s+me\s+|do\s+you\s+know\s+|{_WISH}know\s+)"
_ENGLISH = re.compile(
    r"^\s*(?:(?:so|ok|okay|and|hey|hi|please)[,\s]+)?(?:"
    rf"{_TELL}?(?:what(?:['’]s|\s+(?:is|are))(?:\s+in)?(?=\s+the\s)|(?:what(?!\s+(?:is|are|was|were)\s)|which|how\s+many)(?=\s))"
    rf"|{_TELL}?(?:if\s+|whether\s+)?(?:(?:are|is)\s+there|do\s+(?:we|you)\s+have|have\s+we\s+got)\s+{_ANY}"
    r"|any(?=\s[^?]*\?)"
    rf"|{_WISH}(?:see|look\s+at|check|view)(?=\s)"
    r"|let\s+me\s+(?:see|look\s+at)(?=\s))",
    re.IGNORECASE,
)
_BEING = re.compile(
    r"(?<=\s)(?:(?:are|is)(?:\s+(?:there|running|available|up|deployed|defined|present|currently))*"
    r"|there\s+(?:are|is)|(?:do\s+)?(?:we|you|i)\s+have|have\s+we(?:\s+got)?|exists?)(?=[\s?.!]|$)",
    re.IGNORECASE,
)
_WHAT = (
    r"(?:뭐|뭐가|뭣이|무엇이|무엇|뭔가|어떤\s*게|어떤\s*것(?:들)?이"
    r"|몇\s*(?:개|대|명|건)(?:나|가|씩)?)"
)
_IS = (
    r"(?:(?:떠|돌아가고|돌고|올라와|살아|실행되고|만들어져|남아)\s*)?"
    r"있(?:어|나|냐|니|지|죠|는지|을까|습니까|는가|는지요)(?:요)?"
)
_COUNT = r"몇\s*(?:개|대|명|건)\s*(?:야|이야|에요|이에요|예요|인가요?|입니까|이지|지|죠|이죠|인지)"
_HOW = r"어(?:때(?:요)?|떤가요?|떻습니까|떤지|떻게\s*(?:돼|되나요|되지|됩니까|되는지)(?:요)?)"
_GIVE = r"(?:줘|줘요|주세요|주십시오|줄래|줄래요|주실래요|줄\s*수\s*있어)"
_PLEASE = rf"(?:\s*(?:좀\s*)?(?:알려|말해|보여)\s*{_GIVE})"
_KOREAN = re.compile(
    rf"\s*(?P<asks>{_WHAT}\s*{_IS}{_PLEASE}?|(?:{_COUNT}|{_HOW}){_PLEASE}?|{_IS}(?:{_PLEASE}|(?=\s*[?？]))"
    rf"|(?:좀\s*)?(?:알려|말해)\s*{_GIVE}){_END}"
)
_WHICH = re.compile(r"(?:(?<=\s)|^)(?:어떤|무슨)(?=\s)")
_THERE = re.compile(rf"\s*(?P<asks>{_IS}){_END}")
_PARTICLE = re.compile(r"(?<=[가-힣a-zA-Z0-9])(?:이|가|은|는)$")
_PLACE = "question.place"
_SHOW = {"ko": "보여", "en": "show"}
_SHORTER = "get"  # in the place of "any"


class _Inquiry(NamedTuple):
    """The *text* in which the words of a question are "show", and their *places* in the message."""

    text: str
    places: tuple[tuple[int, int], ...]


def inquired(
    message: str, vocabulary: Vocabulary, again: Callable[[str], Reading]
) -> Reading | None:
    """The reading of the question *message* as a look at what it asks about; None if it is none,
    or asks for something else."""
    for inquiry in _inquiries(message):
        reading = again(inquiry.text)
        if _only_looks(reading, vocabulary):
            return replace(reading, tokens=tuple(_tokens(reading, message, inquiry.places)))
    return None


def _only_looks(reading: Reading, vocabulary: Vocabulary) -> bool:
    looks = frozenset(kind.id for kind in vocabulary.kinds if kind.reads)
    if reading.intent is not None:
        return all(operation.kind in looks for operation in reading.intent.operations)
    asked = reading.question
    return asked is not None and asked.code == _PLACE and asked.params.get("kind") in looks


def _inquiries(message: str) -> Iterator[_Inquiry]:
    """The ways to take *message* for a question, the likelier first."""
    korean = _KOREAN.search(message) or (_WHICH.search(message) and _THERE.search(message))
    english = _ENGLISH.match(message)
    if korean and korean.start():
        yield from _korean(message, korean)
    elif english is not None:
        yield from _english(message, english)


def _korean(message: str, found: re.Match[str]) -> Iterator[_Inquiry]:
    asks = found.start("asks"), len(message)
    which = [match.span() for match in _WHICH.finditer(message[: found.start()])]
    yield _inquiry(message, "ko", asks, which)
    particle = _PARTICLE.search(message[: found.start()])
    if particle is not None:
        yield _inquiry(message, "ko", asks, [*which, particle.span()])


def _english(message: str, found: re.Match[str]) -> Iterator[_Inquiry]:
    end = re.search(_END, message)
    assert end is not None
    beings = [match.span() for match in _BEING.finditer(message, found.end())]
    yield _inquiry(message, "en", found.span(), [*beings[:1], end.span()])


def _inquiry(
    message: str, language: str, asks: tuple[int, int], others: list[tuple[int, int]]
) -> _Inquiry:
    """*asks* is at least as long as the verb that stands for it."""
    verb = _SHOW[language]
    if language == "en" and asks[1] - asks[0] < len(verb):
        verb = _SHORTER
    rest = blanked(message, (asks, *others))
    text = rest[: asks[0]] + verb + rest[asks[0] + len(verb) :]
    return _Inquiry(text, (asks, *others))


def _tokens(reading: Reading, message: str, places: tuple[tuple[int, int], ...]) -> Iterator[Token]:
    """The tokens of *reading*; the words of the question are one each, the verb."""
    asked = next(token.role for token in reading.tokens if token.start == places[0][0])
    made = [token for token in reading.tokens if not _within(token, places)]
    for start, end in places:
        text = message[start:end]
        at = start + len(text) - len(text.lstrip())
        if text.strip():
            made.append(Token(text=text.strip(), start=at, end=at + len(text.strip()), role=asked))
    yield from sorted(made, key=lambda token: token.start)


def _within(token: Token, places: tuple[tuple[int, int], ...]) -> bool:
    return any(start <= token.start and token.end <= end for start, end in places)
