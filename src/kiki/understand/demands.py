"""Reads states that English asks for in other ways than ``states`` does: lists, questions, hosts.

The base of ``necessity``: "desired state: redis installed, port 80 open", "could nginx be
restarted?", "every host should have tmux installed", "take telnet off the machines".
"""

from collections.abc import Iterator

from kiki.understand.circumstances import PLEASE
from kiki.understand.parts import announces
from kiki.understand.states import State, States

# Words that tell or ask how things are, and no part of what names a thing.
_TELLING = frozenset((
    "is", "are", "was", "were", "be", "been", "has", "have", "had", "do", "does", "did", "will",
    "would", "should", "must", "may", "might", "can", "could", "what", "which", "who", "why",
    "when", "if",
    "there", "it's", "that's", "not", "no", "i", "we", "you", "they", "he", "she",
))  # fmt: skip
_THAT = frozenset(("that's", "this's", "that", "this"))
_HOSTS = frozenset(("host", "server"))
# What can only be done, so that "could it be ...?" is no question how things are.
_DONE = frozenset((
    "restarted", "created", "deleted", "removed", "added", "opened", "uninstalled", "updated",
    "upgraded",
))  # fmt: skip
_ALL = frozenset(("all", "all the", "all our", "all of the", "all of our", "every", "each"))
_HOSTS_NEED = frozenset((
    "need", "needs", "require", "requires", "should have", "must have", "have to have",
    "has to have", "should get", "must get", "need to have", "needs to have",
))  # fmt: skip
_ONES = frozenset(("the", "all", "all the", "these", "our", "every", "all our", "all of the"))


