"""Reads what asks for a look in words that are no order: "pods in demo", "why is pod web pending?",
"which ports does container web have?", "노드 보여줘", "get pods -n demo"; and an image with its
version apart: "nginx 1.25 이미지로".

Called by ``tries`` when the rules alone refuse. Each construction is a closed pattern
(``rewording_forms``), for which another text is read; it stands only if nothing but a look comes of
it (or, for an image, if the image is what fills the field). Names, values and everything else are
read by the rules as ever, so that no word is left out.
"""

from collections.abc import Callable

from msgspec.structs import replace

from kiki.model.intent import Choice, Operation, Question, Reading, Source, Token
from kiki.model.vocabulary import Vocabulary
from kiki.understand.lexicon import Lexicon
from kiki.understand.rewording_forms import (
    BARE_COMMAND,
    KUBECTL,
    KUBERNETES,
    OBJECT,
    VERSIONED,
    Reworded,
    others,
)

Again = Callable[[str, str], Reading]
"""What the rules make of a text for a target (empty: the request's own)."""

_PLACE = "question.place"


def reworded(
    message: str, vocabulary: Vocabulary, lexicon: Lexicon, again: Again, *, hosts: bool
) -> Reading | None:
    """The reading of *message* in other words; None if it is no such construction. With *hosts* a
    node may be one of these, so that it is asked whether a cluster's is meant."""
    for other in others(message):
        reading = again(other.text, other.target)
        if _stands(reading, other, vocabulary):
            reading = _own_words(reading, message)
            return _which(reading) if other.target and hosts else reading
    return _commanded(message, vocabulary, again) or _versioned(message, lexicon, again)


def _stands(reading: Reading, other: Reworded, vocabulary: Vocabulary) -> bool:
    """Whether *reading* only looks, and at what may be meant."""
    looks = {kind.id for kind in vocabulary.kinds if kind.reads}
    allowed = looks.intersection(other.only) if other.only else looks
    asked = reading.question
    if asked is not None:
        return asked.code == _PLACE and asked.params.get("kind", "") in allowed
    if reading.intent is None:
        return False
    kinds = {operation.kind for operation in reading.intent.operations}
    if other.named and OBJECT in kinds:
        return False  # "deployment web": to be made, or to be looked at?
    return kinds <= allowed


def _which(reading: Reading) -> Reading:
    """The question whether a node of a cluster is meant."""
    question = Question(
        code="question.target",
        field="target",
        params={"targets": KUBERNETES},
        choices=(Choice(value=KUBERNETES),),
    )
    return replace(reading, intent=None, question=question)


# -- the tokens that the message has itself -------------------------------------------------------


def _own_words(reading: Reading, message: str) -> Reading:
    """*reading* with the tokens that *message* has, and its other words, which are the verb."""
    made, place = [], 0
    for token in reading.tokens:
        if token.end <= len(message):
            made += [*_between(message, place, token.start)]
            made.append(replace(token, text=message[token.start : token.end]))
            place = token.end
    return replace(reading, tokens=(*made, *_between(message, place, len(message))))


def _between(message: str, start: int, end: int) -> tuple[Token, ...]:
    text = message[start:end]
    first = start + len(text) - len(text.lstrip())
    said = text.strip()
    verb = Token(text=said, start=first, end=first + len(said), role="verb:show")
    return (verb,) if said else ()


# -- a command of kubectl without its name --------------------------------------------------------


def _commanded(message: str, vocabulary: Vocabulary, again: Again) -> Reading | None:
    """As in "get pods -n demo": what kubectl would be asked."""
    if BARE_COMMAND.match(message) is None:
        return None
    reading = again(KUBECTL + message.strip(), "")
    if not _stands(reading, Reworded(message), vocabulary):
        return None
    start = len(message) - len(message.lstrip())
    return _moved(reading, start - len(KUBECTL), start)


def _moved(reading: Reading, by: int, first: int) -> Reading:
    """*reading* with all places moved, but for those before *first*, which the message has not."""
    tokens = tuple(
        replace(token, start=token.start + by, end=token.end + by)
        for token in reading.tokens
        if token.start + by >= first
    )
    intent = reading.intent
    if intent is not None:
        operations = tuple(_at(operation, by, first) for operation in intent.operations)
        intent = replace(intent, operations=operations)
    return replace(reading, tokens=tokens, intent=intent)


def _at(operation: Operation, by: int, first: int) -> Operation:
    sources = {name: _from(source, by, first) for name, source in operation.sources.items()}
    return replace(operation, sources=sources)


def _from(source: Source, by: int, first: int) -> Source:
    if source.start < 0:
        return source
    return replace(source, start=max(source.start + by, first), end=max(source.end + by, first))


# -- an image with its version apart --------------------------------------------------------------


def _versioned(message: str, lexicon: Lexicon, again: Again) -> Reading | None:
    """As in "nginx 1.25 이미지로": the image nginx:1.25, if that is what fills a field."""
    found = [m for m in VERSIONED.finditer(message) if m["name"].lower() in lexicon.images]
    if len(found) != 1:
        return None
    gap, image = found[0].end("name"), f"{found[0]['name']}:{found[0]['version']}"
    reading = again(f"{message[:gap]}:{message[gap + 1 :]}", "")
    if reading.intent is None:
        return None
    images = [operation.fields.get("image") for operation in reading.intent.operations]
    return _own_words(reading, message) if image in images else None
