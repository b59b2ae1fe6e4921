"""Reads a message without what is only its background, and says what that was.

Called by ``understand.tries`` when nothing was read. Every place of the message stays what it
is: what is set aside is blanked, and told as an assumption. What a sentence introduces ("there is
no tcpdump") stays, and the request's verb must be one that follows from it.
"""

import re
from collections.abc import Callable

import msgspec

from kiki.model.intent import Assumption, Reading, Source, Token
from kiki.understand.backgrounds.english import english_spans
from kiki.understand.backgrounds.korean import korean_spans
from kiki.understand.backgrounds.span import Span, within
from kiki.understand.backgrounds.states import FOLLOWS, OF_HOSTS
from kiki.understand.blanks import blanked
from kiki.understand.draft import noted
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon

_WHAT = ("", "target", "verb", "hosts")  # what a question may be about, and is no value
_MOST = 12  # spans; more is a story


def without_background(
    message: str, words: tuple[Word, ...], lexicon: Lexicon, read: Callable[[str], Reading]
) -> Reading | None:
    """The reading of *message* without its background; None if it has none, or is not read."""
    spans = _spans(message, words, lexicon)
    if not spans or len(spans) > _MOST:
        return None
    rest = _blanked(message, spans)
    if not _says(rest):
        return None
    told = _told(message, rest, spans, read)
    spans, rest = told or (spans, rest)
    introduced = next((span for span in spans if span.kept), None)
    reading = _introducing(message, rest, introduced, read) if introduced else read(rest)
    if reading is None or not all(_follows(span, reading) for span in spans):
        return None
    if reading.intent is None:
        return reading if _asks_value(reading) else None
    if any(_done(span, words, reading) for span in spans):
        return None
    notes = tuple(_note(message, span) for span in spans)
    return noted(reading, notes, [token for span in spans for token in _tokens(message, span)])


def lightened(
    message: str, words: tuple[Word, ...], lexicon: Lexicon
) -> tuple[str, tuple[Assumption, ...]]:
    """*message* with what is certainly no part of the request blanked, for a reader that has no
    rules for it, and what there is to be told of that. What a sentence introduces, or says of how
    things are, stays: it may be what is asked for."""
    found = _spans(message, words, lexicon)
    spans = [span for span in found if not (span.kept or span.state or span.programs)]
    rest = _blanked(message, spans)
    if not spans or len(spans) > _MOST or not _says(rest):
        return message, ()
    return rest, tuple(_note(message, span) for span in spans)


def _told(
    message: str, rest: str, spans: list[Span], read: Callable[[str], Reading]
) -> tuple[list[Span], str] | None:
    """*spans* and what is left without what a sentence tells of programs, if that is why a setting
    of the hosts is asked for: "kubelet이 안 떠서 스왑 꺼주세요"."""
    span = next((span for span in spans if span.kept and span.programs), None)
    if span is None:
        return None
    whole = [msgspec.structs.replace(one, kept=(), state="") if one is span else one
             for one in spans]  # fmt: skip
    alone = _blanked(message, whole)
    return (whole, alone) if _says(alone) and _of_hosts(read(alone)) else None


def _of_hosts(reading: Reading) -> bool:
    """Whether all that is asked for are settings of the hosts themselves."""
    intent = reading.intent
    return intent is not None and all(one.kind in OF_HOSTS for one in intent.operations)


