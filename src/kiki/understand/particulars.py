"""Finds what is said of autoscalers, disruption budgets and ingresses in phrases of their own:
"2~10개", "at 70% cpu", "최소 2개 유지", "shop.example.com/api -> api:8080".

Called by ``lexer``, for which such a phrase is one word. Its value names fields of the kind and
what they are (``min=2;max=10``). Looked for only in messages that name such a thing, so that the
same words mean elsewhere what they always do, and not in quotes.
"""

import re
from collections.abc import Iterator
from functools import cache

from kiki.understand import schedule_forms

Span = tuple[int, int, str]
_HINTS = {
    "scaling": (
        "autoscal", "auto-scal", "auto scal", "hpa", "오토스케일", "오토 스케일", "자동 확장",
        "자동 스케일",
    ),
    "budget": ("pdb", "disruption", "중단 예산"),
    "ingress": ("ingress", "인그레스"),
}  # fmt: skip
_BEFORE = r"(?<![A-Za-z0-9_*/@.:=-])"
_AFTER = r"(?![A-Za-z0-9_*%/@:=-]|\.\w)"
_N = r"[0-9]{1,5}"
_CNT = r"(?:\s?개|\s?대)?"
_KO_PODS = r"(?:\s?(?:파드|레플리카|replicas?|pods?))?(?:\s?(?:수|개수))?(?:는|은|를|을)?\s?"
_PODS = r"(?: (?:pods?|replicas?|instances?|copies))?"
_PERCENT = r"\s?(?:%|퍼센트|percent)"
_USE = r"(?:\s?(?:평균\s?)?(?:사용률|사용량|이용률|점유율|utili[sz]ation|usage|load|target))*"
_IS = r"(?:은|는|이|가|을|를|\s?[:=]| of| at| to| is)?\s?"
_OVER = (
    r"(?:\s?기준(?:으로)?(?![가-힣])|(?:을|를)?\s?(?:넘으면|초과하면|이상이면|넘을 때|초과 시))?"
)
_GROWS = (
    r"(?:(?:까지|로)?\s?(?:자동으로\s?)?(?:늘어나|늘리|확장되|확장하|증가하)(?:게|도록|는)(?![가-힣])"
    r"|까지(?![가-힣]))?"
)
_SCALING = (
    rf"(?:between |from )?(?P<min>{_N}){_CNT}\s?[~-]\s?(?P<max>{_N}){_CNT}{_PODS}",
    rf"(?P<min>{_N}){_CNT}(?:에서|부터)\s?(?P<max>{_N}){_CNT}(?:까지|\s?사이)?",
    rf"(?:(?:between |from )?(?P<min>{_N}) to|between (?P<min2>{_N}) and) (?P<max>{_N}){_PODS}",
    rf"최소{_KO_PODS}(?P<min>{_N}){_CNT}",
    rf"최대{_KO_PODS}(?P<max>{_N}){_CNT}{_GROWS}",
    rf"(?:an? )?(?:min(?:imum)?{_PODS}(?: of| is|[:=])?|at least) ?(?P<min>{_N}){_PODS}",
    rf"(?:an? )?(?:max(?:imum)?{_PODS}(?: of| is|[:=])?|at most|up to) ?(?P<max>{_N}){_PODS}",
    rf"(?:average |평균 )?(?:cpu|씨피유){_USE}{_IS}(?P<cpu>{_N}){_PERCENT}{_OVER}",
    rf"(?P<cpu>{_N}){_PERCENT} (?:of )?(?:average )?cpu{_USE}",
    rf"(?:average |평균 )?(?:memory|메모리){_USE}{_IS}(?P<memory>{_N}){_PERCENT}{_OVER}",
    rf"(?P<memory>{_N}){_PERCENT} (?:of )?(?:average )?memory{_USE}",
)
_V = rf"{_N}%?"
_LEAST = rf"(?P<min_available>{_N}(?:{_PERCENT})?){_CNT}"
_MOST = rf"(?P<max_unavailable>{_N}(?:{_PERCENT})?){_CNT}"
_KEPT = (
    r"(?:(?:는|은|를|을|가|이)?\s?(?:항상\s?)?(?:유지|보장)"
    r"(?:하는|하도록|하게|되게|되도록|되는)?(?![가-힣]))?"
)
_DOWN = (
    r"(?:만|까지|까지만)?\s?(?:파드(?:가|만)?\s?)?(?:중단|축출|사용 불가|비가용)"
    r"(?:\s?허용)?(?:하는|되는|하도록|되도록|하게|되게)?(?![가-힣])"
)
_BUDGET = (
    rf"(?:최소\s?(?:가용|사용 가능)|minavailable|min available){_KO_PODS}{_IS}{_LEAST}{_KEPT}",
    rf"최소(?:한)?{_KO_PODS}{_LEAST}{_KEPT}",
    rf"(?:최대\s?(?:비가용|사용 불가|중단)|maxunavailable|max unavailable){_KO_PODS}{_IS}{_MOST}",
    rf"(?:(?<=\s)파드(?:가|는)\s)?(?:동시에\s?|한 번에\s?)?최대{_KO_PODS}{_MOST}{_DOWN}",
    rf"(?:an? )?min(?:imum)?[ -]?available{_PODS}{_IS}(?P<min_available>{_V}){_PODS}",
    rf"(?:an? )?max(?:imum)?[ -]?unavailable{_PODS}{_IS}(?P<max_unavailable>{_V}){_PODS}",
    rf"(?:(?:that|which|to) (?:keeps?|guarantees?) |so that )?"
    rf"at least (?P<min_available>{_V}){_PODS}"
    r"(?: (?:(?:that )?(?:must |should )?(?:always )?(?:are |be |stay |kept |remain )?)"
    r"(?:available|up))?",
    rf"(?:(?:where|so that) )?at most (?P<max_unavailable>{_V}){_PODS}"
    r" (?:(?:may be |can be |is |are )?(?:unavailable|down))",
)
_HOST = r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
_SERVICE = r"(?P<service>[a-z](?:[a-z0-9-]*[a-z0-9])?)"
_PORT = r"(?P<port>[0-9]{1,5}|[a-z](?:[a-z0-9-]*[a-z0-9])?)"
_LED = r"(?:(?:with )?(?:the )?rules?(?: is| are|:)? |(?:규칙|룰)(?:은|는|이|:)?\s?)?"
_FROM = rf"{_LED}(?:(?P<host>{_HOST})(?:의\s?(?=/))?)?(?P<path>/[a-z0-9._~%+/-]*)?(?P<prefix>\*)?"
_SENT = r"(?:(?:으로|로)\s?(?:보내는|보내 주는|보내주는|연결하는|이어 주는|이어주는|라우팅하는))?"
_REQUESTS = (
    r"(?:\s?(?:들어오는|오는|들어온|온)\s(?:(?:모든|http|https)\s)?"
    r"(?:요청|트래픽|접속|호출)(?:을|를|은|는)?"
    r"|\s?(?:들어오면|접속하면|요청하면|접근하면|(?:요청|트래픽|접속)(?:이|을)?\s?(?:오면|들어오면|받으면)))?\s?"
)
_SENDS = (
    r"(?:으로|로)\s?"
    r"(?:보내는|보내 주는|보내주는|연결하는|이어 주는|이어주는|라우팅하는|넘기는|넘겨주는)"
)
_RULE = (
    rf"{_FROM}(?:(?:은|는|을|를)?\s?경로)?(?:은|는|을|를)?\s?(?:(?:->|=>|→|=)\s?|to (?:the )?)?"
    rf"(?:service )?{_SERVICE}:{_PORT}{_SENT}",
    rf"{_FROM}(?:\s?(?:호스트|도메인|주소))?(?:의\s?(?P<path2>/[a-z0-9._~%+/-]*))?(?:\s?경로)?"
    rf"(?:은|는|을|를|으로|로){_REQUESTS}{_SERVICE} (?:서비스|svc)(?:의)?\s?(?P<port>[0-9]{{1,5}})"
    rf"(?:번)?(?:\s?포트)?{_SENT}",
    rf"{_FROM}(?:으로|로){_REQUESTS}{_SERVICE}:{_PORT}{_SENT}",
    rf"{_FROM}(?:은|는|을|를|으로|로){_REQUESTS}{_SERVICE} (?:서비스|svc){_SENDS}",
    rf"{_FROM} to (?:the )?(?:service )?{_SERVICE}(?: service)?(?: on)?(?: port)? "
    r"(?P<port>[0-9]{1,5})",
)
# Nouns of ordinary language, which count only here.
_TOLD = (
    r"(?:ingress )?class(?: is|[:=])? ?(?P<ingress_class>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)",
    r"(?:인그레스 )?클래스(?:는|은|[:=])?\s?(?P<ingress_class>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)",
    rf"(?:domain|도메인)(?:은|는| is|[:=])? ?(?P<host>{_HOST})",
)
_CLASS = re.compile(r"ingress ?class(?:es)?|인그레스 ?클래스")
_ORDER = {"host": 0, "path": 1, "service": 2, "port": 3}


