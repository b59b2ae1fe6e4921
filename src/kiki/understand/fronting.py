"""Finds objects that stand before their English verb: "port 9090, open it", "kim leaves, delete".

The base of ``english_clauses``. What stands first must only name something, and neither tell nor
ask how it is; after the verb only a pronoun may follow, and what says all of how it is done.
"""

from kiki.understand.lexer import Word
from kiki.understand.parts import Split, announces, longest, past, separates

_LONGEST = 16  # words of a phrase of politeness
# What may stand after the verb of an object that stands first: "user kim leaves, delete with home".
_AFTER = frozenset((
    "with_home", "kept_home", "whole", "firewall", "everywhere", "at_boot", "once_more", "itself",
))  # fmt: skip
_DEFINITE = ("the", "that", "this", "these", "those")
# Words of sentences that tell or ask how things are.
_TELLING = frozenset((
    "is", "are", "was", "were", "be", "been", "has", "have", "had", "does", "did", "will", "should",
    "must", "may", "might", "need", "needs", "running", "runs",
    "isn't", "aren't", "it's", "that's", "there's",
))  # fmt: skip
_PLEASE = ("please", "pls", "plz", "kindly")


class Fronting:
    """What all sentences have in which the object may stand first."""

    def __init__(self, words: tuple[Word, ...]) -> None:
        self.words = words
        self.made = Split(order="initial")

    def _fronted(self, index: int, after: int) -> int:
        """As in "port 9090, open it": the object stands before the verbs from *index* on. The place
        after the pronoun that stands for it, or after the verbs; 0 where it is no such thing."""
        rest = self.made.rest
        entry = self.words[index].sense("verb")
        if self.made.clauses or (entry and entry.form != "base"):
            return 0
        if not self._thing_first(rest):
            return 0
        end = past(self.words, after, "pronoun") if after < len(self.words) else after
        end = max(end, past(self.words, after, "both")) if after < len(self.words) else end
        end = max(end, self._definite(after, rest))
        return end if self._nothing_more(end) or (end > after and self._goes_on(end)) else 0

    def _goes_on(self, index: int) -> bool:
        """As in "named and dhcpd: disable them both, and restart chronyd": another verb follows."""
        if any(longest(self.words[i], "verb", "base") for i in self.made.rest):
            return False  # "Monitoring: install node_exporter, start it and enable it"
        start = index
        while index < len(self.words) and (separates(self.words[index]) or self._polite(index)):
            index += 1
        return (
            start < index < len(self.words)
            and longest(self.words[index], "verb", "base") is not None
        )

    def _thing_first(self, rest: list[int]) -> bool:
        """Whether *rest* names a thing, and ends before another part of the sentence."""
        if self.made.clauses or not self._named(rest):
            return False
        last = next((i for i in reversed(rest) if not self.words[i].has("fill")), rest[-1])
        comes = self.words[last].has("and", "comma") or self.words[last].has("sep")
        return comes or announces(self.words[last])

    def _is_pronoun(self, args: tuple[int, ...]) -> bool:
        return bool(args) and past(self.words, args[0], "pronoun") == args[-1] + 1

    def _definite(self, index: int, before: list[int]) -> int:
        """Past "the account" at *index*, where *before* has that noun or one like it."""
        if index + 1 >= len(self.words) or self.words[index].text.lower() not in _DEFINITE:
            return index
        named = {s.entry.id for i in before for s in self.words[i].senses if s.entry.cls == "noun"}
        ends = [
            index + 1 + s.length
            for s in self.words[index + 1].senses
            if s.entry.cls == "noun" and s.entry.id in named
        ]
        return max(ends, default=index)

    def _nothing_more(self, index: int) -> bool:
        """Whether only politeness follows, and words that say all of how something is done."""
        while index < len(self.words):
            word = self.words[index]
            nouns = [
                s.length for s in word.senses if s.entry.cls == "noun" and s.entry.id in _AFTER
            ]
            link = any(word.has("prep", one) for one in ("loc", "from")) or word.has("det")
            ends = separates(word) or self.made.roles.get(index) == "separator"
            if not (nouns or link or word.has("fill") or ends):
                return False
            index += max(nouns, default=1)
        return True

    def _named(self, indices: list[int]) -> bool:
        """Whether the words only name something, and neither tell nor ask how it is."""
        words = [self.words[i] for i in indices]
        asked = any(word.text.lower() in _PLEASE for word in words)
        why = self._inside("leaving", "joining", "unused")
        telling = any(
            word.has("ask") or (word.text.lower() in _TELLING and not (asked and self._of_it(i)))
            for i, word in zip(indices, words, strict=True)
            if i not in why
        )
        return bool(words) and not telling and any(word.value for word in words)

    def _inside(self, *ids: str) -> set[int]:
        """The words of phrases with one of these ids: "has left the company"."""
        return {
            place
            for index, word in enumerate(self.words)
            for s in word.senses
            if s.entry.cls == "noun" and s.entry.id in ids
            for place in range(index, index + s.length)
        }

    def _of_it(self, index: int) -> bool:
        """As in "nginx deployment please, namespace is web": what a property is to be."""
        is_so = self.words[index].has("prep", "cop")
        return is_so and index > 0 and self.words[index - 1].length("noun") == 1

    def _polite(self, index: int) -> bool:
        """Whether a word before the first verb is one of politeness, or part of such a phrase."""
        polite = ("fill", "first", "last", "sep", "and")
        return any(
            sense.entry.cls in polite
            for start in range(max(0, index - _LONGEST), index + 1)
            for sense in self.words[start].senses
            if start + sense.length > index
        )
