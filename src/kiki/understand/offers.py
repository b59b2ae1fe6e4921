"""What the live systems have, put beside a reading: choices for a question, and names to compare.

Called by ``messages`` with every reading, the rules' and a model's. A name that is not there
becomes a question with the nearest names first. What Kiki could make itself may come later: there
it is a question only for a name that is a slip away from one that there is. A system that can't
be asked stops nothing: the reading goes on and says so.
"""

from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from msgspec.structs import replace

from kiki.model.catalogue import Catalogue, Sort
from kiki.model.errors import KikiError
from kiki.model.intent import Assumption, Choice, Intent, Operation, Question, Reading
from kiki.model.profile import Profile
from kiki.model.request import SURE
from kiki.model.vocabulary import FieldSpec, Vocabulary
from kiki.understand.nearness import slip
from kiki.understand.resembling import nearest
from kiki.understand.shapes import fits

MOST_CHOICES = 20
_UUID = "[0-9a-f]" * 8 + ("-" + "[0-9a-f]" * 4) * 3 + "-" + "[0-9a-f]" * 12
_JUDGED = ("span", "flag", "model", "profile")  # where a name comes from that may not be there


class Said(NamedTuple):
    """One name that an operation has. *key* is the field of a question about it."""

    key: str
    operation: Operation
    spec: FieldSpec
    sort: Sort
    name: str


class Offers:
    """The names for one reading, and what has to be said about them."""

    def __init__(self, catalogue: Catalogue, profile: Profile) -> None:
        self._catalogue = catalogue
        self._profile = profile
        self.notes: list[Assumption] = []

    def names(self, sort: Sort) -> tuple[str, ...] | None:
        """The names of *sort*; None where there is nothing to ask or nobody answers."""
        try:
            return self._catalogue.names(sort)
        except KikiError as error:
            params = {key: str(value) for key, value in error.params.items()}
            self._say(Assumption(code=error.code, params=params))
            self._say(Assumption(code="catalogue.unasked", params={"where": self.place(sort)}))
            return None

    def has(self, sort: Sort, name: str) -> bool:
        """Whether *name* is known to be there; what can't be asked is nothing to speak of here."""
        with suppress(KikiError):
            return name in (self._catalogue.names(sort) or ())
        return False

    def choices(self, spec: FieldSpec, like: str = "") -> tuple[Choice, ...]:
        """What *spec* can be, nearest to *like* first; none where nothing is known."""
        names = self.names(spec.catalogue) if spec.catalogue else None
        usable = tuple(name for name in names or () if self._usable(spec, name))
        if len(usable) > MOST_CHOICES:
            params = {"shown": str(MOST_CHOICES), "all": str(len(usable))}
            self._say(Assumption(code="catalogue.cut", params=params))
        return tuple(Choice(value=name) for name in nearest(like, usable)[:MOST_CHOICES])

    def place(self, sort: Sort) -> str:
        """What was asked, for people."""
        return self._catalogue.place(sort)

    def _usable(self, spec: FieldSpec, name: str) -> bool:
        """Whether *name* can be an answer at this site."""
        allowed = {
            "images": self._profile.allowed_images,
            "networks": self._profile.allowed_networks,
        }.get(spec.catalogue or "", ())
        return fits(spec.shape, name) and (
            not allowed or any(fnmatchcase(name, pattern) for pattern in allowed)
        )

    def _say(self, note: Assumption) -> None:
        if note not in self.notes:
            self.notes.append(note)


def offered(
    reading: Reading,
    answers: dict[str, str],
    vocabulary: Vocabulary,
    profile: Profile,
    catalogue: Catalogue,
) -> Reading:
    """*reading*, its question with choices, or instead of it the question about a name that is not
    there. *answers* are the request's."""
    offers = Offers(catalogue, profile)
    if reading.question is not None:
        reading = replace(reading, question=_with_choices(reading.question, vocabulary, offers))
    if reading.intent is not None:
        reading = _compared(reading, reading.intent, answers, vocabulary, offers)
    return replace(reading, notes=(*reading.notes, *offers.notes)) if offers.notes else reading


# -- questions ------------------------------------------------------------------------------------


def _with_choices(question: Question, vocabulary: Vocabulary, offers: Offers) -> Question:
    spec = _asked_for(question, vocabulary)
    if spec is None:
        return question
    return replace(question, choices=offers.choices(spec) or question.choices)


