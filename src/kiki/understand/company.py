"""Finds with which other pods those of a workload are to share a node, and which they are to keep
away from: "app=cache 파드와 같은 노드에", "away from pods with app=db", "on the same node as the
cache pods"; and how those of one workload stand to each other: "파드끼리 다른 노드에", "on
different nodes".

Called by ``lexer``, for which such a phrase is one word that names its field and the labels of the
other pods (``near=app=cache``). What is only wished for ("if possible") is not looked at: a node
without such pods would be refused, though it was allowed. Pods that are named by no label are asked
about. Not looked for in quotes. All run in linear time.
"""

import re
from collections.abc import Iterator
from functools import cache

from kiki.understand.longest import Span, longest, unquoted

_HINTS = ("pod", "파드", "포드", "서로 다른", "different node", "separate node", "own node")
_LABEL = r"[A-Za-z0-9][A-Za-z0-9_./-]{0,252}=[A-Za-z0-9_.-]{0,62}[A-Za-z0-9]"
_LABELS = rf"{_LABEL}(?:(?:\s?,\s?|\s?&\s?| and |와 |과 ){_LABEL}){{0,9}}"
_NAME = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_AT = r"(?<![A-Za-z0-9_./:=,-])"
_AFTER = r"(?![A-Za-z0-9_/:=-]|\.\w)"
_SOFT = r"(?i:if possible|preferably|ideally|where possible|가능하면|가능한 한|되도록|웬만하면)"
_WISHED = re.compile(rf"{_SOFT}[\s,]*\Z|\A[\s,]*{_SOFT}")
_WITH = (
    r"(?i:(?: that| which)? (?:with|having|have|has|carry|carrying|matching|labell?ed|of)"
    r"(?: the)?(?: labels?)?|:)"
)
_PODS_EN = (
    rf"(?:(?i:the|any|other|all) )*(?:(?i:pods?){_WITH} (?P<labels>{_LABELS})"
    rf"|(?P<labels2>{_LABELS}) (?i:pods?)"
    rf"|(?!(?i:the|any|other|all|its|their|these|those|my|your|our|same)\b)(?P<name>{_NAME}) pods)"
)
_THEM = r"(?i:it|them|its pods|the pods)"
_MINE = (
    r"(?:(?i:and )?(?i:(?:that|which) )?(?i:(?:must|should|shall|have to|has to) )?"
    r"(?i:be|keep|keeping|kept|put|place|run|schedule|stay|staying"
    rf"|make sure (?:it|they) (?:runs?|stays?))(?: {_THEM})? )?"
)
_PODS_KO = (
    rf"(?:(?:레이블|라벨)이?\s)?(?:(?P<labels>{_LABELS})(?:인|이 붙은)?"
    rf"(?:\s?(?:레이블|라벨)(?:을 가진|를 가진|이 있는|이 붙은|의|인)?)?|(?P<name>{_NAME}))"
    r"\s?(?:파드|포드|(?i:pods?))(?:들)?"
)
_SAME_EN = r"(?i:on|onto) (?i:the|a) same (?i:nodes?|hosts?) (?i:as|with)"
_OTHER_EN = (
    r"(?i:on|onto) (?:(?i:a) )?(?i:different|other|another|separate) (?i:nodes?|hosts?)"
    r" (?i:than|from|to)"
)
_NODE = r"(?:노드|서버|호스트)"
_AT_KO = rf"{_NODE}(?:에|에서)(?:만)?"
_SURE = r"(?:(?:항상|반드시|꼭)\s)?"
_RUN_KO = r"(?:이|가)\s?(?:있는|도는|떠 있는|실행되는|실행 중인)"
_GO = (
    r"(?:\s?(?:(?:배치|스케줄링?|할당|분산)"
    r"(?:하는|하게|하도록|하고|해서|되는|되게|되도록|되고|돼서|해\s?줘|해\s?주세요|해)"
    r"|(?:실행|배포)(?:하는|하게|하도록|하고|해서|되는|되게|되도록|되고|돼서)"
    r"|(?:뜨|두|놓|올리|올라가|있|돌|도|퍼지)(?:는|게|도록|고|게\s?해서)"
    r"|(?:떠|둬|놓아|올라가)(?:서|\s?줘|\s?주세요)?|(?:띄워|올려)서"
    r"|퍼져서|(?:뜨|두|있|퍼지|올리|올라가)(?:게|도록)\s?해\s?(?:줘|주세요))(?![가-힣]))?"
)
_KEPT = (
    r"(?:배치하|배치되|두|놓|올리|올라가|뜨|띄우|있|실행하|실행되|스케줄하|스케줄되)지\s?"
    r"(?:말고|마|말아\s?줘|말아\s?주세요|않게|않도록|않는|못하게|못하도록)(?![가-힣])"
)
_FAR = (
    r"(?:떨어진|떨어져서|떨어뜨려서?|떨어지게|떨어지도록|멀리|피해서|피하게|피하도록|피하는)"
    rf"(?:\s?{_NODE}에)?"
)
_NEAR = (
    rf"{_MINE}{_SAME_EN} {_PODS_EN}",
    rf"{_MINE}(?i:next to|near|close to|together with|co-?located with|alongside) {_PODS_EN}",
    rf"{_PODS_KO}(?:와|과|랑|하고)\s?{_SURE}같은\s?{_AT_KO}{_GO}",
    rf"{_PODS_KO}{_RUN_KO}\s?{_AT_KO}{_GO}",
)
_APART = (
    rf"{_MINE}(?i:far )?(?i:away|apart|separate|separated) (?i:from) {_PODS_EN}",
    rf"{_MINE}{_OTHER_EN} {_PODS_EN}",
    rf"{_MINE}(?i:not|never) {_SAME_EN} {_PODS_EN}",
    r"(?:(?i:and|but) )?(?i:never|do not|don't) (?i:put|place|run|schedule|deploy|keep)"
    rf" {_THEM} {_SAME_EN} {_PODS_EN}",
    rf"(?i:avoid|avoiding) (?:(?i:nodes|hosts) (?i:with|that run) )?{_PODS_EN}",
    rf"{_PODS_KO}(?:와|과|랑|하고)(?:는|은)?\s?{_SURE}(?:서로\s)?다른\s?{_AT_KO}{_GO}",
    rf"{_PODS_KO}(?:와|과|랑|하고)(?:는|은)?\s?같은\s?{_NODE}에(?:는)?\s?{_KEPT}",
    rf"{_PODS_KO}{_RUN_KO}\s?{_NODE}에(?:는)?\s?{_KEPT}",
    rf"{_PODS_KO}(?:와|과|랑|하고|를|을|에서|로부터)(?:는|은)?\s?{_FAR}{_GO}",
)
_OWN_KO = rf"(?:(?P<own>{_NAME})\s?)?(?:파드|포드|(?i:pods?))(?:들)?끼리(?:는)?\s?"
_SURELY = r"(?:항상|반드시|꼭|절대)\s"
_OWN_EN = r"(?:(?:(?i:with|and) )?(?i:its|their|the|all) (?i:pods|replicas) )?"
_SPREAD = (
    rf"{_OWN_KO}(?:서로\s)?(?:다른|여러)\s?{_NODE}(?:에|로){_GO}",
    rf"서로\s다른\s?{_NODE}(?:에|로)(?!만|\s?(?:퍼뜨|나눠|흩)){_GO}",
    rf"{_MINE}{_OWN_EN}(?i:on|onto|over|across) (?i:different|separate|distinct) (?i:nodes|hosts)"
    r"(?! (?i:than|from|to|as))",
)
_ALONE = (
    rf"{_OWN_KO}(?:서로\s)?{_SURELY}(?:서로\s)?다른\s?{_NODE}에(?:만)?{_GO}",
    rf"{_OWN_KO}(?:서로\s)?다른\s?{_NODE}에만{_GO}",
    rf"{_OWN_KO}(?:{_SURELY})?(?:서로\s)?같은\s?{_NODE}에(?:는)?\s?(?:{_SURELY})?{_KEPT}",
    rf"{_MINE}(?:(?i:with|and) )?(?i:each|every) (?:(?i:pod|replica|one) )?(?i:on) "
    r"(?i:a different|a separate|its own|another) (?i:node|host)(?! (?i:than|from|to|as))",
)
_WORKLOAD = (
    r"(?:디플로이먼트|스테이트풀\s?셋|데몬\s?셋|레플리카\s?셋"
    r"|(?i:deployment|stateful ?set|daemon ?set|replica ?set))"
)