def spans(message: str) -> tuple[Span, ...]:
    """The phrases in *message* as (start, end, fields), in order and without overlap."""
    lower = message.lower()
    about = [name for name, hints in _HINTS.items() if any(hint in lower for hint in hints)]
    if not about:
        return ()
    blank = re.sub(schedule_forms.QUOTED, lambda match: "\0" * len(match[0]), lower)
    if about == ["ingress"]:
        return (*_class(blank),) or tuple(_rules(blank))
    found = [(match, _said(match)) for name in about for match in _matches(blank, name)]
    return tuple((match.start(), match.end(), text) for match, text in _apart(found))


def _class(text: str) -> Iterator[Span]:
    """A class of ingresses that is no ingress's: a thing of its own, which none of our kinds is."""
    found = list(_CLASS.finditer(text))
    if found and not any(hint in _CLASS.sub("", text) for hint in _HINTS["ingress"]):
        yield found[0].start(), found[0].end(), "kind=ingressclass"


def _rules(text: str) -> Iterator[Span]:
    """The rules of an ingress: the fields of the one that there is, or each as ``rules``."""
    kept = _apart([(match, "") for match in _matches(text, "ingress") if _leads(match)])
    told = [(match, _said(match)) for match in _matches(text, "told")]
    for match, fields in _apart([*kept, *told]):
        if fields:
            yield match.start(), match.end(), fields
            continue
        said = _groups(match)
        ordered = sorted((name for name in said if name in _ORDER), key=_ORDER.__getitem__)
        one = ";".join(f"{name}={said[name]}" for name in ordered)
        if "port" not in said:  # is asked for, where it is one rule
            if len(kept) == 1 and not match["prefix"]:
                yield match.start(), match.end(), one
            continue
        path = said.get("path", "") + ("*" if match["prefix"] else "")
        place = said.get("host", "") + path
        rule = f"rules={place}={said['service']}:{said['port']}"
        alone = len(kept) == 1 and said["port"].isdigit() and not match["prefix"]
        yield match.start(), match.end(), one if alone else rule


