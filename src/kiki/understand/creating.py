"""Reads that something is only to be created: "이미 있으면 실패하게", "fail if it exists".

Called by ``tries`` when the rules alone refuse. The words are blanked and the rest is read; it
stands if it makes objects of a cluster, where "is there already" is asked and refused. As with
``--create-only`` it is part of the request's scope, and not of the code. That it is to fail holds
of all that is asked for; a mere condition ("없을 때만", "only if it does not exist") only where one
thing is asked for, as it may be about one of several. What a state settles by itself never comes
here (``settled``).
"""

import re
from collections.abc import Callable

from msgspec.structs import replace

from kiki.model.intent import Assumption, Intent, Reading, Token
from kiki.understand.blanks import blanked

_PLEASE = r"(?:\s*해\s*(?:줘|주세요|주십시오|줘요|야\s*해|야\s*합니다|주시고)?)?"
_CASE = r"\s*경우(?:에는|엔|에)?"
_THERE = rf"(?:있으면|있다면|있을{_CASE}|존재하면|존재한다면|존재할{_CASE})"
_THING = r"(?:것이|게|오브젝트가|객체가|리소스가)?"
_SAME = rf"(?:(?:같은|동일한)\s*(?:이름(?:의|이)?\s*)?{_THING}\s*)?"
_FAIL = (
    r"(?:(?:실패|거절|거부|중단)(?:하게|하도록|시키고|하고|시켜|하게끔|로\s*처리하게|로\s*처리)?"
    r"|(?:에러|오류)(?:를|가)?\s*(?:내게|내도록|나게|나도록|내고|내줘|내주세요))"
)
_TOUCH = r"(?:건드리지|덮어쓰지|덮어\s*쓰지|바꾸지|변경하지|수정하지)"
_LEFT = rf"{_TOUCH}\s*(?:말고|않고|마세요|말아\s*줘|마)"
_ALREADY = rf"(?:(?:만약|혹시)\s+)?(?:이미\s+)?{_SAME}(?:이미\s+)?{_THERE}"
_KOREAN_FAILS = rf"{_ALREADY},?\s*(?:{_FAIL}{_PLEASE}|{_LEFT})"
_NOT = r"(?:없|존재하지\s*않)"
_LACKING = rf"{_NOT}을\s*(?:때|경우)(?:에)?만|{_NOT}는\s*경우(?:에)?만"
_KOREAN_LACKS = rf"(?:이|가|은|는)?\s*(?:아직\s*)?(?:{_LACKING})"
_IT = r"(?:it|they|one|that|this|any|either|the\s+\w+|(?:such\s+)?an?\s+\w+)"
_IS = r"(?:already\s+)?(?:exists?|(?:is|are)\s+(?:already\s+)?there)(?:\s+already)?"
_ENGLISH_FAILS = (
    r"(?:and\s+|but\s+|or\s+|it\s+(?:should|must)\s+)?"
    rf"(?:fail|refuse|abort|error\s+out)s?\s+(?:if|when|where)\s+{_IT}\s+{_IS}"
    r"|(?:and\s+|but\s+)?(?:do\s+not|don['’]t|never)\s+(?:overwrite|touch|change)\s+"
    rf"(?:it|one|them|what|anything)\s+(?:if\s+{_IT}\s+{_IS}|that\s+{_IS})"
)
_ENGLISH_LACKS = (
    rf"(?:but\s+)?only\s+(?:if|when|where)\s+(?:{_IT}\s+(?:does\s+not|doesn['’]t|do\s+not|don['’]t)"
    rf"\s+(?:already\s+|yet\s+)?exist(?:\s+(?:already|yet))?|{_IT}\s+is\s+missing|there\s+is\s+none)"
)
_FORMS = re.compile(
    rf"[.,]?\s*(?<![가-힣])(?P<failing>{_KOREAN_FAILS})(?![가-힣])"
    rf"|(?P<lacking>{_KOREAN_LACKS})(?![가-힣])"
    rf"|[.,;]?\s*(?<![A-Za-z])(?:(?P<fails>{_ENGLISH_FAILS})|(?P<lacks>{_ENGLISH_LACKS}))(?![A-Za-z])",
    re.IGNORECASE,
)
_MADE = re.compile(r"k8s\.\w+_create")
CODE = "assumption.create_only"


def only_created(message: str, read: Callable[[str], Reading]) -> Reading | None:
    """The reading of *message* without its one phrase of this kind, with what that says; None if
    there is none, or the rest is not understood or makes no objects."""
    found = list(_FORMS.finditer(message))
    if len(found) != 1:
        return None
    match = found[0]
    reading = read(blanked(message, (match.span(),)))
    if reading.refusal is not None or not _meant(reading, match):
        return None
    said = message[match.start() : match.end()]
    first = match.start() + len(said) - len(said.lstrip(" ,.;"))
    token = Token(text=message[first : match.end()], start=first, end=match.end(), role="condition")
    tokens = tuple(sorted((*reading.tokens, token), key=lambda token: token.start))
    intent = reading.intent and _marked(reading.intent)
    return replace(reading, tokens=tokens, intent=intent)


def _meant(reading: Reading, match: re.Match[str]) -> bool:
    if reading.question is not None:
        return bool(_MADE.fullmatch(reading.question.params.get("kind", "")))
    kinds = [one.kind for one in reading.intent.operations] if reading.intent else []
    alone = len(kinds) == 1 or bool(match["failing"] or match["fails"])
    return alone and bool(kinds) and all(map(_MADE.fullmatch, kinds))


def _marked(intent: Intent) -> Intent:
    notes = (Assumption(code=CODE), *intent.assumptions)
    return replace(intent, create_only=True, assumptions=notes)
