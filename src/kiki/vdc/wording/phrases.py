"""The phrases of both languages, and what each adds to a draft.

Called by ``reading``. A phrase is a pattern that must match up to a boundary. Nouns of servers are
tiers: 웹 서버 is the tier web. Counts are digits and number words up to ten.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from kiki.targets.ansible.names import every
from kiki.vdc.wording.draft import Allowed, Draft, Unclear

Taken = re.Match[str]

# Words of the phrases themselves are no names: "users kim, allow SSH" has one user.
_WORDS = (
    r"(?:a|an|the|no|not|dont|but|without|except|only|all|and|with|plus|of|on|to|for|from|via|through"
    r"|using|please|do|create|make|build|define|give|delete|remove|allow|open|permit|deny|block|quotas?"
    r"|network|subnet|private|internal|external|floating|images?|flavors?|keys?|users?|servers?|vms?"
    r"|instances?|volumes?|vdc|called|named|each|ports?|everything|anywhere)"
)
NAME = rf"(?!{_WORDS}(?![A-Za-z0-9._-]))[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_CIDR = r"\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}"
_AMOUNT = r"\d+ ?(?:GB|MB|TB|GiB|기가바이트|기가|테라|G|T)"
_NUMBERS = {
    "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
    "열": 10, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "a": 1, "an": 1,
}  # fmt: skip
_COUNT_KO = r"(?:\d+|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열)"
_COUNT_EN = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|an?)"
# What people call the servers of a tier
_CALLED = {
    "web": "웹 web", "app": "앱 애플리케이션 application app was", "cache": "캐시 cache",
    "db": "db 디비 데이터베이스 database", "batch": "배치 batch", "api": "api",
    "proxy": "프록시 proxy", "mail": "메일 mail", "bastion": "배스천 bastion", "log": "로그 log",
    "monitoring": "모니터링 monitoring", "worker": "작업 worker", "file": "파일 file",
}  # fmt: skip
_TIERS = {word: name for name, words in _CALLED.items() for word in words.split()}
_KNOWN = "|".join(sorted(map(re.escape, _TIERS), key=len, reverse=True))
_TIER = rf"(?:{_KNOWN}|{NAME})"
_TIERS_KO = rf"{_TIER}(?: ?서버)?(?:(?:, ?|와 |과 |랑 |하고 | 및 ){_TIER}(?: ?서버)?)*?"
_TIERS_EN = rf"(?:the )?{_TIER}(?: servers?)?(?:(?:, ?| and ){_TIER}(?: servers?)?)*?"
_SERVICE = (
    r"(?:SSH|ICMP|핑|ping|HTTPS|HTTP|RDP|DNS|MySQL|PostgreSQL|Redis|(?:tcp|udp)[ /]\d+(?:-\d+)?"
    r"|\d+(?:-\d+)?(?:/(?:tcp|udp))?)"
)
_SERVICES_KO = rf"{_SERVICE}(?:(?:, ?|와 ?|과 ?|랑 ?|하고 ?| 및 |/){_SERVICE})*"
_SERVICES_EN = rf"{_SERVICE}(?:(?:, and |, ?| and |/){_SERVICE})*"
# Behind a number of servers only what is known as software, and no list with commas: "nginx, DB"
_SOFTWARE = "|".join(sorted(map(re.escape, every("packages")), key=len, reverse=True))
_WITH_KO = rf"(?P<software>(?:{_SOFTWARE})(?:(?:와 |과 |랑 |하고 | 및 )(?:{_SOFTWARE}))*)"
_WITH_EN = rf"(?P<software>(?:{_SOFTWARE})(?: and (?:{_SOFTWARE}))*)"
# Whoever says "install" may name anything
_PACKAGES_KO = rf"(?P<software>{NAME}(?:(?:, ?|와 |과 |랑 |하고 | 및 ){NAME})*?)"
_PACKAGES_EN = rf"(?P<software>{NAME}(?:(?:, and |, ?| and ){NAME})*?)"
_JOINED = r"(?:를|을|와|과|랑|하고|로|으로)?"
_OBJECT = r"(?:은|는|이|가|을|를)?"
_DO = r"(?:해 ?줘|해 ?주세요|해|하고|한다|함|하기)?"
_QUOTAS_KO = {
    "vcpu": "vcpus", "cpu": "vcpus", "코어": "vcpus", "램": "ram", "ram": "ram", "메모리": "ram",
    "인스턴스": "instances", "볼륨": "volumes", "스토리지": "storage", "저장소": "storage",
    "유동 ip": "floating_ips", "유동ip": "floating_ips", "라우터": "routers",
}  # fmt: skip
_QUOTAS_EN = {
    "vcpu": "vcpus", "cpu": "vcpus", "core": "vcpus", "instance": "instances", "volume": "volumes",
    "floating ip": "floating_ips", "router": "routers", "ram": "ram", "memory": "ram",
    "storage": "storage",
}  # fmt: skip
_QUOTA_KO = rf"(?:{'|'.join(_QUOTAS_KO)}){_OBJECT} ?(?:{_AMOUNT}|\d+)(?: ?(?:개|대))?"
_QUOTA_EN = (
    rf"(?:{_AMOUNT} (?:of )?(?:ram|memory|storage)|{_COUNT_EN} (?:{'|'.join(_QUOTAS_EN)})s?)"
)


class Phrase(NamedTuple):
    """A pattern, and what it does with what it took."""

    pattern: re.Pattern[str]
    take: Callable[[Draft, Taken], None]


def _compiled(pattern: str, take: Callable[[Draft, Taken], None]) -> Phrase:
    return Phrase(re.compile(pattern, re.IGNORECASE), take)


def tier(word: str) -> str:
    """The tier that *word* means, with or without what says that it is a server."""
    plain = re.sub(r"(?: ?서버| servers?)$|^the ", "", word.strip(), flags=re.IGNORECASE)
    return _TIERS.get(plain.lower(), plain)


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(tier(part) for part in _names(text or ""))


def _names(text: str) -> list[str]:
    """The names in *text*, which a pattern has matched as a list of them."""
    parts = re.split(r", ?and |, ?|와 |과 |랑 |하고 | 및 | and ", text, flags=re.IGNORECASE)
    return [part.strip() for part in parts if part.strip()]


def number(word: str) -> int:
    """The number that *word* means."""
    return int(word) if word.isdecimal() else _NUMBERS[word.lower()]


def amount(word: str) -> str:
    """*word* as a definition writes amounts."""
    found = re.match(r"\d+", word)
    assert found is not None
    unit = word[found.end() :].strip().upper()
    units = {"기가바이트": "GB", "기가": "GB", "G": "GB", "GIB": "GB", "테라": "TB", "T": "TB"}
    return found[0] + units.get(unit, unit)


def _head(draft: Draft, taken: Taken) -> None:
    draft.call(taken["name"])


def _servers(draft: Draft, taken: Taken) -> None:
    name, count = tier(taken["what"] or "server"), number(taken["count"])
    if count < 1:
        raise Unclear("vdc.new_count", words=taken[0])
    draft.add(draft.groups, name, count)
    if taken.groupdict().get("software"):
        draft.install((name,), _names(taken["software"]))


def _software(draft: Draft, taken: Taken) -> None:
    draft.install(_listed(taken["who"]), _names(taken["software"]))


def _network(draft: Draft, taken: Taken) -> None:
    draft.add(draft.networks, taken["name"] or "private", taken["cidr"])


def _single(sort: str) -> Callable[[Draft, Taken], None]:
    return lambda draft, taken: draft.once(sort, taken["name"])


def _people(draft: Draft, taken: Taken) -> None:
    draft.people += [one for one in _names(taken["names"]) if one not in draft.people]


def _floating(draft: Draft, taken: Taken) -> None:
    draft.floating += _listed(taken["who"])


def _volume(draft: Draft, taken: Taken) -> None:
    for name in _listed(taken["who"]):
        draft.volumes.setdefault(name, []).append(amount(taken["size"]))


def _quota(nouns: dict[str, str], item: str) -> Callable[[Draft, Taken], None]:
    def take(draft: Draft, taken: Taken) -> None:
        for found in re.finditer(item, taken["items"], re.IGNORECASE):
            noun = next(word for word in sorted(nouns, key=len, reverse=True)
                        if word in found[0].lower())  # fmt: skip
            sized = re.search(_AMOUNT, found[0], re.IGNORECASE)
            quota = nouns[noun]
            if (quota in ("ram", "storage")) != bool(sized):
                raise Unclear("vdc.new_quota", words=found[0])
            counted = re.search(rf"\d+|\b{_COUNT_EN}\b", found[0], re.IGNORECASE)
            assert counted is not None
            value = amount(sized[0]) if sized else number(counted[0])
            draft.add(draft.quotas, quota, value)

    return take


def _allow(draft: Draft, taken: Taken) -> None:
    groups = taken.groupdict()
    services = tuple(_service(draft, one) for one in re.findall(_SERVICE, taken["what"], re.I))
    cidr = groups.get("cidr") or ""
    sources = _listed(groups.get("source"))
    draft.allowed.append(Allowed(sources, _listed(groups.get("to")), services, cidr))


def _service(draft: Draft, text: str) -> str:
    said = {"핑": "icmp", "ping": "icmp"}.get(text.lower(), text.lower())
    if found := re.fullmatch(r"(tcp|udp)[ /](\d+(?:-\d+)?)", said):
        return f"{found[2]}/{found[1]}"
    if re.fullmatch(r"\d+(?:-\d+)?", said):
        draft.guessed_tcp = True
        return f"{said}/tcp"
    return said


def _nothing(draft: Draft, taken: Taken) -> None:
    """What says nothing."""


_VDC = r"(?:VDC|가상 ?데이터 ?센터|virtual data cent(?:er|re))"
_EXTERNAL_KO = r"(?:외부망|외부 ?네트워크)"
_PRIVATE_KO = r"(?:사설망|사설 ?네트워크|내부망|내부 ?네트워크|네트워크)"
_FLOATING_KO = r"(?:유동|공인|플로팅) ?IP"
_ALLOW_KO = rf"(?:(?:허용|개방|오픈){_DO}|열어(?: ?줘| ?주세요)?|열기)"
PHRASES = (
    _compiled(
        rf"(?:an? |the )?(?P<name>{NAME})(?: 팀| 팀용|용)? ?{_VDC}(?:을|를)?(?: ?하나)?", _head
    ),
    _compiled(rf"(?:an? |the )?{_VDC} (?:called |named |for )?(?P<name>{NAME})", _head),
    _compiled(
        rf"(?P<what>{_KNOWN})(?: ?서버)?{_OBJECT} ?(?P<count>{_COUNT_KO}) ?(?:대|개){_JOINED}",
        _servers,
    ),
    _compiled(
        rf"(?:(?P<what>{NAME}) ?)?서버{_OBJECT} ?(?P<count>{_COUNT_KO}) ?(?:대|개){_JOINED}",
        _servers,
    ),
    _compiled(
        rf"(?P<count>{_COUNT_EN}) (?:(?P<what>{_KNOWN}|{NAME}) )?(?:servers?|vms?|instances?)",
        _servers,
    ),
    _compiled(rf"(?P<count>{_COUNT_EN}) (?P<what>{_KNOWN})s?", _servers),
    _compiled(
        rf"(?:(?P<what>{_KNOWN}|{NAME})(?: ?서버)?|서버){_OBJECT} ?(?P<count>{_COUNT_KO})"
        rf" ?(?:대|개)(?:에는|에) ?{_WITH_KO}(?:을|를)?(?: ?설치{_DO})?",
        _servers,
    ),
    _compiled(
        rf"(?P<count>{_COUNT_EN}) (?P<what>{_KNOWN}|{NAME})(?: servers?| vms?| instances?|s)?"
        rf" (?:with|running) {_WITH_EN}",
        _servers,
    ),
    _compiled(
        rf"(?P<who>{_TIERS_KO})(?:에는|에|마다) ?{_PACKAGES_KO}(?:을|를)? ?설치{_DO}", _software
    ),
    _compiled(rf"install {_PACKAGES_EN} on (?P<who>{_TIERS_EN})", _software),
    _compiled(
        rf"{_PRIVATE_KO}{_OBJECT} ?(?:(?P<name>{NAME}){_OBJECT} )?(?P<cidr>{_CIDR})"
        rf"(?: ?대역)?(?:을|를|로|으로)?",
        _network,
    ),
    _compiled(rf"(?P<name>{NAME}) {_PRIVATE_KO}{_OBJECT} ?(?P<cidr>{_CIDR})", _network),
    _compiled(
        rf"(?:on |in )?(?:an? |the )?(?:private |internal )?(?:network|subnet)"
        rf"(?: (?:called |named )?(?!with|of|on|cidr)(?P<name>{NAME}))?"
        rf" (?:with |of |on )?(?:cidr )?(?P<cidr>{_CIDR})",
        _network,
    ),
    _compiled(
        rf"(?:(?P<to>{_TIERS_KO})(?:에는|에|은|는|으로|로) ?)?"
        rf"(?:(?P<cidr>{_CIDR})(?:에서|의|부터)? ?)?"
        rf"(?P<what>{_SERVICES_KO})(?:만|은|는|을|를)?(?: ?포트(?:를|을|만)?)? ?{_ALLOW_KO}",
        _allow,
    ),
    _compiled(
        rf"(?P<source>{_TIERS_KO})에서 (?P<to>{_TIERS_KO})(?:으로|로|에) ?(?P<what>{_SERVICES_KO})"
        rf"(?:만|은|는|을|를)?(?: ?포트(?:를|을|만)?)? ?{_ALLOW_KO}",
        _allow,
    ),
    _compiled(
        rf"(?:allow|open|permit)(?: ports?)? (?P<what>{_SERVICES_EN})"
        rf"(?: from (?:(?P<cidr>{_CIDR})|anywhere|the internet|(?P<source>{_TIERS_EN})))?"
        rf"(?: to (?:all servers|everything|(?P<to>{_TIERS_EN})))?",
        _allow,
    ),
    _compiled(
        rf"(?P<source>{NAME}) ?(?:->|→) ?(?P<to>{NAME}) ?: ?(?P<what>{_SERVICES_EN})", _allow
    ),
    _compiled(
        rf"쿼터(?:는|은|로|를)? ?:? ?(?P<items>{_QUOTA_KO}(?:(?:, ?| |와 |과 | 및 ){_QUOTA_KO})*)",
        _quota(_QUOTAS_KO, _QUOTA_KO),
    ),
    _compiled(rf"(?P<items>{_QUOTA_KO})(?: ?의)? ?쿼터", _quota(_QUOTAS_KO, _QUOTA_KO)),
    _compiled(
        rf"(?:an? )?quotas?(?: of|:)? (?P<items>{_QUOTA_EN}(?:(?:, and |, ?| and ){_QUOTA_EN})*)",
        _quota(_QUOTAS_EN, _QUOTA_EN),
    ),
    _compiled(
        rf"{_EXTERNAL_KO}{_OBJECT} ?(?P<name>{NAME})(?:에|으로|로)?(?: ?연결)?{_DO}",
        _single("external"),
    ),
    _compiled(
        rf"(?:connected to |via |through )?(?:the )?external network (?:called |named )?"
        rf"(?P<name>{NAME})",
        _single("external"),
    ),
    _compiled(
        rf"(?P<who>{_TIERS_KO})(?:에는|에|마다) ?{_FLOATING_KO}(?:를|을)?(?: ?하나씩?)?"
        rf"(?: ?(?:부여|할당|연결|추가))?{_DO}",
        _floating,
    ),
    _compiled(rf"(?:an? )?floating ips? (?:for|on|to) (?P<who>{_TIERS_EN})", _floating),
    _compiled(
        rf"(?P<who>{_TIERS_KO})(?:에는|에|마다) ?(?P<size>{_AMOUNT}) ?볼륨(?:을)?(?: ?하나씩?)?"
        rf"(?: ?(?:연결|추가))?{_DO}",
        _volume,
    ),
    _compiled(
        rf"(?:an? )?(?P<size>{_AMOUNT}) volumes? (?:for|on) (?:each )?(?P<who>{_TIERS_EN})", _volume
    ),
    _compiled(rf"이미지{_OBJECT} ?(?P<name>{NAME})", _single("image")),
    _compiled(rf"(?P<name>{NAME}) 이미지(?:로|를)?(?: 사용)?{_DO}", _single("image")),
    _compiled(rf"(?:using |from )?(?:the )?image (?P<name>{NAME})", _single("image")),
    _compiled(rf"플레이버{_OBJECT} ?(?P<name>{NAME})", _single("flavor")),
    _compiled(rf"(?P<name>{NAME}) 플레이버(?:로|를)?(?: 사용)?{_DO}", _single("flavor")),
    _compiled(rf"(?:using )?(?:the )?flavor (?P<name>{NAME})", _single("flavor")),
    _compiled(rf"(?:SSH ?)?키(?:페어)?{_OBJECT} (?P<name>{NAME})", _single("key")),
    _compiled(rf"(?:the )?(?:ssh )?key(?: ?pair)? (?P<name>{NAME})", _single("key")),
    _compiled(
        rf"사용자{_OBJECT} (?P<names>(?:{NAME})(?:(?:, ?|와 |과 | 및 )(?:{NAME}))*)", _people
    ),
    _compiled(rf"users? (?P<names>(?:{NAME})(?:(?:, ?| and )(?:{NAME}))*)", _people),
    _compiled(r"(?:만들어|생성해|구성해|정의해)(?: ?줘| ?주세요|라)?|생성|부탁해", _nothing),
    _compiled(r"please|create|make|build|set up|define|i need|give me", _nothing),
    _compiled(r"그리고|및|and|with|plus|[,;:.\n]", _nothing),
)
