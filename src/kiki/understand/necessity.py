"""Reads English requests that are made of nouns: "a restart of nginx is needed", "nginx restart
please", "package request: htop", "a namespace is required", "port 80 needs opening".

Called by ``english_clauses`` where a clause may begin and ``states`` found nothing. A deed or a
thing is no request by itself: it has to be needed, required and the like, to come with "please", or
to stand as a heading before a colon. What is planned, done or asked about is none.
"""

from collections.abc import Iterator

from kiki.understand.circumstances import NEED, PLEASE, team_at
from kiki.understand.demands import Demands
from kiki.understand.lexer import Word
from kiki.understand.parts import WANTED, announces
from kiki.understand.states import State

_REQUEST = frozenset(("request", "requests"))
# What is named with these is there already.
_KNOWN = frozenset((
    "the", "this", "that", "these", "those", "my", "our", "your", "its", "their", "existing",
))  # fmt: skip
# What is done with a thing that a heading asks for; anything else is created.
_USUAL = {"package": "install", "firewall": "open", "port": "open"}
_MADE = frozenset(("user", "namespace", "deployment", "server", "directory", "file"))
_ASKED_OF = frozenset(("user", "users"))  # "user request: ..." is what a user asks for
_HEADING = 6  # words before the colon
_ONE = ("a", "an")
# What a ping tells of hosts.
_ANSWERS = frozenset(("respond", "respond to ping", "answer", "answer pings", "respond to pings"))
_UP = frozenset(("up", "alive", "reachable", "online", "up and running", "responding", "there"))
_NEW = (["a"], ["an"], ["another"])


def needed_at(
    words: tuple[Word, ...], index: int, *, after: bool = False, ensured: bool = False
) -> State | None:
    """What is asked for with nouns from *index* on, or None; *after*: right after a state that is
    asked for and may go on ("nginx should be stopped and port 80 closed"); *ensured*: that state
    came after "make sure that", which then holds for this one, too."""
    return next(_Needs(words, index).all(after=after, ensured=ensured), None)


