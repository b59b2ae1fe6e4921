"""Reads conditions that the deed settles: "nginx 없으면 설치해줘", "start it if it's stopped".

Called by ``tries`` when the rules alone refuse. What is brought only where it is missing, or
stopped only where it runs, is what code for a state does by itself: the condition is blanked, the
rest is read, and it stands if every deed that it is about settles that condition (``settles`` in
the kind's words) for the very thing that was named, with nothing else said of it. "nginx 없으면
재시작해줘", or a condition about another thing, stays refused.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kiki.model.intent import Assumption, Intent, Operation, Reading, Token
from kiki.model.vocabulary import Vocabulary
from kiki.understand.blanks import blanked
from kiki.understand.draft import noted

# "-(으)ㄹ 때" alone is a watch for ever; "때만" is a condition.
_END = r"(?:(?:으면|다면|거든)|(?:을|는|은)\s*(?:경우(?:에)?(?:만|는)?|때(?:에)?만))"
_COPULA_END = r"(?:(?:라)?면|(?:일|ㄹ)\s*(?:경우(?:에)?(?:만|는)?|때(?:에)?만))"
_NOT_YET = r"(?:안|아직\s*안|미)\s*"
_MADE = r"(?:설치(?:가)?|생성(?:이)?|배포(?:가)?|등록(?:이)?)\s*"
_BE = r"(?:되어|돼|되|해)\s*있"
_KOREAN = {
    "missing": (
        rf"(?:{_MADE}{_BE}지\s*(?:않|안\s*){_END}|{_MADE}{_NOT_YET}{_BE}{_END}"
        rf"|{_NOT_YET}(?:깔려|깔리어|만들어져|{_MADE}(?:되어|돼))\s*있{_END}"
        rf"|(?:깔려|만들어져)\s*있지\s*않{_END}|존재하지\s*않{_END}|없{_END})"
    ),
    "present": (
        rf"(?:(?:{_MADE}(?:되어|돼)|깔려|만들어져)\s*있{_END}|존재(?:하면|한다면|할\s*경우(?:에)?)|있{_END})"
    ),
    "stopped": (
        rf"(?:(?:꺼져|멈춰|죽어|내려가|중지(?:되어|돼)|정지(?:되어|돼))\s*있{_END}"
        rf"|안\s*(?:떠|켜져|돌고|돌아가고|올라와)\s*있{_END}|(?:떠|켜져|돌고)\s*있지\s*않{_END}"
        rf"|(?:실행|동작|구동)\s*중이\s*아니{_COPULA_END})"
    ),
    "running": (
        rf"(?:(?:켜져|떠|돌고|돌아가고|살아|실행되고|동작하고|올라와)\s*있{_END}"
        rf"|(?:실행|동작|구동)\s*중이{_COPULA_END})"
    ),
    "closed": rf"(?:(?:닫혀|막혀)\s*있{_END}|안\s*열려\s*있{_END}|열려\s*있지\s*않{_END})",
    "open": rf"(?:열려\s*있{_END})",
}
_NOT = r"(?:n't|n’t|\s+not)"
_YET = r"(?:\s+(?:already|yet|currently|still))?"
_BEING = r"(?:is|are|was|were)"
_PLACED = r"(?:installed|there|present|here|available|set\s+up)"
_ENGLISH = {
    "missing": (
        rf"(?:(?:{_BEING}{_NOT}|['’](?:s|re)\s+not|not){_YET}\s+{_PLACED}{_YET}"
        rf"|do(?:es)?{_NOT}{_YET}\s+exist{_YET}|(?:(?:{_BEING}|['’](?:s|re))\s+)?(?:missing|absent))"
    ),
    "present": (
        rf"(?:(?:(?:{_BEING}|['’](?:s|re)){_YET}\s+)?{_PLACED}|(?:already\s+|still\s+)?exists?)"
    ),
    "stopped": (
        rf"(?:(?:{_BEING}{_NOT}|['’](?:s|re)\s+not|not){_YET}\s+(?:running|up|started|active)"
        rf"|(?:(?:{_BEING}|['’](?:s|re)){_YET}\s+)?(?:stopped|down|dead))"
    ),
    "running": rf"(?:(?:(?:{_BEING}|['’](?:s|re)){_YET}\s+)?(?:running|up|active))",
    "closed": rf"(?:(?:{_BEING}|['’](?:s|re)){_YET}\s+(?:closed|blocked|not\s+open))",
    "open": rf"(?:(?:{_BEING}|['’](?:s|re)){_YET}\s+open)",
}
_OPPOSITE = {
    "missing": "present", "present": "missing", "stopped": "running", "running": "stopped",
    "closed": "open", "open": "closed",
}  # fmt: skip
_IF_KOREAN = r"(?P<if>(?:만약에?|만일|혹시)\s+)"
_PARTICLE = r"(?P<part>(?:이|가|은|는|도)?)(?:\s*(?:아직|이미|혹시|만약|현재))*\s*"
_ALL_KOREAN = "|".join(f"(?P<{name}>{form})" for name, form in _KOREAN.items())
_KOREAN_CLAUSE = re.compile(rf"{_PARTICLE}(?:{_ALL_KOREAN})(?![가-힣])\s*,?")
_IF = re.compile(rf"(?<![가-힣]){_IF_KOREAN}")
_SAME = r"(?:it|they|he|she|that|this|one|none|either)"
_ALL_ENGLISH = "|".join(f"(?P<{name}>{form})" for name, form in _ENGLISH.items())
_WORD = r"(?:only\s+)?(?P<word>if|where|unless)"
_ENGLISH_CLAUSE = re.compile(
    rf"(?i),?\s*(?<![A-Za-z])(?:but\s+)?{_WORD}"
    rf"(?:\s+{_SAME}(?=['’\s])\s*|\s+)(?:{_ALL_ENGLISH})(?![A-Za-z0-9-])(?:\s*,)?"
)
_ENGLISH_FIRST = re.compile(
    rf"(?i)(?:^|(?<=[.!?]\s)|(?<=\n))\s*(?P<if>{_WORD}\s+)(?!{_SAME}['’\s])(?P<what>[^,.;!?\n]{{1,60}}?)"
    rf"(?P<state>\s*(?:{_ALL_ENGLISH}))\s*,"
)
_SENTENCE = re.compile(r"[.!?]\s+|[\n;]+")


class Condition(NamedTuple):
    """What has to hold (``missing``, ``running`` ...), and where the words for it stand."""

    state: str
    start: int
    end: int
    named: bool = True
    """Whether it names what it is about, right before; else it is about all that is asked for."""
    opening: tuple[int, int] = (0, 0)
    """Where the word stands that opens it, if that is apart."""


def settled(message: str, vocabulary: Vocabulary, read: Callable[[str], Reading]) -> Reading | None:
    """The reading of *message* without its one condition, if what is asked for settles that; else
    None."""
    found = [*_korean(message), *_english(message)]
    if len(found) != 1:
        return None
    condition = found[0]
    reading = read(blanked(message, (condition.opening, (condition.start, condition.end))))
    if reading.intent is None or not _holds(reading.intent, condition, message, vocabulary):
        return None
    said = message[condition.start : condition.end].strip(" ,")
    note = Assumption("assumption.settled", {"said": said})
    token = Token(
        text=message[condition.start : condition.end],
        start=condition.start,
        end=condition.end,
        role="condition",
    )
    return noted(reading, [note], [token])


def _korean(message: str) -> Iterator[Condition]:
    for match in _KOREAN_CLAUSE.finditer(message):
        state = next(name for name in _KOREAN if match[name])
        start = match.start("part") if match["part"] else match.start(state)
        opened = [one.span("if") for one in _IF.finditer(message[:start])]
        yield Condition(state, start, match.end(), opening=opened[-1] if opened else (0, 0))


def _english(message: str) -> Iterator[Condition]:
    first = _ENGLISH_FIRST.search(message)
    if first:
        place = (first.start("state"), first.end("state"))
        yield Condition(_state(first), *place, opening=first.span("if"))
    for match in _ENGLISH_CLAUSE.finditer(message):
        yield Condition(_state(match), match.start(), match.end(), named=False)


def _state(match: re.Match[str]) -> str:
    state = next(name for name in _ENGLISH if match[name])
    return _OPPOSITE[state] if match["word"].lower() == "unless" else state


def _holds(intent: Intent, condition: Condition, message: str, vocabulary: Vocabulary) -> bool:
    """Whether the deeds of the condition's sentence all settle it, and there is one."""
    first, last = _sentence(message, condition)
    about = [one for one in intent.operations if _touches(one, first, last)]
    return bool(about) and all(_settles(one, condition, vocabulary) for one in about)


def _sentence(message: str, condition: Condition) -> tuple[int, int]:
    ends = [match.end() for match in _SENTENCE.finditer(message)]
    first = max((end for end in ends if end <= condition.start), default=0)
    last = min((end for end in ends if end >= condition.end), default=len(message))
    return first, last


def _touches(operation: Operation, first: int, last: int) -> bool:
    said = [source for source in operation.sources.values() if source.start >= 0]
    return not said or any(first <= source.start < last for source in said)


def _settles(operation: Operation, condition: Condition, vocabulary: Vocabulary) -> bool:
    kind = vocabulary.kind(operation.kind)
    if condition.state not in kind.settles:
        return False
    said = {name: one for name, one in operation.sources.items() if one.origin == "span"}
    if set(said) != {kind.object}:
        return False  # what is said besides would change what is there
    return not condition.named or said[kind.object].end <= condition.start
