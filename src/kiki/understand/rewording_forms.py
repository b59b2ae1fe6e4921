"""The constructions that ask for a look and are no order, and the text that says the same as one:
"why is pod web pending?" is "show pod web".

Called by ``rewordings``, which reads the texts. Each has the words of the message at the places
that they have there, so that what is found in it is found in the message; what does not say what
is looked at is blank in it. Nothing here decides what is read.
"""

import re
from collections.abc import Iterator

from kiki.model.records import Record
from kiki.understand.blanks import blanked

KUBERNETES = "k8s"
OBJECT = "k8s.object_show"
KUBECTL = "kubectl "
_PUBLISHED = "podman.container_port"
_LOOK = ", show them"
_SHORT = 80  # what names things and has no verb is no long message
_END = r"[\s?？.!~]*\Z"
_HANGUL = re.compile("[가-힣]")
# What is looked at is several things, or is told of by them.
_SEVERAL = re.compile(r"\b(?:[a-z]+[^s\W]s|ingresses|log|usage|history)\b", re.IGNORECASE)
_NODE = re.compile(r"(?i)\bnodes?\b|노드")
# Of an image, its version with a space before it. One with no dot only where "image" follows.
_NUMBER = r"v?[0-9]{1,3}(?:\.[0-9]{1,4}){1,3}(?:-[a-z0-9.]+)?"
VERSIONED = re.compile(
    rf"(?<![A-Za-z0-9_/:.-])(?P<name>[A-Za-z][A-Za-z0-9-]*) (?P<version>{_NUMBER}"
    r"|v?[0-9]{1,3}(?=\s?(?:버전\s)?(?:이미지|image\b)))(?![A-Za-z0-9_/:-]|\.\w)"
)
# With an option it is no sentence: "get pods -n demo"; nor is what only kubectl has: "top pods".
BARE_COMMAND = re.compile(
    r"^\s*(?:(?:get|describe|logs)\s+\S.*\s-{1,2}[a-zA-Z].*|top\s+(?:pods?|nodes?|po|no)\b.*)$"
)

# -- why something is not as it should be ---------------------------------------------------------

_HOW = r"(?:not|still|always|stuck|constantly|in|being|getting|coming|keeps?|going|unable to be)"
_STATE = (
    rf"(?:{_HOW}\s+)*"
    r"(?:pending|crash(?:ing|ed|loop(?:ing|backoff)?|\s?loop(?:ing|\s?back\s?off))?"
    r"|restart(?:ing|ed|s)?|fail(?:ing|ed|s)?|start(?:ing|ed)?|run(?:ning)?|up|ready|notready|down"
    r"|stuck|evicted|oom-?killed|scheduled|terminating|unhealthy|healthy|broken|work(?:ing)?|dead"
    r"|dying|available|unavailable|imagepullbackoff|errimagepull|containercreating|(?:an?\s+)?error)"
    r"(?:\s+(?:state|status|all the time|again|so often|now|still))*"
)
_LET_ME = (
    r"(?:please\s+)?(?:(?:(?:can|could)\s+you\s+)?(?:please\s+)?"
    r"(?:tell\s+me|check|see|find\s+out)\s+)?"
)
_IS = r"(?:is|are|does|do|did|has|won['’]?t|can['’]?t|cannot|isn['’]?t|doesn['’]?t|aren['’]?t)"
_WHY = re.compile(
    rf"^\s*{_LET_ME}(?:why|how\s+come)(?:\s+{_IS})?\s+(?P<what>\S+(?:\s+\S+){{0,6}}?)"
    rf"\s+(?:{_IS}\s+)?{_STATE}{_END}",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"^\s*what(?:['’]s|\s+is)\s+(?:wrong|up|going\s+on|happening|the\s+(?:matter|problem|issue))"
    rf"\s+with\s+(?P<what>[^\s?？]+(?:\s+[^\s?？]+){{0,6}}){_END}",
    re.IGNORECASE,
)
# Of somebody's doing nothing is seen in the cluster: "why did you delete pod web"; and what denies
# is of the state: "why is pod web not ready".
_OTHERWISE = re.compile(
    r"(?i)\b(?:you|we|i|they|he|she|who|not|never|no|without|instead|except|but|rather)\b|n['’]t\b"
)
_WHY_STATE = (
    r"(?:(?:안|못|계속|자꾸|아직도?)\s?)*"
    r"(?:뜨|떠|올라오|올라와|돌|도|돌아가|실행되|실행이\s?되|시작되|시작이\s?되|켜지|준비되"
    r"|스케줄되|스케줄링되|동작하|작동하|죽|죽어|재시작되|재시작하|재시작돼|재시작됐|재시작했|죽었|떨어졌|멈췄|꺼졌|내려갔|멈추|멈춰|걸려|안\s?되"
    r"|실패하|실패해|크래시|크래시\s?나|에러\s?나|에러|오류\s?나|오류|펜딩|대기\s?중"
    r"|(?i:pending|crashloopbackoff|crash|notready|error|imagepullbackoff|errimagepull|oomkilled"
    r"|evicted|terminating|containercreating|unknown))"
)
_WHY_ENDS = (
    r"(?:\s?상태)?(?:\s?(?:이|인|나|되|된|지|있))?"
    r"(?:는지|은지|인지|건지|는\s?거지|는\s?거야|는\s?걸까|나요|나|냐|니|지|죠|을까|야|요|어|어요"
    r"|았어|었어|었는지|았는지|있는지|있어|있나|있나요|거야|거지|거죠|걸까|건가요|건가|습니까)?(?:요)?"
)
_GIVE = r"(?:줘|줘요|주세요|주십시오|줄래|줄래요|주실래요|봐|볼래|라)"
_TELL = (
    rf"(?:\s?(?:좀\s?)?(?:봐\s?{_GIVE}|봐|(?:확인|체크|점검)(?:해\s?{_GIVE}|해|\s?부탁해)?"
    rf"|(?:알려|말해|보여|찾아)\s?{_GIVE}))?"
)
_WHY_KO = re.compile(
    r"(?P<asks>(?:들?(?:이|가|은|는))?\s(?:왜|어째서|뭐\s?때문에|무엇\s?때문에)\s?"
    rf"{_WHY_STATE}{_WHY_ENDS}{_TELL}){_END}"
)

