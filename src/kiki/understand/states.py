"""Reads English sentences that say what is to be so: "make sure nginx is running", "get tmux
installed", "turn nginx off", "stop cups from starting at boot".

Called by ``clauses`` where a clause may begin. The thing stands before what is to become of it, so
the words between belong to the clause. Nothing here asks by itself ("nginx is running" is a
report): something has to introduce it, or "should" and its like stand in it.
"""

from collections.abc import Iterator

import msgspec

from kiki.understand.lexer import Word
from kiki.understand.parts import longest

LONGEST = 16  # words between what introduces a state and the state
# Verbs that a thing can do by itself: "make nginx start on boot".
_ITSELF = frozenset(("start", "enable", "stop", "restart", "comeback"))
_SHALL = _ITSELF | {"belong", "run"}  # "kim should belong to the group ops"
# What is to be done with what must not be so.
_OPPOSITE = {"enable": "disable", "open": "close"}
# What a thing has to do to be made or to be taken away.
_BEING = {"exist": "create", "go": "remove", "disappear": "remove", "vanish": "remove"}
# The form of the verb after what prevents it, and what stands before that.
_PREVENTED = {"let": ("base", ""), "want": ("base", "to"), "like": ("base", "to")}
_WHEN = ("at_boot", "everywhere", "once_more", "no_more", "passwordless")
_OPEN = ("owner_of", "let_read", "let_edit", "let_all")  # after which the thing follows
_ENDS = ("sep", "ask")
_FOLLOWS = ("sep", "ask", "and", "prep", "fill", "last", "there", "pronoun")


class State(msgspec.Struct, frozen=True):
    """The verbs asked for, each with the range of its words; *args* are the words between, *used*
    those that only hold the sentence together, *last* the index after it."""

    verbs: tuple[tuple[str, int, int], ...]
    args: tuple[int, ...]
    used: tuple[int, ...]
    last: int


def state_at(words: tuple[Word, ...], index: int) -> State | None:
    """The state that is asked for from *index* on, or None."""
    return next(States(words, index).found(), None)


