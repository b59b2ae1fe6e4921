"""Values of a Kubernetes Secret that a message asks for: every one is secret, whatever its key is.

Called by ``secrets`` only: "create secret db with username=admin" has no word that announces a
secret value. Only where the pairs follow the Secret itself, or where the text is the answer to a
question for them. In the pattern of a pair, the groups
``dq``, ``sq`` and ``raw`` are a value in either quotes, without them, and in none. All run in
linear time.
"""

import re
from collections.abc import Iterator
from functools import cache

_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,252}"
_PLACE = (
    rf"(?:(?:in|to|for|into)\s+(?:the\s+)?(?:namespace\s+{_NAME}|{_NAME}\s+namespace)\s*,?\s*)?"
)
_LEAD = r"(?:(?:with|containing|holding|from|of|and|having)\s+)?"
_SORT = r"(?:(?:the\s+)?(?:data|literals?|keys?|values?|entries|key-value pairs)\s*[:=]?\s*)?"
_PLACE_KO = rf"(?:{_NAME}\s*네임스페이스(?:에|에다|의|에서)?\s*,?\s*)?"
_OWN_KO = (
    r"(?:이?라는\s*(?:이름의\s*)?)?\s*(?:쿠버네티스\s*)?시크릿(?:을|를|에|에다|에는|은|의|으로)?"
)
# Of a registry's login only the password is a secret, which has a word that announces it.
_NO_LOGIN = "(?<!레지스트리 )(?<!레지스트리 로그인 )(?<!docker-registry )"
_BEFORE = (
    r"(?i)\b(?:create|make|add|build|put|generate|set\s*up|want|need)\s+"
    r"(?:(?:me|a|an|the|new|opaque|generic|kubernetes|k8s)\s+){0,4}secret\s+"
    rf"(?:(?:named|called)\s+)?{_NAME}\s*[,:]?\s*{_PLACE}{_LEAD}{_SORT}{_PLACE}",
    rf"{_NAME}{_OWN_KO}\s*,?\s*{_PLACE_KO}(?:(?:데이터|값|리터럴|키)(?:를|은|는|로)?\s*[:=]?\s*)?",
    rf"{_NO_LOGIN}시크릿\s+{_NAME}(?:을|를|에|에다|에는|은|는|의)?\s*,?\s*{_PLACE_KO}"
    r"(?:(?:데이터|값|리터럴|키)(?:를|은|는|로)?\s*[:=]?\s*)?",
)
# An answer that lists pairs, which may begin as it would in a sentence: "data: user=kim".
_ANSWER = rf"(?i)\s*{_LEAD}{_SORT}(?:(?:데이터|값|리터럴|키)(?:를|은|는|로)?\s*[:=]?\s*)?"
_IS = r"(?:\s*[=:]\s*|\s*(?:키)?(?:의)?\s*값(?:을|은|이|으로)?\s+|(?:은|는|을|를)\s+)"
_KEY = r"[A-Za-z_.][A-Za-z0-9_.-]{0,252}"
_VALUE = (
    r"""(?!\0)(?:"(?P<dq>[^"\n\0]+)"|'(?P<sq>[^'\n\0]+)'|(?P<raw>[^\s"',\0][^\s,\0]{0,4095}))"""
)
_HIDDEN = r"\0+(?P<raw>(?!))?(?P<dq>(?!))?(?P<sq>(?!))?"  # a placeholder
_JOINT = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*(?:으로|로|와|과|랑|하고|이고|그리고)\s*,?\s*|\s+)"
_SIGNS = ("secret", "시크릿")
_END = re.compile(r"(?:이라고|라고|으로|로|와|과|이고)$")


def kept_values(text: str) -> Iterator[tuple[int, int]]:
    """The spans of all values of Secrets that *text* asks for; placeholders are passed over."""
    if any(sign in text.lower() for sign in _SIGNS):
        for head in map(_compiled, _BEFORE):
            for found in head.finditer(text):
                yield from _values(text, found.end())


def answered_values(text: str) -> Iterator[tuple[int, int]]:
    """The same where all of *text* is an answer of such pairs."""
    head = _compiled(_ANSWER).match(text)
    yield from _values(text, head.end() if head else 0)


def _values(text: str, position: int) -> Iterator[tuple[int, int]]:
    """The values of the pairs that begin at *position*."""
    pair, hidden, joint = map(_compiled, (_KEY + _IS + _VALUE, _KEY + _IS + _HIDDEN, _JOINT))
    while one := pair.match(text, position) or hidden.match(text, position):
        span = _span(one)
        if span is not None:
            yield span
        position = span[1] if span is not None and one["raw"] else one.end()
        more = joint.match(text, position)
        if more is None:
            break
        position = more.end()


def _span(one: re.Match[str]) -> tuple[int, int] | None:
    """The value without what is not of it; None for one that is a placeholder."""
    for group in ("dq", "sq"):
        if one[group] is not None:
            return one.span(group)
    raw = one["raw"]
    if raw is None:
        return None
    value = raw.rstrip(".;!?") or raw
    tail = _END.search(value)
    if tail and tail.start() and not "가" <= value[tail.start() - 1] <= "힣":
        value = value[: tail.start()]
    return one.start("raw"), one.start("raw") + len(value)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
