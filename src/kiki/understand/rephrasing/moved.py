"""A message with other words in one place, and the way back from there to the message.

Made by ``rephrased``. A value that was kept keeps its exact place; a new word stands for all that
was said instead of it.
"""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from kiki.model.intent import Operation, Question, Reading, Source, Token

_GROUP = re.compile(r"\{(\w+)\}")
_ROLE = "said"  # of words that the rules have no other role for


class Moved:
    """The *message* in which *says* stands for what *match* found."""

    def __init__(self, message: str, match: re.Match[str], says: str) -> None:
        self._message = message
        self._first, self._last = match.span()
        self._kept: list[tuple[int, int, int]] = [(0, 0, self._first)]
        made = message[: self._first]
        for index, piece in enumerate(_GROUP.split(says)):
            if index % 2 and match[piece]:
                start = match.start(piece)
                self._kept.append((len(made), start, match.end(piece) - start))
            made += (match[piece] or "") if index % 2 else piece
        self._kept.append((len(made), self._last, len(message) - self._last))
        self.text = made + message[self._last :]

    def told(self, reading: Reading) -> Reading:
        """*reading* of the text, in the places of the message."""
        intent = reading.intent and replace(
            reading.intent,
            operations=tuple(map(self._operation, reading.intent.operations)),
        )
        return replace(
            reading,
            intent=intent,
            question=reading.question and self._question(reading.question),
            tokens=tuple(self._tokens(reading.tokens)),
        )

    def _operation(self, operation: Operation) -> Operation:
        sources = {name: self._source(source) for name, source in operation.sources.items()}
        return replace(operation, sources=sources)

    def _source(self, source: Source) -> Source:
        if source.start < 0:
            return source
        start, end = self._span(source.start, source.end)
        return replace(source, start=start, end=end)

    def _question(self, question: Question) -> Question:
        if question.start < 0:
            return question
        start, end = self._span(question.start, question.end)
        return replace(question, start=start, end=end)

    def _span(self, start: int, end: int) -> tuple[int, int]:
        """Where the words from *start* to *end* stand in the message; what is new stands for all
        that was said instead."""
        return self._exact(start, end) or (self._first, self._last)

    def _exact(self, start: int, end: int) -> tuple[int, int] | None:
        for at, place, length in self._kept:
            if at <= start and end <= at + length:
                return place + start - at, place + end - at
        return None

    def _tokens(self, tokens: tuple[Token, ...]) -> Iterator[Token]:
        """Those of words that were kept, and one for each stretch that stands for new ones."""
        kept: dict[int, Token] = {}
        roles = []
        for token in tokens:
            place = self._exact(token.start, token.end)
            if place is None:
                roles.append(token.role)
            else:
                kept.setdefault(place[0], replace(token, start=place[0], end=place[1]))
        role = next((one for one in roles if one.startswith("verb:")), _ROLE)
        made = (*kept.values(), *self._stretches(list(kept.values()), role))
        yield from sorted(made, key=lambda token: token.start)

    def _stretches(self, kept: list[Token], role: str) -> Iterator[Token]:
        places = sorted((one.start, one.end) for one in kept)
        inside = [one for one in places if self._first <= one[0] and one[1] <= self._last]
        starts = (self._first, *(end for _, end in inside))
        ends = (*(start for start, _ in inside), self._last)
        for start, end in zip(starts, ends, strict=True):
            text = self._message[start:end]
            at = start + len(text) - len(text.lstrip())
            if text.strip():
                yield Token(text=text.strip(), start=at, end=at + len(text.strip()), role=role)
