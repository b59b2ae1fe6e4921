"""Reads a message by rules: all of it, or not at all.

Called by ``messages``. A reading counts only if every word has a place and no other reading of the
same words means something else. The steps: words (``lexer``), clauses, and for each target the
kinds of operation that they fit (``target_reading``). Here one target's reading is chosen, or it
is said why there is none.
"""

from contextlib import suppress
from typing import NoReturn

import msgspec

from kiki.model.catalogue import Catalogue
from kiki.model.intent import Choice, Question, Token
from kiki.model.request import Request
from kiki.model.vocabulary import TargetSpec, Vocabulary
from kiki.understand.anaphora import resolved
from kiki.understand.blanks import blanked
from kiki.understand.clauses import split, without_greetings
from kiki.understand.corrections import taken_back
from kiki.understand.draft import AskError, Notes, RefuseError, note
from kiki.understand.hints import hinted
from kiki.understand.lexer import Sense, Word, lex
from kiki.understand.lexicon import Lexicon
from kiki.understand.output import spans
from kiki.understand.parts import UNSAID, Split
from kiki.understand.reads import Message, Read, own_role
from kiki.understand.target_reading import TargetReader
from kiki.understand.unsaid import changes, made_of, named_only, wished

# What is asked about words that name no thing clearly enough, and about what is to be done.
_WHICH = (".kind", "target")
_VERB = "verb"
_SHOW = "show"
_SET = "set"
_MAKE = "create"
_FOR_WHAT = "noun:purpose"
_COPULAS = ("is", "are", "was", "were", "be")  # "the printers are not responding"
_DENIES = ("neg", "fix", "rather", "instead")


