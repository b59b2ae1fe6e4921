"""Chooses among the ways to read one clause: the cheapest whole one that is clear, or a question.

The base of ``target_reading``. Every way to cut the words is tried on every kind of the target,
cheapest first; where two that cost alike mean different things, it is asked which.
"""

from functools import cached_property

from kiki.model.intent import Choice, Question, Source
from kiki.model.vocabulary import TargetSpec
from kiki.understand.attempt import ANY, Attempt
from kiki.understand.filling import Setting
from kiki.understand.interpret import attempts, use_of
from kiki.understand.parts import Clause, Verb
from kiki.understand.phrases import SKIP_COST, Phrases
from kiki.understand.place import TAKES_AWAY, Placement
from kiki.understand.reads import Message, Read
from kiki.understand.sharing import earlier, number, shared

MARGIN = 0.6  # a second meaning that costs hardly more makes a message ambiguous
NEAR = 3.0  # how much more a reading without a contradiction may cost
HOPELESS = 4  # the noun that is missing would have to go with a value that does not fit
EXPLAINED = 12  # how many ways to cut the words are kept to say which words are left
# Without a whole reading among so many it is given up: of 2,500 clauses of the golden sentences and
# of the benchmark that have one, all but one have it among the first 20.
TRIED = 40


class Choosing:
    """One target while the clauses of a message are read: the operations so far, and those that the
    message declines. *brief*: of what is no reading it need not be told which words have no
    place."""

    def __init__(self, message: Message, target: TargetSpec, *, brief: bool = False) -> None:
        self.message = message
        self.brief = brief
        self.made = Read(target)
        self.kinds = tuple(kind for kind in message.kinds if kind.target == target.name)
        self.placements: list[Placement] = []
        self.declined: list[Placement] = []
        self._tried: dict[tuple[int, ...], tuple[Attempt | None, Question | None]] = {}

    def _phrases(self, args: list[int]) -> Phrases:
        return self.message.phrases(tuple(args))

    def _setting(self, args: list[int], verb: Verb | None = None) -> Setting:
        words = [self.message.words[index] for index in args]
        artifacts = set(self.made.target.artifacts)
        code = any(
            s.entry.cls == "noun" and s.entry.id in artifacts for w in words for s in w.senses
        )
        return Setting(
            target=self.made.target,
            lexicon=self.message.lexicon,
            words=self.message.words,
            korean=self.message.split.order == "final",
            code=code,
            chosen=self.message.wanted == self.made.target.name,
            clouded=self._clouded(),
            limited=self._limited(),
            contrast=verb is not None and self._declines(verb.id),
            among=self._among(),
            before=frozenset(placement.kind.id for placement in self.placements),
            shared=shared(self.placements or self.declined),
            verb=self._place(verb),
            takes_away=verb is not None and verb.id in TAKES_AWAY,
            is_host=self._is_host,
        )

    def _clouded(self) -> bool:
        """Whether the request is for a cloud that somebody named, and for nothing else."""
        scope = self.message.request.scope
        others = scope.inventory is not None or (scope.cluster is not None and scope.cluster.named)
        return scope.cloud is not None and scope.cloud.named and not others

    def _is_host(self, name: str) -> bool:
        """Whether the inventory has a host or a group of that name."""
        return name in self._hosts

    @cached_property
    def _hosts(self) -> frozenset[str]:
        return frozenset(self.message.catalogue.names("hosts") or ())

    def _among(self) -> frozenset[str]:
        """The things that earlier clauses named beside others: "a, b 설치하고 a만 시작해줘"."""
        lists = [dict(placement.objects) for placement in self.placements]
        return frozenset(str(made) for several in lists if len(several) > 1 for made in several)

    def _declines(self, verb: str) -> bool:
        """Whether another clause says what *verb* is not to be done to."""
        declined = (c for c in self.message.split.clauses if c.role == "declined")
        return any(other.id == verb for clause in declined for other in clause.verbs)

    def _place(self, verb: Verb | None) -> Source:
        if verb is None or verb.first == verb.last:
            return Source(origin="span")
        words = self.message.words[verb.first : verb.last]
        return Source(origin="span", start=words[0].start, end=words[-1].end)

    def _try(self, clause: Clause) -> Attempt | None:
        """What the first verb of the first clause makes of it, with nothing asked yet. ``_best``
        gives it once more without a search."""
        asked, self.made.asked = self.made.asked, None
        attempt = self._search(clause, clause.verbs[0], brief=False)
        self._tried[tuple(clause.args)] = attempt, self.made.asked
        self.made.asked = asked
        return attempt

    def _best(self, clause: Clause, verb: Verb) -> Attempt | None:
        """The cheapest whole reading of a clause; or the one with the fewest words left."""
        tried = self._tried.pop(tuple(clause.args), None) if verb is clause.verbs[0] else None
        if tried is None:
            return self._search(clause, verb, brief=self.brief)
        self.made.asked = self.made.asked or tried[1]
        return tried[0]

    def _search(self, clause: Clause, verb: Verb, *, brief: bool) -> Attempt | None:
        setting = self._setting(clause.args, verb)
        known = (self.made.target.name, verb.id, tuple(clause.args))
        whole: list[tuple[float, Attempt]] = []
        partly: Attempt | None = None
        uses = {kind.id: use for kind in self.kinds if (use := use_of(kind, verb.id))}
        kinds = tuple(kind for kind in self.kinds if kind.id in uses)
        if not kinds:
            return None
        many = EXPLAINED if known in self.message.unread else TRIED
        for tried, (cost, items) in enumerate(self._phrases(clause.args).paths()):
            if whole and cost > whole[0][0] + (NEAR if whole[0][1].has_problem else MARGIN):
                break
            hopeless = cost >= SKIP_COST or (not whole and tried >= many)
            if partly is not None and hopeless:
                break
            explain = not whole and tried < EXPLAINED
            most = 0 if brief else _most(partly)
            for attempt in attempts(
                items, verb.id, kinds, uses, setting, explain=explain, most=most
            ):
                if not attempt.left and _rank(attempt) < HOPELESS:
                    whole.append((cost, attempt))
                elif attempt.left and (partly is None or _later(attempt) < _later(partly)):
                    partly = attempt
        if whole:
            return self._chosen(whole)
        self.message.unread.add(known)
        return partly

    def _chosen(self, whole: list[tuple[float, Attempt]]) -> Attempt:
        """The one meaning of several whole readings; a question when there are two."""
        best = min(_rank(attempt) for _, attempt in whole)
        clear = [pair for pair in whole if _rank(pair[1]) == best]
        said = [pair for pair in clear if pair[1].noun_said] or clear
        said = [pair for pair in said if self._shared(pair[1])] or said
        said = [pair for pair in said if not _counts_none(pair[1])] or said
        cheapest = min(cost for cost, _ in said)
        close = [attempt for cost, attempt in said if cost <= cheapest + MARGIN]
        meanings = {_meaning(attempt): attempt for attempt in reversed(close)}
        if close[0].has_problem and not close[0].noun_missing:
            return close[0]
        if len(meanings) > 1 or close[0].noun_missing:
            return self._which_kind(close)
        return close[0]

    def _shared(self, attempt: Attempt) -> bool:
        """Whether an attempt without an object takes one from the clauses before."""
        placement = attempt.placements[0]
        before = self.placements or self.declined
        return bool(placement.objects or earlier(placement.kind, before))

    def _which_kind(self, close: list[Attempt]) -> Attempt:
        """Ask which kind is meant, unless that was answered."""
        key = f"{number(self.placements)}.kind"
        kinds = {attempt.placements[0].kind.id: attempt for attempt in close}
        answer = self.message.request.answers.get(key, "")
        if answer in kinds:
            return kinds[answer]
        if self.made.asked is None:
            choices = tuple(Choice(value=kind, label=f"question.kind.{kind}") for kind in kinds)
            code = "question.kind" if len(kinds) > 1 else "question.confirm_kind"
            if len(kinds) == 1 and not close[0].noun_missing:
                code = "question.ambiguous"
            self.made.asked = Question(code=code, field=key, params={}, choices=choices)
            self.made.rank = _rank(close[0])
        return close[0]

    def _limited(self) -> bool:
        return bool(self.message.request.scope.limit)


def _counts_none(attempt: Attempt) -> bool:
    """As in "패키지 전부 업데이트": all of those that were named, where none was."""
    return any(one.both and not one.object_said for one in attempt.placements)


def _meaning(attempt: Attempt) -> str:
    return repr(
        [
            (p.kind.id, sorted((k, repr(v)) for k, v in d.values.items()))
            for p in attempt.placements
            for d in p.drafts()
        ]
    )


def _later(attempt: Attempt) -> tuple[bool, bool, int, int]:
    """Only a place left is best, of a kind that was asked for; then fewer words; of as many, those
    that stand later."""
    unasked = attempt.places and attempt.noun_missing
    return not attempt.places, unasked, len(attempt.left), -min(attempt.left)


def _most(partly: Attempt | None) -> float:
    """How many words another may leave that is better than *partly*, the best so far."""
    if partly is None:
        return ANY
    return 0 if partly.places else len(partly.left)


def _rank(attempt: Attempt) -> int:
    """How good a whole reading is: clear and without a problem first."""
    misfit = any(p.code != "question.near" for one in attempt.placements for p in one.problems)
    if not attempt.noun_missing:
        return int(attempt.has_problem)
    return HOPELESS if misfit else (2 if attempt.guessable else 3)
