"""Sentences of a message, and the spans of it that are set aside.

Called by the two languages' readers of backgrounds and by ``aside``. Places are code points of
the message.
"""

import re
from collections.abc import Iterator

import msgspec

from kiki.understand.lexer import Word

# What ends a sentence; a full stop within 1.27 or /etc/motd does not.
_END = re.compile(
    r"(?P<mark>[.!?…~;]+[\"')]*|\s*[ㅠㅜㅋㅎ]{2,}[.!~]*|\s*\^\^)(?=\s|\Z)|(?P<line>\n+)"
    r"|(?P<dash>\s(?:--?|—|–)(?=\s))"
)


class Span(msgspec.Struct, frozen=True):
    """A part of the message from *start* to *end* that is set aside; *kept* are the places of what
    it introduces for the request, and *state* how it says that this is. *after*: the marks and the
    joining words after it go with it up to there. *pronoun*: what is kept stands in the place of a
    pronoun of the request. *programs*: it tells something of programs, so that it may also be why
    a setting of the hosts is asked for."""

    start: int
    end: int
    kept: tuple[tuple[int, int], ...] = ()
    state: str = ""
    after: int = 0
    pronoun: bool = False
    programs: bool = False


class Sentence(msgspec.Struct, frozen=True):
    """From *start* to *end*, without the mark that ends it; that ends at *after*."""

    start: int
    end: int
    after: int
    asks: bool = False
    line: bool = False  # its line ends here


def sentences(message: str) -> Iterator[Sentence]:
    """The sentences of *message*, in order, none of them empty."""
    start = 0
    for match in (*_END.finditer(message), None):
        end = match.start() if match else len(message)
        after = match.end() if match else len(message)
        text = message[start:end]
        if text.strip():
            first = start + len(text) - len(text.lstrip())
            line = match is None or message[after : after + 1] == "\n" or bool(match["line"])
            yield Sentence(first, start + len(text.rstrip()), after, _asks(match), line)
        start = after


def _asks(match: re.Match[str] | None) -> bool:
    return match is not None and "?" in match[0]


def within(words: tuple[Word, ...], start: int, end: int) -> range:
    """The indices of the words between two places."""
    inside = [i for i, word in enumerate(words) if start <= word.start and word.end <= end]
    return range(inside[0], inside[-1] + 1) if inside else range(0)


def elsewhere(words: tuple[Word, ...], value: str, start: int, end: int) -> bool:
    """Whether *value* also stands outside of a span: then the request has it itself."""
    outside = (word for word in words if word.end <= start or word.start >= end)
    return any(word.value.lower() == value.lower() for word in outside if word.value)
