"""Reads all clauses of a message as operations of one target.

Called by ``rules`` for each target. A clause is read by the cheapest way to cut its words in which
every phrase has a place (``choosing``); what clauses share with each other is in ``sharing``.
"""

from msgspec.structs import replace

from kiki.model.vocabulary import TargetSpec
from kiki.understand import hosts
from kiki.understand.attempt import Attempt
from kiki.understand.choosing import Choosing
from kiki.understand.counting import SEVERAL
from kiki.understand.describing import Describing, beginnings, said_of_how_many
from kiki.understand.draft import Draft, Notes, note
from kiki.understand.parts import UNSAID, WANTED, Clause, Verb
from kiki.understand.phrases import SKIP_COST, Item
from kiki.understand.place import Placement
from kiki.understand.reads import Message, Read, own_role
from kiki.understand.sharing import settle, share

_OF_ONE = ("shape", "save")  # "make it", "save it"


class TargetReader(Choosing):
    """Reads all clauses as operations of one target."""

    def __init__(self, message: Message, target: TargetSpec, *, brief: bool = False) -> None:
        super().__init__(message, target, brief=brief)
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
        clause = clauses[0]
        whole = replace(clause, args=[*clause.args, *rest])
        alone = self._try(clause)
        named = alone is not None and alone.placements[0].object_said
        both = None if named else self._try(whole)
        if both is None or both.left or both.has_problem:
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

    # -- clauses -------------------------------------------------------------------------------

    def _clause(self, clause: Clause) -> bool:
        """Whether a clause was read whole."""
        if clause.role == "declined":
            return all(self._decline(clause, verb) for verb in clause.verbs)
        if all(verb.id in self.message.lexicon.about for verb in clause.verbs):
            left = list(self.made.left)
            described = self._about(clause.args, one=clause.verbs[0].id in _OF_ONE)
            if described or not self._means_more(clause):
                return described
            self.made.left = left
        for verb in clause.verbs:
            found = self._best(clause, verb)
            if (found is None or found.left) and self._described_first(clause):
                found = self._best(clause, verb)
            if found is None or found.empty:
                self._unread(clause)
                return False
            if found.left and not self._named_hosts(found):
                self._left(found)
                return False
            self._take(found)
            if not all(_for_somebody(placement) for placement in found.placements):
                self.made.left += clause.args
                return False
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
        asked = self.made.asked
        found = self._best(clause, clause.verbs[0])
        if found is not None and not found.empty and (found.places or not found.left):
            return True
        self.made.asked = asked
        return False

    def _decline(self, clause: Clause, verb: Verb) -> bool:
        """Whether it is understood, and clear, what a clause says not to do."""
        asked = self.made.asked
        found = self._best(clause, verb)
        clear = found is not None and not (found.empty or found.left or found.has_problem)
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

    def _take(self, attempt: Attempt) -> None:
        for placement in attempt.placements:
            before = self.placements or self.declined  # "nginx 설치하지 말고 제거해줘"
            asked = share(placement, before, self.message.request.answers)
            self.made.asked = self.made.asked or asked
            self.placements.append(placement)
            self.made.roles |= placement.roles

    def _named_hosts(self, attempt: Attempt) -> bool:
        """Whether all that is left names hosts: "node1에", "on the web servers"."""
        korean = self.message.split.order == "final"
        names = hosts.named(attempt.unplaced, self.message.words, korean=korean)
        if not attempt.places or not names or self._limited() or not self._is_about(attempt):
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

    def _is_about(self, attempt: Attempt) -> bool:
        """Whether it is said what something is to be done to; for what runs on hosts, what a new
        thing is made of will do: "web1에 nginx 컨테이너 띄워줘"."""
        made_of = bool(self.made.target.places) and bool(attempt.placements[0].products)
        return made_of or _about_something(attempt)

    def _known_hosts(self, names: tuple[str, ...], items: tuple[Item, ...]) -> tuple[str, ...]:
        """*names*, if a noun or the inventory says that they are hosts; else what the answer to
        the question says."""
        sure = all(item.ids and not any(value.ordinary for value in item.values) for item in items)
        request, catalogue = self.message.request, self.message.catalogue
        on, asked = hosts.known(names, request, catalogue, sure=sure)
        self.made.asked = self.made.asked or asked
        return on

    def _left(self, attempt: Attempt) -> None:
        self.made.left += attempt.left
        for placement in attempt.placements:
            self.made.roles |= placement.roles
        if attempt.places and self._is_about(attempt):
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

    def _about(self, args: list[int], *, one: bool = False) -> bool:
        """As in "레플리카는 3개로 해줘": properties of what was asked for before; of *one* thing
        where that is said: "make it 0755"."""
        total, spoken = said_of_how_many(self.message.words, args)
        total = total or ("1" if one else "")
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


def _for_somebody(placement: Placement) -> bool:
    """Whether "they should have sudo" has found who they are."""
    said = set(placement.values) | ({placement.own} if placement.objects else set())
    return all(said.intersection(fields) for fields in placement.kind.one_of)


def _about_something(attempt: Attempt) -> bool:
    placement = attempt.placements[0]
    if attempt.noun_missing and not (attempt.guessable or placement.kind.object):
        return False  # "show me the money": nothing says what of it
    said = placement.own in placement.values  # "서울" alone says Asia/Seoul
    return bool(placement.objects or not placement.own or said)


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
