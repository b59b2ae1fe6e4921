"""Every resource type of Heat as ``openstack.resource`` takes it.

Called by ``targets.official``. Hidden, deprecated and unsupported types and properties are left
out, and so are those that hold secrets or code that runs on a server.
"""

import re
from collections.abc import Mapping
from typing import Any

from kiki.model.official import Objection, Shape, TypeSpec
from kiki.model.trees import leaves, shown
from kiki.targets.official import Called, names, words_of
from kiki.targets.openstack.schema import Property, heat, resource_type

# What they hold runs somewhere, is a whole template, or is a secret: see _SECRET.
_WITHHELD = re.compile(
    r"AWS::.*|OS::Heat::(?!ScalingPolicy$).*|OS::Mistral::.*|OS::Barbican::.*|OS::Sahara::Job.*|"
    r"OS::Zaqar::SignedQueueURL|OS::Senlin::(?:Profile|Receiver)|OS::Vitrage::.*|OS::Zun::.*"
)
_SECRET = re.compile(
    r"(?:^|_)(?:pass|password|passwd|secret|token|psk|credentials?|private_?key|user_?data|"
    r"admin_pass|personality|value_specs|scheduler_hints)(?:$|_)"
)
_SCALARS = {
    "string": "text", "integer": "integer", "number": "number", "boolean": "switch",
}  # fmt: skip


def is_offered(name: str) -> bool:
    """Whether anybody may make a resource of the type *name*."""
    return not _WITHHELD.fullmatch(name) and _supported(name)


def is_withheld(key: str) -> bool:
    """Whether nobody may give a property called *key*: a secret, or code for a server."""
    return _SECRET.search(key) is not None


def withheld(name: str) -> str:
    """The code for why the type *name*, in full or not, is not offered; empty for no type."""
    known = [one for one in heat().types if name in (one, one.rpartition("::")[2])]
    if not known:
        return ""
    runs = any(_WITHHELD.fullmatch(one) for one in known)
    return "openstack.withheld_type" if runs else "openstack.withheld_old"


def objection(_: str, tree: Any) -> Objection | None:
    """A property in *tree* that nobody may give."""
    for path, _leaf in leaves(tree):
        if any(is_withheld(step) for step in path if isinstance(step, str)):
            return Objection("openstack.property_withheld", {"property": shown(path)})
    return None


def types(kind: str, called: Mapping[str, Called]) -> tuple[TypeSpec, ...]:
    """Every type that Heat still wants to be used."""
    found = (name for name in heat().types if is_offered(name))
    return tuple(_spec(kind, name, called.get(name, Called())) for name in found)


def _supported(name: str) -> bool:
    known = resource_type(name)
    return known is not None and not known.status


def _spec(kind: str, name: str, called: Called) -> TypeSpec:
    known = resource_type(name)
    keys = known.properties if known else ()
    return TypeSpec(
        kind=kind,
        name=name,
        names=names(name.rpartition("::")[2], called),
        properties=frozenset(word for key in keys for word in words_of(key)),
        usual=called.usual,
    )


def shape(name: str) -> Shape:
    """The properties of the type *name*; KeyError when Heat has none."""
    known = resource_type(name)
    if known is None:
        raise KeyError(name)
    return Shape("map", True, inside=lambda: _inside(known.properties))


def _inside(properties: Mapping[str, Property]) -> dict[str, Shape]:
    made = {key: _shape(one) for key, one in properties.items() if _offered(key, one)}
    return {key: found for key, found in made.items() if found is not None}


def _offered(key: str, one: Property) -> bool:
    return not one.status and not one.absent and not is_withheld(key)


def _shape(one: Property) -> Shape | None:
    if one.type in ("map", "list"):
        return _container(one)
    if one.allowed and one.type in ("string", "integer"):
        choices = tuple(value for value in one.allowed if isinstance(value, str | int))
        return Shape("choice", one.required, choices)
    sort = _SCALARS.get(one.type)
    return Shape(sort, one.required) if sort else None  # type: ignore[arg-type]


def _container(one: Property) -> Shape | None:
    if one.type == "list":
        item = _shape(one.items) if one.items else Shape("text", True)
        return Shape("list", one.required, inside=lambda: {"": item}) if item else None
    properties = one.properties
    if properties is None:
        return Shape("pairs", one.required)
    return Shape("map", one.required, inside=lambda: _inside(properties))
