"""Finds ports of a service that are said with their names: "with ports http 80 and https 443",
"포트는 http 80, https 443".

Called by ``lexer``, for which each is one word: in English with the field that it is of
(``ports=http=80``), in Korean, where 포트 may stand before or behind and has particles, the value
alone. Looked for only in messages about services, two of them at least, right behind a word for
ports or right before 포트; not in quotes. Runs in linear time.
"""

import re
from functools import cache

from kiki.understand.longest import Span, longest, unquoted

_HINTS = ("서비스", "service", "svc")
# What may stand between a word for ports and a number, and is no port's name.
_NO_NAMES = frozenset((
    "tcp", "udp", "sctp", "port", "ports", "number", "numbers", "to", "from", "on", "is", "are",
    "and", "or", "at", "of", "for", "as", "in", "with", "between", "range", "target", "node",
    "nodeport", "container", "host", "the", "a", "an", "only", "same", "all", "both", "either",
    "using", "listening",
))  # fmt: skip
_NAME = r"(?P<name>[a-z](?:[a-z0-9-]{0,13}[a-z0-9])?)"
_NUMBER = r"(?P<port>[0-9]{1,5}(?::[0-9]{1,5}){0,2})"
_PAIR = rf"{_NAME}[ :=]{_NUMBER}(?![0-9A-Za-z_./:-]|\.\w)"
_JOINT = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*(?:와|과|랑|이랑|하고|및)\s*|\s+)"
_LEAD = r"(?:(?:with|on|and) )?(?:the )?(?:service )?ports?(?: (?:are|is|named|called))?:? "
_LEAD_KO = r"포트(?:로|는|은|를|을|:)? "
_BEHIND_KO = r"\s?(?:번\s?)?포트(?:로|를|을)?(?![가-힣])"


def spans(message: str) -> tuple[Span, ...]:
    """What is said in English as (start, end, field), in order and without overlap."""
    if not _about(message):
        return ()
    text = unquoted(message)
    leads = _compiled()[0].finditer(text)
    found = [_listed(text, match.start(), match.end()) for match in leads]
    return longest((at, end, f"ports={value}") for each in found for at, end, value in each)


def values(message: str) -> tuple[Span, ...]:
    """What is said in Korean as (start, end, value), in order and without overlap."""
    if not _about(message):
        return ()
    text = unquoted(message)
    _, before, behind, *_ = _compiled()
    found = [_listed(text, match.end(), match.end()) for match in before.finditer(text)]
    found += [_listed(text, match.start(), match.start()) for match in behind.finditer(text)]
    return longest(one for each in found for one in each)


def _about(message: str) -> bool:
    lower = message.lower()
    return any(hint in lower for hint in _HINTS)


def _listed(text: str, begin: int, at: int) -> tuple[Span, ...]:
    """The pairs from *at* on, one after the other; the first one's span begins with *begin*. A
    single one is none: "port **quickly** 80" has no name."""
    *_, pair, joint = _compiled()
    found: list[Span] = []
    while (match := pair.match(text, at)) is not None and match["name"] not in _NO_NAMES:
        found.append((begin, match.end(), f"{match['name']}={match['port']}"))
        between = joint.match(text, match.end())
        if between is None:
            break
        begin = at = between.end()
    return tuple(found) if len(found) > 1 else ()


@cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    start = r"(?<![A-Za-z0-9_./:=-])"
    alone = re.sub(r"\?P<\w+>", "?:", _PAIR)
    behind = rf"{start}{alone}(?:{_JOINT}{alone}){{1,9}}{_BEHIND_KO}"
    return tuple(map(re.compile, (start + _LEAD, _LEAD_KO, behind, _PAIR, _JOINT)))