def spans(message: str) -> tuple[Span, ...]:
    """The phrases in *message* as (start, end, field), in order and without overlap."""
    lower = message.lower()
    if not any(hint in lower for hint in _HINTS):
        return ()
    return longest(_found(unquoted(message)))


def _found(text: str) -> Iterator[Span]:
    for field, forms in (("near", _NEAR), ("apart", _APART)):
        for match in (one for pattern in _compiled(forms) for one in pattern.finditer(text)):
            if not _wished(text, match):
                yield match.start(), match.end(), f"{field}={_of(match)}"
    for spread, apart in (("nodes", _SPREAD), ("one-per-node", _ALONE)):
        for match in (one for pattern in _compiled(apart) for one in pattern.finditer(text)):
            if _own(text, match.groupdict().get("own") or ""):
                yield match.start(), match.end(), f"spread={spread}"


def _own(text: str, name: str) -> bool:
    """Whether *name*, of whose pods it is said, is the one workload that *text* names."""
    about = rf"{_WORKLOAD}\s({_NAME})|(?<![A-Za-z0-9.-])({_NAME})\s?{_WORKLOAD}"
    return not name or {a or b for a, b in re.findall(about, text)} == {name}


def _wished(text: str, match: re.Match[str]) -> bool:
    """Whether it is only to be so where it can be."""
    before, after = text[: match.start()], text[match.end() :]
    return _WISHED.search(before) is not None or _WISHED.match(after) is not None


def _of(match: re.Match[str]) -> str:
    """The labels of the other pods, with a comma between them; or the name that they have."""
    groups = {name.rstrip("2"): text for name, text in match.groupdict().items() if text}
    labels = re.findall(_LABEL, groups.get("labels", ""))
    return ",".join(labels) if labels else groups["name"]


@cache
def _compiled(forms: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(f"{_AT}{form}{_AFTER}") for form in forms)