# -- which ports a container has ------------------------------------------------------------------

_HAS = (
    r"(?:have|publish(?:ing|ed)?|expos(?:e|ing)|map(?:ping|ped)?|us(?:e|ing)|open"
    r"|listen(?:ing)?(?:\s+on)?)"
)
_PORTS = re.compile(
    r"^\s*(?P<which>what|which)\s+ports?\s+(?P<does>does|do|is|are)\s+\S.*?"
    rf"(?P<has>\s+{_HAS}){_END}",
    re.IGNORECASE,
)
_PORTS_KO = re.compile(
    r"(?P<asks>(?:이|가|은|는)?\s?(?:뭐|뭐가|뭘|무엇이|어떤\s?게|몇\s?번이?|어떻게)\s?"
    r"(?:열려\s?있|열렸|있|돼\s?있|되어\s?있|매핑돼\s?있|쓰고\s?있|쓰|써)"
    rf"(?:어|나|는지|지|니|냐|습니까|을까)?(?:요)?{_TELL}){_END}"
)


class Reworded(Record, frozen=True):
    """The *text* to read in place of the message, for a *target*; *only* these kinds may come of it
    (none: any that only look). *named*: it only names what is there, and not one object."""

    text: str
    target: str = ""
    only: tuple[str, ...] = ()
    named: bool = False


def others(message: str) -> Iterator[Reworded]:
    """What *message* may say as an order, the likelier first."""
    for text in _why(message):
        yield Reworded(text, only=(OBJECT,))
        yield Reworded(text, KUBERNETES, only=(OBJECT,))
    yield from _ports(message)
    short = len(message) < _SHORT and "?" not in message and not _HANGUL.search(message)
    named = message.rstrip(" .!~") + _LOOK
    if short and _SEVERAL.search(message):
        yield Reworded(named, named=True)
    if _NODE.search(message):
        yield Reworded(message, KUBERNETES)
        if short:
            yield Reworded(named, KUBERNETES, named=True)


def _why(message: str) -> Iterator[str]:
    for pattern in (_WHY, _WRONG):
        found = pattern.match(message)
        if found is not None and not _OTHERWISE.search(found["what"]):
            first, last = found.span("what")
            kept = blanked(message, ((0, first), (last, len(message))))
            yield f"{kept[: first - len('show ')]}show {kept[first:]}"
    found = _WHY_KO.search(message)
    if found is not None:
        yield _shown_at(message, found.start("asks"))


def _shown_at(message: str, place: int) -> str:
    """*message* with "show it" in Korean from *place* on."""
    return message[:place] + " 보여".ljust(len(message) - place)


def _ports(message: str) -> Iterator[Reworded]:
    """As in "which ports does container web have?": "show ports of container web"."""
    found = _PORTS.match(message)
    if found is not None:
        which, does = found.span("which"), found.span("does")
        asked = blanked(message, ((found.start("has"), len(message)),))
        text = f"{asked[: which[0]]}{'show'.ljust(which[1] - which[0])}{asked[which[1] : does[0]]}"
        text += "of".ljust(does[1] - does[0]) + asked[does[1] :]
        yield Reworded(text, only=(_PUBLISHED,))
    found = _PORTS_KO.search(message)
    if found is not None and "포트" in message[: found.start()]:
        yield Reworded(_shown_at(message, found.start("asks")), only=(_PUBLISHED,))
