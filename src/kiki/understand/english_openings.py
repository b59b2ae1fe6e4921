"""What an English message may begin with before it asks for anything: a title, "set up chrony:",
why a thing is no longer needed, for whom it is, where it is to be, and politeness.

The base of ``english_clauses``. Each step says where what it knows ends.
"""

from kiki.understand.circumstances import is_topic, team_at, title_at
from kiki.understand.following import TAKING, Following
from kiki.understand.parts import is_output, longest, past, separates

_JOINTS = ("and", "sep", "fill", "first", "last")
LONGEST = 16  # words of a phrase of politeness
_FARTHEST = 6  # words of a place before its verb
_VERSION = frozenset("=:")  # nginx=1.22, nginx:1.27


class Openings(Following):
    """The steps past what only leads to a request."""

    def _args(self) -> list[int]:
        return self.made.clauses[-1].args if self.made.clauses else self.made.rest

    def _title(self, index: int) -> int:
        """Past "Server patching:", with which a message begins."""
        if self.made.clauses or not all(self._polite(i) for i in self.made.rest):
            return index
        end = title_at(self.words, index)
        self.made.roles |= dict.fromkeys(range(index, end), "fill")
        return max(end, index)

    def _set_up(self, index: int) -> int:
        """Past "set up" in "set up chrony: install it, ...", which says of what the steps are that
        follow; past all of "set up a proxy: install squid, ..."."""
        verb = longest(self.words[index], "verb")
        if self.made.clauses or verb is None or verb[0] != "build":
            return index
        after = index + verb[1]
        colon = next((i for i in range(after, len(self.words)) if self.words[i].text == ":"), 0)
        steps = colon + 1 < len(self.words) and longest(self.words[colon + 1], "verb", "base")
        if not colon or not steps or not self._polite_so_far() or colon > after + _FARTHEST:
            return index
        named = any(w.length("noun") for w in self.words[after:colon])
        plain = colon > after and is_topic(self.words[after:colon])
        if not plain and named:
            return index
        again = colon == after + 1 and self._named_again(after, colon + 1)
        end = colon + 1 if plain or again else after
        self.made.roles |= dict.fromkeys(range(index, end), "fill")
        return end

    def _named_again(self, index: int, start: int) -> bool:
        """As in "set up nginx: install nginx, ...": the steps name it themselves."""
        taking = {s.entry.id for s in self.words[start].senses if s.entry.cls == "verb"} & TAKING
        topic = self.words[index].value.lower()
        return (
            bool(topic) and not taking and any(w.value.lower() == topic for w in self.words[start:])
        )

    def _polite_so_far(self) -> bool:
        return all(self._polite(i) for i in self.made.rest)

    def _unused(self, index: int) -> int:
        """Past "we don't need", which says why a thing is to go."""
        ends = [s.length for s in self.words[index].senses if s.entry.id == "unused"]
        if max(ends, default=0) < 2:
            return index
        after = index + max(ends)
        if after < len(self.words) and self.words[after].has("prep"):
            self.made.broken += range(index, after)  # "we don't use it on web1": there, or at all?
        self._args().extend(range(index, after))
        return after

    def _polite_phrase(self, index: int) -> int:
        """Past a phrase that carries nothing; what is a verb elsewhere is none in it: "when you get
        a chance"."""
        senses = self.words[index].senses
        length = self.words[index].length("fill")
        if length < 2 or any(s.length >= length for s in senses if s.entry.cls != "fill"):
            return index
        self._args().extend(range(index, index + length))
        return index + length

    def _pinned(self, index: int) -> int:
        """Past "exactly that version" after a value that has one."""
        after = past(self.words, index, "pinned")
        before = next((w for w in self.words[:index][::-1] if not w.has("and", "comma")), None)
        if after > index and before is not None and _VERSION & set(before.value):
            self.made.roles |= dict.fromkeys(range(index, after), "fill")
            return after
        return index

    def _for_whom(self, index: int) -> int:
        """Past "for the data team", which changes nothing about what is asked for."""
        if self.words[index].text.lower() != "for" or index + 1 >= len(self.words):
            return index
        end = team_at(self.words, index + 1)
        self.made.roles |= dict.fromkeys(range(index, end), "fill")
        return end or index

    def _place_first(self, index: int) -> list[int]:
        """As in "..., then in qa create a deployment": the words of where, which belong to the verb
        at *index* and not to the clause before."""
        entry = self.words[index].sense("verb")
        args = self.made.clauses[-1].args if self.made.clauses else []
        for start in range(index - 1, max(0, index - _FARTHEST), -1):
            if start not in args or separates(self.words[start]):
                return []
            if self.words[start].has("prep", "loc") and self._after_joint(start):
                place = [i for i in args if i >= start]
                self.made.clauses[-1].args = [i for i in args if i < start]
                return place if entry is not None and entry.form == "base" else []
        return []

    def _after_joint(self, index: int) -> bool:
        """Whether what stands right before, a word or a phrase, lets a clause begin."""
        for start in range(max(0, index - LONGEST), index):
            for sense in self.words[start].senses:
                if start + sense.length == index and sense.entry.cls in _JOINTS:
                    return True
        return is_output(self.words, index - 1)
