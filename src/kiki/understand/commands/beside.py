"""Reads the requests in words that stand beside commands, each by itself.

Called by ``reading``. "apt install nginx 하고 80 포트 열어줘": what follows the command has to be a
whole request to the rules. What refers to the command ("and start it") is none.
"""

import msgspec

from kiki.model.catalogue import Catalogue
from kiki.model.intent import Token
from kiki.model.request import Request
from kiki.model.vocabulary import Vocabulary
from kiki.understand.commands.script import NoScriptError
from kiki.understand.draft import AskError, Draft, Notes, RefuseError
from kiki.understand.lexicon import Lexicon
from kiki.understand.reads import Read
from kiki.understand.rules import Rules

_WHERE = "question.namespace"


class Beside(msgspec.Struct):
    """One request in words: its place, its operations, its words and what has to be said of it."""

    start: int
    drafts: list[Draft]
    tokens: tuple[Token, ...]
    notes: Notes


def beside(
    place: tuple[int, int],
    request: Request,
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    known: Catalogue,
) -> Beside:
    """The request at *place*. NoScriptError when it is none by itself, or names hosts: which of the
    commands these are for is not clear. Answers are for the whole message and don't count here."""
    start, end = place
    asked = msgspec.structs.replace(request, message=_alone(request.message, start, end))
    rules, read = _read(msgspec.structs.replace(asked, answers={}), vocabulary, lexicon, known)
    tokens = tuple(token for token in rules.tokens(read) if start <= token.start < end)
    if read.on or not read.drafts or not all(token.role for token in tokens):
        raise NoScriptError
    return Beside(start, read.drafts, tokens, [*rules.corrections, *read.notes])


def _read(
    request: Request, vocabulary: Vocabulary, lexicon: Lexicon, known: Catalogue
) -> tuple[Rules, Read]:
    """What the rules make of it. Where "there" is, is asked of the whole message, in which a
    command may name it."""
    rules = Rules(request, vocabulary, lexicon, known)
    try:
        return rules, rules.read()
    except AskError as asked:
        field = asked.question.field
        if asked.question.code != _WHERE or field in request.answers:
            raise NoScriptError from None
    except RefuseError:
        raise NoScriptError from None
    answers = {**request.answers, field: ""}
    return _read(msgspec.structs.replace(request, answers=answers), vocabulary, lexicon, known)


def _alone(message: str, start: int, end: int) -> str:
    """*message* with nothing but spaces around a place."""
    return " " * start + message[start:end] + " " * (len(message) - end)