def _leads(match: re.Match[str]) -> bool:
    """Whether a host or a path says what leads to the service."""
    said = _groups(match)
    return bool(said.get("host") or said.get("path"))


def _apart(found: list[tuple[re.Match[str], str]]) -> list[tuple[re.Match[str], str]]:
    """Those that begin first, the longest of them, without what overlaps."""
    chosen: list[tuple[re.Match[str], str]] = []
    for one in sorted(found, key=lambda pair: (pair[0].start(), -pair[0].end())):
        if not chosen or one[0].start() >= chosen[-1][0].end():
            chosen.append(one)
    return chosen


def _matches(text: str, about: str) -> Iterator[re.Match[str]]:
    for pattern in _patterns(about):
        yield from pattern.finditer(text)


@cache
def _patterns(about: str) -> tuple[re.Pattern[str], ...]:
    forms = {"scaling": _SCALING, "budget": _BUDGET, "ingress": _RULE, "told": _TOLD}[about]
    return tuple(re.compile(f"{_BEFORE}{form}{_AFTER}") for form in forms)


def _groups(match: re.Match[str]) -> dict[str, str]:
    return {name.rstrip("2"): text for name, text in match.groupdict().items() if text}


def _said(match: re.Match[str]) -> str:
    return ";".join(f"{name}={_number(text)}" for name, text in _groups(match).items())


def _number(text: str) -> str:
    return re.sub(_PERCENT, "%", text)
