"""Finds how much memory and processor a workload's containers may take at most, where it is said
by a verb or after "at most": "limit memory to 512Mi", "메모리는 최대 512Mi", "with at most 2 cpus".

Called by ``lexer``, for which such a phrase is one word that names its field
(``memory_limit=512Mi``). Looked for only in messages about workloads of a cluster, and not in
quotes. As everywhere, 512 MB and "512메가" are 512Mi. Runs in linear time.
"""

import re
from collections.abc import Iterator
from functools import cache

from kiki.understand.longest import Span, longest, unquoted

_HINTS = (
    "pod", "파드", "포드", "deploy", "디플로이먼트", "statefulset", "스테이트풀", "daemonset",
    "데몬셋", "cronjob", "크론잡",
)  # fmt: skip
_WHAT = ("mem", "메모리", "ram", "cpu", "씨피유", "시피유", "core")  # what every such phrase has
_NOT = ("podman", "포드만", "포드맨", "quota", "쿼터", "limit range", "limitrange")
_AMOUNT = (
    r"(?P<memory>[1-9][0-9]{0,5}(?:\.[0-9]{1,2})?\s?"
    r"(?:[MGT]i?B|[mgt]i?b|[MGT]i|[MG]|메가(?:바이트)?|기가(?:바이트)?))"
)
_CPUS = r"(?P<cpu>[0-9]{1,4}(?:\.[0-9]{1,3})?m?)"
_MEMORY = r"(?:(?:its |the )?(?i:memory|mem|ram))"
_CPU = r"(?:(?:its |the )?(?i:cpu)(?: usage)?)"
_MEMORY_KO = "(?:메모리|(?i:memory|ram))"
_CPU_KO = "(?:(?i:cpu)|씨피유|시피유)"
_LEAD = r"(?:(?:and|with) )?"
_MOST_EN = r"(?:at most|no more than|up to|a maximum of|max(?:imum)?(?: of)?)"
_LIMITED_KO = (
    r"(?:으로|로|까지로|까지만|까지)\s?"
    r"(?:제한(?:하고|해서|하는|하게|하도록|된|되게|되도록|하여)?|한정해서|묶어서|묶고)(?![가-힣])"
)
_TOPIC = r"(?:는|은|를|을|이|가)?\s?"


def _each(form: str) -> Iterator[str]:
    """*form* for memory and for processors."""
    cpus = rf"{_CPUS}(?: ?(?:cpus?|cores?|코어|개))?"
    yield form.replace("AMOUNT", _AMOUNT).replace("EN", _MEMORY).replace("KO", _MEMORY_KO)
    yield form.replace("AMOUNT", cpus).replace("EN", _CPU).replace("KO", _CPU_KO)


_FORMS = (
    rf"{_LEAD}(?:limit|limiting|cap|capping|restrict|restricting) EN (?:to|at) AMOUNT",
    rf"{_LEAD}EN (?:limited|capped|restricted) (?:to|at) AMOUNT",
    rf"{_LEAD}(?:limited|capped|restricted) (?:to|at) AMOUNT(?: of)? EN",
    rf"{_LEAD}{_MOST_EN} AMOUNT(?: of)? EN",
    rf"{_LEAD}(?:max(?:imum)?|max\.) EN(?: of| is|:)? AMOUNT",
    rf"KO{_TOPIC}(?:최대\s?)?AMOUNT{_LIMITED_KO}",
    r"KO(?:는|은|를|을)?\s?최대\s?AMOUNT(?:까지|으로|로)?(?![가-힣])",
    r"최대\s?KO(?:는|은|를|을)?\s?AMOUNT(?:까지|으로|로)?(?![가-힣])",
)
_CORES = rf"{_LEAD}{_MOST_EN} {_CPUS} ?(?:cpus?|cores?)"
_SIZES = {"m": "Mi", "g": "Gi", "t": "Ti", "메": "Mi", "기": "Gi"}


def spans(message: str) -> tuple[Span, ...]:
    """The phrases in *message* as (start, end, field), in order and without overlap."""
    lower = message.lower()
    about = all(any(hint in lower for hint in hints) for hints in (_HINTS, _WHAT))
    about = about and not any(other in lower for other in _NOT)
    return longest(_found(unquoted(message))) if about else ()


def _found(text: str) -> Iterator[Span]:
    for pattern in _compiled():
        for match in pattern.finditer(text):
            said = match.groupdict()
            if said.get("memory"):
                yield match.start(), match.end(), f"memory_limit={_bytes(said['memory'])}"
            else:
                yield match.start(), match.end(), f"cpu_limit={said['cpu']}"


def _bytes(text: str) -> str:
    """As Kubernetes writes it: 512Mi."""
    number = re.sub(r"[^0-9.]", "", text)
    return number + _SIZES[re.sub(r"[0-9.\s]", "", text)[0].lower()]


@cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(rf"(?<![A-Za-z0-9_./:=-]){one}(?![A-Za-z0-9_/:=-]|\.\w)")
        for one in (_CORES, *(one for form in _FORMS for one in _each(form)))
    )
