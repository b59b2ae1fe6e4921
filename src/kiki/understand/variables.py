"""Finds where the environment variables of a container are said to come from: "DB_PASSWORD는
db-secret 시크릿의 password 키에서", "env DB_PASSWORD from key password of secret db-secret", and
all of a config map at once.

Called by ``lexer``, for which such a phrase is one word that names its field and what it is
(``env_keys=DB_PASSWORD=secret/db-secret:password``), and by ``secrets``: what is only named in such
a phrase is no secret. Not looked for in quotes. Without a word that says so, a variable is only
what is written as one: DB_PASSWORD, and no ordinary word. All run in linear time.
"""

import re
from collections.abc import Iterator
from functools import cache

from kiki.understand.longest import Span, longest, unquoted

_HINTS = ("secret", "시크릿", "config", "컨피그", "설정 맵", "설정맵", "키에서", " key ")
_SPELLED = {"시": "secret", "s": "secret"}  # by the first letter; anything else is a config map
_SIGNS = {
    "secret": "secret", "secrets": "secret", "config": "configmap", "configmap": "configmap",
    "cm": "configmap",
}  # fmt: skip
_SORT_KO = r"(?i:(?:쿠버네티스\s)?(?:시크릿|컨피그\s?맵|설정\s?맵|secret|config\s?map))"
_SORT_EN = r"(?i:(?:kubernetes |k8s )?(?:secret|config ?map))"
_N = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_NO_KEY = r"(?!(?i:every|each|all|any|some|the|its|that|this|same|right|which|what|a|an|one|no)\b)"
_K = rf"{_NO_KEY}[A-Za-z0-9_.-]{{0,252}}[A-Za-z0-9_-]"
_AT = r"(?<![A-Za-z0-9_./:=-])"
_AFTER = r"(?![A-Za-z0-9_/:=-]|\.\w)"
# A variable by its own looks, and any where a word says that it is one.
_LOOKS = r"(?=[A-Za-z0-9_]*[A-Z_])[A-Za-z_][A-Za-z0-9_]{0,252}"
_NO_NAME = (
    r"(?!(?i:variables?|vars?|from|is|are|in|of|to|as|and|or|with|which|that|comes?|for|on|at|into"
    r"|named|called)\b)"
)
_ANY = rf"{_NO_NAME}[A-Za-z_][A-Za-z0-9_.-]{{0,252}}"
_ENV_EN = r"(?i:env(?:ironment)?(?:[ -]va?r(?:iable)?s?)?|variables?)"
_ENV_KO = r"환경\s?변수(?:들)?"
_VAR_EN = (
    rf"(?:(?:(?i:the|an?) )?{_ENV_EN}:? (?:(?i:named|called) )?(?P<var>{_ANY})|(?P<var2>{_LOOKS}))"
)
_VAR_KO = rf"(?:{_ENV_KO}(?:인|로)?\s?(?P<var>{_ANY})|(?P<var2>{_LOOKS})(?:\s?{_ENV_KO})?)"
_SOURCE_EN = (
    rf"(?:(?i:the) )?(?:(?P<sort>{_SORT_EN}) (?:(?i:named|called) )?(?P<name>{_N})"
    rf"|(?P<name2>{_N}) (?P<sort2>{_SORT_EN}))"
)
_SOURCE_KO = (
    rf"(?:(?P<sort>{_SORT_KO})\s(?P<name>{_N})|(?P<name2>{_N})\s?(?:라는\s)?(?P<sort2>{_SORT_KO}))"
)
_FROM_EN = (
    r"(?: (?i:that|which|should|must|is|are|be|comes?|coming|taken|read|loaded|set|filled))*"
    r" (?i:from)"
)
_IS_EN = rf"(?:{_FROM_EN}|\s?[=:](?: (?i:from))?) "
_KEY_EN = (
    rf"(?:(?i:the) )?(?:(?i:key) (?P<key>{_K})|(?P<key2>{_K}) (?i:key)"
    rf"|(?i:value of) (?P<key3>{_K}))"
)
_OF_EN = r" (?i:of|in|from) "
_TOPIC = r"(?:(?:의)?\s?값)?(?:은|는|을|를|이|에|에는|:)?\s?"
_IN_KO = r"(?:의|에서|에 있는|에 든|에 들어 있는)?\s"
_KEY_KO = (
    rf"(?:(?P<key>{_K})\s?(?:라는\s)?(?:키|항목|key)|(?:키|key)\s(?P<key2>{_K}))(?:의)?(?:\s?값)?"
)
_BARE_KO = rf"(?P<key3>{_K})(?:\s?값|(?=에서))"
_STEM = (
    r"가져오|불러오|읽어오|받아오|참조하|사용하|이용하|설정하|지정하|주입하|주입되|로드하"
    r"|쓰|넣|받|읽|채우|하"
)
_DONE = (
    r"가져와|불러와|읽어와|받아와|참조해|사용해|이용해|설정해|지정해|주입해|로드해"
    r"|써|넣어|받아|읽어|채워|해"
)
_DO_KO = (
    rf"(?:\s?(?:(?:{_STEM})(?:는|게|도록|고|며|면서)|(?:가져온|불러온|읽어온|받은|참조한|설정한|한)"
    rf"|(?:{_DONE})(?:서|\s?줘|\s?주세요|\s?주고|요)?"
    r"|씁니다|사용합니다|가져옵니다|읽어옵니다|합니다)(?![가-힣]))?"
)
_ALL_KO = r"(?:(?:모든|전체|전부|모두|다|통째로|전부를|전체를)\s)?"
_WHAT_KO = r"(?:(?:값|키|변수|내용|항목|데이터|설정)(?:들)?(?:을|를|은|는)?\s)?"
_ALL_EN = r"(?i:all(?: of)?(?: the)?|every|the whole|its?|the)"
_ENV_ALL_EN = r"(?i:env(?:ironment)?(?:[ -]va?r(?:iable)?s?)?)"
_DO_EN = r"(?:(?i:use|take|set|get|read|load|inject|pull) )?"
_KEYS = (
    rf"{_DO_EN}{_VAR_EN}{_IS_EN}{_KEY_EN}{_OF_EN}{_SOURCE_EN}",
    rf"{_DO_EN}{_VAR_EN}{_IS_EN}{_KEY_EN}{_OF_EN}(?:(?i:the) )?(?P<name3>{_N})",
    rf"{_DO_EN}{_VAR_EN}{_IS_EN}{_SOURCE_EN}(?:'s)?,?(?: (?i:with|and|at|using|under))? {_KEY_EN}",
    rf"{_DO_EN}{_VAR_EN}{_IS_EN}(?:(?i:the) )?(?P<key>{_K}) (?i:of|in) {_SOURCE_EN}",
    rf"(?:{_ENV_KO}(?:은|는)?\s)?{_VAR_EN}(?:{_IS_EN}|\s?[=:]\s?|[은는을를]\s)"
    rf"(?P<sort>{_SORT_EN})[/ ](?P<name>{_N})[:/](?P<key>{_K})",
    rf"{_DO_EN}{_KEY_EN}{_OF_EN}{_SOURCE_EN} (?i:as|for) {_VAR_EN}",
    rf"{_VAR_KO}{_TOPIC}{_SOURCE_KO}{_IN_KO}(?:{_KEY_KO}|{_BARE_KO})"
    rf"(?:에서|으로|[로를을])?{_DO_KO}",
    rf"{_VAR_KO}{_TOPIC}(?P<name3>{_N})(?:의|에서|에 있는)\s{_KEY_KO}"
    rf"(?:에서|으로|[로를을]){_DO_KO}",
    rf"{_SOURCE_KO}{_IN_KO}(?:{_KEY_KO}|{_BARE_KO})(?:을|를)\s?{_VAR_KO}(?:으로|로|에){_DO_KO}",
)
_WHOLE = (
    rf"{_DO_EN}(?:{_ALL_EN} )?{_ENV_ALL_EN}{_FROM_EN}"
    rf"(?: (?i:all(?: of)?(?: the)? (?:keys|values|entries) (?:of|in)))? {_SOURCE_EN}",
    rf"{_DO_EN}(?i:all)(?i: of)?(?i: the)? (?i:(?:env(?:ironment)? )?(?:variables|vars))"
    rf"{_OF_EN}{_SOURCE_EN}",
    rf"{_DO_EN}(?:(?:{_ALL_EN} )?(?i:values?|keys?|entries|contents|data){_OF_EN})?{_SOURCE_EN}"
    rf" (?i:as)(?i: its| the)? {_ENV_ALL_EN}",
    rf"{_SOURCE_KO}{_IN_KO}?(?:을|를)?\s?{_ALL_KO}{_WHAT_KO}{_ALL_KO}{_ENV_KO}로{_DO_KO}",
    rf"{_ENV_KO}(?:은|는|을|를)?\s{_ALL_KO}{_SOURCE_KO}에서\s?{_ALL_KO}{_DO_KO}",
)