def _asked_for(question: Question, vocabulary: Vocabulary) -> FieldSpec | None:
    """The field with live names that *question* asks for: for a value that is missing, or instead
    of one with an impossible form."""
    name = question.field.partition(".")[2]
    for kind in vocabulary.kinds:
        for spec in kind.fields:
            missing = question.params.get("kind") == kind.id and question.code == spec.prompt
            unfit = question.code == f"question.unfit_{spec.shape}"
            if spec.name == name and spec.catalogue and (missing or unfit):
                return spec
    return None


# -- names that were said -------------------------------------------------------------------------


def _compared(
    reading: Reading,
    intent: Intent,
    answers: dict[str, str],
    vocabulary: Vocabulary,
    offers: Offers,
) -> Reading:
    noted: list[Assumption] = []
    for said in _said(intent, vocabulary):
        names = offers.names(said.sort)
        if names is None or said.name in names or fnmatchcase(said.name.lower(), _UUID):
            continue
        if _made_here(said, intent):
            continue
        if _insisted(said, answers) or _may_come(said, names):
            noted.append(_absent(said, offers))
            continue
        return Reading(
            reader=reading.reader,
            tokens=reading.tokens,
            question=_which(said, offers),
            notes=reading.notes,
        )
    noted += _taken(intent, vocabulary, offers)
    once = tuple(one for index, one in enumerate(noted) if one not in noted[:index])
    return replace(reading, intent=replace(intent, assumptions=(*intent.assumptions, *once)))


def _said(intent: Intent, vocabulary: Vocabulary) -> Iterator[Said]:
    for index, operation in enumerate(intent.operations):
        for spec in vocabulary.kind(operation.kind).fields:
            source = operation.sources.get(spec.name)
            if spec.catalogue and source is not None and source.origin in _JUDGED:
                for name in _listed(operation.fields.get(spec.name)):
                    key = f"{index}.{spec.name}"
                    yield Said(key, operation, spec, spec.catalogue, name)


def _listed(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list | tuple) else (value,)
    return tuple(each for each in values if isinstance(each, str) and each)


def _made_here(said: Said, intent: Intent) -> bool:
    """Whether another operation of the same message makes it."""
    return any(
        operation.kind == source.kind and operation.fields.get(source.field) == said.name
        for source in said.spec.sources
        for operation in intent.operations
        if source.kind and operation is not said.operation and _makes(source.kind, said.spec)
    )


def _insisted(said: Said, answers: dict[str, str]) -> bool:
    """Whether the name was said again when it was asked, for this operation or another."""
    ending = f".{said.spec.name}{SURE}"
    return any(key.endswith(ending) and name == said.name for key, name in answers.items())


def _may_come(said: Said, names: tuple[str, ...]) -> bool:
    """Whether a name that is not there is no slip of one that is, and Kiki can make such things."""
    makeable = any(_makes(source.kind, said.spec) for source in said.spec.sources)
    return makeable and not slip(said.name, names)


def _makes(kind: str, spec: FieldSpec) -> bool:
    """Whether operations of *kind* make what *spec* names (``namespace_create`` a namespace)."""
    return kind.partition(".")[2] == f"{spec.name}_create"


def _absent(said: Said, offers: Offers) -> Assumption:
    params = {"value": said.name, "where": offers.place(said.sort)}
    return Assumption(code=f"catalogue.absent_{said.sort}", params=params)


def _which(said: Said, offers: Offers) -> Question:
    """The question for a name that is not there. Of a list only this one is put right."""
    value = said.operation.fields.get(said.spec.name)
    choices = offers.choices(said.spec, like=said.name)
    if isinstance(value, list | tuple):
        kept = [[c.value if each == said.name else each for each in value] for c in choices]
        choices = tuple(Choice(value=",".join(dict.fromkeys(each))) for each in kept)
    source = said.operation.sources[said.spec.name]
    params = {"value": said.name, "where": offers.place(said.sort)}
    params |= {"field": said.spec.name, "kind": said.operation.kind}
    return Question(
        code=f"question.no_{said.sort}",
        field=said.key,
        params=params,
        choices=choices,
        start=source.start,
        end=source.end,
    )


# -- names that are new ---------------------------------------------------------------------------


def _taken(intent: Intent, vocabulary: Vocabulary, offers: Offers) -> list[Assumption]:
    """What has to be said where a new thing would have the name of one that is there."""
    return [
        Assumption(
            code=f"catalogue.taken_{spec.fresh}",
            params={"value": name, "where": offers.place(spec.fresh)},
        )
        for operation in intent.operations
        for spec in vocabulary.kind(operation.kind).fields
        if spec.fresh
        for name in _listed(operation.fields.get(spec.name))
        if offers.has(spec.fresh, name)
    ]
