"""What English clauses say of each other once they are cut: one instead of another, what to do with
what the first one asks for, a service beside what is run, a question that only asks politely.

The base of ``english_clauses``. Moves words between clauses, and cuts none.
"""

from kiki.understand.fronting import Fronting
from kiki.understand.parts import WANTED, Clause, Verb, past, separates

# Verbs whose object makes room for another: "stop httpd and start nginx instead".
TAKING = frozenset(("remove", "uninstall", "stop", "disable", "close", "rm", "rmr"))
# What brings up a deployment that no noun names.
_RUNNING = frozenset(("deploy", "run", "launch", "start"))
# What is made, and the nouns with which its description begins.
_MAKING = frozenset((WANTED, "create", "add", "launch", "build", "deploy"))
_PROPERTIES = frozenset(("name", "image", "flavor", "network", "shell", "home", "replica", "mode"))
# Verbs that only ask for a thing, so that the next sentence may say what to do with it.
_ASKING = frozenset((WANTED, "open"))
_MAY = ("can", "could", "may")  # "can i get a namespace?"


class Following(Fronting):
    """What all messages of several English clauses have."""

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
            described = bool(after) and self._describes(clause, after[0])
            if ends and (
                described or all(self._polite_word(i) or separates(self.words[i]) for i in after)
            ):
                clause.args = [i for i in clause.args if i not in ends]
                self.made.roles |= dict.fromkeys(ends, "separator")

    def _describes(self, clause: Clause, index: int) -> bool:
        """As in "can I get a VM? name test9, image cirros": the properties of what is made."""
        makes = {verb.id for verb in clause.verbs} <= _MAKING
        nouns = (s.entry.id for s in self.words[index].senses if s.entry.cls == "noun")
        return makes and any(noun in _PROPERTIES for noun in nouns)

    def _polite_word(self, index: int) -> bool:
        return self._polite(index) or self.words[index].has("ask")

    def _replaced(self) -> None:
        """As in "remove ntp, install chrony instead": the clauses before say instead of what."""
        gone = False
        for clause in self.made.clauses:
            verbs = {verb.id for verb in clause.verbs}
            words = [i for i in clause.args if self.words[i].text.lower() == "instead"]
            if gone and not verbs & TAKING and len(words) == 1:
                following = words[0] + 1
                if following >= len(self.words) or self.words[following].text.lower() != "of":
                    clause.args.remove(words[0])
                    self.made.roles[words[0]] = "fill"
            gone = gone or (bool(verbs & TAKING) and clause.role == "final")

    def _served(self) -> None:
        """As in "deploy nginx:1.27 with 2 replicas and a service on port 80": the service is made
        beside what the verb brings up, unless that is a thing that has it as a property."""
        for place, clause in enumerate(self.made.clauses):
            runs = clause.role == "final" and {verb.id for verb in clause.verbs} <= _RUNNING
            named = any(self._is_noun(i, "deployment") for i in clause.args)  # read as one thing
            start = next((i for i in clause.args if self._new_service(i)), 0) if runs else 0
            if not start or named:
                continue
            after = [i for i in clause.args if i > start]
            clause.args = [i for i in clause.args if i < start]
            self.made.roles[start] = "separator"
            made = Clause([Verb("create", start + 1, start + 1)], after, "final")
            self.made.clauses.insert(place + 1, made)
            return

    def _is_noun(self, index: int, noun: str) -> bool:
        return any(s.entry.cls == "noun" and s.entry.id == noun for s in self.words[index].senses)

    def _new_service(self, index: int) -> bool:
        """Whether "and a service" stands at *index*, "with a NodePort service"."""
        joins = self.words[index].has("and") or self.words[index].text.lower() == "with"
        following = self.words[index + 1 : index + 4]
        if not joins or len(following) < 2 or following[0].text.lower() not in ("a", "an"):
            return False
        second = self._is_noun(index + 2, "service")
        kinds = ("clusterip", "nodeport", "loadbalancer")
        typed = any(self._is_noun(index + 2, kind) for kind in kinds)
        return second or (typed and len(following) > 2 and self._is_noun(index + 3, "service"))

    def _asked_for_first(self) -> None:
        """As in "we need port 443 reachable, can you open it?": the second clause says what to do
        with what the first one asks for."""
        for first, second in zip(self.made.clauses, self.made.clauses[1:], strict=False):
            asks = len(first.verbs) == 1 and first.verbs[0].id in _ASKING
            stated = any(i < first.verbs[0].first for i in first.args)  # "port 443 open"
            asks = asks and (first.verbs[0].id == WANTED or stated)
            start = second.verbs[-1].last
            end = past(self.words, start, "pronoun") if start < len(self.words) else start
            does = second.role == "final" and not {verb.id for verb in second.verbs} & TAKING
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
