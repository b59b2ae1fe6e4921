"""Reads a message by rules: all of it, or not at all.

Called by ``reader``. A reading counts only if every word has a place and no other reading of the same
words means something else. The steps: words (``lexer``), clauses, phrases, and for each target the
kinds of operation that they fit (``interpret``); then what clauses share with each other.
"""

import msgspec

from kiki.model.intent import Choice, Question, Source, Token
from kiki.model.request import Request
from kiki.model.vocabulary import FieldSpec, KindSpec, TargetSpec, Vocabulary
from kiki.understand.clauses import Clause, Roles, Split, split
from kiki.understand.draft import AskError, Draft, Notes, RefuseError
from kiki.understand.interpret import Attempt, attempts
from kiki.understand.lexer import Word, lex
from kiki.understand.lexicon import Lexicon
from kiki.understand.output import spans
from kiki.understand.phrases import SKIP_COST, Item, Phrases
from kiki.understand.place import Placement, Setting

MARGIN = 0.6  # a second meaning that costs hardly more makes a message ambiguous
EXPLAINED = 12  # how many ways to cut the words are kept to say which words are left
NEAR = 3.0  # how much more a reading without a contradiction may cost


class Read(msgspec.Struct):
    """What one target makes of the message. Without *drafts* it could not be read: *left* are the
    words without a place, *asked* the question that would settle it."""

    target: TargetSpec
    drafts: list[Draft] = []
    roles: Roles = {}
    left: list[int] = []
    asked: Question | None = None
    hosts: list[int] = []
    read_clauses: set[int] = set()
    rank: int = 0  # how far from clear the question is
    notes: Notes = []


