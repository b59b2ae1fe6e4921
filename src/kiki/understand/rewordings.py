"""Reads what asks for a look in words that are no order: "pods in demo", "why is pod web pending?",
"which ports does container web have?", "노드 보여줘"; and an image whose version stands apart:
"nginx 1.25 이미지로".

Called by ``messages`` when the rules alone refuse. Each construction is a closed pattern, for which
another text of the same length is read; it stands only if nothing but a look comes of it (or, for
an image, if the image is what fills the field). Names, values and everything else are read by the
rules as ever, so that no word is left out.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from kiki.model.intent import Choice, Question, Reading, Source, Token
from kiki.model.vocabulary import Vocabulary
from kiki.understand.blanks import blanked
from kiki.understand.lexicon import Lexicon

Again = Callable[[str, str], Reading]
"""What the rules make of a text for a target (empty: the request's own)."""

_END = r"[\s?？.!~]*\Z"
_KUBERNETES = "k8s"
_OBJECT = "k8s.object_show"
_LOOK = ", show them"
_PLACE = "question.place"
_HANGUL = re.compile("[가-힣]")
_SEVERAL = re.compile(r"\b(?:[a-z]+[^s\W]s|ingresses|log|usage|history)\b", re.IGNORECASE)
_NODE = re.compile(r"(?i)\bnodes?\b|노드")

# -- why something is not as it should be ---------------------------------------------------------

_STATE = (
    r"(?:(?:not|still|always|stuck|constantly|in|being|getting|coming|keep|keeps|going|unable to be)\s+)*"
    r"(?:pending|crash(?:ing|ed|loop(?:ing|backoff)?|\s?loop(?:ing|\s?back\s?off))?|restart(?:ing|ed|s)?"
    r"|fail(?:ing|ed|s)?|start(?:ing|ed)?|run(?:ning)?|up|ready|notready|down|stuck|evicted|oom-?killed"
    r"|scheduled|terminating|unhealthy|healthy|broken|work(?:ing)?|dead|dying|available|unavailable"
    r"|imagepullbackoff|errimagepull|containercreating|(?:an?\s+)?error)"
    r"(?:\s+(?:state|status|all the time|again|so often|now|still))*"
)
_WHY = re.compile(
    r"^\s*(?:please\s+)?(?:(?:(?:can|could)\s+you\s+)?(?:please\s+)?(?:tell\s+me|check|see|find\s+out)\s+)?"
    r"(?P<asks>(?:why|how\s+come)(?:\s+(?:is|are|does|do|did|has|won['’]?t|can['’]?t|cannot|isn['’]?t|doesn['’]?t"
    r"|aren['’]?t))?)\s+(?P<what>\S+(?:\s+\S+){0,6}?)"
    rf"(?P<state>\s+(?:is\s+|isn['’]?t\s+|does\s+|doesn['’]?t\s+|won['’]?t\s+|can['’]?t\s+)?{_STATE}{_END})",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"^\s*(?P<asks>what(?:['’]s|\s+is)\s+(?:wrong|up|going\s+on|happening|the\s+(?:matter|problem|issue))\s+with)"
    rf"\s+(?P<what>[^\s?？]+(?:\s+[^\s?？]+){{0,6}}){_END}",
    re.IGNORECASE,
)
_WHY_STATE = (
    r"(?:(?:안|못|계속|자꾸|아직도?)\s?)*"
    r"(?:뜨|떠|올라오|올라와|돌|도|돌아가|실행되|실행이\s?되|시작되|시작이\s?되|켜지|준비되|스케줄되|스케줄링되|동작하|작동하"
    r"|죽|죽어|재시작되|재시작하|재시작돼|멈추|멈춰|걸려|안\s?되|실패하|실패해|크래시|크래시\s?나|에러\s?나|에러|오류\s?나|오류|펜딩|대기\s?중"
    r"|(?i:pending|crashloopbackoff|crash|notready|error|imagepullbackoff|errimagepull|oomkilled|evicted|terminating"
    r"|containercreating|unknown))"
)
_WHY_ENDS = (
    r"(?:\s?상태)?(?:\s?(?:이|인|나|되|된|지|있))?"
    r"(?:는지|은지|ㄴ지|인지|건지|는\s?거지|는\s?거야|는\s?걸까|나요|나|냐|니|지|죠|을까|ㄹ까|야|요|어|어요|았어|었어|었는지|았는지|있는지|있어|있나|있나요"
    r"|거야|거지|거죠|걸까|건가요|건가|ㅂ니까|습니까)?(?:요)?"
)
_GIVE = r"(?:줘|줘요|주세요|주십시오|줄래|줄래요|주실래요|봐|볼래|라)"
_TELL = rf"(?:\s?(?:좀\s?)?(?:봐\s?{_GIVE}|봐|(?:확인|체크|점검)(?:해\s?{_GIVE}|해|\s?부탁해)?|(?:알려|말해|보여|찾아)\s?{_GIVE}))?"
_WHY_KO = re.compile(
    rf"(?P<asks>(?:들?(?:이|가|은|는))?\s(?:왜|어째서|뭐\s?때문에|무엇\s?때문에)\s?{_WHY_STATE}{_WHY_ENDS}{_TELL}){_END}"
)
# What "why" may not be asked of where it is about somebody's doing: "why did you delete pod web".
_DEED = re.compile(r"(?i)\b(?:you|we|i|they|he|she|who)\b")

# -- a command of kubectl without its name ---------------------------------------------------------

# With an option, it is no sentence: "get pods -n demo", "logs web -f"; nor is what only kubectl has.
_BARE_COMMAND = re.compile(
    r"^\s*(?:(?:get|describe|logs)\s+\S.*\s-{1,2}[a-zA-Z].*|top\s+(?:pods?|nodes?|po|no)\b.*)$"
)
_KUBECTL = "kubectl "

# -- which ports a container has --------------------------------------------------------------------

_PORTS = re.compile(
    r"^\s*(?P<which>(?:what|which))\s+ports?\s+(?P<does>does|do|is|are)\s+\S.*?"
    r"(?P<has>\s+(?:have|publish(?:ing|ed)?|expos(?:e|ing)|map(?:ping|ped)?|us(?:e|ing)|open|listen(?:ing)?(?:\s+on)?))"
    rf"{_END}",
    re.IGNORECASE,
)
_PORTS_KO = re.compile(
    rf"(?P<asks>(?:이|가|은|는)?\s?(?:뭐|뭐가|뭘|무엇이|어떤\s?게|몇\s?번이?|어떻게)\s?(?:열려\s?있|열렸|있|돼\s?있|되어\s?있|매핑돼\s?있|쓰고\s?있|쓰|써)"
    rf"(?:어|나|는지|지|니|냐|습니까|을까)?(?:요)?{_TELL}){_END}"
)


class _Text(NamedTuple):
    """The *text* to read in place of the message, for a *target*; *only* those kinds may come of
    it (empty: any that only look)."""

    text: str
    target: str = ""
    only: tuple[str, ...] = ()
    named: bool = False


def reworded(
    message: str, vocabulary: Vocabulary, lexicon: Lexicon, again: Again, *, hosts: bool
) -> Reading | None:
    """The reading of *message* in other words; None if it is no such construction. With *hosts* a
    node may be one of these, so that it is asked whether a cluster's is meant."""
    for other in _others(message):
        reading = again(other.text, other.target)
        if _stands(reading, other, vocabulary):
            reading = _own_words(reading, message)
            return _which(reading) if other.target and hosts else reading
    if _BARE_COMMAND.match(message):
        reading = again(_KUBECTL + message.strip(), "")
        if _stands(reading, _Text(message), vocabulary):
            start = len(message) - len(message.lstrip())
            return _moved(reading, start - len(_KUBECTL), start)
    return _versioned(message, lexicon, again)


def _others(message: str) -> Iterator[_Text]:
    yield from _why(message)
    yield from _ports(message)
    if not _HANGUL.search(message) and _SEVERAL.search(message) and "?" not in message:
        yield _Text(message.rstrip(" .!~") + _LOOK, named=True)
    if _NODE.search(message):
        yield _Text(message, _KUBERNETES)
        if not _HANGUL.search(message) and "?" not in message:
            yield _Text(message.rstrip(" .!~") + _LOOK, _KUBERNETES, named=True)


def _why(message: str) -> Iterator[_Text]:
    for pattern in (_WHY, _WRONG):
        found = pattern.match(message)
        if found is not None and not _DEED.search(found["what"]):
            kept = blanked(message, ((0, found.start("what")), (found.end("what"), len(message))))
            start = found.start("what") - len("show ")
            text = f"{kept[:start]}show {kept[found.start('what'):]}"
            yield _Text(text, only=(_OBJECT,))
            yield _Text(text, _KUBERNETES, only=(_OBJECT,))
    found = _WHY_KO.search(message)
    if found is not None:
        text = _shown_at(message, found.start("asks"))
        yield _Text(text, only=(_OBJECT,))
        yield _Text(text, _KUBERNETES, only=(_OBJECT,))


def _shown_at(message: str, place: int) -> str:
    """*message* with "show it" in Korean from *place* on."""
    return message[:place] + " 보여".ljust(len(message) - place)


def _ports(message: str) -> Iterator[_Text]:
    only = ("podman.container_port",)
    found = _PORTS.match(message)
    if found is not None:
        rest = blanked(message, (found.span("has"), (found.end("has"), len(message))))
        which = rest[: found.start("which")] + "show".ljust(len(found["which"]))
        middle = rest[found.end("which") : found.start("does")]
        yield _Text(
            f"{which}{middle}{'of'.ljust(len(found['does']))}{rest[found.end('does'):]}", only=only
        )
    found = _PORTS_KO.search(message)
    if found is not None and "포트" in message[: found.start()]:
        yield _Text(_shown_at(message, found.start("asks")), only=only)


def _stands(reading: Reading, other: _Text, vocabulary: Vocabulary) -> bool:
    """Whether *reading* only looks, and at what may be meant."""
    looks = {kind.id for kind in vocabulary.kinds if kind.reads}
    asked = reading.question
    if asked is not None:
        kind = asked.params.get("kind", "")
        return asked.code == _PLACE and kind in looks and kind in (other.only or looks)
    if reading.intent is None:
        return False
    kinds = [operation.kind for operation in reading.intent.operations]
    if other.named and _OBJECT in kinds:
        return False  # "deployment web": to be made, or to be looked at?
    return all(kind in looks and kind in (other.only or looks) for kind in kinds)


def _moved(reading: Reading, by: int, first: int) -> Reading:
    """*reading* with all places moved, but for those before *first*, which the message has not."""
    tokens = tuple(
        replace(token, start=token.start + by, end=token.end + by)
        for token in reading.tokens
        if token.start + by >= first
    )
    intent = reading.intent and replace(
        reading.intent,
        operations=tuple(
            replace(
                operation,
                sources={name: _at(source, by, first) for name, source in operation.sources.items()},
            )
            for operation in reading.intent.operations
        ),
    )
    return replace(reading, tokens=tokens, intent=intent)


def _at(source: Source, by: int, first: int) -> Source:
    if source.start < 0:
        return source
    return replace(source, start=max(source.start + by, first), end=max(source.end + by, first))


def _which(reading: Reading) -> Reading:
    """The question whether a node of a cluster is meant."""
    question = Question(
        code="question.target",
        field="target",
        params={"targets": _KUBERNETES},
        choices=(Choice(value=_KUBERNETES),),
    )
    return replace(reading, intent=None, question=question)


def _own_words(reading: Reading, message: str) -> Reading:
    """*reading* with the tokens that *message* has itself."""
    tokens = tuple(
        replace(token, text=message[token.start : token.end])
        for token in reading.tokens
        if token.end <= len(message)
    )
    return replace(reading, tokens=_whole(tokens, message))


def _whole(tokens: tuple[Token, ...], message: str) -> tuple[Token, ...]:
    """*tokens* and what of *message* stands between them: the words of the question."""
    made, place = [], 0
    for token in (*tokens, None):
        end = token.start if token is not None else len(message)
        between = message[place:end]
        text = between.strip()
        if text:
            start = place + len(between) - len(between.lstrip())
            made.append(Token(text=text, start=start, end=start + len(text), role="verb:show"))
        if token is not None:
            made.append(token)
            place = token.end
    return tuple(made)


# -- an image with its version apart ----------------------------------------------------------------


def _versioned(message: str, lexicon: Lexicon, again: Again) -> Reading | None:
    """As in "nginx 1.25 이미지로": the image nginx:1.25, if that is what fills a field."""
    found = _image_version(message, lexicon)
    if found is None:
        return None
    start, gap, end = found
    text = f"{message[:gap]}:{message[gap + 1 :]}"
    reading = again(text, "")
    if reading.intent is None:
        return None
    images = [operation.fields.get("image") for operation in reading.intent.operations]
    return _own_words(reading, message) if text[start:end] in images else None


def _image_version(message: str, lexicon: Lexicon) -> tuple[int, int, int] | None:
    """Where the one image with a version apart begins, where the gap is, and where it ends."""
    found = [m for m in _VERSIONED.finditer(message) if m["name"].lower() in lexicon.images]
    if len(found) != 1:
        return None
    return found[0].start("name"), found[0].end("name"), found[0].end("version")


_VERSIONED = re.compile(
    r"(?<![A-Za-z0-9_/:.-])(?P<name>[A-Za-z][A-Za-z0-9-]*) (?P<version>v?[0-9]{1,3}(?:\.[0-9]{1,4}){1,3}(?:-[a-z0-9.]+)?"
    r"|v?[0-9]{1,3}(?=\s?(?:버전\s)?(?:이미지|image\b)))(?![A-Za-z0-9_/:-]|\.\w)"
)
