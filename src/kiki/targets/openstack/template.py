"""The pieces of a HOT template and how those of several operations become one.

Called by the operations, which make a :class:`Part` each, and by ``render``, which joins them.
HOT's sections: docs.openstack.org/heat, "Heat Orchestration Template (HOT) specification".
"""

from typing import Any

from kiki.model.records import Record

# Wallaby's; the newest that Heat of 2021 to 2025.1 and later all accept
VERSION = "2021-04-16"

Section = dict[str, Any]


class Part(Record, frozen=True):
    """What one operation adds. Keys are local names: :func:`join` makes them unique where several
    operations would clash, and rewrites :class:`Param` and :class:`Resource` references.
    *summary* is for people, in English."""

    name: str
    summary: str
    parameters: Section
    resources: Section
    outputs: Section


class Param(Record, frozen=True):
    """The value of a parameter: ``{get_param: name}``."""

    name: str


class Resource(Record, frozen=True):
    """A resource of the same part: its id, or with *attribute* that attribute's value."""

    name: str
    attribute: str = ""


def parameter(description: str, default: str, constraint: str) -> Section:
    """A text parameter whose value must exist in the cloud, as Heat's *constraint* checks."""
    return {
        "type": "string",
        "description": description,
        "default": default,
        "constraints": [{"custom_constraint": constraint}],
    }


def join(parts: tuple[Part, ...]) -> Section:
    """The whole template. One part keeps its short names; of several, each part's names begin
    with its own name, but for parameters that are the same in all of them."""
    shared = _shared(parts)
    description = "; ".join(part.summary for part in parts)
    template: Section = {"heat_template_version": VERSION, "description": description}
    for section in ("parameters", "resources", "outputs"):
        template[section] = {}
        for part in parts:
            kept = shared if section == "parameters" else frozenset[str]()
            for name, body in getattr(part, section).items():
                template[section][_unique(name, part, parts, kept)] = _resolved(
                    body, part, parts, shared
                )
    return {section: body for section, body in template.items() if body}


def _shared(parts: tuple[Part, ...]) -> frozenset[str]:
    first = parts[0].parameters
    return frozenset(
        name for name in first if all(part.parameters.get(name) == first[name] for part in parts)
    )


def _unique(name: str, part: Part, parts: tuple[Part, ...], kept: frozenset[str]) -> str:
    return name if len(parts) == 1 or name in kept else f"{part.name}_{name}"


def _resolved(value: Any, part: Part, parts: tuple[Part, ...], shared: frozenset[str]) -> Any:
    """*value* with every reference written as the function that HOT has for it."""
    if isinstance(value, Param):
        return {"get_param": _unique(value.name, part, parts, shared)}
    if isinstance(value, Resource):
        name = _unique(value.name, part, parts, frozenset())
        return {"get_attr": [name, value.attribute]} if value.attribute else {"get_resource": name}
    if isinstance(value, dict):
        return {key: _resolved(item, part, parts, shared) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, part, parts, shared) for item in value]
    return value
