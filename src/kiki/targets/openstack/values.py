"""The properties of one resource against its type: unknown, missing, wrong, out of limits.

Called by ``resources``. Values that a function gives are known only to a cloud and are passed over;
what Heat itself would convert (80 as text, "true") is right.
"""

import re
from math import isfinite
from typing import Any

from kiki.documents.near import near
from kiki.targets.openstack.limits import problem
from kiki.targets.openstack.schema import Property
from kiki.targets.openstack.source import Path, Source, brief

# What Heat takes a null for where the property has no default of its own
_EMPTY: dict[str, Any] = {
    "string": "", "integer": 0, "number": 0, "boolean": False, "list": [], "map": {}, "any": None,
}  # fmt: skip
_INTEGER = re.compile(r"\s*[-+]?[0-9]{1,4000}\s*")  # Python converts no more digits
_NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*")


def check(source: Source, known: dict[str, Property], given: Any, path: Path) -> None:
    """Report every difference between the *given* mapping and the *known* properties."""
    if given is None or source.function(given):
        given = {}
    if not isinstance(given, dict):
        source.report("openstack.type_wrong", "error", path, wanted="map", value=brief(given))
        return
    for name, value in given.items():
        if name in known:
            _property(source, known[name], value, (*path, name))
        else:
            _unknown(source, tuple(known), str(name), (*path, name))
    for name, prop in known.items():
        if prop.required and name not in given and not _given_otherwise(name, known, given):
            source.report("openstack.property_missing", "error", path, property=name)


def _given_otherwise(name: str, known: dict[str, Property], given: dict[Any, Any]) -> bool:
    """Whether an old name that Heat still translates to *name* is there."""
    return any(known[other].instead == name for other in given if other in known)


def _unknown(source: Source, known: tuple[str, ...], name: str, path: Path) -> None:
    close = near(name, known)
    code = "openstack.property_unknown_near" if close else "openstack.property_unknown"
    source.report(code, "error", path, property=name, near=close)


def _property(source: Source, prop: Property, value: Any, path: Path) -> None:
    name = str(path[-1])
    if prop.absent:
        source.report("openstack.property_absent", "error", path, property=name)
    elif prop.instead:
        source.report(
            "openstack.property_renamed", "warning", path, property=name, instead=prop.instead
        )
    elif prop.status:
        params = {"property": name, "note": prop.note or prop.status}
        source.report(f"openstack.property_{prop.status}", "warning", path, **params)
    value_of(source, prop, value, path)


def value_of(source: Source, prop: Property, value: Any, path: Path) -> None:
    """Report what is wrong with one *value*, and with what is inside it."""
    if value is None:
        value = None if prop.default else _EMPTY[prop.type]
    if value is None or source.function(value) or _counts_up(value, path):
        return
    if not _fits(prop, value):
        params = {"wanted": prop.type, "value": brief(value)}
        source.report("openstack.type_wrong", "error", path, **params)
        return
    if isinstance(value, dict) and prop.properties is not None:
        check(source, prop.properties, value, path)
    elif prop.items is not None and isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            _item(source, prop.items, item, (*path, key))
    if not _holds_functions(source, value) and (found := problem(prop, _converted(prop, value))):
        code, params = found
        source.report(code, "error", path, value=brief(value), **params)


def _item(source: Source, prop: Property, value: Any, path: Path) -> None:
    if prop.absent:
        source.report("openstack.property_absent", "error", path, property=str(path[-2]))
    else:
        value_of(source, prop, value, path)


def _counts_up(value: Any, path: Path) -> bool:
    """Whether *value* is made by a group from its index, as in ``web-%index%``."""
    return isinstance(value, str) and "%" in value and "resource_def" in path


def _holds_functions(source: Source, value: Any) -> bool:
    """Whether something in *value* will only be known to a cloud."""
    if isinstance(value, list):
        return any(_holds_functions(source, item) for item in value)
    return isinstance(value, dict) and (
        source.function(value) is not None
        or any(_holds_functions(source, item) for item in value.values())
    )


def _fits(prop: Property, value: Any) -> bool:
    """Whether Heat's own conversion takes *value* (heat.engine.properties.Property)."""
    match prop.type:
        case "string":
            return isinstance(value, str | int)
        case "integer":
            whole = isinstance(value, int) or (isinstance(value, float) and isfinite(value))
            return whole or _is_text(_INTEGER, value)
        case "number":
            return isinstance(value, int | float) or _is_text(_NUMBER, value)
        case "boolean":
            return isinstance(value, bool) or str(value).lower() in ("true", "false")
        case "list":
            return isinstance(value, list) or (prop.convert and isinstance(value, str))
        case "map":
            return isinstance(value, dict) or (prop.convert and isinstance(value, str | list))
    return True


def _converted(prop: Property, value: Any) -> Any:
    """*value* as Heat has it after its conversion: limits are about that."""
    if isinstance(value, dict | list):
        return value
    if prop.type == "string":
        return str(value)
    return int(value) if prop.type == "integer" else value


def _is_text(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
