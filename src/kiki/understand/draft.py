"""An operation while it is being read: some fields filled, each with where it came from.

Called by the readers (rules, flags, model), which fill drafts, and by ``complete``, which turns
them into operations.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from kiki.model.intent import Assumption, Operation, Question, Reading, Source, Token
from kiki.model.vocabulary import KindSpec


class Draft(msgspec.Struct):
    """One operation so far. *values* and *sources* have the same keys."""

    kind: KindSpec
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}

    def fill(self, field: str, value: Any, source: Source) -> None:
        """Give *field* a value."""
        self.values[field] = value
        self.sources[field] = source

    def operation(self) -> Operation:
        """The finished operation, its fields in the order of the vocabulary."""
        names = [field.name for field in self.kind.fields if field.name in self.values]
        return Operation(
            kind=self.kind.id,
            fields={name: self.values[name] for name in names},
            sources={name: self.sources[name] for name in names},
        )


class AskError(Exception):
    """Reading stops with a question; raised inside ``understand`` only, never out of it."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.code)
        self.question = question


class RefuseError(Exception):
    """Reading stops with a refusal; raised inside ``understand`` only, never out of it."""

    def __init__(self, refusal: Question) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


Notes = list[Assumption]


def note(notes: Notes, code: str, **params: str) -> None:
    """Add an assumption, once."""
    assumption = Assumption(code=code, params=params)
    if assumption not in notes:
        notes.append(assumption)


_WRONG = "\0wrong:"


def wrong(number: int) -> str:
    """A mark that stands for a value that can't be used; the question about it has its number."""
    return f"{_WRONG}{number}"


def is_wrong(value: Any) -> bool:
    """Whether *value* is such a mark."""
    return isinstance(value, str) and value.startswith(_WRONG)


def noted(reading: Reading, notes: Iterable[Assumption], tokens: Iterable[Token] = ()) -> Reading:
    """*reading*, which has an intent, with *notes* before its own assumptions, and with the further
    *tokens* of the message in their places."""
    if reading.intent is None:
        return reading
    assumptions = (*notes, *reading.intent.assumptions)
    intent = msgspec.structs.replace(reading.intent, assumptions=assumptions)
    ordered = sorted((*reading.tokens, *tokens), key=lambda token: token.start)
    return msgspec.structs.replace(reading, intent=intent, tokens=tuple(ordered))
