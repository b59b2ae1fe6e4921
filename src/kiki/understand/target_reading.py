"""Reads all clauses of a message as operations of one target.

Called by ``rules`` for each target. A clause is read by the cheapest way to cut its words in which
every phrase has a place; what clauses share with each other is in ``sharing``.
"""

import msgspec
from msgspec.structs import replace

from kiki.model.catalogue import Catalogue
from kiki.model.intent import Choice, Question, Source
from kiki.model.request import Request
from kiki.model.vocabulary import KindSpec, TargetSpec
from kiki.understand import hosts
from kiki.understand.counting import SEVERAL
from kiki.understand.describing import Describing, beginnings, said_of_how_many
from kiki.understand.draft import Draft, Notes, note
from kiki.understand.filling import Setting
from kiki.understand.interpret import Attempt, attempts, use_of
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.parts import UNSAID, WANTED, Clause, Roles, Split, Verb
from kiki.understand.phrases import SKIP_COST, Item, Phrases
from kiki.understand.place import TAKES_AWAY, Placement
from kiki.understand.sharing import earlier, number, settle, share

MARGIN = 0.6  # a second meaning that costs hardly more makes a message ambiguous
NEAR = 3.0  # how much more a reading without a contradiction may cost
HOPELESS = 4  # the noun that is missing would have to go with a value that does not fit
MOST_CHOICES = 30  # of an inventory's hosts and groups
EXPLAINED = 12  # how many ways to cut the words are kept to say which words are left


class Message(msgspec.Struct):
    """What all targets have in common: the words, their clauses and all kinds there are. *wanted*
    is the target that the request names, or empty."""

    request: Request
    lexicon: Lexicon
    words: tuple[Word, ...]
    split: Split
    kinds: tuple[KindSpec, ...]
    wanted: str
    catalogue: Catalogue
    cut: dict[tuple[int, ...], Phrases] = {}

    def phrases(self, args: tuple[int, ...]) -> Phrases:
        """The phrases of a clause's words; cut once for all targets."""
        if args not in self.cut:
            self.cut[args] = Phrases(self.words, list(args), self.split.links, self.lexicon)
        return self.cut[args]


class Read(msgspec.Struct):
    """What one target makes of the message. Without *drafts* it could not be read: *left* are the
    words without a place, *asked* the question that would settle it. *on* are the hosts and groups
    that were named; *hosts* are the words of such that could not be accepted."""

    target: TargetSpec
    drafts: list[Draft] = []
    roles: Roles = {}
    left: list[int] = []
    asked: Question | None = None
    hosts: list[int] = []
    on: tuple[str, ...] = ()
    read_clauses: set[int] = set()
    rank: int = 0  # how far from clear the question is
    notes: Notes = []


