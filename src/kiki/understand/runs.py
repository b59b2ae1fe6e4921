"""Finds what a container is said to run: "sleep 3600 실행하는", "that runs tail -f /dev/null".

Called by ``lexer``, for which such a phrase is one word that names its field (``command=sleep
3600``). Only in messages about containers, jobs and the like, and only what begins with a program
that is called by its name everywhere: any other command needs quotes. Not looked for in pasted
commands, which have no such words. Runs in linear time.
"""

import re
from collections.abc import Iterator
from functools import cache

from kiki.understand.longest import Span, longest, unquoted

_HINTS = (
    "pod", "파드", "포드", "deployment", "디플로이먼트", "statefulset", "스테이트풀", "daemonset",
    "데몬셋", "배치 잡", "쿠버네티스 잡", "batch job", "kubernetes job", "컨테이너", "container",
)  # fmt: skip
_VERBS = ("실행", "돌리", "돌릴", "수행", "치는", "run", "execut")  # what every such phrase has
# What is called a cron job may be one of hosts, where nothing says that it has an image.
_CRON = ("cronjob", "cron job", "크론잡", "크론 잡")
_IMAGES = ("image", "이미지", "kubernetes", "k8s", "쿠버네티스", "busybox", "alpine")
_PROGRAM = (
    r"(?:sleep|tail|echo|date|env|printenv|uptime|ls|cat|df|ping|nslookup|wget|curl|true|false|stress"
    r"|whoami|hostname|id)"
)
_NO_WORD = (
    r"(?!(?i:with|in|on|from|using|named|called|and|for|as|every|at|then|please|of|to|by|once|daily|hourly"
    r"|when|if|but|or|that|which|via|into|only|each|this|per|inside|under|after|before|until)\b)"
)
_WORD = rf"{_NO_WORD}[A-Za-z0-9_./:=@%+-]*[A-Za-z0-9_/=%+]"
_WORD_KO = r"[A-Za-z0-9_./:=@%+-]*[A-Za-z0-9_/=%+]"
_QUOTED = (
    r"(?:\"(?P<quoted>[^\"\n]{1,200})\"|'(?P<quoted2>[^'\n]{1,200})'"
    r"|`(?P<quoted3>[^`\n]{1,200})`)"
)
_OBJECT = r"(?:을|를)?\s?(?:(?:명령|명령어|커맨드)(?:을|를)?\s?)?"
_RUNS_KO = (
    r"(?:실행하는|실행하고|실행하게|실행하도록|실행할|실행시키는|돌리는|돌리고|돌릴"
    r"|수행하는|치는)(?![가-힣])"
)
_RUNS_EN = (
    r"(?:(?:that|which) (?:runs?|executes?|will run|should run)"
    r"|running|executing|to run|to execute)(?: (?:the |a )?command:?)?"
)
_FORMS = (
    rf"(?P<command>{_PROGRAM}(?: {_WORD_KO}){{0,6}}){_OBJECT}{_RUNS_KO}",
    rf"(?P<command>{_PROGRAM}(?: {_WORD_KO}){{0,6}})(?:을|를)"
    r"(?=(?:\s\S+){1,4}\s실행(?:하|시키)는(?![가-힣]))",
    rf"{_RUNS_EN} (?P<command>{_PROGRAM}(?: {_WORD}){{0,6}})(?![A-Za-z0-9_./:=-])",
)
_GIVEN = (rf"{_QUOTED}{_OBJECT}{_RUNS_KO}", rf"{_RUNS_EN} {_QUOTED}")


def spans(message: str) -> tuple[Span, ...]:
    """The phrases in *message* as (start, end, field), in order and without overlap."""
    lower = message.lower()
    if not any(verb in lower for verb in _VERBS):
        return ()
    scheduled = any(hint in lower for hint in _CRON) and any(one in lower for one in _IMAGES)
    if not scheduled and not any(hint in lower for hint in _HINTS):
        return ()
    return longest(_found(message))


def _found(message: str) -> Iterator[Span]:
    texts = ((_FORMS, unquoted(message)), (_GIVEN, message))
    for forms, text in texts:
        for match in (one for form in _compiled(forms) for one in form.finditer(text)):
            said = next(one for one in match.groupdict().values() if one)
            if ";" not in said:  # which parts the fields of such a word
                yield match.start(), match.end(), f"command={said}"


@cache
def _compiled(forms: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"(?<![A-Za-z0-9_./:=-]){form}") for form in forms)
