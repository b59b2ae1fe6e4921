"""The set: requests as engineers type them, with the answers that are right.

Called by ``bench`` and the tests. Reads the YAML files beside it and nothing else; docs/bench.md
has their format.
"""

from pathlib import Path
from typing import Any, Literal

import msgspec

from kiki.documents.read import read_yaml
from kiki.model.errors import PermanentError
from kiki.model.finding import has_errors
from kiki.model.languages import Lang
from kiki.model.records import Record

FOLDER = Path(__file__).parent / "requests"
GENERIC = Path(__file__).parent / "generic"
"""Requests that only a generic kind answers: a set of its own, as no rule may read them."""
ANY = "any"  # a question about any field

Level = Literal["basic", "compound", "hard", "question", "refusal"]
LEVELS: tuple[Level, ...] = ("basic", "compound", "hard", "question", "refusal")
Sort = Literal["intent", "question", "refusal"]
Trait = Literal[
    "", "correction", "negation", "mixed", "typo", "polite", "order", "words",
    "missing", "ambiguous",
    "destruction", "outside", "condition", "scheduled", "not_request", "negated", "language",
    "hosts", "two_targets",
]  # fmt: skip


class Asked(Record, frozen=True):
    """One operation that a request means: *fields* are those that it says, no defaults."""

    kind: str
    fields: dict[str, Any]


class Answer(Record, frozen=True):
    """One right answer: *operations*, or a question about one of the fields in *question*, or
    neither, which is a refusal."""

    operations: tuple[Asked, ...] = ()
    question: tuple[str, ...] = ()

    @property
    def sort(self) -> Sort:
        """Which of the three it is."""
        if self.operations:
            return "intent"
        return "question" if self.question else "refusal"


class Sample(Record, frozen=True):
    """One request. The first of *answers* is the best one. *means* says for a value that does not
    stand in the words which of them say it; *trait* is what makes it hard."""

    id: str
    say: str
    lang: Lang
    level: Level
    held_out: bool
    answers: tuple[Answer, ...]
    trait: Trait = ""
    means: dict[str, str] = {}

    @property
    def sort(self) -> Sort:
        """What the best answer is."""
        return self.answers[0].sort

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of operation of the best answer."""
        return tuple(asked.kind for asked in self.answers[0].operations)


class _Entry(Record, frozen=True):
    id: str
    say: str
    trait: Trait = ""
    means: dict[str, str] = {}
    want: Any = None
    either: tuple[Any, ...] = ()


class _File(Record, frozen=True):
    lang: Lang
    level: Level
    held_out: bool
    requests: tuple[_Entry, ...]


def load(folder: Path = FOLDER) -> tuple[Sample, ...]:
    """Every request of *folder*, by file and place. PermanentError ``bench.set_broken``."""
    paths = sorted(folder.glob("*.yaml"))
    return tuple(sample for path in paths for sample in _read(path))


def _read(path: Path) -> list[Sample]:
    parsed = read_yaml(path.read_text("utf-8"), path.name)
    try:
        if has_errors(parsed.findings) or len(parsed.documents) != 1:
            raise ValueError("not one YAML document")
        file = msgspec.convert(parsed.documents[0], _File)
        return [_sample(entry, file) for entry in file.requests]
    except ValueError as error:  # msgspec.ValidationError is one
        raise PermanentError("bench.set_broken", file=path.name, reason=str(error)) from error


def _sample(entry: _Entry, file: _File) -> Sample:
    wanted = entry.either or (entry.want,)
    return Sample(
        id=entry.id,
        say=entry.say,
        lang=file.lang,
        level=file.level,
        held_out=file.held_out,
        answers=tuple(_answer(one, entry.id) for one in wanted),
        trait=entry.trait,
        means=entry.means,
    )


def _answer(said: Any, name: str) -> Answer:
    """``refusal``, ``{question: any}``, ``{question: [image, name]}`` or a list of operations."""
    match said:
        case "refusal":
            return Answer()
        case {"question": "any"}:
            return Answer(question=(ANY,))
        case {"question": [*fields]} if fields:
            return Answer(question=tuple(map(str, fields)))
        case [*operations] if operations:
            return Answer(operations=tuple(_asked(one, name) for one in operations))
    raise ValueError(f"{name} has no answer")


def _asked(said: Any, name: str) -> Asked:
    match said:
        case dict() if len(said) == 1:
            ((kind, fields),) = said.items()
            return Asked(kind=str(kind), fields=fields or {})
    raise ValueError(f"{name} has an operation without a kind")
