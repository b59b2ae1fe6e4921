"""Finds "print only the YAML" in a message.

Called by ``reader``: for :func:`kiki.understand.reader.wants_only_yaml`, and so that the rules know
which words these are. Only whole sentences or clauses count; "YAML만 출력하지 마" is none.
"""

import re
from functools import cache

_CODE_KO = (
    r"(?:ya?ml|야믈|코드|code|매니페스트|manifest|템플릿|template|플레이북|playbook)"
    r"(?:\s?(?:파일|코드|결과|내용))?"
)
_POLITE_KO = (
    r"(?:\s?(?:해|하여|하게)?\s?(?:줘요?|줘라|주라|주세요|주십시오|달라|둬)|\s?(?:해라|하라|하세요|하십시오|해요|합니다|할\s?것|함)"
    r"|\s?해|\s?(?:바랍니다|바람|요망|부탁(?:해요?|드립니다|드려요|합니다)?))?"
)
_KOREAN = (
    r"(?:(?:설명|부연\s?설명|다른\s?말|다른\s?설명)(?:은|는)?\s?(?:없이|빼고|말고|필요\s?없고|생략하고),?\s*)?"
    r"(?:(?:출력|결과|답변|응답)(?:은|는)\s*)?(?:heat|히트|ansible|앤서블|k8s|쿠버네티스)?\s*"
    rf"{_CODE_KO}(?:으로|로)?만\s*(?:그대로\s*)?"
    rf"(?:(?:출력|표시|반환|응답|답변|답|생성|작성|제공|보여|만들어){_POLITE_KO}|(?:줘요?|주세요|주십시오)|(?=[.!~]|$))"
)
_CODE_EN = (
    r"(?:the\s+|a\s+)?(?:raw\s+|resulting\s+|final\s+)?"
    r"(?:ya?ml|code|manifests?|template|playbook)(?:\s+(?:file|output|code))?"
)
_SAY_EN = (
    r"(?:print|output|show|display|return|give\s+me|respond\s+with|reply\s+with|emit|answer\s+with)"
)
_ENGLISH = (
    rf"(?:please\s+)?(?:{_SAY_EN}(?:\s+me)?\s+(?:only|just|nothing\s+but)\s+{_CODE_EN}"
    rf"|(?:only|just)\s+{_SAY_EN}\s+{_CODE_EN}|(?:just|only)\s+{_CODE_EN}|ya?ml\s+(?:output\s+)?only"
    rf"|{_SAY_EN}\s+ya?ml\s+only)"
    r"(?:,?\s+(?:please|nothing\s+else|no\s+explanations?|without\s+(?:any\s+)?explanations?))?"
)
# What every match has: a word for "only", and one for code.
_HINTS = (
    ("만", "only", "just", "nothing but"),
    ("yaml", "yml", "야믈", "코드", "code", "매니페스트", "manifest", "템플릿", "template",
     "플레이북", "playbook"),
)  # fmt: skip


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    end = r"(?=\s*(?:[.!~;:,)\n]|\Z))"
    before = r"(?:(?<=[.!~;,(\n])\s*|\A\s*|(?<=\sand)\s+)"
    korean = rf"(?i)(?:(?<=\s)|\A|(?<=[.,(!~]))(?P<said>{_KOREAN}){end}"
    return re.compile(korean), re.compile(rf"(?i){before}(?P<said>{_ENGLISH}){end}")


def spans(message: str) -> tuple[tuple[int, int], ...]:
    """The places that say so, in order and without overlap."""
    lower = message.lower()
    if not all(any(hint in lower for hint in hints) for hints in _HINTS):
        return ()  # the patterns are large: most messages need not have them compiled
    found = sorted(
        match.span("said") for pattern in _patterns() for match in pattern.finditer(message)
    )
    chosen: list[tuple[int, int]] = []
    for start, end in found:
        start += len(message[start:end]) - len(message[start:end].lstrip())
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, end))
    return tuple(chosen)
