"""Reads English sentences that say which value a setting is to have: "the hostname should be
web03", "bob's shell must be /bin/zsh", "selinux to permissive please".

Called by ``english_clauses`` where a clause may begin and no state was found. Only what is set on
hosts, files and users that are there counts by itself; a property of what is to be made ("replicas
should be 3") belongs to the sentence before.
"""

from kiki.understand.lexer import Word
from kiki.understand.shapes import fits
from kiki.understand.states import State, States

_OF_HOSTS = frozenset(("hostname", "timezone", "locale", "selinux", "ntp"))
_OF_OTHERS = frozenset(("mode", "owner", "owning_group", "owner_and_group", "rights", "shell"))
_SET = "set"


def valued_at(words: tuple[Word, ...], index: int, *, first: bool) -> State | None:
    """The value that is asked for from *index* on, or None. *first*: no request stands before, of
    which it may say more."""
    return _Valued(words, index).asked(first=first)


class _Valued(States):
    """What a sentence from one word on may set."""

    def asked(self, *, first: bool) -> State | None:
        """The one reading, or None. Its verb has no words: "should be" leads to the value."""
        start = max((self.index, *self._ends(self.index, "det"), *self._ends(self.index, "fill")))
        if not self._setting(start, first=first):
            return None
        for place in self._subject(self.index):
            if self.words[place].has("and"):
                return None
            if self._leads(start, place):
                return State(((_SET, place, place),), tuple(range(self.index, place)), (), place)
        return None

    def _setting(self, start: int, *, first: bool) -> bool:
        """Whether a setting is named at *start*: as such, or as something's: "bob's shell"."""
        if start >= len(self.words):
            return False
        if self._nouns(start) & _OF_HOSTS or fits("parameter", self.words[start].value):
            return True
        owned = start + 1 < len(self.words) and self.words[start + 1].has("part", "of")
        after = max((start + 2, *self._ends(start + 2, "det"))) if owned else start
        return first and after < len(self.words) and bool(self._nouns(after) & _OF_OTHERS)

    def _nouns(self, place: int) -> set[str]:
        return {s.entry.id for s in self.words[place].senses if s.entry.cls == "noun"}

    def _leads(self, start: int, place: int) -> bool:
        """Whether what stands at *place* leads to a value: "should be", or "to" right after."""
        ends = [end for end in self._ends(place, "must") if self._is_to(place, end)]
        beside = place in self._ends(start, "noun") and self.words[place].text.lower() == "to"
        after = ends[0] if ends else place + 1
        valued = after < len(self.words) and bool(self.words[after].value)
        return valued and (bool(ends) or beside)

    def _is_to(self, place: int, end: int) -> bool:
        """Whether the words from *place* to *end* are also a link: "should be", no "needs"."""
        return any(
            s.entry.cls == "prep" and place + s.length == end for s in self.words[place].senses
        )
