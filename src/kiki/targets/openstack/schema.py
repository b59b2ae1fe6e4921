"""What Heat knows: resource types, their properties, and what each template version allows.

Called by ``check`` and its parts. ``schemas/heat.json`` is made by tools/extract_heat_schemas.py
from Heat's own classes; a type is decoded when it is first asked for.
"""

from functools import cache
from typing import Any, Literal

import msgspec

FILE = __file__.removesuffix("schema.py") + "schemas/heat.json"

Kind = Literal["string", "integer", "number", "boolean", "list", "map", "any"]
Bounds = tuple[float | None, float | None]


class Property(msgspec.Struct, frozen=True):
    """One property. *properties* are those inside a map, *items* what a list (or a map of free
    keys) holds; *default* says that it has one; *convert* takes a list or map written as text;
    *absent* is known to Heat but not implemented.

    *status* is empty for supported ones, else ``hidden``, ``deprecated`` or ``unsupported``, with
    Heat's *note* about it and the property to use *instead*. The rest are limits of the value;
    *custom* is the name of a constraint, most of which only a cloud can judge.
    """

    type: Kind
    required: bool = False
    default: bool = False
    absent: bool = False
    convert: bool = False
    status: str = ""
    note: str = ""
    instead: str = ""
    allowed: tuple[Any, ...] = ()
    range: Bounds | None = None
    length: Bounds | None = None
    pattern: str = ""
    custom: str = ""
    properties: dict[str, "Property"] | None = None
    items: "Property | None" = None


class ResourceType(msgspec.Struct, frozen=True):
    """One resource type. An *open* one may have any attribute: they depend on its properties."""

    properties: dict[str, Property]
    attributes: tuple[str, ...] = ()
    open: bool = False
    status: str = ""
    note: str = ""


class Version(msgspec.Struct, frozen=True):
    """What one ``heat_template_version`` allows: functions in values and in conditions, sections
    of the template, keys of a resource, an output and a parameter."""

    functions: frozenset[str]
    conditions: frozenset[str]
    sections: tuple[str, ...]
    resource: tuple[str, ...]
    output: tuple[str, ...]
    parameter: tuple[str, ...]


class Heat(msgspec.Struct, frozen=True):
    """Everything, of one *release* of Heat. *constraints* are the names of custom constraints."""

    release: str
    constraints: tuple[str, ...]
    versions: dict[str, Version]
    types: dict[str, msgspec.Raw]


@cache
def heat() -> Heat:
    """The file, read once."""
    with open(FILE, "rb") as file:  # noqa: PTH123 -- pathlib costs start-up time
        return msgspec.json.decode(file.read(), type=Heat)


@cache
def resource_type(name: str) -> ResourceType | None:
    """The type called *name*, such as ``OS::Nova::Server``; None when Heat has none."""
    raw = heat().types.get(name)
    return None if raw is None else msgspec.json.decode(raw, type=ResourceType)


@cache
def functions() -> frozenset[str]:
    """The functions of all versions together."""
    known = (version.functions | version.conditions for version in heat().versions.values())
    return frozenset[str]().union(*known)
