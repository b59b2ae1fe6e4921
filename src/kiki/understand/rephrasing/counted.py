"""Reads on how many hosts something is to be done: "web 서버 3대에", "on the 3 web servers".

Called by ``understand.tries`` when the rules alone refuse. The count is left out and the rest
is read; it stands if it is about hosts. What is said and what the inventory has must be as many: if
they aren't, it is asked which hosts are meant.
"""

import re
from collections.abc import Callable

from msgspec.structs import replace

from kiki.model.catalogue import Catalogue
from kiki.model.intent import Assumption, Choice, Question, Reading
from kiki.model.request import Request
from kiki.model.vocabulary import Vocabulary
from kiki.understand.draft import noted
from kiki.understand.hosts import MOST_CHOICES
from kiki.understand.rephrasing.moved import Moved

FIELD = "hosts"
_NUMBERS = {
    "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8,
    "아홉": 9, "열": 10,
    "one": 1, "both": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_COUNT = rf"(?P<count>[1-9][0-9]{{0,3}}|{'|'.join(_NUMBERS)})"
_KOREAN = re.compile(
    rf"(?P<host>(?:서버|장비|호스트|노드|머신)(?:들)?)\s*{_COUNT}\s?대(?:\s?(?:모두|전부|다))?"
    r"(?P<rest>(?:에서|에만|에다|에|의|를|만)(?![가-힣])|(?=\s))"
)
_ENGLISH = re.compile(
    rf"\b(?P<prep>on|to|onto|from|of|across|reboot)\s+(?:(?:all|the|our|these|those)\s+)*{_COUNT}\s+"
    r"(?P<host>(?:[A-Za-z][A-Za-z0-9_-]*\s+)?(?:servers|hosts|machines|boxes|nodes))\b",
    re.IGNORECASE,
)


def counted(
    request: Request, vocabulary: Vocabulary, catalogue: Catalogue, read: Callable[[str], Reading]
) -> Reading | None:
    """The reading of the message without its one count of hosts, or the question which they are;
    None if there is none, or the rest is not understood or not about hosts."""
    for form, says in ((_KOREAN, "{host}{rest}"), (_ENGLISH, "{prep} the {host}")):
        found = list(form.finditer(request.message))
        if len(found) != 1:
            continue
        moved = Moved(request.message, found[0], says)
        reading = moved.told(read(moved.text))
        if reading.question is not None and "kind" in reading.question.params:
            return reading
        if reading.intent is None or not vocabulary.target(reading.intent.target).places:
            return None
        return _checked(reading, found[0], request.answers.get(FIELD, ""), catalogue)
    return None


def _checked(reading: Reading, match: re.Match[str], answer: str, catalogue: Catalogue) -> Reading:
    """*reading* with what is told of the count, or the question which hosts are meant."""
    assert reading.intent is not None
    if answer:
        names = tuple(name.strip() for name in answer.split(",") if name.strip())
        return replace(reading, intent=replace(reading.intent, hosts=names))
    said = _NUMBERS.get(match["count"].lower()) or int(match["count"])
    there = catalogue.members(reading.intent.hosts)
    if there is not None and len(there) != said:
        return _which(reading, match, str(said), there)
    code = "assumption.hosts_uncounted" if there is None else "assumption.hosts_counted"
    return noted(reading, [Assumption(code, {"said": str(said)})])


def _which(reading: Reading, match: re.Match[str], said: str, there: tuple[str, ...]) -> Reading:
    hosts = ", ".join(reading.intent.hosts) if reading.intent else ""
    params = {"said": said, "there": str(len(there)), "value": hosts or "all"}
    choices = tuple(Choice(value=name) for name in there[:MOST_CHOICES])
    question = Question("question.hosts_count", FIELD, params, choices, *match.span("count"))
    return Reading(reader="rules", tokens=reading.tokens, question=question)