class Demands(States):
    """What a sentence from one word on may ask to be so."""

    def _asks(self, place: int) -> bool:
        return place < len(self.words) and self.words[place].has("ask")

    def _plain(self, start: int, end: int) -> bool:
        """Whether the words only name something."""
        told = any(word.text.lower() in _TELLING for word in self.words[start:end])
        return start < end and not told and any(word.value for word in self.words[start:end])

    def _places(self, start: int) -> Iterator[int]:
        """Where a thing that is named from *start* on may end."""
        yield from (place for place in self._subject(start) if self._plain(start, place))
        if start < len(self.words) and self._plain(start, len(self.words)):
            yield len(self.words)

    def _past_det(self, place: int) -> int:
        while ends := (*self._ends(place, "det"), *self._ends(place, "fill")):
            place = max(ends)
        return place

    def _gapped(self, start: int, *, told: bool = False) -> Iterator[State]:
        """... and port 80 closed: the state of one more thing. With *told* also "and port 80 is
        closed", which only goes on with "make sure that"."""
        for place in self._places(start):
            for after in (*(self._ends(place, "be") if told else ()), place):
                yield from self._is(start, place, after)

    def _listed(self) -> Iterator[State]:
        """desired state: package redis installed, service redis running."""
        for start in self._ends(self.index, "states"):
            yield from self._gapped(start)
        colon = self._topic()
        if colon:
            yield from self._gapped(colon + 1)

    def _topic(self) -> int:
        """The colon of "for grafana:", where what follows names it again; 0 without one."""
        words = self.words[self.index : self.index + 3]
        if len(words) < 3 or words[0].text.lower() != "for" or words[2].text != ":":
            return 0
        topic = words[1].text.lower()
        again = any(
            word.text.lower() == topic or word.text.lower().startswith(topic + "-")
            for word in self.words[self.index + 3 :]
        )
        return self.index + 2 if again and words[1].value else 0

    def _serving(self) -> Iterator[State]:
        """we want apache serving a page."""
        for start in self._ends(self.index, "ensure"):
            for place in self._subject(start):
                for verb, after in self._verbs(place, ("gerund", "base")):
                    if verb == "serve":
                        yield self._made(start, place, [(verb, place, after)], after)

    def _pointed(self) -> Iterator[State]:
        """/etc/motd, mode 644: that's the file I'd like to have created."""
        for place in self._places(self.index):
            start = place + 1
            if start >= len(self.words) or self.words[start].text.lower() not in _THAT:
                continue
            if not (announces(self.words[place]) or self.words[place].has("and", "comma")):
                continue
            for wish in self._past_what(start + 1):
                for first in self._ends(wish, "ensure"):
                    for state in self._is(self.index, place, first):
                        if all(word.has("sep") for word in self.words[state.last :]):
                            yield state

    def _past_what(self, place: int) -> Iterator[int]:
        """Past "is the file that", "what"."""
        if place < len(self.words) and self.words[place].text.lower() == "is":
            place += 1
        if place < len(self.words) and self.words[place].text.lower() == "what":
            yield place + 1
            return
        place = self._past_det(place)
        for end in self._ends(place, "noun"):
            yield end + 1 if end < len(self.words) and self.words[end].has("that") else end

    def _passive_question(self) -> Iterator[State]:
        """could nginx be restarted?; can nginx be restarted please?"""
        asks = self.words[self.index].text.lower()
        if asks not in ("could", "can"):
            return
        for place in self._places(self.index + 1):
            if place >= len(self.words) or self.words[place].text.lower() != "be":
                continue
            for state in self._is(self.index + 1, place, place + 1):
                rest = self.words[state.last :]
                polite = any(word.text.lower() in PLEASE for word in rest)
                done = self.words[place + 1].text.lower() in _DONE
                if polite or (asks == "could" and done):
                    first = ((state.verbs[0][0], self.index, self.index + 1), *state.verbs[1:])
                    used = tuple(i for i in range(place, state.last))
                    yield State(first, state.args, used, state.last)

    def _off_the_hosts(self) -> Iterator[State]:
        """take telnet off the machines: it is removed."""
        if self.words[self.index].text.lower() not in ("take", "get", "pull", "strip", "throw"):
            return
        for place in self._subject(self.index + 1):
            if self.words[place].text.lower() != "off":
                continue
            for end in self._hosts(place + 1):
                verbs = [("remove", self.index, self.index + 1)]
                yield self._made(self.index + 1, place, verbs, end)

    def _on_the_hosts(self) -> Iterator[State]:
        """make sure that curl is on every server; curl has to be on all hosts: it is installed."""
        starts = [(start, "be") for start in self._ends(self.index, "ensure")]
        for start, cls in (*starts, (self.index, "must")):
            for place in self._subject(start):
                if cls == "must" and not self._plain(start, place):
                    continue
                for first in self._ends(place, cls):
                    end = self._on_all(first)
                    if end:
                        yield self._made(start, place, [("install", place, end)], end)

    def _on_all(self, place: int) -> int:
        """The place of "on" in "on every server" or "available on all hosts"; 0 without it."""
        words = [word.text.lower() for word in self.words[place : place + 2]]
        on = place + (words[:1] in (["available"], ["present"]))
        if words[on - place : on - place + 1] != ["on"]:
            return 0
        ends = (*self._hosts(on + 1), *self._all_hosts(on + 1))
        return on if any(self._follows(end) for end in ends) else 0

    def _hosts_need(self) -> Iterator[State]:
        """all servers need the package jq; every host should have tmux installed."""
        for end in self._all_hosts(self.index):
            for first in (end + 1, end + 2, end + 3):
                said = " ".join(word.text.lower() for word in self.words[end:first])
                if said not in _HOSTS_NEED:
                    continue
                for place in self._places(first):
                    yield from self._is(first, place, place)
                following = self.words[first : first + 3]  # what is no package, is none of it
                nouns = {s.entry.id for w in following for s in w.senses if s.entry.cls == "noun"}
                if nouns & {"package", "latest"}:
                    yield self._made(first, first, [("install", end, first)], first)

    def _all_hosts(self, place: int) -> Iterator[int]:
        """Where "every host" at *place* ends."""
        for end in range(place + 1, min(place + 4, len(self.words))):
            ones = " ".join(word.text.lower() for word in self.words[place:end])
            ids = {s.entry.id for s in self.words[end].senses if s.length == 1}
            if ones in _ALL and ids & _HOSTS:
                yield end + 1

    def _hosts(self, place: int) -> Iterator[int]:
        """Where "the machines" at *place* ends: all of them."""
        for end in range(place + 1, min(place + 4, len(self.words))):
            ones = " ".join(word.text.lower() for word in self.words[place:end])
            ids = {s.entry.id for s in self.words[end].senses if s.length == 1}
            if ones in _ONES and ids & _HOSTS and self._follows(end + 1):
                yield end + 1