def spans(message: str) -> tuple[Span, ...]:
    """The phrases in *message* as (start, end, field), in order and without overlap."""
    lower = message.lower()
    if not any(hint in lower for hint in _HINTS):
        return ()
    return longest(_found(unquoted(message)))


def _found(text: str) -> Iterator[Span]:
    for pattern in _compiled(_KEYS):
        for match in pattern.finditer(text):
            said = _said(match)
            source = f"{_source(said)}:{said['key']}"
            yield match.start(), match.end(), f"env_keys={said['var']}={source}"
    for pattern in _compiled(_WHOLE):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), f"env_from={_source(_said(match))}"


def _said(match: re.Match[str]) -> dict[str, str]:
    return {name.rstrip("23"): text for name, text in match.groupdict().items() if text}


def _source(said: dict[str, str]) -> str:
    """``secret/NAME`` or ``configmap/NAME``. Where no noun says which, the name itself may: that of
    db-secret does; any other is asked about."""
    name = said["name"]
    if said.get("sort"):
        first = said["sort"].lower().removeprefix("쿠버네티스 ").removeprefix("kubernetes ")
        return f"{_SPELLED.get(first.removeprefix('k8s ')[:1], 'configmap')}/{name}"
    sorts = {_SIGNS[part] for part in re.split(r"[-.]", name) if part in _SIGNS}
    return f"{sorts.pop()}/{name}" if len(sorts) == 1 else name


@cache
def _compiled(forms: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(f"{_AT}{form}{_AFTER}") for form in forms)