def _says(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _introducing(
    message: str, rest: str, span: Span, read: Callable[[str], Reading]
) -> Reading | None:
    """The reading of a request for what *span* introduces. One that names its own object is about
    that: "nginx가 죽었는데, redis 재시작해줘" says nothing of why."""
    start, end = span.kept[0][0], span.kept[-1][1]
    alone = blanked(rest, [(start, end)])
    if not _says(alone) or read(alone).intent is not None:
        return None
    if span.pronoun:
        again = _Again.found(message, rest, span)
        made = again.told(read(again.text)) if again else read(rest)  # "..., restart please"
    else:
        made = read(rest)
    return made if made is not None and made.intent is not None else None


# What stands for a thing that the sentence before has named, and what may follow it.
_PRONOUN = re.compile(
    r"(?i)\b(?:(?P<pronoun>it|them|that one|this one|these|those)"
    r"|(?:that|this|the|these|those|his|her|their)"
    r" (?P<noun>files?|ports?|services?|daemon|packages?|accounts?|users?|directory|folder|groups?"
    r"|repo|repository|(?:sym)?link|unit|module))\b"
    r"(?P<again>\s(?:again|back)\b(?!\s+(?:in|on|off|up|to)\b))?"
)


class _Again(msgspec.Struct, frozen=True):
    """A message in which the value that a sentence introduces stands for the pronoun: *value* is
    its place in the message as it was typed; it was put from *start* on for what ended at
    *end*."""

    text: str
    value: tuple[int, int]
    start: int
    end: int

    @classmethod
    def found(cls, message: str, rest: str, span: Span) -> "_Again | None":
        """The first pronoun, which those after it follow; None if *rest* has none."""
        first, last = span.kept[0][0], span.kept[-1][1]
        rest = blanked(rest, [(first, last)])
        places = list(_PRONOUN.finditer(rest))
        if not places:
            return None
        match = places[0]
        if match["noun"]:
            first, last = span.kept[-1]
        noun = match.end("noun") if match["noun"] else match.start()
        end = match.end()
        determiner = match.start("noun") if match["noun"] else match.start()
        before = rest[: match.start()] + " " * (determiner - match.start()) + rest[determiner:noun]
        value = (" " if match["noun"] else "") + message[first:last]
        start = len(before) + len(value) - (last - first)
        return cls(before + value + rest[end:], (first, last), start, end)

    def told(self, reading: Reading) -> Reading:
        """*reading* in the places of the message as it was typed."""
        if reading.intent is None:
            return reading
        operations = tuple(
            msgspec.structs.replace(
                operation,
                sources={name: self._source(one) for name, one in operation.sources.items()},
            )
            for operation in reading.intent.operations
        )
        intent = msgspec.structs.replace(reading.intent, operations=operations)
        tokens = tuple(self._token(token) for token in reading.tokens)
        return msgspec.structs.replace(reading, intent=intent, tokens=tokens)

    def _place(self, place: int) -> int:
        length = self.value[1] - self.value[0]
        if place < self.start:
            return place
        if place <= self.start + length:
            return self.value[0] + place - self.start
        return place - self.start - length + self.end

    def _source(self, source: Source) -> Source:
        if source.start < 0:
            return source
        first, last = self._span(source.start, source.end)
        return msgspec.structs.replace(source, start=first, end=last)

    def _span(self, start: int, end: int) -> tuple[int, int]:
        """Where the words from *start* to *end* stand: within the value, or outside of it."""
        length = self.value[1] - self.value[0]
        inside = start < self.start + length and end > self.start
        if inside and not (self.start <= start and end <= self.start + length):
            return self.value
        first = self._place(start) if start < self.start + length else self._place(start + 1) - 1
        return first, self._place(end)

    def _token(self, token: Token) -> Token:
        first, last = self._span(token.start, token.end)
        return msgspec.structs.replace(token, start=first, end=last)


def _spans(message: str, words: tuple[Word, ...], lexicon: Lexicon) -> list[Span]:
    """What stands beside the request, in order, none of it within another. One object can be
    introduced only once."""
    spans = [*korean_spans(message, words, lexicon), *english_spans(message, words, lexicon)]
    ordered: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if not ordered or span.start >= ordered[-1].end:
            ordered.append(span)
    return ordered if sum(bool(span.kept) for span in ordered) < 2 else []


def _gaps(span: Span, end: int) -> list[tuple[int, int]]:
    """The parts from the span's start to *end* that are not kept."""
    gaps, start = [], span.start
    for first, last in (*span.kept, (end, end)):
        if start < first:
            gaps.append((start, first))
        start = last
    return gaps


def _blanked(message: str, spans: list[Span]) -> str:
    gaps = (_gaps(span, max(span.end, span.after)) for span in spans)
    return blanked(message, (gap for some in gaps for gap in some))


def _follows(span: Span, reading: Reading) -> bool:
    """Whether the request is one that an introduced thing leads to."""
    if span.programs and not span.kept:
        return _of_hosts(reading)
    if not span.state:
        return True
    verbs = {t.role.removeprefix("verb:") for t in reading.tokens if t.role.startswith("verb:")}
    follows = FOLLOWS.get(span.state, frozenset((span.state.removeprefix("verb:"),)))
    return bool(verbs) and verbs <= follows


def _done(span: Span, words: tuple[Word, ...], reading: Reading) -> bool:
    """Whether a sentence after the request reports the very deed that is asked for: "nginx
    설치해주세요. 김대리가 설치했습니다"."""
    verbs = [token for token in reading.tokens if token.role.startswith("verb:")]
    before = [token for token in verbs if token.start < span.start]
    asked = {token.role.removeprefix("verb:") for token in before}
    inside = [words[index] for index in within(words, span.start, span.end)]
    said = {s.entry.id for w in inside for s in w.senses if s.entry.cls in ("verb", "vnoun")}
    korean = tuple(one.text for one in before if len(one.text) > 1 and not one.text.isascii())
    return bool(asked & said) or any(korean and word.text.startswith(korean) for word in inside)


def _asks_value(reading: Reading) -> bool:
    """Whether only a value of what is asked for is missing. Its places must be those of the
    message: not if a value was put for a pronoun."""
    asked = reading.question
    return asked is not None and asked.field.rpartition(".")[2] not in _WHAT


def _note(message: str, span: Span) -> Assumption:
    given = " ".join(message[span.start : span.end].split())
    if not span.kept:
        return Assumption(code="assumption.background", params={"given": given})
    value = " ".join(message[start:end] for start, end in span.kept)
    return Assumption(code="assumption.introduced", params={"given": given, "value": value})


def _tokens(message: str, span: Span) -> list[Token]:
    """What was set aside, with its places: without the spaces around it."""
    made = []
    for start, end in _gaps(span, span.end):
        text = message[start:end].strip()
        if text:
            first = message.index(text, start)
            made.append(Token(text=text, start=first, end=first + len(text), role="background"))
    return made
