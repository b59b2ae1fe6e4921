"""Reads how many hosts are to be changed at a time: "한 대씩", "10%씩", "one host at a time".

Called by ``tries`` when the rules alone refuse. The words are blanked and the rest is read; it
stands if it is about hosts. What they say is part of the request's scope, as ``--batch`` is, and
not of the code. "하나씩" and "one by one" count only beside a noun for hosts, as they may be said
of anything else.
"""

import re
from collections.abc import Callable

from msgspec.structs import replace

from kiki.model.intent import Assumption, Intent, Question, Reading, Token
from kiki.model.vocabulary import Vocabulary

_NUMBERS = {
    "한": "1", "두": "2", "세": "3", "네": "4", "다섯": "5", "열": "10",
    "one": "1", "a": "1", "two": "2", "three": "3", "four": "4", "five": "5", "ten": "10",
}  # fmt: skip
_COUNT = rf"(?P<count>[1-9][0-9]{{0,3}}|{'|'.join(_NUMBERS)})"
_SHARE = r"(?P<share>[1-9][0-9]?|100)\s?%"
_IN_TURN = r"(?:\s*(?:순서대로|차례로|차례대로|순차적으로|나눠서|나누어|돌아가면서))?"
_HOST = r"(?:hosts?|servers?|nodes?|machines?|box(?:es)?)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<![가-힣A-Za-z0-9])(?:{_COUNT}\s?(?:대|곳|호스트|노드)|{_SHARE})씩{_IN_TURN}(?![가-힣])",
        rf"(?<=서버|노드|장비|머신)(?:들)?(?:을|를)?\s+(?P<each>하나)씩{_IN_TURN}(?![가-힣])",
        rf",?(?<![A-Za-z0-9])\s*(?:(?P<only>{'|'.join(_NUMBERS)}|[1-9][0-9]{{0,3}})(?P<noun>\s+{_HOST})?"
        rf"|{_SHARE}(?:\s+of\s+(?:the\s+|all\s+)?{_HOST})?)\s+at\s+a\s+time(?![A-Za-z])",
        rf",?(?<![A-Za-z0-9])\s*in\s+batches\s+of\s+(?:{_COUNT}(?![0-9%])(?:\s+{_HOST})?|{_SHARE})(?![A-Za-z%])",
    )
)


def stepwise(
    message: str, vocabulary: Vocabulary, read: Callable[[str], Reading]
) -> Reading | None:
    """The reading of *message* without its one phrase of this kind, with what that says; None if
    there is none, or the rest is not understood or not about hosts."""
    found = [match for form in _FORMS for match in form.finditer(message)]
    if len(found) != 1:
        return None
    match = found[0]
    reading = read(message[: match.start()] + " " * len(match[0]) + message[match.end() :])
    if reading.refusal is not None:
        return None
    first = match.start() + len(match[0]) - len(match[0].lstrip(" ,"))
    said = Token(text=message[first : match.end()], start=first, end=match.end(), role="batch")
    tokens = tuple(sorted((*reading.tokens, said), key=lambda token: token.start))
    if reading.question is not None and _of_hosts(reading.question, vocabulary):
        return replace(reading, tokens=tokens)
    if reading.intent is None or not vocabulary.target(reading.intent.target).places:
        return None
    if match.groupdict().get("only") and not match["noun"] and _several(reading.intent):
        return None  # "restart nginx and redis one at a time"
    batch = _batch(match)
    note = Assumption(code="assumption.batch", params={"batch": batch})
    intent = replace(reading.intent, batch=batch, assumptions=(*reading.intent.assumptions, note))
    return replace(reading, tokens=tokens, intent=intent)


def _of_hosts(question: Question, vocabulary: Vocabulary) -> bool:
    """Whether *question* is about what is done on hosts, or which."""
    kind = question.params.get("kind", "")
    if not kind:
        return question.field == "hosts"
    return bool(vocabulary.target(kind.partition(".")[0]).places)


def _several(intent: Intent) -> bool:
    """Whether several things were named, which may be what is meant to come one by one."""
    said = [
        operation.fields[name]
        for operation in intent.operations
        for name, source in operation.sources.items()
        if source.origin == "span"
    ]
    return len(said) > 1 or any(isinstance(value, list) and len(value) > 1 for value in said)


def _batch(match: re.Match[str]) -> str:
    """As ``Rollout.batch`` has it."""
    groups = match.groupdict()
    if groups.get("share"):
        return f"{groups['share']}%"
    said = (groups.get("count") or groups.get("only") or "1").lower()
    return _NUMBERS.get(said, said)
