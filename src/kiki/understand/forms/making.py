"""Makes operations of a form's things.

Called by ``reader`` for each target. Only what is made is read: servers, deployments, services,
accounts, files. Every phrase must have its place in the operation that it belongs to, with no
problem left; otherwise it is no form.
"""

import msgspec

from kiki.model.vocabulary import KindSpec, VerbUse
from kiki.understand.counting import SEVERAL
from kiki.understand.forms.gathering import Form, Gathering
from kiki.understand.forms.sections import Section, sections
from kiki.understand.forms.things import Thing, Things
from kiki.understand.interpret import use_of
from kiki.understand.lexer import Word
from kiki.understand.parts import UNSAID, WANTED, Clause, Roles, Verb, announces, past
from kiki.understand.phrases import Item
from kiki.understand.place import Placement
from kiki.understand.reads import Read
from kiki.understand.sharing import settle
from kiki.understand.target_reading import TargetReader
from kiki.understand.unsaid import asks

MAKES = frozenset((
    "create", "add", "deploy", "launch", "run", "build", "put", "rise", WANTED, UNSAID,
))  # fmt: skip
_COMMA = Item("join", (), cost=0.0, link="comma")
_THESE = ("these", "those")
MOST_SECTIONS = 32


class Made(msgspec.Struct):
    """The operations of a form, and the roles of its words."""

    placements: list[Placement]
    roles: Roles


class FormReader(TargetReader):
    """Reads forms as operations of one target."""

    def form(self) -> Read | None:
        """All of the message as one form, or None if it is none of this target."""
        words, made = self.message.words, self.message.split
        verbs = [verb for clause in made.clauses for verb in clause.verbs]
        verb = next(verb for verb in verbs if verb.id not in self.message.lexicon.about)
        found = self._form(list(range(len(words))), verb)
        if found is None:
            return None
        settled = settle(found.placements, self.message.request.answers)
        return Read(
            self.made.target,
            drafts=[] if settled.asked else settled.drafts,
            roles=found.roles,
            asked=settled.asked,
            notes=settled.notes,
        )

    def _clause(self, clause: Clause) -> bool:
        """A clause as a sentence; if it is none, as a form."""
        left, asked, before = list(self.made.left), self.made.asked, len(self.placements)
        if super()._clause(clause):
            return True
        one = len(clause.verbs) == 1 and clause.verbs[0].id in MAKES and clause.role != "declined"
        found = self._form(clause.args, clause.verbs[0]) if one else None
        if found is None:
            return False
        self.made.left, self.made.asked = left, asked
        self.placements[before:] = found.placements
        self.made.roles |= found.roles
        return True

    def _form(self, indices: list[int], verb: Verb) -> Made | None:
        found = sections(self.message.words, self.message.split, indices)
        kinds, uses = self._candidates(found, verb)
        if not kinds or len(found) > MOST_SECTIONS:
            return None
        things = Things(kinds, uses, self._setting(indices, verb))
        laid = [
            things.laid(section, self.message.phrases(tuple(section.words))) for section in found
        ]
        read = [section for section in laid if section is not None]
        form = Gathering(things, read).form() if len(read) == len(laid) else None
        if form is not None and (
            not self._structured(found, form) or _twice(form, verb, self.message.words)
        ):
            return None
        return self._operations(form, things, found, verb) if form is not None else None

    def _structured(self, found: list[Section], form: Form) -> bool:
        """Whether anything but commas holds the message together."""
        marks = {item.link for item in form.small} & {"open", "colon"}
        framed = any(section.framed for section in found)
        labels = [word for section in found for word in section.words]
        assigned = sum(self.message.words[i].has("prep", "cop") for i in labels)
        return len(found) > 1 or bool(marks) or framed or assigned > 1

    def _known(self, found: list[Section]) -> bool:
        """As in "these servers: web (m1.small)", which are there already."""
        words = self.message.words
        frames = (index for section in found for index in section.frames)
        return any(
            words[index].text.lower() in _THESE and words[index + 1].has("noun")
            for index in frames
            if index + 1 < len(words)
        )

    def _candidates(
        self, found: list[Section], verb: Verb
    ) -> tuple[tuple[KindSpec, ...], dict[str, VerbUse]]:
        """The kinds that *found* names with a noun, and what *verb* asks of each."""
        named = {
            sense.entry.id
            for section in found
            for index in section.words
            for sense in self.message.words[index].senses
            if sense.entry.cls == "noun"
        }
        uses = {
            kind.id: use
            for kind in self.kinds
            if kind.object and use_of(kind, "create") and _named(kind) & named
            if (use := _use(kind, verb.id))
        }
        kinds = tuple(kind for kind in self.kinds if kind.id in uses)
        return tuple(kind for kind in kinds if not _is_property(kind, kinds)), uses

    # -- operations -------------------------------------------------------------------------------

    def _operations(
        self, form: Form, things: Things, found: list[Section], verb: Verb
    ) -> Made | None:
        placements = [_placed(thing, form, things) for thing in form.things]
        made = [placement for placement in placements if placement is not None]
        whole = len(made) == len(placements) and _as_many(made, form) and _of_these(made, form)
        if not whole:
            return None
        if verb.id == UNSAID and (self._known(found) or not _asked_for(form, made)):
            return None
        return Made(made, _roles(made, form, found))


