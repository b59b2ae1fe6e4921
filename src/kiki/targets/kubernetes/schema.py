"""The official schemas of all kinds, in a compact form.

Called by ``check`` and ``validate``. The files in ``schemas/`` are made by
tools/extract_k8s_schemas.py, one per Kubernetes version; a definition is decoded when it is first
asked for, so a check of two kinds does not pay for three hundred.

A type is ``str``, ``int32``, ``int64``, ``number``, ``bool``, ``int-or-str``, ``quantity``,
``time``, ``base64``, ``object`` (any mapping), ``any``, ``#name`` (a definition),
``["list", type]`` or ``["list", type, [key, ...]]`` (no two items with the same keys),
``["map", type]`` or ``["enum", value, ...]``.
"""

from functools import cache
from typing import Any

import msgspec

from kiki.model.kube_versions import NEWEST

FOLDER = __file__.removesuffix("schema.py") + "schemas/"

Type = str | list[Any]


class Definition(msgspec.Struct, frozen=True):
    """An object's *fields* by name, those that are *required*, and what Kubernetes says about the
    *deprecated* ones; *note* is that for the whole object."""

    fields: dict[str, Any] = {}
    required: tuple[str, ...] = ()
    deprecated: dict[str, str] = {}
    note: str = ""


class _File(msgspec.Struct, frozen=True):
    kinds: dict[str, str]
    types: dict[str, msgspec.Raw]


class _History(msgspec.Struct, frozen=True):
    newest: str
    last: dict[str, str]


class Schemas:
    """The kinds and definitions of one Kubernetes version, such as ``1.37``."""

    def __init__(self, version: str) -> None:
        self.version = version
        with open(f"{FOLDER}v{version}.json", "rb") as file:  # noqa: PTH123 -- start-up time
            self._file = msgspec.json.decode(file.read(), type=_File)
        self._definitions: dict[str, Definition] = {}

    @property
    def kinds(self) -> dict[str, str]:
        """The definition's name of every kind: ``apps/v1/Deployment`` and so on."""
        return self._file.kinds

    def find(self, name: str) -> Definition | None:
        """The definition called *name*, if this version has one."""
        return self.definition(name) if name in self._file.types else None

    def definition(self, name: str) -> Definition:
        """The definition called *name*, such as ``core.v1.PodSpec``."""
        found = self._definitions.get(name)
        if found is None:
            found = msgspec.json.decode(self._file.types[name], type=Definition)
            self._definitions[name] = found
        return found


@cache
def schemas(version: str = NEWEST) -> Schemas:
    """The schemas of *version*, read once."""
    return Schemas(version)


@cache
def last_versions() -> dict[str, str]:
    """For every kind that is gone from the newest version: the last one that had it."""
    with open(FOLDER + "history.json", "rb") as file:  # noqa: PTH123 -- as above
        return msgspec.json.decode(file.read(), type=_History).last
