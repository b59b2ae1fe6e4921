"""What a finished draft comes to: its operation, or those that its recipe stands for.

Called by ``complete`` once every field has its value. From then on nobody knows of the recipe:
each operation is judged, shown and taken back as its own kind. On the path of ``gen``.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from kiki.model.intent import Operation, Source
from kiki.model.vocabulary import Part
from kiki.understand.draft import Draft

_SLOT = re.compile(r"\{([a-z_]+)\}")
_BY = "of"  # the key of a choice that names the field it depends on


def operations_of(draft: Draft) -> tuple[Operation, ...]:
    """The operations of *draft*, in order."""
    parts = draft.kind.parts
    return tuple(_operation(part, draft) for part in parts) if parts else (draft.operation(),)


def fields_in(template: Any) -> Iterator[str]:
    """The fields of the recipe that *template* takes values from."""
    if isinstance(template, dict):
        yield template[_BY]
        for name, chosen in template.items():
            yield from fields_in(chosen) if name != _BY else ()
    elif isinstance(template, list):
        for item in template:
            yield from fields_in(item)
    elif isinstance(template, str):
        yield from _SLOT.findall(template)


def _operation(part: Part, draft: Draft) -> Operation:
    values = {name: _value(template, draft.values) for name, template in part.fields.items()}
    sources = {name: _source(template, draft) for name, template in part.fields.items()}
    default = Source(origin="default", detail="default")
    return Operation(
        kind=part.kind,
        fields=values | part.rest,
        sources=sources | dict.fromkeys(part.rest, default),
        family=part.family,
    )


def _value(template: Any, values: dict[str, Any]) -> Any:
    """What *template* is with the recipe's *values* in their places."""
    if isinstance(template, dict):
        return _value(template[values[template[_BY]]], values)
    if isinstance(template, list):
        return [_value(item, values) for item in template]
    if isinstance(template, str):
        return _SLOT.sub(lambda slot: str(values[slot[1]]), template)
    return template


def _source(template: Any, draft: Draft) -> Source:
    """The recipe, with the place of the one thing said that *template* depends on."""
    made = Source(origin="recipe", detail=draft.kind.name)
    said = {draft.sources[name] for name in fields_in(template)}
    placed = [source for source in said if source.start >= 0]
    if len(placed) != 1:
        return made
    return msgspec.structs.replace(made, start=placed[0].start, end=placed[0].end)