def _twice(form: Form, verb: Verb, words: tuple[Word, ...]) -> bool:
    """As in "kim 사용자 추가: alice": a title names a thing, and so does what it announces; one of
    the two may be something else."""
    last = past(words, verb.last, "fill") if verb.last < len(words) else verb.last
    if last >= len(words) or not announces(words[last]):
        return False
    sides = {(thing.kind.id, thing.head.words[0] < verb.first) for thing in form.things}
    return any((kind, not before) in sides for kind, before in sides)


def _placed(thing: Thing, form: Form, things: Things) -> Placement | None:
    """The operation of *thing*; None if a phrase has no place in it, or is a problem."""
    made = things.empty(thing.kind)
    for item in (thing.head, *thing.own, *form.shared):
        if not made.place(item) or not made.place(_COMMA):
            return None
    named = [item for item in thing.own if things.tried(thing.kind, item).names]
    if len(named) > 1 or (named and thing.kind.product in made.values):
        return None
    made.settle()
    count = len(dict(made.objects)) or len(made.products) or 1
    counted = made.both in (0, count) or (made.both == SEVERAL and count > 1)
    return made if made.complete and counted and not made.problems else None


def _named(kind: KindSpec) -> set[str]:
    """The nouns that name a thing of *kind*: its own, and those of the field for its name."""
    return {*kind.nouns, *kind.field(kind.object).markers} - {"name"}


def _use(kind: KindSpec, verb: str) -> VerbUse | None:
    """What *verb* asks of *kind*; other verbs of making ask for what "create" does."""
    uses = [use_of(kind, verb)] if verb == UNSAID else [use_of(kind, verb), use_of(kind, "create")]
    return next((use for use in uses if use is not None and not use.needs), None)


def _asked_for(form: Form, made: list[Placement]) -> bool:
    """Whether things that are only named are named as things to be made."""
    return all(
        asks((*form.nouns, thing.head, *thing.own, *form.shared), [one], one.setting)
        for thing, one in zip(form.things, made, strict=True)
    )


def _is_property(kind: KindSpec, kinds: tuple[KindSpec, ...]) -> bool:
    """As a namespace beside a deployment: it says where that is to be."""
    others = (field for other in kinds if other is not kind for field in other.fields)
    return any(field.spread and set(field.markers) & set(kind.nouns) for field in others)


def _as_many(made: list[Placement], form: Form) -> bool:
    """Whether there are as many things as was said."""
    count = sum(len(dict(one.objects)) or len(one.products) or 1 for one in made)
    return all(count > 1 if total == "0" else int(total) == count for total in form.totals)


def _of_these(made: list[Placement], form: Form) -> bool:
    """Whether the nouns that only frame the form are those of the things in it."""
    nouns = {noun for one in made for noun in one.kind.nouns}
    target = made[0].setting.target
    known = {*nouns, *target.words, *target.artifacts, *target.places}
    known |= {adverb for one in made for adverb in one.kind.adverbs}
    return all(set(item.ids) & known for item in form.nouns)


def _roles(made: list[Placement], form: Form, found: list[Section]) -> Roles:
    # Totals say how many things there are, and are no part of any.
    roles = {index: "form" for section in found for index in (*section.frames, *section.words)}
    roles |= {word: item.sort for item in form.small for word in item.words}
    roles |= {word: f"noun:{item.ids[0]}" for item in form.nouns for word in item.words}
    for one in made:
        roles |= one.roles
    return roles
