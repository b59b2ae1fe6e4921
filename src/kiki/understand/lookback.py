"""Finds how far back logs are to be looked at: "최근 10분", "in the last hour", "since 30m".

Called by ``lexer``, for which such a phrase is one word that names its field (``since=10m``).
Looked for only in messages about logs, and not in quotes; a day is 24 hours. Runs in linear time.
"""

import re
from collections.abc import Iterator
from functools import cache

from kiki.understand.longest import Span, longest, unquoted

_HINTS = ("로그", "log", "저널", "journal")
_MOST = 99999
_UNITS = {"초": "s", "분": "m", "시": "h", "일": "d", "s": "s", "m": "m", "h": "h", "d": "d"}
_WORDS = {"한": 1, "두": 2, "세": 3, "네": 4, "하루": 1, "an": 1, "a": 1, "one": 1, "two": 2}
_N = r"(?P<n>[1-9][0-9]{0,4})"
_UNIT_KO = r"(?P<unit>초|분|시간|일)"
_UNIT_EN = r"(?P<unit>seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|[smhd])"
_SPAN_KO = rf"(?:{_N}\s?{_UNIT_KO}|(?P<word>한|두|세|네)\s?(?P<unit2>시간)|(?P<word2>하루))"
_SPAN_EN = rf"(?:{_N}[ -]?{_UNIT_EN}|(?:(?P<word>an?|one|two) )?(?P<unit2>hour|minute|day)s?)"
_FORMS = (
    rf"(?:최근|지난)\s?{_SPAN_KO}(?:\s?(?:간|동안|이내|치|분량))?(?:에|의)?(?![가-힣])",
    rf"{_SPAN_KO}\s?전(?:부터|\s?이후)(?:의)?(?![가-힣])",
    rf"{_SPAN_KO}\s?(?:이내|안)(?:에|의)?(?![가-힣])",
    rf"(?:(?:from|of|in|for|over|within|during) )?(?:the )?(?:last|past|previous) {_SPAN_EN}",
    rf"(?:--)?since[ =]{_SPAN_EN}(?: ago)?",
    rf"from {_SPAN_EN} ago(?: on)?",
)


def spans(message: str) -> tuple[Span, ...]:
    """The phrases in *message* as (start, end, field), in order and without overlap."""
    lower = message.lower()
    if not any(hint in lower for hint in _HINTS):
        return ()
    return longest(_found(unquoted(lower)))


def _found(text: str) -> Iterator[Span]:
    for pattern in _compiled():
        for match in pattern.finditer(text):
            length = _length(match)
            if length:
                yield match.start(), match.end(), f"since={length}"


def _length(match: re.Match[str]) -> str:
    """As ``10m``; empty where it is longer than anybody looks back."""
    said = {name.rstrip("2"): text for name, text in match.groupdict().items() if text}
    number = int(said["n"]) if "n" in said else _WORDS.get(said.get("word", ""), 1)
    unit = _UNITS[said["unit"][0]] if "unit" in said else "d"
    number, unit = (number * 24, "h") if unit == "d" else (number, unit)
    return f"{number}{unit}" if 0 < number <= _MOST else ""


@cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(rf"(?<![A-Za-z0-9_./:=-]){form}(?![A-Za-z0-9_/:=-]|\.\w)") for form in _FORMS
    )
