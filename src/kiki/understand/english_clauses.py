"""Splits an English message into clauses: a verb takes the words up to the next one.

Called by ``clauses``. What is said to be so ("make sure nginx is running") is read by ``states``. A
message without a verb may still name what is to be made: "a redis deployment with 2 replicas".
"""

import msgspec

from kiki.understand.circumstances import team_at, title_at
from kiki.understand.fronting import Fronting
from kiki.understand.lexer import Word
from kiki.understand.necessity import needed_at
from kiki.understand.parts import (
    UNSAID,
    WANTED,
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

_JOINTS = ("and", "sep", "fill", "first", "last")
# Verbs whose object makes room for another: "stop httpd and start nginx instead".
_TAKING = frozenset(("remove", "uninstall", "stop", "disable", "close", "rm", "rmr"))
_CLUSTER = frozenset(("kubernetes", "deployment", "namespace", "pod", "replica"))
_FARTHEST = 6  # words of a place before its verb
_HEADS = frozenset((
    "request", "requests", "ticket", "task", "todo", "job", "change", "needed", "required",
    "requested", "wanted", "necessary",
))  # fmt: skip
_VERSION = frozenset("=:")  # nginx=1.22, nginx:1.27
# Verbs that only ask for a thing, so that the next sentence may say what to do with it.
_ASKING = frozenset((WANTED, "open"))
_LONGEST = 16  # words of a phrase of politeness
_MAY = ("can", "could", "may")  # "can i get a namespace?"


class English(Fronting):
    """Verb-initial: a verb at the beginning of a clause takes the words up to the next one."""

    def __init__(self, words: tuple[Word, ...], code: frozenset[str]) -> None:
        super().__init__(words)
        self.code = code
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
        for clause in self.made.clauses:
            self._trim(clause)
        return self.made

    def _step(self, index: int) -> int:
        if is_output(self.words, index):
            self.made.roles[index] = "output"
            return index + 1
        if (after := self._title(index)) > index:
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

    def _title(self, index: int) -> int:
        """Past "Server patching:", with which a message begins."""
        if self.made.clauses or not all(self._polite(i) for i in self.made.rest):
            return index
        end = title_at(self.words, index)
        self.made.roles |= dict.fromkeys(range(index, end), "fill")
        return max(end, index)

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
        found = (state_at(self.words, index) or self._needed(index)) if asks else None
        if found is None or (fronted and not self._is_pronoun(found.args)):
            return index
        verbs = [Verb(*verb) for verb in found.verbs]
        if [verb.id for verb in verbs] == ["start"] and self._in_cluster(found.last):
            verbs = [msgspec.structs.replace(verbs[0], id="run")]
        args = [*self._before(verbs), *(() if fronted else found.args)]
        self.made.roles |= dict.fromkeys(found.args if fronted else (), "pronoun")
        self.made.clauses.append(Clause(verbs, args, "final"))
        self.made.roles |= dict.fromkeys(found.used, f"verb:{verbs[0].id}")
        self.stated = len(self.made.clauses)
        return found.last

    def _needed(self, index: int) -> State | None:
        """What is asked for with nouns; after a state, also what else is to be so: "nginx should be
        stopped and port 80 closed"."""
        stated = bool(self.made.clauses) and self.stated == len(self.made.clauses)
        return needed_at(self.words, index, after=stated and self.words[index - 1].has("and"))

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
        if first == index or first >= len(self.words):
            return index
        verbs, after = self._verbs(first)
        entry = self.words[first].sense("verb")
        form = "gerund" if self.words[index].text.lower() == "without" else "base"
        begins = form == "gerund" or not self.made.clauses or self._after_joint(index)
        if not verbs or entry is None or entry.form != form or not begins:
            return index
        if form == "base" and self._goes_on(after):
            return index
        self.made.clauses.append(Clause(verbs, self._before(verbs), "declined"))
        for verb in verbs:
            self.made.roles |= dict.fromkeys(range(index, verb.last), f"not:{verb.id}")
        return after

    def _goes_on(self, index: int) -> bool:
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

    def _args(self) -> list[int]:
        return self.made.clauses[-1].args if self.made.clauses else self.made.rest

    def _verbs(self, index: int) -> tuple[list[Verb], int]:
        """The verb at *index*, and those joined to it: install, start and enable."""
        found: list[Verb] = []
        while index < len(self.words):
            sense = longest(self.words[index], "verb")
            if sense is None or past(self.words, index, "fill") > index + sense[1]:
                break
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
            return self._after_joint(index)
        return self._adverbial() or self._after_thing(index) or self._headed(index)

    def _headed(self, index: int) -> bool:
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
        self.made.roles |= dict.fromkeys(said, "fill")
        self.made.rest = [i for i in rest if i not in said]
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

    def _after_joint(self, index: int) -> bool:
        """Whether what stands right before, a word or a phrase, lets a clause begin."""
        for start in range(max(0, index - _LONGEST), index):
            for sense in self.words[start].senses:
                if start + sense.length == index and sense.entry.cls in _JOINTS:
                    return True
        return is_output(self.words, index - 1)

    def _adverbial(self) -> bool:
        """Whether what stands before the first verb is a phrase like "on all hosts"."""
        first = next((i for i in self.made.rest if not self._polite(i)), None)
        return first is None or self.words[first].has("prep")

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
        ending += [i for i in rest[1:last] if self._is_last(i) and self._closes(i)]
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

    def _polite_question(self) -> None:
        """As in "Can you install nginx?" asks for nothing but what it says."""
        asks = any(
            sense.entry.cls == "fill" and sense.entry.form == "asking"
            for word in self.words
            for sense in word.senses
        )
        for clause in self.made.clauses[-1:]:
            if not (asks or self.words[clause.verbs[0].first].text.lower() in _MAY):
                continue
            ends = [i for i in clause.args if self.words[i].has("ask")]
            after = [i for i in clause.args if ends and i > ends[0]]
            if ends and all(self._polite_word(i) or separates(self.words[i]) for i in after):
                clause.args = [i for i in clause.args if i not in ends]
                self.made.roles |= dict.fromkeys(ends, "separator")

    def _polite_word(self, index: int) -> bool:
        return self._polite(index) or self.words[index].has("ask")

    def _replaced(self) -> None:
        """As in "remove ntp, install chrony instead": the clauses before say instead of what."""
        gone = False
        for clause in self.made.clauses:
            verbs = {verb.id for verb in clause.verbs}
            words = [i for i in clause.args if self.words[i].text.lower() == "instead"]
            if gone and not verbs & _TAKING and len(words) == 1:
                following = words[0] + 1
                if following >= len(self.words) or self.words[following].text.lower() != "of":
                    clause.args.remove(words[0])
                    self.made.roles[words[0]] = "fill"
            gone = gone or (bool(verbs & _TAKING) and clause.role == "final")

    def _asked_for_first(self) -> None:
        """As in "we need port 443 reachable, can you open it?": the second clause says what to do
        with what the first one asks for."""
        for first, second in zip(self.made.clauses, self.made.clauses[1:], strict=False):
            asks = len(first.verbs) == 1 and first.verbs[0].id in _ASKING
            start = second.verbs[-1].last
            end = past(self.words, start, "pronoun") if start < len(self.words) else start
            does = second.role == "final" and not {verb.id for verb in second.verbs} & _TAKING
            if not (asks and does and end > start and self._nothing_more(end)):
                continue
            self.made.roles |= dict.fromkeys(range(start, end), "pronoun")
            joint = [i for i in first.args if separates(self.words[i]) and i > first.verbs[0].last]
            second.args = [*self._trimmed(first.args), *(i for i in second.args if i >= end)]
            self.made.roles |= dict.fromkeys(joint[-1:], "separator")
            self.made.clauses.remove(first)
            return

    def _trimmed(self, args: list[int]) -> list[int]:
        """*args* without what stands between two sentences and is polite."""
        kept = list(args)
        while kept and (separates(self.words[kept[-1]]) or self._polite(kept[-1])):
            self.made.roles[kept.pop()] = "separator"
        return kept

    def _trim(self, clause: Clause) -> None:
        """Take what only separates clauses from the end of one."""
        while clause.args and self._only_joins(clause.args[-1]):
            self.made.roles[clause.args.pop()] = "separator"

    def _only_joins(self, index: int) -> bool:
        word = self.words[index]
        follows = index + 1 < len(self.words) and self.made.roles.get(index + 1, "").startswith(
            "verb"
        )
        introduces = word.has("that") or word.has("prep", "to") or word.text.lower() == "for"
        return separates(word) or (follows and introduces)
