"""Every module that is offered as ``ansible.module`` takes it.

Called by ``targets.official``. Arguments that are withheld are no part of a shape, nor are choices
that act every time.
"""

from collections.abc import Mapping

from kiki.model.official import Shape, TypeSpec
from kiki.targets.ansible import offered
from kiki.targets.ansible.check.modules import Option, known
from kiki.targets.official import Called, names, words_of

_SCALARS = {
    "str": "text", "path": "text", "raw": "text", "int": "integer", "float": "number",
    "bool": "switch",
}  # fmt: skip


def types(kind: str, called: Mapping[str, Called]) -> tuple[TypeSpec, ...]:
    """Every module that is offered."""
    found = sorted(name for name in offered.MODULES if name in known().modules)
    return tuple(_spec(kind, name, called.get(name, Called())) for name in found)


def _spec(kind: str, name: str, called: Called) -> TypeSpec:
    options = known().modules[name].options
    choices = {str(choice) for one in options.values() for choice in one.choices}
    return TypeSpec(
        kind=kind,
        name=name,
        names=names(name.rpartition(".")[2], called),
        properties=frozenset(word for key in options for word in words_of(key)),
        usual=called.usual,
        removable=not choices.isdisjoint(offered.REMOVING),
    )


def shape(name: str) -> Shape:
    """The arguments of the module *name*; KeyError when there is none."""
    module = known().modules[name]
    return Shape("map", True, inside=lambda: _inside(name, module.options))


def _inside(module: str, options: Mapping[str, Option]) -> dict[str, Shape]:
    made = {
        key: _shape(module, key, one, one.required)
        for key, one in options.items()
        if not offered.withheld(module, key)
    }
    return {key: found for key, found in made.items() if found is not None}


def _shape(module: str, key: str, one: Option, required: bool) -> Shape | None:
    if offered.is_secret(key):
        return Shape("secret", required) if one.type == "str" else None
    if one.choices:
        fitting = [each for each in one.choices if each not in offered.ACTING]
        choices = tuple(each for each in fitting if isinstance(each, str | int))
        return Shape("choice", required, choices) if choices else None
    if one.type == "list":
        item = _item(module, one)
        return Shape("list", required, inside=lambda: {"": item}) if item else None
    if one.type == "dict":
        return _item(module, one) if one.options else Shape("pairs", required)
    sort = _SCALARS.get(one.type)
    return Shape(sort, required) if sort else None  # type: ignore[arg-type]


def _item(module: str, one: Option) -> Shape | None:
    if one.options:
        return Shape("map", True, inside=lambda: _inside(module, one.options))
    sort = _SCALARS.get(one.elements or "str")
    return Shape(sort, True) if sort else None  # type: ignore[arg-type]