class _Needs(Demands):
    """What a sentence from one word on may ask for with nouns."""

    def all(self, *, after: bool, ensured: bool = False) -> Iterator[State]:
        """Every reading, the surest first."""
        if after:
            that = self.words[self.index].has("that")  # "..., and that port 80 is open"
            yield from self._gapped(self.index + (ensured and that), told=ensured)
        yield from self._listed()
        yield from self._headed()
        yield from self._deed_first()
        yield from self._passive_question()
        yield from self._hosts_need()
        yield from self._on_the_hosts()
        yield from self._package_needed()
        yield from self._needs_account()
        yield from self._all_up()
        if not self._does_something():
            yield from self._named()
        yield from self._given()
        yield from self._serving()
        yield from self._off_the_hosts()
        yield from self._pointed()

    def _named(self) -> Iterator[State]:
        yield from self._deed_last()
        yield from self._thing()
        yield from self._needs_doing()
        yield from self._membership()
        yield from self._somebody_needs()

    def _does_something(self) -> bool:
        """Whether a verb stands first: "create user kim please" is no mere name."""
        word = self.words[min(self._past_det(self.index), len(self.words) - 1)]
        return _acts(word)

    # -- how a request ends ----------------------------------------------------------------------

    def _wanted(self, place: int) -> Iterator[int]:
        """Where "is needed" or "please" at *place* ends, if the sentence may end there."""
        for start in (*self._ends(place, "be"), place):
            for end in self._ends(start, "needed"):
                if self._follows(end) and not self._asks(end):
                    yield end
        if place < len(self.words) and self.words[place].has("and", "comma"):
            place += 1
        if place < len(self.words) and self.words[place].text.lower() in PLEASE:
            last = place + 1 == len(self.words)
            if last or (self.words[place + 1].has("sep") and self.words[place + 1].text != "?"):
                yield place + 1

    def _deeds(self, place: int) -> list[tuple[str, int]]:
        """The deeds that are named at *place*, and where they end: restart, restarting."""
        senses = self.words[place].senses if place < len(self.words) else ()
        found = [
            (s.entry.id, place + s.length)
            for s in senses
            if s.entry.cls == "deed" or (s.entry.cls == "verb" and s.entry.form == "gerund")
        ]
        return sorted(found, key=lambda one: -one[1])

    # -- deeds -----------------------------------------------------------------------------------

    def _deed_first(self) -> Iterator[State]:
        """a restart of nginx is needed; installing of htop is required; restart of nginx please."""
        first = self._past_det(self.index)
        for verb, after in self._deeds(first):
            if after + 1 >= len(self.words):
                continue
            if self.words[after].text.lower() != "of":
                yield from self._doing(verb, first, after)
                continue
            if verb == "install" and self.words[after + 1].text.lower() in _ONE:
                continue  # "installation of a printer"
            for place in self._places(after + 1):
                for end in self._wanted(place):
                    yield self._made(after + 1, place, [(verb, first, after)], end)

    def _doing(self, verb: str, first: int, after: int) -> Iterator[State]:
        """restarting nginx would be great."""
        if not any(
            s.entry.cls == "verb" and s.entry.form == "gerund" for s in self.words[first].senses
        ):
            return
        for place in self._places(after):
            for end in self._wanted(place):
                yield self._made(after, place, [(verb, first, after)], end)

    def _deed_last(self) -> Iterator[State]:
        """nginx restart needed; ping check on all hosts please."""
        for place in self._places(self.index):
            for verb, after in self._deeds(place):
                for last in (after, *self._after_prep(after)):
                    for end in self._wanted(last):
                        yield self._joined(place, (verb, place, after), last, end)

    def _after_prep(self, after: int) -> Iterator[int]:
        if after < len(self.words) and self.words[after].has("prep", "loc"):
            yield from self._places(after)

    def _joined(self, place: int, verb: tuple[str, int, int], last: int, end: int) -> State:
        """A state whose words stand before and after the verb."""
        made = self._made(self.index, place, [verb], end)
        where = tuple(range(verb[2], last))
        used = tuple(i for i in made.used if i not in where)
        return State(made.verbs, (*made.args, *where), used, end)

    def _needs_doing(self) -> Iterator[State]:
        """nginx needs restarting; port 80 needs opening."""
        for place in self._places(self.index):
            if place >= len(self.words) or self.words[place].text.lower() not in ("needs", "need"):
                continue
            for verb, after in self._verbs(place + 1, ("gerund",)):
                if self._follows(after) and not self._asks(after):
                    yield self._made(self.index, place, [(verb, place + 1, after)], after)

    def _membership(self) -> Iterator[State]:
        """user kim should be a member of the group ops; kim must be in the group ops."""
        for place in self._places(self.index):
            for end in self._ends(place, "must"):
                members = self._ends(end, "prep") if self._leads_to_group(end) else []
                if members:
                    yield self._made(self.index, place, [("belong", place, end)], end)

    def _leads_to_group(self, place: int) -> bool:
        """Whether "a member of" stands at *place*, or "in" before a group."""
        senses = self.words[place].senses if place < len(self.words) else ()
        if any(s.entry.cls == "prep" and s.entry.id == "member" for s in senses):
            return True
        return (
            self.words[place].text.lower() == "in"
            and any(
                s.entry.cls == "noun" and s.entry.id == "group"
                for word in self.words[place + 1 : place + 4]
                for s in word.senses
            )
            if place < len(self.words)
            else False
        )

    def _somebody_needs(self) -> Iterator[State]:
        """The web team needs a directory /srv/web: who needs it changes nothing."""
        end = team_at(self.words, self.index)
        if not end or end >= len(self.words):
            return
        for first in (end + n for n in (1, 2)):
            said = " ".join(word.text.lower() for word in self.words[end:first])
            if said in NEED and self._past_det(first) > first:
                yield self._made(first, first, [(WANTED, end, first)], first)

    # -- things ----------------------------------------------------------------------------------

    def _thing(self) -> Iterator[State]:
        """A namespace is required; two vms needed; one more vm please: name nat-1."""
        for place in self._places(self.index):
            if not self._is_new(self.index, place) or place >= len(self.words):
                continue
            verb = self._asked_of(self.index, place)
            for end in (*self._wanted(place), *self._please_colon(place)):
                if end < len(self.words) and announces(self.words[end]):
                    end += 1
                    if end < len(self.words) and self._begins(end):
                        continue  # "firewall rule needed: allow 161/udp"
                made = self._made(self.index, place, [(verb, place, end)], end)
                whom = [i for i in made.args if i in self._for_whom(self.index, place)]
                args = tuple(i for i in made.args if i not in whom)
                yield State(made.verbs, args, (*made.used, *whom), end)

    def _package_needed(self) -> Iterator[State]:
        """the package lsof is needed on every host: it is there already, or is to be installed."""
        for place in self._places(self.index):
            words = self.words[self.index : place]
            nouns = {s.entry.id for w in words for s in w.senses if s.entry.cls == "noun"}
            if nouns != {"package"} or any(word.has("that") for word in words):
                continue
            for start in self._ends(place, "be"):
                for end in self._ends(start, "needed"):
                    if self._follows(end) and not self._asks(end):
                        yield self._made(self.index, place, [("install", place, end)], end)

    def _needs_account(self) -> Iterator[State]:
        """kim needs an account; give kim an account: who has one is who it is for."""
        first = self.index + (self.words[self.index].text.lower() in ("give", "get"))
        said = [word.text.lower() for word in self.words[first + 1 : first + 4]]
        wants = ["a", "an"] if first > self.index else ["needs", "requires", "gets"]
        if len(said) < 2 or said[0] not in wants or not self._is_name(first):
            return
        place = first + 1 if first > self.index else first + 2
        if place + 1 >= len(self.words) or self.words[place].text.lower() not in _ONE:
            return
        if not any(s.entry.cls == "noun" and s.entry.id == "user"
                   for s in self.words[place + 1].senses):  # fmt: skip
            return
        verb = ("create", self.index, first) if first > self.index else ("create", place - 1, place)
        end = place + 1 + self.words[place + 1].length("noun")
        if not self._follows(end) or self._asks(end):
            return  # "kim needs an account manager"
        made = self._made(self.index, self.index, [verb], end)
        args = (first, *range(place + 1, end))
        yield State(made.verbs, args, tuple(i for i in made.used if i not in args), end)

    def _is_name(self, index: int) -> bool:
        """Whether a word can only be a name."""
        word = self.words[index]
        return bool(word.value) and not word.senses and word.sort == "ascii"

    def _all_up(self) -> Iterator[State]:
        """are all the hosts up?: a ping tells, and changes nothing."""
        first = self.words[self.index].text.lower()
        tells = _UP if first in ("are", "is") else _ANSWERS
        if first not in ("are", "is", "do", "does"):
            return
        for end in self._all_hosts(self.index + 1):
            rest = [word for word in self.words[end:] if not word.has("fill")]
            said = " ".join(word.text.lower() for word in rest[:-1])
            if rest and rest[-1].has("ask") and said in tells:
                used = tuple(range(end, len(self.words)))
                args = tuple(range(self.index + 1, end))
                verbs = (("ping", self.index, self.index + 1),)
                yield State(verbs, args, used, len(self.words))

    def _for_whom(self, start: int, end: int) -> range:
        """The words that say for whom something is: "for the data team"."""
        for index in range(start, end - 1):
            last = team_at(self.words, index + 1) if self.words[index].text == "for" else 0
            if last:
                return range(index, min(last, end))
        return range(0)

    def _please_colon(self, place: int) -> Iterator[int]:
        following = self.words[place + 1] if place + 1 < len(self.words) else None
        more = following and (announces(following) or following.has("and", "comma"))
        if self.words[place].text.lower() in PLEASE and more:
            yield place + 1

    def _is_new(self, start: int, end: int) -> bool:
        """Whether what is named is a thing that can be made, and not one that is there."""
        whom = self._for_whom(start, end)
        words = [self.words[i] for i in range(start, end) if i not in whom]
        made = (s.entry for word in words for s in word.senses if s.entry.cls == "noun")
        known = any(word.text.lower() in _KNOWN for word in words)
        known = known or self._may_be_one(words) or any(map(_acts, words))
        return not known and any(entry.id in (*_MADE, "firewall") for entry in made)

    def _may_be_one(self, words: list[Word]) -> bool:
        """As in "a namespace quota is needed": the last word may say what it is, and be no name."""
        if len(words) < 2 or not words[-1].text.isalpha() or words[-1].senses:
            return False
        return any(s.entry.cls == "noun" and s.length == 1 for s in words[-2].senses)

    def _asked_of(self, start: int, end: int) -> str:
        """What is asked for by naming it: a rule of a firewall opens, anything else is made."""
        nouns = {s.entry.id for word in self.words[start:end] for s in word.senses
                 if s.entry.cls == "noun"}  # fmt: skip
        return "open" if "firewall" in nouns and not nouns & _MADE else WANTED

    def _headed(self) -> Iterator[State]:
        """package request: htop; packages needed: jq, yq; user deletion request: kim."""
        colon = next(
            (
                i
                for i in range(self.index, min(self.index + _HEADING, len(self.words)))
                if self.words[i].text in (":", "：")
            ),
            0,
        )
        if colon + 1 >= len(self.words) or colon <= self.index or self._begins(colon + 1):
            return
        nouns, deeds, asked = self._heading(colon)
        verb = deeds[0] if deeds else self._usual(nouns)
        if verb and asked and len(deeds) < 2:
            used = tuple(i for i in range(self.index, colon + 1) if i not in nouns)
            yield State(((verb, asked, asked + 1),), tuple(nouns), used, colon + 1)

    def _heading(self, colon: int) -> tuple[list[int], list[str], int]:
        """The nouns of a heading, its deeds, and where it says that it asks; nothing if it has
        other words."""
        nouns: list[int] = []
        deeds: list[str] = []
        asked = place = self.index
        while place < colon:
            noun, found = self.words[place].length("noun"), self._deeds(place)
            ends = self._ends(place, "needed")
            if self.words[place].text.lower() in (*_REQUEST, *PLEASE) or ends:
                asked, place = place, max((*ends, place + 1))
            elif be := self._ends(place, "be"):
                place = max(be)
            elif found:
                deeds.append(found[0][0])
                place = found[0][1]
            elif noun:
                nouns += range(place, place + noun)
                place += noun
            elif (after := self._past_det(place)) > place:
                place = after
            else:
                return [], [], 0
        said = [self.words[i].text.lower() for i in range(self.index, colon)]
        asks = self._ends(asked, "needed") or said[asked - self.index] in (*_REQUEST, *PLEASE)
        of_users = said[0] in _ASKED_OF and bool(_REQUEST & set(said)) and not deeds
        return (nouns, deeds, asked) if asked and asks and not of_users else ([], [], 0)

    def _usual(self, nouns: list[int]) -> str:
        """What is done with the thing that *nouns* name, if there is one such thing."""
        ids = {
            s.entry.id
            for i in nouns
            for s in self.words[i].senses
            if s.entry.cls == "noun" and s.entry.form != "before"
        }
        verbs = {_USUAL.get(one, "create") for one in ids if one in _USUAL or one in _MADE}
        return verbs.pop() if len(verbs) == 1 else ""

    def _given(self) -> Iterator[State]:
        """... and give it a service on port 80."""
        said = [word.text.lower() for word in self.words[self.index : self.index + 3]]
        if said[:1] != ["give"] or said[1:2] not in (["it"], ["them"]) or said[2:] not in _NEW:
            return
        following = self.words[self.index + 3 : self.index + 5]
        if any(
            s.entry.cls == "noun" and s.entry.id == "service" for w in following for s in w.senses
        ):
            yield self._made(
                self.index + 2,
                self.index + 3,
                [("create", self.index, self.index + 2)],
                self.index + 3,
            )


def _acts(word: Word) -> bool:
    """Whether *word* is a verb of a command: "one server create please" names no mere thing."""
    return any(
        s.entry.cls == "verb" and s.entry.form == "base" for s in word.senses
    ) and not word.has("noun")