class Rules:
    """One message and what it can mean."""

    def __init__(self, request: Request, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self.request = request
        self.vocabulary = vocabulary
        self.lexicon = lexicon
        self.wanted = request.answers.get("target") or request.target or ""
        self.words = lex(request.message, lexicon, spans(request.message))
        self.code = frozenset(
            word for target in vocabulary.targets for word in (*target.words, *target.artifacts)
        )
        self._phrases: dict[tuple[int, ...], Phrases] = {}
        self.split: Split = split(self.words, self.code, lexicon.about)

    def phrases(self, args: tuple[int, ...]) -> Phrases:
        """The phrases of a clause's words; cut once for all targets."""
        if args not in self._phrases:
            self._phrases[args] = Phrases(self.words, list(args), self.split.links, self.lexicon)
        return self._phrases[args]

    def tokens(self, read: Read | None = None) -> tuple[Token, ...]:
        """Every word with the role that *read* gave it."""
        roles = {**self.split.roles, **(read.roles if read else {})}
        return tuple(
            Token(text=w.text, start=w.start, end=w.end, role=roles.get(i, "") or _own_role(w))
            for i, w in enumerate(self.words)
        )

    def read(self) -> Read:
        """The one target's reading that has every word in its place. AskError, RefuseError."""
        self._refuse_negation()
        if not self.split.clauses:
            self._refuse_without_verb()
        reads = [self._for(target) for target in self.vocabulary.targets]
        whole = [read for read in reads if read.drafts and not read.left]
        if self.wanted:
            return self._restricted(self.wanted, whole, reads)
        if len(whole) > 1:
            raise AskError(self._which_target(whole))
        return whole[0] if whole else self._fail(reads)

    # -- choosing among targets ----------------------------------------------------------------

    def _restricted(self, wanted: str, whole: list[Read], reads: list[Read]) -> Read:
        for read in whole:
            if read.target.name == wanted:
                return read
        if whole:
            choices = tuple(Choice(value=read.target.name) for read in whole)
            params = {"wanted": wanted, "found": choices[0].value}
            raise AskError(
                Question(
                    code="question.target_mismatch", field="target", params=params, choices=choices
                )
            )
        return self._fail([read for read in reads if read.target.name == wanted] or reads)

    def _which_target(self, whole: list[Read]) -> Question:
        choices = tuple(Choice(value=read.target.name) for read in whole)
        names = ", ".join(choice.value for choice in choices)
        return Question(
            code="question.target", field="target", params={"targets": names}, choices=choices
        )

    def _fail(self, reads: list[Read]) -> Read:
        """Raise what explains best why no target has a reading."""
        asking = [read for read in reads if read.asked is not None and not read.left]
        if asking:
            nearest = min(read.rank for read in asking)
            raise AskError(self._merged([read for read in asking if read.rank == nearest]))
        best = min(reads, key=lambda read: (-len(read.read_clauses), len(read.left)))
        if self._two_targets(reads):
            raise RefuseError(self._refusal("understand.two_targets", ()))
        if best.hosts:
            raise RefuseError(self._refusal("understand.hosts", best.hosts))
        left = best.left or [i for i in range(len(self.words)) if not _own_role(self.words[i])]
        code = "understand.leftover" if best.read_clauses else "understand.unsupported"
        if all(self.words[i].has("ask") for i in left):
            code = "understand.asking"
        raise RefuseError(self._refusal(code, left))

    def _merged(self, asking: list[Read]) -> Question:
        """One question for all targets that have one: its choices together."""
        questions = [read.asked for read in asking if read.asked is not None]
        same = [question for question in questions if question.field == questions[0].field]
        choices = tuple(dict.fromkeys(choice for question in same for choice in question.choices))
        return msgspec.structs.replace(questions[0], choices=choices)

    def _two_targets(self, reads: list[Read]) -> bool:
        """Whether every clause can be read, but not all of them for one target."""
        read_by = [read.read_clauses for read in reads]
        every = set(range(len(self.split.clauses)))
        return len(every) > 1 and set().union(*read_by) == every and every not in read_by

    # -- refusals ------------------------------------------------------------------------------

    def _refuse_negation(self) -> None:
        negated = [i for i, word in enumerate(self.words) if _negates(word)]
        negated += [
            i
            for c in self.split.clauses
            if c.role == "neg"
            for v in c.verbs
            for i in range(v.first, v.last)
        ]
        if negated:
            raise RefuseError(self._refusal("understand.negation", sorted(set(negated))))

    def _refuse_without_verb(self) -> None:
        unknown = [i for i, word in enumerate(self.words) if not word.senses and not word.value]
        first = self.words[0]
        foreign = first.sort == "ascii" and not first.senses
        if unknown or (foreign and first.value.lower() not in self.lexicon.products):
            raise RefuseError(
                self._refusal("understand.unsupported", unknown or range(len(self.words)))
            )
        raise RefuseError(self._refusal("understand.no_action", range(len(self.words))))

    def _refusal(self, code: str, indices: range | list[int] | tuple[int, ...]) -> Question:
        """A refusal that names the words at *indices* and their places (from 1, as people count)."""
        words = [self.words[index] for index in sorted(set(indices))]
        params = {"words": ", ".join(f'"{w.text}"' for w in words if w.text.strip())}
        params["places"] = ", ".join(str(word.start + 1) for word in words)
        first, last = (words[0].start, words[-1].end) if words else (-1, -1)
        return Question(code=code, field="", params=params, start=first, end=last)

    # -- one target ----------------------------------------------------------------------------

    def _for(self, target: TargetSpec) -> Read:
        return _TargetReader(self, target).read()


class _TargetReader:
    """Reads all clauses as operations of one target."""

    def __init__(self, rules: Rules, target: TargetSpec) -> None:
        self.rules = rules
        self.made = Read(target)
        self.kinds = tuple(k for k in rules.vocabulary.kinds if k.target == target.name)
        self.placements: list[Placement] = []
        self.clause: Clause | None = None

    def read(self) -> Read:
        """The reading; with words left or a question if it is none."""
        made = self.rules.split
        self.made.left += made.broken
        for index, clause in enumerate(made.clauses):
            if self._is_wrapper(index) or self._clause(clause):
                self.made.read_clauses.add(index)
        self._rest(made.rest)
        if self.placements and not self.made.left and self.made.asked is None:
            self._finish()
        return self.made

    # -- code around the content -----------------------------------------------------------------

    def _is_wrapper(self, index: int) -> bool:
        """Whether a clause only asks for the code that another one describes."""
        clauses, clause = self.rules.split.clauses, self.rules.split.clauses[index]
        korean = self.rules.split.order == "final"
        described = (
            (index > 0 and clauses[index - 1].inside)
            if korean
            else (index + 1 < len(clauses) and clauses[index + 1].inside)
        )
        if not described or any(verb.id not in ("create", "build") for verb in clause.verbs):
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
        return self.rules.phrases(tuple(args))

    # -- clauses -------------------------------------------------------------------------------

    def _clause(self, clause: Clause) -> bool:
        """Whether a clause was read whole."""
        if all(verb.id in self.rules.lexicon.about for verb in clause.verbs):
            return self._about(clause.args)
        for verb in clause.verbs:
            found = self._best(clause, verb.id)
            if found is None or _empty(found):
                self._unread(clause)
                return False
            if found.left:
                self._left(found)
                return False
            self._take(found)
        return True

    def _setting(self, args: list[int]) -> Setting:
        words = [self.rules.words[index] for index in args]
        artifacts = set(self.made.target.artifacts)
        code = any(
            s.entry.cls == "noun" and s.entry.id in artifacts for w in words for s in w.senses
        )
        return Setting(
            target=self.made.target,
            lexicon=self.rules.lexicon,
            words=self.rules.words,
            korean=self.rules.split.order == "final",
            code=code,
            chosen=self.rules.wanted == self.made.target.name,
            limited=bool(self.rules.request.scope.limit),
        )

    def _best(self, clause: Clause, verb: str) -> Attempt | None:
        """The cheapest whole reading of a clause; or the one with the fewest words left."""
        setting = self._setting(clause.args)
        whole: list[tuple[float, Attempt]] = []
        partly: Attempt | None = None
        if not any(use.verb == verb for kind in self.kinds for use in kind.verbs):
            return None
        for number, (cost, items) in enumerate(self._phrases(clause.args).paths()):
            if whole and cost > whole[0][0] + (NEAR if _has_problem(whole[0][1]) else MARGIN):
                break
            if cost >= SKIP_COST and partly is not None:
                break
            explain = not whole and number < EXPLAINED
            for attempt in attempts(items, verb, self.kinds, setting, explain=explain):
                if not attempt.left:
                    whole.append((cost, attempt))
                elif partly is None or _later(attempt) < _later(partly):
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
        return bool(placement.objects or self._earlier(placement.kind))

    def _which_kind(self, close: list[Attempt]) -> Attempt:
        """Ask which kind is meant, unless that was answered."""
        key = f"{len(self.placements)}.kind"
        kinds = {attempt.placements[0].kind.id: attempt for attempt in close}
        answer = self.rules.request.answers.get(key, "")
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
            self._share(placement)
            self.placements.append(placement)
            self.made.roles |= placement.roles

    def _left(self, attempt: Attempt) -> None:
        self.made.left += attempt.left
        for placement in attempt.placements:
            self.made.roles |= placement.roles
        first = attempt.placements[0]
        if attempt.places and (first.objects or not first.own):
            named = [self.rules.words[i] for i in attempt.left]
            self.made.hosts += [
                i
                for i, word in zip(attempt.left, named, strict=True)
                if word.value and not word.has("prep") and i not in self.made.hosts
            ]

    def _unread(self, clause: Clause) -> None:
        """No kind has this verb."""
        self.made.left += [i for verb in clause.verbs for i in range(verb.first, verb.last)]
        self.made.left += clause.args

    # -- what clauses share --------------------------------------------------------------------

    def _share(self, placement: Placement) -> None:
        """ "install nginx and start it": the object of the clauses before."""
        kind = placement.kind
        if not kind.shares or placement.objects:
            return
        sets = self._earlier(kind)
        if len(sets) == 1:
            placement.objects = next(iter(sets.values()))
        elif len(sets) > 1:
            self._ask_which(placement, sets)

    def _earlier(self, kind: KindSpec) -> dict[tuple[str, ...], list]:  # type: ignore[type-arg]
        return {
            tuple(str(made) for made, _ in other.objects): list(other.objects)
            for other in self.placements
            if other.kind.shares == kind.shares and other.objects
        }

    def _ask_which(self, placement: Placement, sets: dict[tuple[str, ...], list]) -> None:  # type: ignore[type-arg]
        key = f"{len(self.placements)}.{placement.kind.object}"
        if key in self.rules.request.answers or self.made.asked is not None:
            return
        every = ",".join(dict.fromkeys(name for names in sets for name in names))
        choices = tuple(Choice(value=",".join(names)) for names in sets) + (Choice(value=every),)
        self.made.asked = Question(
            code="question.which", field=key, params={"kind": placement.kind.id}, choices=choices
        )

    # -- verbs and sentences that only describe --------------------------------------------------

    def _about(self, args: list[int]) -> bool:
        """ "레플리카는 3개로 해줘": properties of what was asked for before."""
        for cost, items in self._phrases(args).paths():
            if cost >= SKIP_COST or not self.placements:
                break
            if all(self._describes(item) for item in items) and self._apply(items):
                return True
        self.made.left += args
        return False

    def _describes(self, item: Item) -> bool:
        return item.sort in ("join", "stop", "fill") or bool(item.ids and item.values)

    def _apply(self, items: tuple[Item, ...]) -> bool:
        """Give each phrase to the last operation that takes it, if only one kind of it does."""
        for item in items:
            takers = [p for p in reversed(self.placements) if self._would_take(p, item)]
            if item.sort in ("join", "stop", "fill"):
                self.made.roles |= dict.fromkeys(item.words, item.sort)
                continue
            if not takers or not takers[0].place(item):
                return False
            self.made.roles |= takers[0].roles
        return True

    def _would_take(self, placement: Placement, item: Item) -> bool:
        return Placement(placement.kind, self._setting([])).place(item)

    def _rest(self, args: list[int]) -> None:
        """Words after the last verb (ko) or before the first (en): politeness, or properties."""
        words = self.rules.words
        plain = [i for i in args if _own_role(words[i]) or words[i].has("fill")]
        if len(plain) == len(args):
            self.made.roles |= dict.fromkeys(args, "fill")
        elif self.rules.split.order == "final":
            self._about(args)
        else:
            self.made.left += args

    # -- the end -------------------------------------------------------------------------------

    def _finish(self) -> None:
        there: dict[int, bool] = {}
        for placement in self.placements:
            first = len(self.made.drafts)
            self.made.drafts += placement.drafts()
            there |= dict.fromkeys(range(first, len(self.made.drafts)), placement.there)
            self.made.notes += [made for made in placement.notes if made not in self.made.notes]
            for problem in placement.problems:
                key = f"{first}.{problem.field}"
                if key in self.rules.request.answers or self.made.asked is not None:
                    continue
                self.made.asked = Question(
                    code=problem.code, field=key, params=problem.params, choices=problem.choices,
                    start=problem.start, end=problem.end,
                )  # fmt: skip
        for index, draft in enumerate(self.made.drafts):
            self._elsewhere(index, draft, said_there=there[index])
        if self.made.asked is not None:
            self.made.drafts = []

    def _elsewhere(self, index: int, draft: Draft, *, said_there: bool) -> None:
        """A namespace that was named for another operation only: "there", or a question."""
        for field in draft.kind.fields:
            if field.name in draft.values:
                continue
            drafts = self.made.drafts
            sure = {origin.kind for origin in field.sources if origin.how != "ask"}
            if any(other.kind.id in sure for other in drafts if other is not draft):
                continue
            named = self._named_elsewhere(field, draft)
            if said_there and len(named) == 1:
                draft.fill(field.name, *next(iter(named.items())))
            elif named:
                self._ask_where(index, field, draft, named)

    def _named_elsewhere(self, field: FieldSpec, draft: Draft) -> dict[str, Source]:
        return {
            str(other.values[origin.field]): other.sources[origin.field]
            for origin in field.sources
            for other in self.made.drafts
            if origin.how == "ask" and other is not draft and other.kind.id == origin.kind
            and other.values.get(origin.field)
        }  # fmt: skip

    def _ask_where(
        self, index: int, field: FieldSpec, draft: Draft, named: dict[str, Source]
    ) -> None:
        key = f"{index}.{field.name}"
        if key in self.rules.request.answers or self.made.asked is not None:
            return
        about = str(
            draft.values.get(draft.kind.object) or draft.values.get(draft.kind.product) or ""
        )
        choices = tuple(Choice(value=value) for value in (*named, "default"))
        params = {"object": about, "value": ", ".join(named)}
        self.made.asked = Question(
            code="question.which_namespace", field=key, params=params, choices=choices
        )


def _meaning(attempt: Attempt) -> str:
    return repr(
        [
            (p.kind.id, sorted((k, repr(v)) for k, v in d.values.items()))
            for p in attempt.placements
            for d in p.drafts()
        ]
    )


def _empty(attempt: Attempt) -> bool:
    """ "확인해줘": a verb that says nothing without the noun that is missing."""
    bare = not attempt.left and not any(p.object_said for p in attempt.placements)
    return bare and attempt.noun_missing


def _later(attempt: Attempt) -> tuple[bool, int, int]:
    """Only a place left is best; then fewer words; of as many, those that stand later."""
    return not attempt.places, len(attempt.left), -min(attempt.left)


def _rank(attempt: Attempt) -> int:
    """How good a whole reading is: clear and without a problem first."""
    problem = _has_problem(attempt)
    if not attempt.noun_missing:
        return int(problem)
    return 4 if problem else (2 if attempt.guessable else 3)


def _has_problem(attempt: Attempt) -> bool:
    return any(placement.problems for placement in attempt.placements)


def _negates(word: Word) -> bool:
    return any(sense.entry.cls == "neg" for sense in word.senses)


def _own_role(word: Word) -> str:
    """The role that a word has in every sentence: punctuation and politeness."""
    if word.sort == "output":
        return "output"
    if word.has("sep") or word.has("and", "comma"):
        return "separator"
    return "fill" if word.has("fill") else ""