class States:
    """What a sentence from one word on may say about states. The base of ``necessity``."""

    def __init__(self, words: tuple[Word, ...], index: int) -> None:
        self.words = words
        self.index = index

    def found(self) -> Iterator[State]:
        """Every reading as a state that is asked for, the surest first."""
        if self.words[self.index].length("fill") > self.words[self.index].length("ensure"):
            return
        for start in self._ends(self.index, "prevent"):
            yield from self._prevented(start)
        for start in self._ends(self.index, "unwished"):
            yield from self._prevented(start)
            yield from self._running(start)
        for start in self._ends(self.index, "forbid"):
            yield from self._forbidden(start)
        yield from self._around()
        yield from self._apart()
        for start in self._ends(self.index, "ensure"):
            yield from self._ensured(start)
        for start in self._ends(self.index, "hope"):
            for place in self._subject(start):
                for after in self._ends(place, "could"):
                    yield from self._is(start, place, after)
        yield from self._demanded()
        yield from self._unwanted()

    def _ends(self, index: int, cls: str) -> list[int]:
        """Where the senses of *cls* at *index* end, the longest first."""
        senses = self.words[index].senses if index < len(self.words) else ()
        return sorted({index + s.length for s in senses if s.entry.cls == cls}, reverse=True)

    def _subject(self, start: int) -> Iterator[int]:
        """Places after *start* at which the thing may have been named."""
        for place in range(start, min(start + LONGEST, len(self.words))):
            word = self.words[place]
            if any(word.has(cls) for cls in _ENDS) or word.text == "\n":
                return
            if place > start and self.words[place - 1].has("and") and self._begins(place):
                return
            if place > start:
                yield place

    def _begins(self, place: int) -> bool:
        """Whether another request begins at *place*."""
        return bool(
            self._ends(place, "ensure")
            or any(
                s.entry.cls == "verb" and s.entry.form == "base" for s in self.words[place].senses
            )
        )

    def _made(self, start: int, end: int, verbs: list[tuple[str, int, int]], last: int) -> State:
        args = tuple(range(start, end))
        inside = {i for _, first, after in verbs for i in range(first, after)}
        used = (i for i in range(self.index, last) if i not in inside and i not in args)
        return State(tuple(verbs), args, tuple(used), last)

    def _ensured(self, start: int) -> Iterator[State]:
        """make sure X is installed; get X installed; have X start."""
        for place in self._subject(start):
            for after in (*self._ends(place, "be"), place):
                yield from self._is(start, place, after)
            to = self.words[place].has("prep", "to")
            for verb, after in self._verbs(place + 1, ("base",)) if to else ():
                if verb in _ITSELF and self._follows(after):
                    yield self._made(start, place, [(verb, place + 1, after)], after)
            for verb, after in self._verbs(place, ("base", "third")):
                if verb in _ITSELF and not self.words[place - 1].has("and"):
                    yield self._made(start, place, [(verb, place, after)], after)

    def _demanded(self) -> Iterator[State]:
        """X should be running; X should start at boot."""
        for place in self._subject(self.index):
            if self.words[place - 1].text.lower() in ("i", "we"):
                continue  # "that's the file we need created"
            for after in self._ends(place, "must"):
                yield from self._is(self.index, place, after)
            for first in self._ends(place, "shall"):
                for verb, after in self._verbs(first, ("base",)):
                    if verb in _SHALL and self._follows(after):
                        yield self._made(self.index, place, [(verb, first, after)], after)
                being = self.words[first].text.lower() if first < len(self.words) else ""
                ends = first + 1 >= len(self.words) or self.words[first + 1].has("sep")
                duty = self.words[first - 1].text.lower() in ("to", "must")  # "should go to /srv"
                if being in _BEING and (
                    self._follows(first + 1) if being != "go" else ends and duty
                ):
                    verbs = [(_BEING[being], first, first + 1)]
                    yield self._made(self.index, place, verbs, first + 1)

    def _unwanted(self) -> Iterator[State]:
        """X must not start at boot, should no longer be started at boot: it is disabled."""
        for place in self._subject(self.index):
            for first in self._ends(place, "shall_not"):
                for verb, after in (*self._verbs(first, ("base",)), *self._states(first)):
                    short = verb == "enable" and after - first < 2  # "must not be enabled": now?
                    if verb in _OPPOSITE and not short and self._follows(after):
                        verbs = [(_OPPOSITE[verb], first, after)]
                        yield self._made(self.index, place, verbs, after)

    def _states(self, place: int) -> list[tuple[str, int]]:
        found = self._state(place)
        return [found] if found else []

    def _past_be(self, place: int) -> int:
        return next(iter(self._ends(place, "be")), place)

    def _is(self, start: int, end: int, place: int) -> Iterator[State]:
        """The states at *place*, joined by "and"."""
        verbs: list[tuple[str, int, int]] = []
        last = place
        while found := self._state(place) or (self._does(place) if verbs else None):
            verbs.append((found[0], place, found[1]))
            place = last = found[1]
            while place < len(self.words) and self.words[place].has("and"):
                place += 1
            if place == last:
                break  # "nginx stopped a restart"
            place = self._past_be(place) if place < len(self.words) else place
        if verbs and self._follows(last):
            yield self._made(start, end, verbs, last)

    def _state(self, place: int) -> tuple[str, int] | None:
        found = longest(self.words[place], "state") if place < len(self.words) else None
        return (found[0], place + found[1]) if found else None

    def _does(self, place: int) -> tuple[str, int] | None:
        """As in "is running and starts at boot"."""
        found = self._verbs(place, ("base", "third"))
        return found[0] if found and found[0][0] in _ITSELF else None

    def _follows(self, place: int) -> bool:
        """Whether the sentence may go on at *place*: "running nginx" is no state of something."""
        if place >= len(self.words):
            return True
        word = self.words[place]
        return any(sense.entry.cls in _FOLLOWS for sense in word.senses) or any(
            sense.entry.cls == "noun" and sense.entry.id in _WHEN for sense in word.senses
        )

    def _verbs(self, place: int, forms: tuple[str, ...]) -> list[tuple[str, int]]:
        senses = self.words[place].senses if place < len(self.words) else ()
        found = [
            (s.entry.id, place + s.length)
            for s in senses
            if s.entry.cls == "verb" and s.entry.form in forms
        ]
        return sorted(found, key=lambda one: -one[1])[:1]

    def _prevented(self, start: int) -> Iterator[State]:
        """stop X from starting at boot; don't let X start at boot; we don't want X to start at
        boot: it is disabled."""
        form, between = _PREVENTED.get(self.words[start - 1].text.lower(), ("gerund", "from"))
        for place in self._subject(start):
            first = place + 1 if between else place
            if between and self.words[place].text.lower() != between:
                continue
            for verb, after in self._verbs(first, (form,)):
                if verb == "enable":
                    yield self._made(start, place, [("disable", first, after)], after)

    def _running(self, start: int) -> Iterator[State]:
        """we don't want X running at boot."""
        for place in self._subject(start):
            for verb, after in self._verbs(place, ("gerund",)):
                if verb == "enable":
                    yield self._made(start, place, [("disable", place, after)], after)

    def _forbidden(self, start: int) -> Iterator[State]:
        """don't start X at boot: it is disabled. What else is forbidden is no state."""
        for verb, first in self._verbs(start, ("base",)):
            for place in self._subject(first):
                for sense in self.words[place].senses:
                    end = place + sense.length
                    boot = sense.entry.cls == "noun" and sense.entry.id == "at_boot"
                    if boot and verb in ("start", "run") and self._follows(end):
                        yield self._made(first, place, [("disable", place, end)], end)

    def _apart(self) -> Iterator[State]:
        """turn X off; take X down."""
        for sense in self.words[self.index].senses:
            if sense.entry.cls != "apart":
                continue
            for place in self._subject(self.index + 1):
                if self.words[place].text.lower() == sense.entry.form and self._follows(place + 1):
                    verbs = [(sense.entry.id, self.index, self.index + 1)]
                    yield self._made(self.index + 1, place, verbs, place + 1)

    def _around(self) -> Iterator[State]:
        """take nginx out of autostart; bring nginx up to date."""
        first = self.words[self.index].text.lower()
        for place in self._subject(self.index + 1):
            for sense in self.words[place].senses:
                if sense.entry.cls != "around" or sense.entry.form != first:
                    continue
                end = place + sense.length
                port = sense.entry.id != "takeout" or self._of_port(self.index + 1, place)
                follows = self._follows(end) or sense.entry.id in _OPEN
                if (port or self._of_file(end)) and follows:
                    verbs = [(sense.entry.id, self.index, self.index + 1)]
                    yield self._made(self.index + 1, place, verbs, end)

    def _of_file(self, place: int) -> bool:
        """Whether "of /etc/exports" or "of the hosts file" follows."""
        rest = self.words[place : place + 3]
        return [word.text.lower() for word in rest[:1]] == ["of"] and any(
            word.text.startswith("/")
            or any(s.entry.cls == "noun" and s.entry.id == "hosts_file" for s in word.senses)
            for word in rest[1:]
        )

    def _of_port(self, start: int, end: int) -> bool:
        """Whether the words say that they are about a port: what is taken out is nothing else."""
        return any(
            word.text.lower().endswith(("/tcp", "/udp"))
            or any(s.entry.cls == "noun" and s.entry.id == "port" for s in word.senses)
            for word in self.words[start:end]
        )