class Rules:
    """One message and what it can mean."""

    def __init__(
        self, request: Request, vocabulary: Vocabulary, lexicon: Lexicon, catalogue: Catalogue
    ) -> None:
        self.request = request
        self.vocabulary = vocabulary
        self.lexicon = lexicon
        self.wanted = request.answers.get("target") or request.target or ""
        outputs = spans(request.message)
        said = self._lexed(request.message, outputs)
        taken = taken_back(said)
        self.said = said  # with what is taken back
        self.torn = self._torn()
        self.asking: Read | None = None  # the reading that has the question
        self.corrections: Notes = []
        for one in taken:
            note(self.corrections, "assumption.corrected", given=said[one.value].text)
        self.unsaid = tuple(said[index] for one in taken for index in one.unsaid)
        replaced = {said[one.value].start for one in taken if one.instead >= 0}
        gone = tuple(word for word in self.unsaid if word.start not in replaced)
        rest = blanked(request.message, ((word.start, word.end) for word in gone))
        self.words = self._lexed(rest, outputs) if taken else said
        for one in taken:
            if one.instead >= 0:
                self.words = _moved(self.words, said[one.instead], said[one.value])
        self.words = resolved(without_greetings(self.words))
        self.code = frozenset(
            word for target in vocabulary.targets for word in (*target.words, *target.artifacts)
        )
        self.split: Split = split(self.words, self.code, lexicon)
        self.unsaid_verb = not self.split.clauses and named_only(self.words)
        self.sets = self.unsaid_verb and _sets(self.words, vocabulary)
        if self.unsaid_verb:
            self.split = made_of(self.words, _SET) if self.sets else made_of(self.words)
        self.message = Message(
            request=request,
            lexicon=lexicon,
            words=self.words,
            split=self.split,
            kinds=hinted(
                (*vocabulary.kinds, *vocabulary.recipes),
                self.words,
                self.wanted,
                vocabulary.targets,
                clouded=request.scope.cloud is not None and request.scope.cloud.named,
            ),
            wanted=self.wanted,
            catalogue=catalogue,
        )

    def _lexed(self, message: str, outputs: tuple[tuple[int, int], ...]) -> tuple[Word, ...]:
        return lex(message, self.lexicon, outputs)

    def tokens(self, read: Read | None = None) -> tuple[Token, ...]:
        """Every word with the role that *read* gave it."""
        roles = {**self.split.roles, **(read.roles if read else {})}
        tokens = [
            Token(text=w.text, start=w.start, end=w.end, role=roles.get(i, "") or own_role(w))
            for i, w in enumerate(self.words)
        ]
        tokens += [
            Token(text=word.text, start=word.start, end=word.end, role="corrected")
            for word in self.unsaid
        ]
        return tuple(sorted(tokens, key=lambda token: token.start))

    def read(self) -> Read:
        """The one target's reading that has every word in its place. AskError, RefuseError."""
        self._refuse_negation()
        if not self.split.clauses:
            self._refuse_without_verb()
        if self.unsaid_verb:
            return self._created()
        return self._read()

    def _shown(self) -> Read:
        """What is named can't be made, but perhaps looked at: "web 로그 최근 50줄". Nobody is
        asked more than of which target it is, as that changes nothing."""
        self.split = made_of(self.words, _SHOW)
        self.message = msgspec.structs.replace(self.message, split=self.split)
        try:
            made = self._read()
        except (AskError, RefuseError) as refused:
            if isinstance(refused, AskError) and refused.question.code == "question.target":
                raise
            self._refuse_without_verb()
        if not all(draft.kind.reads for draft in made.drafts):
            self._refuse_without_verb()
        return made

    def _looked_for(self, made: Read) -> Read | None:
        """As in "web 파드 로그": what could only be what a new thing is for, *made* so, is what
        there is to be looked at. None where it is not; all is then as before."""
        kept = self.split, self.message
        with suppress(AskError, RefuseError):
            look = self._shown()
            nouns = {noun for draft in look.drafts for noun in draft.kind.nouns}
            purposes = (self.words[i] for i, role in made.roles.items() if role == _FOR_WHAT)
            if any(_meant(word) & nouns for word in purposes):
                return look
        self.split, self.message = kept
        return None

    def _created(self) -> Read:
        """A message that only names things: somebody who asks for them ("서버 부탁드립니다") wants
        them made; of anybody else it is asked whether they are to be made."""
        try:
            made = self._read()
        except RefuseError:
            return self._shown()
        except AskError as asked:
            if asked.question.field.endswith(_WHICH):
                self._refuse_without_verb()
            raise
        if self.sets:
            if not (wished(self.words) or changes(self.words)):
                self._refuse_without_verb()  # "시간대 UTC": it may be so already
            note(made.notes, "assumption.set")
        elif wished(self.words):
            note(made.notes, "assumption.created")
        elif self.request.answers.get(_VERB) != "create":
            if (look := self._looked_for(made)) is not None:
                return look
            self.asking = made
            choices = (Choice(value="create", label="question.verb.create"),)
            raise AskError(Question(code="question.verb", field=_VERB, params={}, choices=choices))
        return made

    def _read(self) -> Read:
        reads = self._reads()
        for read in reads if any(self._unsaid()) else ():
            note(read.notes, "assumption.no_verb")
        for read in reads if self.split.created else ():
            note(read.notes, "assumption.created")
        whole = [read for read in reads if _whole(read)]
        if self.wanted:
            return self._restricted(self.wanted, whole, reads)
        if len(whole) > 1:
            whole = self._looked_at(whole)
        if len(whole) > 1:
            raise AskError(self._which_target(whole))
        return whole[0] if whole else self._fail(reads)

    def _reads(self) -> list[Read]:
        """What every target makes of the message; only the wanted one's where that is a reading,
        as no other can then be chosen. Which words have no place is looked into only where none
        has a reading: it takes most of the time."""
        wanted = [target for target in self.vocabulary.targets if target.name == self.wanted]
        others = [target for target in self.vocabulary.targets if target.name != self.wanted]
        reads = [self._for(target, brief=True) for target in wanted]
        if not any(map(_whole, reads)):
            reads += [self._for(target, brief=True) for target in others]
        if any(map(_whole, reads)):
            return reads
        return [self._for(target, brief=False) for target in (*wanted, *others)]

    def _looked_at(self, whole: list[Read]) -> list[Read]:
        """As in "list the podman secrets": of several looks that of the target whose name is said;
        nothing is lost by it."""
        looks = all(draft.kind.reads for read in whole for draft in read.drafts)
        named = [read for read in whole if self._says(read.target)]
        return named if looks and len(named) == 1 else whole

    def _says(self, target: TargetSpec) -> bool:
        return bool(_called(target) & set().union(*map(_meant, self.words)))

    def _unsaid(self) -> list[bool]:
        """Of each verb, whether it was not said: the message only names what is to be made."""
        return [verb.id == UNSAID for clause in self.split.clauses for verb in clause.verbs]

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
        """Raise what explains best why no target has a reading. A message that declines something
        and is not understood whole is refused for that: it is no matter for a model, either."""
        roles = self.split.roles
        declined = [index for index, role in roles.items() if role.startswith("not:")]
        spared = (None, "verb:pull")  # "redis는 빼줘"
        declined += [i for i, w in enumerate(self.words) if _negates(w) and roles.get(i) in spared]
        if declined and not any(read.asked for read in reads if not read.left):
            raise RefuseError(self._refusal("understand.negation", declined))
        asking = [read for read in reads if read.asked is not None and not read.left]
        if all(self._unsaid()) and not any(_asks_value(read) for read in asking):
            self._refuse_without_verb()
        if asking:
            nearest = min(read.rank for read in asking)
            closest = [read for read in asking if read.rank == nearest]
            self.asking = closest[0]
            raise AskError(self._merged(closest))
        best = min(reads, key=lambda read: (-len(read.read_clauses), len(read.left)))
        if self._two_targets(reads):
            raise RefuseError(self._refusal("understand.two_targets", ()))
        if best.hosts:
            raise RefuseError(self._refusal("understand.hosts", best.hosts))
        left = best.left or [i for i in range(len(self.words)) if not own_role(self.words[i])]
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

    def _torn(self) -> list[Word]:
        """The words that deny or take back in the middle of one name of a thing ("컨테이너 말고
        시크릿", of a container's secret), after a target's word ("쿠버네티스 말고 노드"), or before
        a name that is announced ("called not web"): what is left would be another thing."""
        denies = [i for i, word in enumerate(self.said) if i and _denies(word)]
        return [self.said[i] for i in denies if self._tears(i)]

    def _tears(self, index: int) -> bool:
        words, first, last = self.said, index, index + 1
        while first > 1 and (_denies(words[first - 1]) or words[first - 1].has("ha")):
            first -= 1  # 하지 마
        while last < len(words) and _denies(words[last]):
            last += 1
        before = words[first - 1]
        if before.has("prep", "name") and before.text.lower() not in _COPULAS:
            return True
        if last == len(words):
            return False
        return self._changes_target(before, words[last]) or self._joins(first, last)

    def _changes_target(self, before: Word, after: Word) -> bool:
        """Whether *before* says which target is meant, and *after* is a thing of any target."""
        own = set().union(*map(_called, self.vocabulary.targets))
        things = {sense.entry.id for sense in after.senses if sense.entry.cls == "noun"}
        return bool(_meant(before) & own and things and not things & own)

    def _joins(self, first: int, last: int) -> bool:
        """Whether the words around those from *first* to *last* (excluded) are one noun."""
        place, message = self.said[first - 1].end, self.request.message
        joined = self._lexed(f"{message[:place]} {message[self.said[last].start :]}", ())
        return any(
            sense.entry.cls == "noun" and word.end <= place < _end(joined, i, sense)
            for i, word in enumerate(joined)
            for sense in word.senses
        )

    def _refuse_negation(self) -> None:
        if self.torn:
            places = ", ".join(str(word.start + 1) for word in self.torn)
            params = {"words": ", ".join(f'"{w.text}"' for w in self.torn), "places": places}
            first, last = self.torn[0].start, self.torn[-1].end
            raise RefuseError(Question("understand.negation", "", params, start=first, end=last))
        roles = self.split.roles
        named = self._named() | _in_phrases(self.words)
        negated = [
            i for i, w in enumerate(self.words) if _negates(w) and i not in roles and i not in named
        ]
        negated += self._negated_verbs()
        if negated:
            raise RefuseError(self._refusal("understand.negation", negated))

    def _named(self) -> set[int]:
        """The words of nouns of several words: 안 in "안 쓰는 telnet 삭제". No other place can take
        a negation, so that the noun has to."""
        return {
            index
            for first, word in enumerate(self.words)
            for sense in word.senses
            if sense.entry.cls == "noun" and sense.length > 1
            for index in range(first, first + sense.length)
        }

    def _negated_verbs(self) -> list[int]:
        """The words of verbs that are negated in no form that counts."""
        negated = (clause for clause in self.split.clauses if clause.role == "neg")
        verbs = (verb for clause in negated for verb in clause.verbs)
        return [index for verb in verbs for index in range(verb.first, verb.last)]

    def _refuse_without_verb(self) -> NoReturn:
        unknown = [i for i, word in enumerate(self.words) if not word.senses and not word.value]
        first = self.words[0]
        foreign = first.sort == "ascii" and not first.senses
        if unknown or (foreign and first.value.lower() not in self.lexicon.products):
            raise RefuseError(
                self._refusal("understand.unsupported", unknown or range(len(self.words)))
            )
        raise RefuseError(self._refusal("understand.no_action", range(len(self.words))))

    def _refusal(self, code: str, indices: range | list[int] | tuple[int, ...]) -> Question:
        """A refusal that names the words at *indices* and their places (from 1, as people
        count)."""
        words = [self.words[index] for index in sorted(set(indices))]
        params = {"words": ", ".join(f'"{w.text}"' for w in words if w.text.strip())}
        params["places"] = ", ".join(str(word.start + 1) for word in words)
        first, last = (words[0].start, words[-1].end) if words else (-1, -1)
        return Question(code=code, field="", params=params, start=first, end=last)

    # -- one target ----------------------------------------------------------------------------

    def _for(self, target: TargetSpec, *, brief: bool) -> Read:
        return TargetReader(self.message, target, brief=brief).read()


