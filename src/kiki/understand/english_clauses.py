"""Splits an English message into clauses: a verb takes the words up to the next one.

Called by ``clauses``. What is said to be so ("make sure nginx is running") is read by ``states``. A
message without a verb may still name what is to be made: "a redis deployment with 2 replicas".
"""

import msgspec

from kiki.understand.english_openings import LONGEST, Openings
from kiki.understand.following import TAKING
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.necessity import needed_at
from kiki.understand.parts import (
    UNSAID,
    Clause,
    Split,
    Verb,
    announces,
    is_output,
    longest,
    names_code,
    past,
    separates,
)
from kiki.understand.states import State, state_at
from kiki.understand.valued import valued_at

_HOW = ("everything_below", "whole", "kept_over_reboot")  # "recursively change ..."
_CLUSTER = frozenset(("kubernetes", "deployment", "namespace", "pod", "replica"))
_HEADS = frozenset((
    "request", "requests", "ticket", "task", "todo", "job", "change", "needed", "required",
    "requested", "wanted", "necessary",
))  # fmt: skip


class English(Openings):
    """Verb-initial: a verb at the beginning of a clause takes the words up to the next one."""

    def __init__(self, words: tuple[Word, ...], code: frozenset[str], lexicon: Lexicon) -> None:
        super().__init__(words)
        self.code = code
        self.lexicon = lexicon
        self.ensured = False  # whether that state came after "make sure that"
        self.stated = 0  # how many clauses there were after the last state that is asked for

    def split(self) -> Split:
        """The clauses of all words."""
        index = 0
        while index < len(self.words):
            index = self._step(index)
        self._verb_last()
        if not self.made.clauses:
            self._named_only()
        self._polite_question()
        self._replaced()
        self._asked_for_first()
        self._served()
        for clause in self.made.clauses:
            self._trim(clause)
        return self.made

    def _step(self, index: int) -> int:
        if is_output(self.words, index):
            self.made.roles[index] = "output"
            return index + 1
        if (after := self._title(index)) > index:
            return after
        if (after := self._set_up(index)) > index:
            return after
        if (after := self._unused(index)) > index:
            return after
        declined = self._declined(index)
        if declined > index:
            return declined
        if (after := self._polite_phrase(index)) > index:
            return after
        if (after := self._pinned(index)) > index:
            return after
        if (after := self._for_whom(index)) > index:
            return after
        if (after := self._state(index)) > index:
            return after
        if (after := self._wanting(index)) > index:
            return after
        verbs, after = self._verbs(index)
        if verbs and (place := self._place_first(index)):
            self.made.clauses.append(Clause(verbs, [*place, *self._before(verbs)], "final"))
            return after
        fronted = self._fronted(index, after) if verbs else 0
        if not verbs or not (fronted or self._begins(index, verbs[0])):
            self._args().append(index)
            return index + 1
        entry = self.words[index].sense("verb")
        inside = self._introduced(index) or (entry is not None and entry.form != "base")
        if not self.made.clauses and self._introduced(index):
            self._named_only()  # "an ansible playbook that installs nginx"
        self.made.clauses.append(Clause(verbs, self._before(verbs), "final", inside))
        self.made.roles |= dict.fromkeys(range(after, fronted), "pronoun")
        return fronted or after

    def _wanting(self, index: int) -> int:
        """Past "i want" in "i want open port 80", as those write it whose language has no "to"."""
        found = longest(self.words[index], "verb")
        after = index + found[1] if found else index
        if self.words[index].text.lower() not in ("i", "we") or after >= len(self.words):
            return index
        following = self.words[after]
        if not following.has("verb") or following.has("noun") or following.length("ensure") > 1:
            return index
        if following.has("verb", "check") or following.has("verb", "build"):
            return index  # "i need test servers"
        self.made.roles |= dict.fromkeys(range(index, after), "fill")
        return after

    def _named_only(self) -> None:
        """As in "a redis deployment with 2 replicas": a thing, and no verb."""
        rest = self.made.rest
        korean = any(word.sort == "hangul" and not word.has("fill") for word in self.words)
        if not korean and self._named(rest) and any(self.words[i].length("noun") for i in rest):
            self.made.clauses.append(Clause([Verb(UNSAID, rest[0], rest[0])], rest, "final"))
            self.made.rest = []

    def _state(self, index: int) -> int:
        """Past what says that something is to be so, which is a clause; else *index*."""
        begins = self._after_joint(index) if self.made.clauses else self._adverbial()
        fronted = not begins and self._thing_first(self.made.rest)
        asks = begins or fronted
        found = self._valued(index) if begins and self._at_path(index) else None
        if found is None and asks:
            found = state_at(self.words, index) or self._needed(index)
        if found is None and begins:
            found = self._valued(index)
        if found is None or (fronted and not self._is_pronoun(found.args)):
            return index
        verbs = [Verb(*verb) for verb in found.verbs]
        if [verb.id for verb in verbs] == ["start"] and self._in_cluster(found.last):
            verbs = [msgspec.structs.replace(verbs[0], id="run")]
        if [verb.id for verb in verbs] == ["open"] and self._deploys(found.args):
            verbs = [msgspec.structs.replace(verbs[0], id="expose")]
        args = [*self._before(verbs), *(() if fronted else found.args)]
        self.made.roles |= dict.fromkeys(found.args if fronted else (), "pronoun")
        self.made.clauses.append(Clause(verbs, args, "final"))
        self.made.roles |= dict.fromkeys(found.used, f"verb:{verbs[0].id}")
        again = self.ensured and self.stated + 1 == len(self.made.clauses)
        self.ensured = again or self.words[index].length("ensure") > 0
        self.stated = len(self.made.clauses)
        return found.last

    def _valued(self, index: int) -> State | None:
        return valued_at(self.words, index, self.lexicon, first=not self.made.clauses)

    def _at_path(self, index: int) -> bool:
        """As in "the file /etc/motd should belong to root": a path is what the sentence is
        about."""
        return any(word.value.startswith("/") for word in self.words[index : index + 3])

    def _deploys(self, args: tuple[int, ...]) -> bool:
        """As in "make the deployment web reachable on port 80": a service is to lead to it."""
        return any(self._is_noun(i, "deployment") for i in args)

    def _needed(self, index: int) -> State | None:
        """What is asked for with nouns; after a state, also what else is to be so: "nginx should be
        stopped and port 80 closed"."""
        stated = bool(self.made.clauses) and self.stated == len(self.made.clauses)
        after = stated and self.words[index - 1].has("and")
        ensured = after and self.ensured and self.words[index - 1].text != ","
        return needed_at(self.words, index, after=after, ensured=ensured)

    def _in_cluster(self, index: int) -> bool:
        """As in "i want grafana running in kubernetes with 2 replicas": that is no service."""
        for word in self.words[index:]:
            if word.has("sep"):
                return False
            if any(s.entry.cls == "noun" and s.entry.id in _CLUSTER for s in word.senses):
                return True
        return False

    def _before(self, verbs: list[Verb]) -> list[int]:
        """Mark *verbs*; the words before the first clause belong to it."""
        for verb in verbs:
            self.made.roles |= dict.fromkeys(range(verb.first, verb.last), f"verb:{verb.id}")
        if self.made.clauses:
            return []
        before, self.made.rest = self.made.rest, []
        while before and (separates(self.words[before[-1]]) or announces(self.words[before[-1]])):
            self.made.roles[before.pop()] = "separator"
        dash = next((i for i in reversed(before) if not self.words[i].has("fill")), -1)
        if dash >= 0 and self.words[dash].text == "-" and announces(self.words[dash]):
            self.made.roles[dash] = "separator"  # "user kim, shell /bin/sh - please create"
            before.remove(dash)
        return before

    def _declined(self, index: int) -> int:
        """Past "don't start" or "without starting" at *index*, which begin a clause that says what
        not to do; *index* where there is no such thing."""
        first = past(self.words, index, "forbid")
        if first == index or first >= len(self.words) or state_at(self.words, index):
            return index  # "don't start cups at boot" says how it is to be
        verbs, after = self._verbs(first)
        entry = self.words[first].sense("verb")
        form = "gerund" if self.words[index].text.lower() == "without" else "base"
        begins = form == "gerund" or not self.made.clauses or self._after_joint(index)
        if not verbs or entry is None or entry.form != form or not begins:
            return index
        if form == "base" and self._denies_on(after):
            return index
        self.made.clauses.append(Clause(verbs, self._before(verbs), "declined"))
        for verb in verbs:
            self.made.roles |= dict.fromkeys(range(index, verb.last), f"not:{verb.id}")
        return after

    def _denies_on(self, index: int) -> bool:
        """Whether what must not be done may go on: "don't stop nginx and remove it"."""
        for first in range(index, len(self.words) - 1):
            word = self.words[first]
            if word.text.lower() in ("and", "or"):
                following = past(self.words, first + 1, "fill")
                if following < len(self.words) and longest(self.words[following], "verb", "base"):
                    return True
            elif separates(word):
                return False
        return False

    def _verbs(self, index: int) -> tuple[list[Verb], int]:
        """The verb at *index*, and those joined to it: install, start and enable."""
        found: list[Verb] = []
        while index < len(self.words):
            sense = longest(self.words[index], "verb")
            if sense is None or past(self.words, index, "fill") > index + sense[1]:
                break
            if self.words[index].length("noun") > sense[1] and index > 0:
                break  # "..., restart policy always"
            last = index + sense[1]
            found.append(Verb(sense[0], index, last))
            following = last
            while following < len(self.words) and self.words[following].has("and"):
                following += 1
            if following == last or following >= len(self.words):
                return found, last
            if longest(self.words[following], "verb", "base") is None:
                return found, last
            self.made.roles |= dict.fromkeys(range(last, following), "separator")
            index = following
        return found, index

    def _begins(self, index: int, verb: Verb) -> bool:
        """Whether a verb can begin a clause here."""
        entry = self.words[index].sense("verb")
        form = entry.form if entry else "base"
        if self._introduced(index):
            return True
        minding = form == "gerund" and self.words[index - 1].text.lower() == "mind"
        if not minding and not self._continues(form):
            return False
        if self.made.clauses:
            return self._after_joint(index) and not self._has_pair(index)
        return (
            self._adverbial()
            or self._headed(index, self._verbs(index)[0])
            or self._after_thing(index)
        )

    def _has_pair(self, index: int) -> bool:
        """As in "..., label tier=front": the noun of a value, which belongs to the verb before."""
        following = self.words[index + 1].text if index + 1 < len(self.words) else ""
        return self.words[index].has("noun") and "=" in following

    def _headed(self, index: int, verbs: list[Verb]) -> bool:
        """As in "Firewall request: open 161/udp": only nouns, and words for what is asked, stand
        before the colon. Those are marked; the nouns belong to the verb."""
        rest = self.made.rest
        if self.words[index - 1].text != ":" or len(rest) < 2:
            return False
        said = [i for i in rest[:-1] if self.words[i].text.lower() in _HEADS]
        nouns = [
            i
            for first in rest[:-1]
            for i in range(first, first + self.words[first].length("noun"))
            if i < rest[-1]
        ]
        filled = [i for i in rest[:-1] if self.words[i].has("fill")]
        if {*said, *nouns, *filled} != set(rest[:-1]):
            return False
        if nouns and set(nouns) <= self._inside("joining", "leaving"):
            taking = bool({verb.id for verb in verbs} & TAKING)
            if not set(nouns) <= self._inside("leaving" if taking else "joining"):
                return False
            said += nouns  # "new starter: create ..."
        self.made.roles |= dict.fromkeys(said, "fill")
        self.made.roles[rest[-1]] = "separator"
        self.made.rest = [i for i in rest[:-1] if i not in said]
        return True

    def _after_thing(self, index: int) -> bool:
        """As in "a namespace called shop, then deploy redis in it": what was named before the first
        verb is a clause by itself."""
        rest = self.made.rest
        if not separates(self.words[index - 1]) or self.words[index - 1].text == ".":
            return False
        self._named_only()
        return self.made.rest is not rest

    def _continues(self, form: str) -> bool:
        """A base form; or that of the code's content: "that installs X and starts it"."""
        clause = self.made.clauses[-1] if self.made.clauses else None
        return form == "base" or (clause is not None and clause.inside)

    def _adverbial(self) -> bool:
        """Whether what stands before the first verb is a phrase like "on all hosts"."""
        first = next((i for i in self.made.rest if not self._polite(i)), None)
        if first is None or self.words[first].has("prep") or self.words[first].sort == "time":
            return True
        return any(self._is_noun(first, noun) for noun in _HOW)

    def _introduced(self, index: int) -> bool:
        """Whether this is the content of code: a playbook that installs, to install."""
        entry = self.words[index].sense("verb")
        before = self.words[index - 1] if index else None
        args = self.made.clauses[-1].args if self.made.clauses else self.made.rest
        if entry is None or before is None or not self._asks_for_code(args):
            return False
        if before.has("that") and entry.form in ("third", "base"):
            return True
        if before.has("prep", "to") and entry.form == "base":
            return True
        return before.text.lower() == "for" and entry.form == "gerund"

    def _asks_for_code(self, args: list[int]) -> bool:
        return any(names_code(self.words[index], self.code) for index in args)

    def _verb_last(self) -> None:
        """As in "nginx install": one verb, and it is the last word; or that of the first sentence,
        and the next ones only describe: "user kim create. group is wheel"."""
        rest = self.made.rest
        if self.made.clauses or len(rest) < 2 or self.words[rest[0]].has("verb"):
            return
        last = next((i for i in reversed(rest) if not separates(self.words[i])), 0)
        ending = [last] if self._is_last(last) else []
        ending += [i for i in rest[1:] if i < last and self._is_last(i) and self._closes(i)]
        if len(ending) != 1:
            return
        verb = ending[0]
        sense = longest(self.words[verb], "verb", "base")
        if sense is not None:
            self.made.roles[verb] = f"verb:{sense[0]}"
            args = [i for i in rest if i < verb or (i > verb and verb != last)]
            self.made.clauses.append(Clause([Verb(sense[0], verb, verb + 1)], args))
            self.made.rest = [i for i in rest if i > verb and verb == last]

    def _is_last(self, index: int) -> bool:
        sense = longest(self.words[index], "verb", "base")
        return sense is not None and sense[1] == 1

    def _closes(self, index: int) -> bool:
        """Whether a sentence or its first part ends here, with a verb that is nothing else."""
        if index + 1 == len(self.words):
            return False
        word, following = self.words[index], self.words[index + 1]
        return not word.has("noun") and (following.has("sep") or following.has("and", "comma"))

    def _trim(self, clause: Clause) -> None:
        """Take what only separates clauses from the end of one."""
        while clause.args and (ends := self._joining(clause.args)):
            for _ in range(ends):
                self.made.roles[clause.args.pop()] = "separator"

    def _joining(self, args: list[int]) -> int:
        """How many of the last words only join: one, or a phrase such as "after that"."""
        for length in range(min(LONGEST, len(args)), 1, -1):
            senses = self.words[args[-length]].senses
            if any(s.entry.cls == "and" and s.length == length for s in senses):
                return length
        return 1 if self._only_joins(args[-1]) else 0

    def _only_joins(self, index: int) -> bool:
        word = self.words[index]
        follows = index + 1 < len(self.words) and self.made.roles.get(index + 1, "").startswith(
            "verb"
        )
        introduces = word.has("that") or word.has("prep", "to") or word.text.lower() == "for"
        return separates(word) or (follows and introduces)
