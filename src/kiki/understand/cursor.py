"""Moves over the words of a clause and says what may stand where.

The base of ``values`` and ``phrases``. Positions count the clause's own words, not the message's.
"""

from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon


class Cursor:
    """The words of one clause. *args* are indices into *words*; *links* those that a describing
    verb gives to the word before it."""

    def __init__(
        self, words: tuple[Word, ...], args: list[int], links: dict[int, str], lexicon: Lexicon
    ) -> None:
        self.words = words
        self.args = args
        self.links = links
        self.lexicon = lexicon

    def _word(self, position: int) -> Word | None:
        return self.words[self.args[position]] if 0 <= position < len(self.args) else None

    def _range(self, start: int, end: int) -> tuple[int, ...]:
        return tuple(self.args[start:end])

    def _senses(self, position: int, cls: str, form: str | None = None) -> dict[int, list[str]]:
        """The ids of the senses of *cls* (in *form*) at *position*, by the position after them."""
        word = self._word(position)
        ends: dict[int, list[str]] = {}
        for sense in word.senses if word else ():
            fitting = sense.entry.cls == cls and form in (None, sense.entry.form)
            if fitting and self._adjacent(position, sense.length):
                ends.setdefault(position + sense.length, []).append(sense.entry.id)
        return dict(sorted(ends.items(), reverse=True))

    def _adjacent(self, position: int, length: int) -> bool:
        """Whether the words of a phrase are all of this clause."""
        if position + length > len(self.args):
            return False
        return self.args[position + length - 1] == self.args[position] + length - 1

    def _longest(self, position: int, cls: str) -> int:
        """The position after the longest sense of *cls*, or *position*."""
        return next(iter(self._senses(position, cls)), position)

    def _particle(self, position: int) -> tuple[int, str]:
        for after, ids in self._senses(position, "part").items():
            return after, ids[0]
        return position, ""
