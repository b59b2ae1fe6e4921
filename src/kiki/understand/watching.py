"""Reads that what is looked at is looked at again and again: "파드 계속 지켜봐줘", "watch pods in
demo", ``kubectl get pods -w``.

Called by ``tries`` for what is refused. The words are put for those of a look, which has to come of
the rest; as with ``--watch`` it is part of the request, and ends when it is interrupted. "Monitor"
alone may mean that something is to be set up, and is not read.
"""

import re
from collections.abc import Callable

from msgspec.structs import replace

from kiki.model.intent import Assumption, Intent, Reading
from kiki.understand.rephrasing.moved import Moved

CODE = "assumption.watched"
_END = r"[\s.!~]*$"
_ON = r"(?:계속(?:해서)?|쭉|실시간(?:으로)?)"
_PLEASE = r"(?:\s*(?:줘요?|주세요|주십시오|줄래요?|달라|드립니다|요))?"
_DO = rf"(?:해{_PLEASE}|하자|부탁(?:해요?|드립니다|드려요)?)?"
_SEE = rf"(?:보여{_PLEASE}|봐{_PLEASE}|보자|(?:확인|조회|모니터링|감시|표시){_DO})"
_KEEP = rf"(?:지켜\s?봐{_PLEASE}|지켜\s?보자)"
_KOREAN = (
    rf"^(?P<what>\S.*?)(?:을|를)?\s+{_ON}\s*(?:좀\s*)?(?:{_SEE}|{_KEEP}){_END}",
    rf"^{_ON}\s+(?P<what>\S.*?)(?:을|를)?\s+(?:{_SEE}|{_KEEP}){_END}",
    rf"^(?P<what>\S.*?)(?:을|를)?\s+(?:좀\s*)?{_KEEP}{_END}",
)
_ASK = r"^(?:please\s+|can\s+you\s+|could\s+you\s+)*"
_LIVE = r"(?:live|continuously|in\s+real\s?time|as\s+(?:they|it)\s+changes?|constantly)"
_ENGLISH = (
    rf"{_ASK}(?:keep\s+(?:watching|showing(?:\s+me)?|an\s+eye\s+on)|watch|follow|tail)\s+"
    rf"(?P<what>\S.*?)(?:,?\s+{_LIVE})?(?:,?\s+please)?{_END}",
    rf"{_ASK}(?:show(?:\s+me)?|list|display)\s+(?P<what>\S.*?),?\s+{_LIVE}(?:,?\s+please)?{_END}",
    rf"{_ASK}(?:continuously|constantly)\s+(?:show(?:\s+me)?|list|display)\s+(?P<what>\S.*?){_END}",
)
_COMMANDS = (
    r"^\s*(?P<first>kubectl\s+get\s.*?)\s+(?:-w|--watch(?:=true)?)(?P<rest>(?:\s.*)?)$",
    r"^\s*(?P<first>(?:kubectl|podman)\s+logs)(?P<mid>\s.*?)?\s+(?:-f|--follow)(?P<rest>\s.*|)$",
    r"^\s*watch\s+(?:-n\s*\d+\s+|--interval[ =]\d+\s+)?(?P<first>(?:kubectl|podman)\s.*)$",
)
_FORMS = (
    *((re.compile(form), "{what} 보여줘") for form in _KOREAN),
    *((re.compile(form, re.IGNORECASE), "show {what}") for form in _ENGLISH),
    (re.compile(_COMMANDS[0]), "{first}{rest}"),
    (re.compile(_COMMANDS[1]), "{first}{mid}{rest}"),
    (re.compile(_COMMANDS[2]), "{first}"),
)


def watched(message: str, looks: frozenset[str], read: Callable[[str], Reading]) -> Reading | None:
    """The reading of *message* as a look that is repeated; None if no form is its own, or something
    else than *looks* (ids of kinds) comes of it."""
    for form, says in _FORMS:
        match = form.match(message)
        if match is None:
            continue
        moved = Moved(message, match, says)
        reading = read(moved.text)
        if reading.intent is not None and {o.kind for o in reading.intent.operations} <= looks:
            told = moved.told(reading)
            return replace(told, intent=told.intent and _marked(told.intent))
    return None


def _marked(intent: Intent) -> Intent:
    notes = (Assumption(code=CODE), *intent.assumptions)
    return replace(intent, watch=True, assumptions=notes)
