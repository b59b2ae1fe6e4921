"""Official types that a message spells out, in full or by the end of the name.

Called by ``exact``. Here a type is not recognised by words for it, as in ``naming``, but only in
the very letters of its documentation: ``ansible.posix.sysctl``, ``OS::Cinder::Volume``,
``networking.k8s.io/v1/Ingress``, ``PersistentVolumeClaim``, "the sysctl module".
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kiki.model.official import Objection, Official, TypeSpec
from kiki.model.vocabulary import KindSpec
from kiki.understand.generic.drafting import fields_of

_WHOLE = re.compile(
    r"(?<![A-Za-z0-9_./:-])(?:[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){2,}"
    r"|[A-Z][A-Za-z]*(?:::[A-Z][A-Za-z0-9]*)+"
    r"|(?:[a-z][a-z0-9.-]*/)?v\d[a-z0-9]*/[A-Z][A-Za-z]*)(?![A-Za-z0-9_/:-])"
)
_SHORT = re.compile(r"(?<![A-Za-z0-9_./:-])[A-Za-z][A-Za-z0-9_]*(?![A-Za-z0-9_./:=-])")
_CAMEL = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+[A-Z][A-Za-z]+")
_MODULE = re.compile(r"모듈|(?<![A-Za-z])[Mm]odule(?![A-Za-z])")
_ENDING = re.compile(r"(?:\.|::|/)[^.:/]*$")
_UNKNOWN = ("understand.type_unknown", "understand.type_unknown_near")
_MOST = 8
_OF_MODULES = "module"  # what a kind calls its type that is named with "the ... module"


class Named(NamedTuple):
    """A type, and where it stands."""

    kind: KindSpec
    spec: TypeSpec
    start: int
    end: int


def may_be(message: str) -> bool:
    """Whether *message* has anything that official types are written with; a quick look."""
    return "=" in message or any(one.search(message) for one in (_WHOLE, _CAMEL, _MODULE))


class Spelled:
    """The types of *kinds* in *text*, a message without its values."""

    def __init__(self, text: str, kinds: tuple[KindSpec, ...], official: Official) -> None:
        self._text = text
        self._kinds = kinds
        self._official = official

    def types(self) -> list[Named]:
        """Every type that is spelled out."""
        if self._is_crowded():
            return []
        found = [*self._whole(), *self._short()]
        return list({(one.start, one.kind.id): one for one in found}.values())

    def withheld(self) -> Objection | None:
        """Why a type can't be had that is named with its whole name, or as a module."""
        for kind in () if self._is_crowded() else self._kinds:
            short = (one for one in _SHORT.finditer(self._text) if self._is_module(kind, one))
            for match in (*_WHOLE.finditer(self._text), *short):
                if self._official.find(kind.id, match[0]) is None:
                    found = self._official.refusal(kind.id, match[0])
                    if found.code not in _UNKNOWN or _is_slip(match[0], found):
                        return found
        return None

    def _is_crowded(self) -> bool:
        """Whether more looks like a type than anybody names at once; each costs a comparison."""
        return len(_WHOLE.findall(self._text)) > _MOST

    def _whole(self) -> Iterator[Named]:
        for match in _WHOLE.finditer(self._text):
            for kind in self._kinds:
                spec = self._official.find(kind.id, match[0])
                if spec is not None and spec.name == match[0]:
                    yield Named(kind, spec, *match.span())

    def _short(self) -> Iterator[Named]:
        """Kinds in capitals; a module only beside the word for one."""
        for match in _SHORT.finditer(self._text):
            for kind in self._kinds:
                if match[0][0].islower() and not self._is_module(kind, match):
                    continue
                spec = self._official.find(kind.id, match[0])
                if spec is not None and spec.name != match[0]:
                    yield Named(kind, spec, *match.span())

    def _is_module(self, kind: KindSpec, match: re.Match[str]) -> bool:
        before = self._text[: match.start()].rstrip()
        after = self._text[match.end() :].lstrip(" ")
        beside = re.search(r"(?<![A-Za-z])module$", before) or after.startswith(("module", "모듈"))
        return bool(beside) and fields_of(kind)[0] == _OF_MODULES


def _is_slip(name: str, found: Objection) -> bool:
    """Whether the nearest name has the same beginning: "ansible.posix.sysctll"."""
    near = found.params.get("near", "")
    if not near or not _WHOLE.fullmatch(name):
        return False
    return _ENDING.sub("", near) == _ENDING.sub("", name)