class TargetReader:
    """Reads all clauses as operations of one target."""

    def __init__(self, message: Message, target: TargetSpec) -> None:
        self.message = message
        self.made = Read(target)
        self.kinds = tuple(kind for kind in message.kinds if kind.target == target.name)
        self.placements: list[Placement] = []
        self.declined: list[Placement] = []
        self.named: tuple[str, ...] = ()

    def read(self) -> Read:
        """The reading; with words left or a question if it is none."""
        made = self.message.split
        self.made.left += made.broken
        clauses = [replace(clause, args=list(clause.args)) for clause in made.clauses]
        rest = self._afterthought(clauses, made.rest)
        for index, clause in enumerate(clauses):
            if self._is_wrapper(index) or self._clause(clause):
                self.made.read_clauses.add(index)
        self._rest(rest)
        if self.placements and not self.made.left and self.made.asked is None:
            self._finish()
        return self.made

    def _afterthought(self, clauses: list[Clause], rest: list[int]) -> list[int]:
        """As in "방화벽 좀 열어줘 8443이랑 9443": what the only clause is about stands after its
        verb. It is given to the clause; what is left of *rest*."""
        if len(clauses) != 1 or not rest or self.message.split.order != "final":
            return rest
        clause, asked = clauses[0], self.made.asked
        whole = replace(clause, args=[*clause.args, *rest])
        alone = self._best(clause, clause.verbs[0])
        named = alone is not None and alone.placements[0].object_said
        both = None if named else self._best(whole, clause.verbs[0])
        self.made.asked = asked
        if both is None or both.left or _has_problem(both):
            return rest
        clause.args = whole.args
        return []

    def _finish(self) -> None:
        if self._contradicts():
            roles = self.message.split.roles.items()
            self.made.left += [index for index, role in roles if role.startswith("not:")]
            return
        settled = settle(self.placements, self.message.request.answers)
        self.made.notes = settled.notes
        for placement in self.declined:
            _note_declined(placement, self.made.notes)
        self.made.asked = settled.asked
        self.made.drafts = [] if settled.asked else settled.drafts

    # -- code around the content -----------------------------------------------------------------

    def _is_wrapper(self, index: int) -> bool:
        """Whether a clause only asks for the code that another one describes."""
        clauses, clause = self.message.split.clauses, self.message.split.clauses[index]
        korean = self.message.split.order == "final"
        described = (
            (index > 0 and clauses[index - 1].inside)
            if korean
            else (index + 1 < len(clauses) and clauses[index + 1].inside)
        )
        if not described or any(
            verb.id not in ("create", "build", "write", UNSAID, WANTED) for verb in clause.verbs
        ):
            return False
        items = self._only_code(clause)
        for item in items or ():
            self.made.roles |= dict.fromkeys(item.words, "code")
        return items is not None

    def _only_code(self, clause: Clause) -> tuple[Item, ...] | None:
        own = {*self.made.target.words, *self.made.target.artifacts}
        for cost, items in self._phrases(clause.args).paths():
            if cost >= SKIP_COST:
                return None
            if all(
                i.sort in ("join", "stop", "fill") or (set(i.ids) & own and not i.values)
                for i in items
            ):
                return items
        return None

    def _phrases(self, args: list[int]) -> Phrases:
        return self.message.phrases(tuple(args))

    # -- clauses -------------------------------------------------------------------------------

    def _clause(self, clause: Clause) -> bool:
        """Whether a clause was read whole."""
        if clause.role == "declined":
            return all(self._decline(clause, verb) for verb in clause.verbs)
        if all(verb.id in self.message.lexicon.about for verb in clause.verbs):
            left = list(self.made.left)
            described = self._about(clause.args)
            if described or not self._means_more(clause):
                return described
            self.made.left = left
        for verb in clause.verbs:
            found = self._best(clause, verb)
            if (found is None or found.left) and self._described_first(clause):
                found = self._best(clause, verb)
            if found is None or _empty(found):
                self._unread(clause)
                return False
            if found.left and not self._named_hosts(found):
                self._left(found)
                return False
            self._take(found)
            if not all(_as_many(placement) for placement in found.placements):
                self._left(found)
                self.made.left += clause.args
                return False
        return True

    def _described_first(self, clause: Clause) -> bool:
        """Whether the beginning of *clause* says more about what was asked for before; it is taken
        then, and *clause* keeps the rest."""
        for comma, first in beginnings(self.message.words, clause.args) if self.placements else ():
            left = list(self.made.left)
            if self._about(first):
                self.made.roles[comma] = "separator"
                clause.args = [i for i in clause.args if i > comma]
                return True
            self.made.left = left
        return False

    def _means_more(self, clause: Clause) -> bool:
        """As in "3000 포트 서비스 붙여줘": a describing verb that asks for something, too."""
        found = self._best(clause, clause.verbs[0])
        return found is not None and not (found.left or _empty(found))

    def _decline(self, clause: Clause, verb: Verb) -> bool:
        """Whether it is understood, and clear, what a clause says not to do."""
        asked = self.made.asked
        found = self._best(clause, verb)
        clear = found is not None and not (_empty(found) or found.left or _has_problem(found))
        if found is None or not clear or self.made.asked is not asked:
            self.made.asked = asked
            self._unread(clause)
            return False
        for placement in found.placements:
            share(placement, self.placements, self.message.request.answers)
            self.declined.append(placement)
            self.made.roles |= dict.fromkeys(placement.roles, "declined")
        return True

    def _contradicts(self) -> bool:
        """Whether what is not to be done is asked for elsewhere in the message."""
        return any(
            draft.kind is declined.kind and _overlap(draft, declined)
            for placement in self.placements
            for draft in placement.drafts()
            for declined in self.declined
        )

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
            limited=self._limited(),
            contrast=verb is not None and self._declines(verb.id),
            among=self._among(),
            verb=self._place(verb),
            takes_away=verb is not None and verb.id in TAKES_AWAY,
        )

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

    def _best(self, clause: Clause, verb: Verb) -> Attempt | None:
        """The cheapest whole reading of a clause; or the one with the fewest words left."""
        setting = self._setting(clause.args, verb)
        whole: list[tuple[float, Attempt]] = []
        partly: Attempt | None = None
        if not any(use_of(kind, verb.id) for kind in self.kinds):
            return None
        for tried, (cost, items) in enumerate(self._phrases(clause.args).paths()):
            if whole and cost > whole[0][0] + (NEAR if _has_problem(whole[0][1]) else MARGIN):
                break
            if cost >= SKIP_COST and partly is not None:
                break
            explain = not whole and tried < EXPLAINED
            for attempt in attempts(items, verb.id, self.kinds, setting, explain=explain):
                if not attempt.left and _rank(attempt) < HOPELESS:
                    whole.append((cost, attempt))
                elif attempt.left and (partly is None or _later(attempt) < _later(partly)):
                    partly = attempt
        if whole:
            return self._chosen(whole)
        return partly

    def _chosen(self, whole: list[tuple[float, Attempt]]) -> Attempt:
        """The one meaning of several whole readings; a question when there are two."""
        best = min(_rank(attempt) for _, attempt in whole)
        clear = [pair for pair in whole if _rank(pair[1]) == best]
        said = [pair for pair in clear if pair[1].noun_said] or clear
        said = [pair for pair in said if self._shared(pair[1])] or said
        cheapest = min(cost for cost, _ in said)
        close = [attempt for cost, attempt in said if cost <= cheapest + MARGIN]
        meanings = {_meaning(attempt): attempt for attempt in reversed(close)}
        if _has_problem(close[0]) and not close[0].noun_missing:
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

    def _take(self, attempt: Attempt) -> None:
        for placement in attempt.placements:
            before = self.placements or self.declined  # "nginx 설치하지 말고 제거해줘"
            asked = share(placement, before, self.message.request.answers)
            self.made.asked = self.made.asked or asked
            self.placements.append(placement)
            self.made.roles |= placement.roles

    def _named_hosts(self, attempt: Attempt) -> bool:
        """Whether all that is left names hosts: "node1에", "on the web servers"."""
        first = attempt.placements[0]
        names = hosts.named(attempt.unplaced, korean=self.message.split.order == "final")
        if not attempt.places or not names or self._limited() or not _about_something(first):
            return False
        if self.placements and set(names) != set(self.named):
            return False  # what is asked for elsewhere is another request
        self.named = names
        self.made.on = self._known_hosts(names, attempt.unplaced)
        answered = "hosts" in self.message.request.answers
        if attempt.noun_missing and self.made.asked is None and not answered:
            return False  # "remove kim from the web servers": kim what?
        self.made.roles |= dict.fromkeys(attempt.left, "host")
        return True

    def _known_hosts(self, names: tuple[str, ...], items: tuple[Item, ...]) -> tuple[str, ...]:
        """*names*, if a noun or the inventory says that they are hosts; else what the answer to
        the question says."""
        answer = self.message.request.answers.get("hosts", "")
        if answer:
            return tuple(name.strip() for name in answer.split(",") if name.strip())
        if all(item.ids and not any(value.ordinary for value in item.values) for item in items):
            return names
        known = self.message.catalogue.names("hosts") or ()
        if known and set(names) <= set(known):
            return names
        said = ",".join(names)
        choices = tuple(Choice(value=name) for name in (known[:MOST_CHOICES] or (said,)))
        code = "question.hosts_unknown" if known else "question.hosts"
        self.made.asked = self.made.asked or Question(
            code=code, field="hosts", params={"value": said}, choices=choices
        )
        return names

    def _limited(self) -> bool:
        return bool(self.message.request.scope.limit)

    def _left(self, attempt: Attempt) -> None:
        self.made.left += attempt.left
        for placement in attempt.placements:
            self.made.roles |= placement.roles
        first = attempt.placements[0]
        if attempt.places and _about_something(first):
            named = [self.message.words[i] for i in attempt.left]
            self.made.hosts += [
                i
                for i, word in zip(attempt.left, named, strict=True)
                if word.value and not word.has("prep") and i not in self.made.hosts
            ]

    def _unread(self, clause: Clause) -> None:
        """No kind has this verb."""
        self.made.left += [i for verb in clause.verbs for i in range(verb.first, verb.last)]
        self.made.left += clause.args

    def _about(self, args: list[int]) -> bool:
        """As in "레플리카는 3개로 해줘": properties of what was asked for before."""
        total, spoken = said_of_how_many(self.message.words, args)
        describing = Describing(self.placements, self._setting([]), total)
        if not describing.read(self._phrases(spoken)):
            self.made.left += args
            return False
        self.made.roles |= dict.fromkeys(set(args) - set(spoken), "both")
        self.made.roles |= describing.roles
        return True

    def _rest(self, args: list[int]) -> None:
        """Words after the last verb (ko) or before the first (en): politeness, or properties."""
        words = self.message.words
        plain = [i for i in args if own_role(words[i]) or words[i].has("fill")]
        if len(plain) == len(args):
            self.made.roles |= dict.fromkeys(args, "fill")
        elif self.message.split.order == "final":
            self._about(args)
        else:
            self.made.left += args


