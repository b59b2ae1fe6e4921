"""Reads hosts that a message calls by a Korean word: "결제 서버에 nginx 깔아줘".

Called by ``understand.tries`` when the rules alone refuse. No host has such a name, so that it is
asked which are meant; the rest is read with the answer, or with a name that stands for it. English
has no need of it: "the payment servers" are named.
"""

import re
from collections.abc import Callable

from msgspec.structs import replace

from kiki.model.catalogue import Catalogue
from kiki.model.intent import Question, Reading
from kiki.model.request import Request
from kiki.understand.hosts import known
from kiki.understand.rephrasing.moved import Moved

_FIELD = "hosts"
_OWN = "ansible."  # of kinds whose place are hosts
_FORM = re.compile(
    r"(?<![가-힣\w])(?P<name>[가-힣]{1,6})\s?(?P<host>(?:서버|장비|호스트|노드)(?:들)?)"
    r"(?P<rest>(?:에서|에만|에다가?|에|의)(?![가-힣])|(?=\s))"
)
# What says of hosts which they are, or what they do for others, and calls none by a name.
_SAYING = re.compile(
    r"(?:모든|모두|전체|전부|각|각각|이|그|저|해당|우리|새|새로운|신규|기존|다른|나머지|같은|동일한?|원격|로컬|외부"
    r"|내부|상대|가상|물리|한|두|세|네|다섯|여섯|몇|여러|일부|어느|어떤|아무|시간|시각|타임|네임|메일|프록시|파일"
    r"|그룹|클러스터|묶음|인증|라이선스|중계|업스트림|이름|도메인|관련|남은|위|아래|다음|이전)"
)
_STANDS = "h0"
_ANSWERED = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def called(
    request: Request, catalogue: Catalogue, read: Callable[[str], Reading]
) -> Reading | None:
    """The reading of the message with the hosts that are meant, or the question which they are;
    None if it calls none so, or the rest is not understood or not about hosts."""
    found = list(_FORM.finditer(request.message))
    if len(found) != 1 or _SAYING.fullmatch(found[0]["name"]):
        return None
    answer = request.answers.get(_FIELD, "").partition(",")[0].strip()
    name = answer if _ANSWERED.fullmatch(answer) else _STANDS
    moved = Moved(request.message, found[0], f"{name} {{host}}{{rest}}")
    reading = read(moved.text)
    if not _about_hosts(reading):
        return None
    names, asked = known((found[0]["name"],), request, catalogue, sure=False)
    reading = moved.told(reading)
    if asked is not None:
        first, last = found[0].span("name")
        asked = replace(asked, start=first, end=last)
        return Reading(reader="rules", tokens=reading.tokens, question=asked)
    intent = reading.intent
    return replace(reading, intent=replace(intent, hosts=names)) if intent else reading


def _about_hosts(reading: Reading) -> bool:
    """Whether something was read, and what was named are hosts."""
    if reading.intent is not None:
        return bool(reading.intent.hosts)
    return reading.question is not None and _of_hosts(reading.question)


def _of_hosts(asked: Question) -> bool:
    return asked.field in (_FIELD, "meant") or asked.params.get("kind", "").startswith(_OWN)