def _whole(read: Read) -> bool:
    """Whether a target has read the whole message."""
    return bool(read.drafts) and not read.left


def _called(target: TargetSpec) -> set[str]:
    """What *target* is called by."""
    return {*target.words, target.name}


def _meant(word: Word) -> set[str]:
    """The ids of what *word* may be, and its value."""
    return {*(sense.entry.id for sense in word.senses), word.value.lower()}


def _denies(word: Word) -> bool:
    """Whether a word denies what is near it, or takes it back."""
    return any(sense.entry.cls in _DENIES for sense in word.senses)


def _end(words: tuple[Word, ...], index: int, sense: Sense) -> int:
    """Where the words of *sense*, which begins at *index*, end in the message."""
    return words[min(index + sense.length, len(words)) - 1].end


def _moved(words: tuple[Word, ...], new: Word, old: Word) -> tuple[Word, ...]:
    """*words* with *new* where *old* was."""
    found = [word for word in words if word.start == new.start]
    others = [word for word in words if word.start not in (new.start, old.start)]
    before = [word for word in others if word.start < old.start]
    return (*before, *found, *others[len(before) :])


def _sets(words: tuple[Word, ...], vocabulary: Vocabulary) -> bool:
    """Whether a noun of *words* is that of kinds that set something and make nothing, and that a
    message without a verb may mean: "시간대는 UTC로"."""
    nouns: set[str] = set()
    index = 0
    while index < len(words):  # of "서버 시간대" the whole, and not the server
        length = max(words[index].length("noun"), 1)
        senses = (s for s in words[index].senses if s.length == length)
        nouns |= {s.entry.id for s in senses if s.entry.cls == "noun"}
        index += length
    named = [kind for kind in vocabulary.kinds if nouns & {*kind.nouns}]
    verbs = [{use.verb for use in kind.verbs} for kind in named]
    return any(_SET in v and UNSAID in v for v in verbs) and not any(_MAKE in v for v in verbs)


def _asks_value(read: Read) -> bool:
    """Whether the question is about a value, and not about what to do."""
    return read.asked is not None and not read.asked.field.endswith(".kind")


def _in_phrases(words: tuple[Word, ...]) -> set[int]:
    """The words of phrases that carry nothing: "sorry to bother you, but"."""
    spans = ((index, word.length("fill")) for index, word in enumerate(words))
    return {
        place for index, length in spans if length > 1 for place in range(index, index + length)
    }


def _negates(word: Word) -> bool:
    return any(sense.entry.cls == "neg" for sense in word.senses)