def _as_many(placement: Placement) -> bool:
    """Whether there are as many objects as was said: "둘 다", "both"."""
    count = len(dict(placement.objects)) or len(placement.products)
    return placement.both in (0, count) or (placement.both == SEVERAL and count > 1)


def _about_something(placement: Placement) -> bool:
    return bool(placement.objects or not placement.own)


def _meaning(attempt: Attempt) -> str:
    return repr(
        [
            (p.kind.id, sorted((k, repr(v)) for k, v in d.values.items()))
            for p in attempt.placements
            for d in p.drafts()
        ]
    )


def _overlap(draft: Draft, declined: Placement) -> bool:
    """Whether *declined* is about what *draft* is about; without an object it is about all."""
    about = {str(made) for made, _ in declined.objects}
    about |= {value.product for value in declined.products}
    named = draft.values.get(declined.own) or draft.values.get(declined.kind.product) or ()
    said = {str(one) for one in (named if isinstance(named, list) else [named])}
    return not about or not said or bool(about & said)


def _note_declined(placement: Placement, notes: Notes) -> None:
    """Say what was understood as not wanted."""
    what = ", ".join(dict.fromkeys(str(made) for made, _ in placement.objects))
    if what:
        note(notes, "assumption.declined_of", kind=placement.kind.id, what=what)
    else:
        note(notes, "assumption.declined", kind=placement.kind.id)


def _empty(attempt: Attempt) -> bool:
    """As in "확인해줘": a verb that says nothing without the noun that is missing."""
    bare = not attempt.left and not any(p.object_said for p in attempt.placements)
    return bare and attempt.noun_missing


def _later(attempt: Attempt) -> tuple[bool, bool, int, int]:
    """Only a place left is best, of a kind that was asked for; then fewer words; of as many, those
    that stand later."""
    unasked = attempt.places and attempt.noun_missing
    return not attempt.places, unasked, len(attempt.left), -min(attempt.left)


def _rank(attempt: Attempt) -> int:
    """How good a whole reading is: clear and without a problem first."""
    problem = _has_problem(attempt)
    misfit = any(p.code != "question.near" for one in attempt.placements for p in one.problems)
    if not attempt.noun_missing:
        return int(problem)
    return HOPELESS if misfit else (2 if attempt.guessable else 3)


def _has_problem(attempt: Attempt) -> bool:
    return any(placement.problems for placement in attempt.placements)


def own_role(word: Word) -> str:
    """The role that a word has in every sentence: punctuation and politeness."""
    if word.sort == "output":
        return "output"
    if word.has("sep") or word.has("and", "comma"):
        return "separator"
    return "fill" if word.has("fill") else ""
