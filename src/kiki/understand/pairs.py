"""Whether ``key=value`` in a message is one value: a variable, a label, data.

Called by the lexer for what it would else cut into a noun of ours and its value (``replicas=3``).
"""

import re
from functools import cache

# What holds such pairs, right before the first of them or right after the last one.
_HOLDER = (
    r"(?:환경\s*(?:설정\s*)?변수|레이블|라벨|어노테이션|애너테이션|주석|노드\s*(?:셀렉터|선택자)"
    r"|셀렉터|데이터|리터럴|(?<!커널 )(?<!커널)(?:파라미터|매개변수)|(?<!kernel )parameters?"
    r"|env(?:ironment)?(?:[ -]va?r(?:iable)?s?)?|labels?|annotations?"
    r"|node[ -]?selectors?|data|literals?|--env|-e|--from-literal)"
)
_PAIR = r"[A-Za-z_][A-Za-z0-9_./-]*=\S*?"
_JOINT = r"(?:\s*,\s*|\s+and\s+|(?:와|과|랑|이랑|하고)\s*|\s+)"
# A variable by its form, "MODE=prod", where another one stands beside it or a map is named.
_CAPITAL = re.compile(r"[A-Z][A-Z0-9_]*=\S")
_BESIDE = re.compile(rf"(?:\A|\s)[A-Z][A-Z0-9_]*=\S*?{_JOINT}\Z")
_ANOTHER = re.compile(rf"{_JOINT}[A-Z][A-Z0-9_]*=\S")
_MAP = re.compile(r"컨피그\s?맵|시크릿|\bconfig\s?maps?\b|\bsecrets?\b", re.I)
REACH = 400


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """What stands before such a pair, twice, and behind it: large, and few messages have one."""
    before = rf"{_HOLDER}(?:들?[은는이가을를로]|으로|에)?\s*[:=]?\s*(?:{_PAIR}{_JOINT})*\Z"
    labels = rf"\b(?:label|annotate)(?:\s+\S+){{1,4}}?(?:\s+with)?\s+(?:{_PAIR}{_JOINT})*\Z"
    after = rf"(?:{_JOINT}{_PAIR})*\s*(?:라는|의|인)?\s*{_HOLDER}(?![A-Za-z]*\s*[=:])"
    return re.compile(before, re.I), re.compile(labels, re.I), re.compile(after, re.I)


def paired(message: str, start: int, end: int) -> bool:
    """Whether the text from *start* to *end* stands by a word for such pairs."""
    before, after = message[max(0, start - REACH) : start], message[end : end + REACH]
    holder, label, behind = _patterns()
    if holder.search(before) or label.search(before) or behind.match(after):
        return True
    return _CAPITAL.match(message, start) is not None and bool(
        _BESIDE.search(before) or _ANOTHER.match(after) or _MAP.search(message)
    )
