"""Every module that is offered as ``ansible.module`` takes it.

Called by ``targets.official``. Arguments that are withheld are no part of a shape, nor are choices
that act every time.
"""

from collections.abc import Mapping
from typing import Any

from kiki.model.official import Objection, Shape, TypeSpec
from kiki.model.secret import named, placeholder
from kiki.model.trees import leaves, shown
from kiki.targets.ansible import offered
from kiki.targets.ansible.check.modules import Option, known
from kiki.targets.official import Called, names, words_of

_TEMPLATES = ("{{", "{%", "{#")
_SCALARS = {
    "str": "text", "path": "text", "raw": "text", "int": "integer", "float": "number",
    "bool": "switch",
}  # fmt: skip


def types(kind: str, called: Mapping[str, Called]) -> tuple[TypeSpec, ...]:
    """Every module that is offered. Those without words are found by their names only, so that
    nothing has to be read of them."""
    found = [_spec(kind, name, called.get(name, Called())) for name in offered.worded()]
    spelled = sorted(offered.modules() - set(offered.worded()))
    return (*found, *(TypeSpec(kind=kind, name=name, names=()) for name in spelled))


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


def is_offered(name: str) -> bool:
    """Whether anybody may use the module *name*, written in full."""
    return name in offered.modules()


def withheld(name: str) -> str:
    """The code for why the module *name*, in full or not, is not offered; empty for no module."""
    found = offered.withheld_modules()
    whole = [one for one in found if name in (one, one.rpartition(".")[2])]
    return f"ansible.{found[whole[0]]}" if whole else ""


def objection(name: str, tree: Any) -> Objection | None:
    """An argument of the module *name* that is withheld, a secret in plain, Jinja, half a time."""
    for path, leaf in leaves(tree):
        steps = [step for step in path if isinstance(step, str)]
        if held := [step for step in steps if offered.withheld(name, step)]:
            return Objection("ansible.argument_withheld", {"argument": held[0], "module": name})
        if any(offered.is_secret(step, name) for step in steps):
            if not is_reference(leaf):
                return Objection("understand.only_secret", {"path": shown(path)})
        elif isinstance(leaf, str) and has_jinja(leaf):
            return Objection("ansible.argument_jinja", {"argument": shown(path), "module": name})
    return Objection("ansible.half_a_time", {}) if is_half_a_time(name, tree) else None


def is_reference(leaf: Any) -> bool:
    """Whether *leaf* is the placeholder of one secret, and nothing else."""
    found = named(leaf) if isinstance(leaf, str) else ()
    return bool(found) and leaf == placeholder(found[0])


def has_jinja(text: str) -> bool:
    """Whether Ansible would evaluate *text*."""
    return any(sign in text for sign in _TEMPLATES)


def is_half_a_time(module: str, args: Mapping[str, Any]) -> bool:
    """Whether cron would run sixty times: an hour without a minute."""
    hour, minute = args.get("hour", "*"), args.get("minute", "*")
    return module == offered.CRON and hour != "*" and minute == "*"


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
    if offered.is_secret(key, module):
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
