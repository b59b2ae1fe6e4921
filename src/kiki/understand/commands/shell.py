"""Cuts a line into the words of a shell, with their places.

Called by ``script``. Quotes are taken off; nothing is expanded: what a shell would make of ``*``,
``$HOME`` or a pipe is not known here.
"""

import re
from collections.abc import Iterator

import msgspec

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<sign>&&|\|\||>>|<<<?|[|&;<>])"
    r"|(?P<word>(?:\{\{secret:[\w-]+\}\}|\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'|&;<>])+|[\"'])"
)
_QUOTES = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_EXPANDED = re.compile(r"[*?\[\]{}$`!\\()^]|\A~|\A[-:]\Z|(?:\A|/)\.{1,2}(?:/|\Z)")
_SECRET = re.compile(r"\{\{secret:[\w-]+\}\}")
_GLUED = re.compile(r"[!-~]+?(?=[가-힣])")


class Piece(msgspec.Struct, frozen=True):
    """A word of a shell, or a sign between words. *text* is without quotes, *start* and *end* are
    its place in the message; *opens*: it begins with a quote."""

    text: str
    start: int
    end: int
    quoted: bool = False
    sign: bool = False
    opens: bool = False

    @property
    def prose(self) -> bool:
        """Whether it begins in Hangul, as no command of ours does."""
        return not self.quoted and "가" <= self.text[:1] <= "힣"

    @property
    def expanded(self) -> bool:
        """Whether a shell makes something else of it, or knows alone where it leads (``.``)."""
        plain = _SECRET.sub("", self.text)
        return not self.quoted and _EXPANDED.search(plain) is not None

    @property
    def quoted_first(self) -> bool:
        """Whether it begins with a quote: then it is no option."""
        return self.quoted and self.opens

    def after(self, length: int) -> "Piece":
        """What follows the first *length* characters of an unquoted beginning."""
        return Piece(self.text[length:], self.start + length, self.end, self.quoted)

    def upto(self, length: int) -> "Piece":
        """The first *length* characters."""
        return Piece(self.text[:length], self.start, self.start + length)


def pieces(message: str, start: int, end: int) -> list[Piece]:
    """The words and signs of ``message[start:end]``."""
    found: list[Piece] = []
    for match in _TOKEN.finditer(message, start, end):
        if match.lastgroup == "sign":
            found.append(Piece(match[0], match.start(), match.end(), sign=True))
        elif match.lastgroup == "word":
            found += _word(match[0], match.start())
    return found


def _word(text: str, start: int) -> Iterator[Piece]:
    """One word, or two: a particle of Korean sticks to what it follows (``nginx를``)."""
    if _QUOTES.search(text):
        bare = _QUOTES.sub(lambda quoted: quoted[1] or quoted[2] or "", text)
        yield Piece(bare, start, start + len(text), quoted=True, opens=text[0] in "\"'")
        return
    glued = _GLUED.match(text)
    if glued:
        yield Piece(glued[0], start, start + glued.end())
    rest = glued.end() if glued else 0
    yield Piece(text[rest:], start + rest, start + len(text))
