"""What the functions of a template give, as far as that is known before Heat has run it.

Called by ``meaning``, for policy. What can't be known stands there as ``{get_attr}``, its function;
a resource of the same template stays ``get_resource``. Heat Orchestration Template specification,
"Intrinsic functions". Pure.
"""

from collections.abc import Mapping
from typing import Any

# Other names of the properties that rules are about: CloudFormation's, and older ones of Heat.
_SAME = {
    "ImageId": "image", "imageRef": "image", "InstanceType": "flavor", "KeyName": "key_name",
    "SecurityGroups": "security_groups", "floating_network_id": "floating_network",
    "network_id": "network", "image_id": "image",
}  # fmt: skip
_REPLACES = ("str_replace", "str_replace_strict", "str_replace_vstrict")
_UNKNOWN = frozenset((
    "get_attr", "get_param", "list_join", *_REPLACES, "str_split", "map_merge", "map_replace",
    "repeat", "resource_facade", "digest", "yaql", "list_concat", "list_concat_unique", "filter",
    "make_url", "get_file",
))  # fmt: skip

LONGEST = 65_536
"""Texts that get longer are not worked out."""


def worked_out(value: Any, known: Mapping[str, Any]) -> Any:
    """*value* as JSON, with the parameters that are *known*."""
    if isinstance(value, list | tuple):
        return [worked_out(one, known) for one in value]
    if isinstance(value, dict):
        inside = {str(key): worked_out(one, known) for key, one in value.items()}
        found = _called(inside, known) if len(inside) == 1 else inside
        return _renamed(found) if isinstance(found, dict) else found
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _renamed(value: dict[str, Any]) -> dict[str, Any]:
    """With both names; what stands under its own counts."""
    return {_SAME[key]: one for key, one in value.items() if key in _SAME} | value


def _called(value: dict[str, Any], known: Mapping[str, Any]) -> Any:
    """What the function gives that *value* is; itself, if it is none."""
    ((name, about),) = value.items()
    match name, about:
        case "get_param", _:
            found = _parameter(about if isinstance(about, list) else [about], known)
            return _unknown(name) if found is None else found
        case "if", [_, *either]:
            return either
        case "list_join", [str(between), *parts] if all(map(_plain, parts)):
            joined = [str(one) for part in parts for one in part]
            if sum(len(between) + len(one) for one in joined) <= LONGEST:
                return between.join(joined)
        case _, {"template": str(text), "params": dict(params)} if name in _REPLACES:
            found = _replaced(text, params)
            return _unknown(name) if found is None else found
    return _unknown(name) if name in _UNKNOWN else value


def _replaced(text: str, params: dict[str, Any]) -> str | None:
    """None for what would be too long: each may be inside another one."""
    for key, one in params.items():
        new = str(one)
        if not key or len(text) + text.count(key) * len(new) > 2 * LONGEST:
            return None
        text = text.replace(key, new)
    return text if len(text) <= LONGEST else None


def _parameter(path: list[Any], known: Mapping[str, Any]) -> Any:
    """The value of a parameter or what it has below; None if that is not known."""
    found: Any = known
    for step in path:
        if isinstance(found, Mapping) and isinstance(step, str | int):
            found = found.get(step)
        elif isinstance(found, list) and isinstance(step, int) and step < len(found):
            found = found[step]
        else:
            return None
    return None if found is None else worked_out(found, {})


def _plain(part: Any) -> bool:
    return isinstance(part, list) and not any(isinstance(one, dict | list) for one in part)


def _unknown(name: str) -> str:
    """The function alone: what is inside could grow with each level."""
    return "{" + name + "}"
