"""What official schemas look like to the reader of generic kinds, whatever their target.

Made by ``targets.official`` from Kubernetes' schemas, Heat's resource types and Ansible's module
documentation; read by ``understand.generic``. Shapes are made when they are looked into: a Pod's
has more than a thousand leaves, and some contain themselves.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, Protocol

from kiki.model.intent import Intent
from kiki.model.records import Record
from kiki.model.vocabulary import KindSpec

Sort = Literal[
    "text", "integer", "number", "int_or_text", "switch", "choice", "secret",
    "map", "list", "pairs",
]  # fmt: skip
CONTAINERS = ("map", "list")


def _nothing() -> Mapping[str, "Shape"]:
    return {}


class Shape(NamedTuple):
    """One value. *choices* are those of a ``choice``; ``map`` has its properties *inside*, ``list``
    the shape of its items under ``""``; ``pairs`` is a mapping with keys of anybody's, to texts.
    A ``secret`` takes the reference to a secret and nothing else."""

    sort: Sort
    required: bool = False
    choices: tuple[str | int, ...] = ()
    inside: Callable[[], Mapping[str, "Shape"]] = _nothing


class Objection(NamedTuple):
    """Why something official can't be asked for: a text *code* and its *params*."""

    code: str
    params: dict[str, str]


class TypeSpec(Record, frozen=True):
    """One official type that *kind* can make. *names* are its names as lists of words in lower
    case, each of which names it when said side by side. *removable*: it has a choice that removes,
    else it can only be made."""

    kind: str
    name: str
    names: tuple[tuple[str, ...], ...]
    properties: frozenset[str] = frozenset()
    usual: tuple[str, ...] = ()
    removable: bool = False


class Words(Record, frozen=True):
    """How people write a target's properties and choices: from a word of an official name (``min``)
    and from a choice to further words, in lower case. *units* are those that a property's number is
    in; *together* are properties that may have one value, which was said once; *removing* are
    choices that take something away; *assumed* is what a property, by its words ("path type"), is
    when it has to be given and was not said."""

    properties: dict[str, tuple[str, ...]] = {}
    choices: dict[str, tuple[str, ...]] = {}
    units: dict[str, tuple[str, ...]] = {}
    together: tuple[tuple[str, ...], ...] = ()
    removing: tuple[str, ...] = ()
    assumed: dict[str, str] = {}


class Official(Protocol):
    """All official types, and what the strict check says of an intent made with them."""

    def types(self, target: str = "") -> tuple[TypeSpec, ...]:
        """Every type that may be made, of one target or of all."""
        ...

    def kind(self, kind_id: str) -> KindSpec:
        """The generic kind with this id."""
        ...

    def find(self, kind_id: str, name: str) -> TypeSpec | None:
        """The type of a generic kind with exactly this official name, or with this as the end of
        it (``Ingress``) if no other ends so; None when none is offered."""
        ...

    def refusal(self, kind_id: str, name: str) -> Objection:
        """Why there is no such type: it is withheld, or its name is unknown."""
        ...

    def withheld(self, target: str) -> Mapping[str, tuple[str, ...]]:
        """Types that people ask for and nobody is offered, with the words for them."""
        ...

    def shape(self, spec: TypeSpec) -> Shape:
        """What may be said about a type."""
        ...

    def objection(self, spec: TypeSpec, tree: Any) -> Objection | None:
        """What in *tree* nobody may give to a type, or gives away a secret."""
        ...

    def words(self, target: str) -> Words:
        """How people write the target's properties."""
        ...

    def problems(self, intent: Intent) -> tuple[str, ...]:
        """What speaks against *intent* being code, in English and for a model; empty when
        nothing does."""
        ...
