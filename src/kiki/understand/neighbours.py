"""What stands beside a value in a message, and what that says of it.

The half of ``grounding.Said`` between words and values; ``schema`` and ``answer`` ask it in which
fields a value may be.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from kiki.model.intent import Assumption
from kiki.model.vocabulary import FieldSpec, KindSpec
from kiki.understand.lexer import Word
from kiki.understand.wording import Places, Wording

# What may stand between a noun and the value that it announces.
_LINKS = frozenset({("part", "topic"), ("part", "subj"), ("prep", "cop")})


class Offer(NamedTuple):
    """One value that a field may have: *text* is what a model writes for it, *value* the field's
    JSON value. *start* and *end* are -1 for a choice that no word says by itself."""

    text: str | int | bool
    value: Any
    start: int = -1
    end: int = -1
    note: Assumption | None = None


class Use(Protocol):
    """One value of an answer."""

    @property
    def operation(self) -> int:
        """The number of the operation that it is in."""
        ...

    @property
    def kind(self) -> KindSpec:
        """That operation's kind."""
        ...

    @property
    def field(self) -> FieldSpec:
        """The field that it fills."""
        ...

    @property
    def offer(self) -> Offer:
        """The choice that was taken."""
        ...


class Neighbours(Wording):
    """The words of a message, and the values that are among them."""

    def _counts(self, index: int) -> bool:
        return index + 1 < len(self.words) and self.words[index + 1].has("cnt")

    def announced(self, offer: Offer) -> frozenset[str]:
        """The ids of the nouns that stand beside a value and say what it is: "port 80", "이름은
        web", "3 replicas"; empty when there is none."""
        inside = [i for i, w in enumerate(self.words) if meet(w, offer)]
        if offer.start < 0 or not inside or self.titled(offer):
            return frozenset()
        after = inside[-1] + 1
        numbered = after < len(self.words) and self.words[after].has("cnt", "no")
        if inside[0] and _points(self.words[inside[0] - 1]):
            return frozenset(self._before(inside[0] - 1))
        return frozenset((*self._before(inside[0] - 1), *self._after(after + numbered)))

    def titled(self, offer: Offer) -> bool:
        """Whether the value begins a noun of more words: "a **yum** repository" is not called
        yum."""
        inside = [i for i, word in enumerate(self.words) if meet(word, offer)]
        return bool(inside) and self.words[inside[0]].length("noun") > len(inside)

    def _before(self, last: int) -> Iterator[str]:
        """The nouns that end with the word *last*, or before what joins them to a value."""
        joined = False
        while last >= 0 and self._joins(last):
            last, joined = last - 1, True
        for first in range(max(0, last - 2), last + 1):
            if not joined and self._taken(first):
                continue
            ids = [
                sense.entry.id
                for sense in self.words[first].senses
                if sense.entry.cls == "noun" and first + sense.length - 1 == last
            ]
            if ids:
                yield from ids
                return  # "서비스 **포트**" is no other port

    def _after(self, first: int) -> Iterator[str]:
        """The nouns that begin with the word *first* and speak of what is before them."""
        if first < len(self.words) and _points(self.words[first]):
            return  # "/opt/app **->** /opt/app-2" says what the second is
        for sense in self.words[first].senses if first < len(self.words) else ():
            if sense.entry.cls == "noun" and not self._introduces(first + sense.length):
                yield sense.entry.id

    def _introduces(self, index: int) -> bool:
        """Whether words at *index* join a noun to a value that follows: "이미지**는** nginx", and
        not "dba 그룹**은** 패스워드 없이"."""
        if not self._joins(index):
            return False
        while self._joins(index):
            index += 1
        senses = self.words[index].senses if index < len(self.words) else ()
        known = {sense.entry.cls for sense in senses}
        return not known or bool(known - {"noun", "vnoun", "vform", "neg"})

    def _joins(self, index: int) -> bool:
        """Whether a word joins a noun to the value after it: "이름**은** web", "name**:** web"."""
        senses = self.words[index].senses if index < len(self.words) else ()
        return bool(senses) and all((s.entry.cls, s.entry.id) in _LINKS for s in senses)

    def _taken(self, noun: int) -> bool:
        """Whether a Korean noun has its value before it: "rocky-9 **이미지** m1.small"; not when
        that value has its own noun before it: "서버 web **이미지** rocky-9". No arrow has."""
        if _points(self.words[noun]):
            return False
        before = self.words[noun - 1] if noun else None
        if not self.korean or before is None or not before.value or before.senses:
            return False
        if "://" in before.value and noun + 1 < len(self.words) and self._nameable_word(noun + 1):
            return False  # an address ends what was said before: "https://... **suite** bookworm"
        named = noun > 1 and self.words[noun - 2].has("noun")
        return not named or self._taken(noun - 2)

    def counts(self, offer: Offer) -> bool:
        """Whether the value is a number of things: "3개", "두 대", and not "80번"."""
        last = max((i for i, word in enumerate(self.words) if meet(word, offer)), default=-1)
        counted = last >= 0 and self._counts(last)
        return counted and not self.words[last + 1].has("cnt", "no")

    def placed(self, offer: Offer, but: tuple[str, ...] = ()) -> bool:
        """Whether an English preposition stands right before the value: "on 3306", "to 80"; none of
        the links in *but*."""
        first = next((i for i, word in enumerate(self.words) if meet(word, offer)), 0)
        before = self.words[first - 1].senses if first and not self.korean else ()
        places = {"loc", "on", "to"} - {*but}
        return any(s.entry.cls == "prep" and s.entry.id in places for s in before)

    def located(self, offer: Offer) -> bool:
        """Whether words may say that the value is a place: "in demo", "demo에", "demo 공간에"."""
        if not self.korean:
            return self.placed(offer)
        inside = [index for index, word in enumerate(self.words) if meet(word, offer)]
        following = self.words[inside[-1] + 1] if inside[-1] + 1 < len(self.words) else None
        return following is not None and (
            following.has("part", "loc") or (not following.senses and following.sort == "hangul")
        )

    def strange(self, offer: Offer) -> bool:
        """Whether a word that nobody knows stands beside the value: "주인은 app"."""
        inside = [index for index, word in enumerate(self.words) if meet(word, offer)]
        beside = [i for i in (inside[0] - 1, inside[-1] + 1) if 0 <= i < len(self.words)]
        return any(not self.words[i].senses and not self.words[i].value for i in beside) or any(
            not self.words[i].senses and self.words[i].sort == "hangul" for i in beside
        )

    # -- names that are introduced ----------------------------------------------------------------

    def introduced(self, nouns: frozenset[str]) -> Iterator[tuple[Word, frozenset[str]]]:
        """The words that one of *nouns* introduces as a value ("name **cache**", "called **web**",
        "이미지 **rocky-9**"), each with the nouns that do; and those that are listed with them
        ("namespaces blue and **green**"), with none, as the list may be another one."""
        found = self._introduced_at(nouns)
        for index in [*found]:
            for other in self._listed_with(index):
                found.setdefault(other, frozenset())
        for index in sorted(found):
            yield self.words[index], found[index]

    def listed(self, nouns: frozenset[str]) -> Iterator[tuple[int, frozenset[str]]]:
        """How many values one of *nouns* introduces at once, with the nouns that do; "namespaces
        blue and green" are two. After commas alone may stand anything: "servers: rocky-9,
        m1.small"."""
        for index, said in self._introduced_at(nouns).items():
            found = sorted((index, *self._listed_with(index)))
            joints = [self.words[one + 1] for one in found[:-1]]
            if any(not word.has("and", "comma") for word in joints):
                yield len(found), said

    def _introduced_at(self, nouns: frozenset[str]) -> dict[int, frozenset[str]]:
        found: dict[int, frozenset[str]] = {}
        for index in range(len(self.words)):
            if self._nameable_word(index):
                after = self._after(index + 1) if self.korean else ()
                said = frozenset((*self._before(index - 1), *after)) & nouns
                if said:
                    found[index] = said
        return found

    def called(self) -> Iterator[Word]:
        """The words that a phrase for naming introduces: "call it **green**", "named **web**"."""
        for index, word in enumerate(self.words):
            naming = [s for s in word.senses if (s.entry.cls, s.entry.id) == ("prep", "name")]
            following = index + max((sense.length for sense in naming), default=0)
            named = bool(naming) and following < len(self.words)
            if named and self._nameable_word(following):
                yield self.words[following]

    def _nameable_word(self, index: int) -> bool:
        word = self.words[index]
        named = word.sort == "number" or (word.sort == "ascii" and not self._no_name(index))
        return named and bool(word.value)

    def _listed_with(self, first: int) -> Iterator[int]:
        """The values that follow the one at *first* in a list, or in Korean stand before it."""
        for step in (-1, 1) if self.korean else (1,):
            index = first
            while self._lists(index + step) and self._same_sort(index + 2 * step, first):
                index += 2 * step
                last = not self._lists(index + 1)
                if not self.korean and last and self._acts(index):
                    break  # "namespace blue and **zap** nginx"
                yield index

    def _lists(self, index: int) -> bool:
        """Whether a word joins two items of a list."""
        word = self.words[index] if 0 <= index < len(self.words) else None
        return word is not None and (word.has("and") or word.has("part", "and"))

    def _same_sort(self, index: int, first: int) -> bool:
        if not (0 <= index < len(self.words) and self._nameable_word(index)):
            return False
        one, other = self.words[index], self.words[first]
        paths = one.value.startswith("/") == other.value.startswith("/")
        return one.sort == other.sort and paths

    def _no_name(self, index: int) -> bool:
        """Whether a word is one of ours, or an ordinary one that names nothing."""
        word, lower = self.words[index], self.words[index].value.lower()
        known = [s for s in word.senses if s.entry.cls not in ("product", "piece")]
        return bool(known) or lower in self.lexicon.functional | self.lexicon.common

    # -- what a value belongs to -------------------------------------------------------------------

    def head(self, offer: Offer, used: Places) -> Word | None:
        """The unknown thing that the value only belongs to: "nginx **cache**", "nginx 서비스의
        **인증서**", "mysql db **백업**"; None when there is none."""
        inside = [index for index, word in enumerate(self.words) if meet(word, offer)]
        index = inside[-1] + 1
        while self.korean and index < len(self.words) and self._also_names(index):
            index += 1
        while index < len(self.words) and self._belongs(index):
            index += 1
        if index >= len(self.words) or index not in self.things(inside[0], used):
            return None
        return self.words[index]

    def _also_names(self, index: int) -> bool:
        word = self.words[index]
        return word.sort == "ascii" and bool(word.value) and not word.senses

    def _belongs(self, index: int) -> bool:
        """Whether a word may stand between a name and what it belongs to: a noun of ours, or 의."""
        word = self.words[index]
        return word.has("noun") or word.has("part", "of") or word.text == "의"

    def is_noun(self, offer: Offer) -> bool:
        """Whether the value is a word of ours for a thing ("deployment"), and not in quotes. What
        is also a path ("/etc/hosts") or a package ("ntp") stands for itself, and so does what says
        another value ("KST"), and what is called so ("a repository named kubernetes")."""
        if offer.text != self.message[offer.start : offer.end]:
            return False
        inside = [word for word in self.words if meet(word, offer)]
        if len(inside) != 1 or not inside[0].has("noun") or inside[0].sort != "ascii":
            return False
        text = inside[0].value.lower()
        if self._named(self.words.index(inside[0])):
            return False
        return not text.startswith("/") and text not in self.lexicon.packages

    def _named(self, index: int) -> bool:
        """Whether a word is said to be a name: "named **kubernetes**", "**kubernetes**라는"."""
        before = self.words[index - 1] if index else None
        following = self.words[index + 1] if index + 1 < len(self.words) else None
        return (before is not None and before.has("prep", "name")) or (
            following is not None and following.has("part", "name")
        )


def _points(word: Word) -> bool:
    """Whether *word* is an arrow that speaks of what comes after it."""
    return word.sort == "punct" and word.has("noun")


def meet(word: Word, offer: Offer) -> bool:
    """Whether the value is said with this word."""
    return word.start < offer.end and offer.start < word.end
