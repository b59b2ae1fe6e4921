"""Every target's official types as one, with its words, and what the strict check says of them.

Handed by ``pipeline`` to ``understand.generic``. A target with generic kinds has a module
``generic`` with what ``Source`` says, and a ``types.json``; both are read when such a kind is first
asked for.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast

import msgspec

from kiki.documents.near import near
from kiki.messages import text
from kiki.model.errors import KikiError
from kiki.model.finding import Finding
from kiki.model.intent import Intent
from kiki.model.official import Objection, Shape, TypeSpec, Words
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.model.request import Layout
from kiki.model.vocabulary import KindSpec
from kiki.targets import registry

_FOLDER = __file__.removesuffix("official.py")


class Called(Record, frozen=True):
    """What a ``types.json`` says of one type: further *words* that name it, and the paths that are
    *usual* in it (``spec.rules.host``), which are always shown."""

    words: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()


class File(Record, frozen=True):
    """A ``types.json``: *types* by their official name; *words* as in ``Words``; *withheld* are
    types that are asked for and not offered, with the words for them, in lower case."""

    types: dict[str, Called] = {}
    words: Words = Words()
    withheld: dict[str, tuple[str, ...]] = {}


class Source(Protocol):
    """The module ``generic`` of a target."""

    @staticmethod
    def types(kind: str, called: Mapping[str, Called]) -> tuple[TypeSpec, ...]:
        """Every type that the generic *kind* may make."""
        ...

    @staticmethod
    def is_offered(name: str) -> bool:
        """Whether there is a type with this whole name that may be made."""
        ...

    @staticmethod
    def withheld(name: str) -> str:
        """The text code for why the type called *name*, or ending so, is not offered; empty when
        there is no such type."""
        ...

    @staticmethod
    def shape(name: str) -> Shape:
        """What may be said about one."""
        ...

    @staticmethod
    def objection(name: str, tree: Any) -> Objection | None:
        """What in *tree* nobody may give to the type *name*."""
        ...


class OfficialTypes:
    """See ``model.official.Official``. *layout* is that with which it is rendered; the site's
    profile is not used, as what is found goes to a model."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def types(self, target: str = "") -> tuple[TypeSpec, ...]:
        """Every type that may be made, of one target or of all; some targets have none."""
        names = [target] if target else registry.names()
        return tuple(spec for name in names for spec in _types(name))

    def kind(self, kind_id: str) -> KindSpec:
        """The generic kind with this id."""
        return registry.kind(kind_id)

    def find(self, kind_id: str, name: str) -> TypeSpec | None:
        """See ``model.official.Official``. A whole name may be that of an older version."""
        target = kind_id.partition(".")[0]
        found = _by_name(target).get(name)
        if found is None and _source(target).is_offered(name):
            return TypeSpec(kind=kind_id, name=name, names=())
        return found

    def refusal(self, kind_id: str, name: str) -> Objection:
        """See ``model.official.Official``."""
        target = kind_id.partition(".")[0]
        if code := _source(target).withheld(name):
            return Objection(code, {"type": name})
        nearest = near(name, [one.name for one in _types(target)])
        if not nearest:
            short = near(ending(name), [ending(one.name) for one in _types(target)])
            ends = [one.name for one in _types(target) if ending(one.name) == short]
            nearest = ", ".join(ends)
        code = "understand.type_unknown_near" if nearest else "understand.type_unknown"
        return Objection(code, {"kind": kind_id, "name": name, "near": nearest})

    def withheld(self, target: str) -> Mapping[str, tuple[str, ...]]:
        """See ``model.official.Official``."""
        return _file(target).withheld

    def shape(self, spec: TypeSpec) -> Shape:
        """What may be said about a type."""
        return _source(spec.kind.partition(".")[0]).shape(spec.name)

    def objection(self, spec: TypeSpec, tree: Any) -> Objection | None:
        """See ``model.official.Official``."""
        return _source(spec.kind.partition(".")[0]).objection(spec.name, tree)

    def words(self, target: str) -> Words:
        """How people write the target's properties."""
        return _file(target).words

    def problems(self, intent: Intent) -> tuple[str, ...]:
        """What render and the strict check say against *intent*, in English."""
        target = registry.target(intent.target)
        try:
            artifact = target.render(intent, self._layout, Profile())
        except KikiError as error:
            return (text(error.code, "en", error.params).text,)
        # A boolean as a text runs, but nobody meant it: a model is told to write what is meant.
        found = [
            one
            for one in target.check(artifact)
            if one.severity == "error" or one.code.endswith(".argument_converted")
        ]
        return tuple(dict.fromkeys(map(_told, found)))


def _told(found: Finding) -> str:
    return text(found.code, "en", found.params).text


def ending(name: str) -> str:
    """The end of an official name, as people say it: ``Ingress``, ``Volume``, ``sysctl``."""
    return re.split(r"::|[/.]", name)[-1]


def words_of(name: str) -> tuple[str, ...]:
    """The words of an official name, in lower case: ``minReplicas`` is min and replicas."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word)


def names(official: str, called: Called) -> tuple[tuple[str, ...], ...]:
    """How a type can be named: by the words of its *official* short name, written together or not,
    and by those that people have for it."""
    own = words_of(official)
    joined = ("".join(own),)
    further = [tuple(word.lower().split()) for word in called.words]
    return tuple(dict.fromkeys([own, joined, *further]))


@cache
def _types(target: str) -> tuple[TypeSpec, ...]:
    generic = registry.vocabulary().generic
    kind = next((kind.id for kind in generic if kind.target == target), "")
    return _source(target).types(kind, _file(target).types) if kind else ()


@cache
def _by_name(target: str) -> dict[str, TypeSpec]:
    """The types by their name, and by its end if only one ends so."""
    ends = Counter(ending(one.name) for one in _types(target))
    short = {ending(one.name): one for one in _types(target) if ends[ending(one.name)] == 1}
    return short | {one.name: one for one in _types(target)}


def _source(target: str) -> Source:
    folder = registry.vocabulary().target(target).folder
    return cast("Source", import_module(f"kiki.targets.{folder}.generic"))


@cache
def _file(target: str) -> File:
    if target not in {kind.target for kind in registry.vocabulary().generic}:
        return File()
    path = f"{_FOLDER}{registry.vocabulary().target(target).folder}/types.json"
    with open(path, "rb") as file:  # noqa: PTH123 -- beside the code, as the index
        return msgspec.json.decode(file.read(), type=File)
