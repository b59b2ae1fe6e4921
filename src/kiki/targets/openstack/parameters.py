"""The parameters of a template: keys, types, constraints, defaults that keep to them.

Called by ``check``. Source: the HOT specification, "Parameters section".
"""

import re
from typing import Any

import msgspec

from kiki.documents.near import near
from kiki.targets.openstack.limits import Bounds, problem
from kiki.targets.openstack.schema import heat
from kiki.targets.openstack.source import Path, Source, brief

TYPES = ("string", "number", "comma_delimited_list", "json", "boolean")
_CONSTRAINTS = (
    "length", "range", "modulo", "allowed_values", "allowed_pattern", "custom_constraint",
)  # fmt: skip
_BOOLEANS = ("true", "t", "1", "yes", "y", "on", "false", "f", "0", "no", "n", "off")


class Limits(msgspec.Struct, frozen=True):
    """The limits of one parameter, as :mod:`limits` wants them."""

    allowed: tuple[Any, ...] = ()
    range: Bounds | None = None
    length: Bounds | None = None
    pattern: str = ""
    custom: str = ""


def judge(source: Source) -> None:
    """Report what is wrong with the ``parameters`` section."""
    for name, body in source.section("parameters").items():
        path: Path = ("parameters", name)
        if isinstance(body, dict):
            _parameter(source, body, path)
        else:
            wanted = {"wanted": "map", "value": brief(body)}
            source.report("openstack.type_wrong", "error", path, **wanted)


def unused(source: Source) -> None:
    """Report parameters that nothing refers to; to be called when everything has been walked."""
    for name in source.section("parameters"):
        if str(name) not in source.used:
            path = ("parameters", name)
            source.report("openstack.param_unused", "warning", path, name=str(name))


def _parameter(source: Source, body: dict[Any, Any], path: Path) -> None:
    for key in body:
        if key not in source.version.parameter:
            close = near(str(key), source.version.parameter) or "-"
            source.report("openstack.key_unknown", "error", (*path, key), key=str(key), near=close)
    kind = body.get("type")
    if kind not in TYPES:
        params = {"value": brief(kind), "allowed": ", ".join(TYPES)}
        at = (*path, "type") if "type" in body else path
        source.report("openstack.value_not_allowed", "error", at, **params)
        return
    limits = _constraints(source, body.get("constraints"), (*path, "constraints"))
    if body.get("default") is not None:
        _default(source, str(kind), limits, body["default"], (*path, "default"))


def _constraints(source: Source, given: Any, path: Path) -> list[Limits]:
    if given is None:
        return []
    if not isinstance(given, list):
        source.report("openstack.type_wrong", "error", path, wanted="list", value=brief(given))
        return []
    return [
        made
        for index, one in enumerate(given)
        if (made := _constraint(source, one, (*path, index))) is not None
    ]


def _constraint(source: Source, given: Any, path: Path) -> Limits | None:
    kinds = [key for key in given if key in _CONSTRAINTS] if isinstance(given, dict) else []
    if len(kinds) != 1:
        source.report("openstack.constraint_wrong", "error", path, known=", ".join(_CONSTRAINTS))
        return None
    kind, value = kinds[0], given[kinds[0]]
    at = (*path, kind)
    match kind:
        case "allowed_values" if isinstance(value, list):
            return Limits(allowed=tuple(value))
        case "length" | "range" if isinstance(value, dict):
            return _bounds(source, kind, value, at)
        case "allowed_pattern" if isinstance(value, str) and _compiles(value):
            return Limits(pattern=value)
        case "custom_constraint" if isinstance(value, str):
            return _custom(source, value, at)
        case "modulo" if isinstance(value, dict):
            return None
        case "allowed_values" if source.function(value):
            return None
    source.report("openstack.constraint_value_wrong", "error", at, kind=kind, value=brief(value))
    return None


def _bounds(source: Source, kind: str, value: dict[Any, Any], path: Path) -> Limits | None:
    bounds = tuple(value.get(end) for end in ("min", "max"))
    good = all(bound is None or isinstance(bound, int | float) for bound in bounds)
    if not good or set(value) - {"min", "max"} or bounds == (None, None):
        params = {"kind": kind, "value": ", ".join(f"{key}: {value[key]}" for key in value)}
        source.report("openstack.constraint_value_wrong", "error", path, **params)
        return None
    low, high = bounds
    return Limits(length=(low, high)) if kind == "length" else Limits(range=(low, high))


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _custom(source: Source, name: str, path: Path) -> Limits:
    if name not in heat().constraints:
        close = near(name, heat().constraints) or "-"
        source.report("openstack.constraint_unknown", "error", path, name=name, near=close)
    return Limits(custom=name)


def _default(source: Source, kind: str, limits: list[Limits], value: Any, path: Path) -> None:
    if not _fits(kind, value):
        source.report("openstack.type_wrong", "error", path, wanted=kind, value=brief(value))
        return
    if kind == "comma_delimited_list" and isinstance(value, str):
        value = [part.strip() for part in value.split(",")] if value else []
    for limit in limits:
        if found := problem(limit, value):
            code, params = found
            source.report(code, "error", path, value=brief(value), **params)


def _fits(kind: str, value: Any) -> bool:
    """Whether Heat takes *value* for a parameter of this type (heat.engine.parameters)."""
    match kind:
        case "number":
            return _is_number(value)
        case "boolean":
            return str(value).lower() in _BOOLEANS
        case "comma_delimited_list":
            return isinstance(value, list | str)
        case "json":
            return isinstance(value, list | dict) or _is_json(value)
    return not isinstance(value, list | dict)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        float(value)
    except (ValueError, OverflowError):
        return False
    return True


def _is_json(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return isinstance(msgspec.json.decode(value), list | dict)
    except msgspec.DecodeError:
        return not value
