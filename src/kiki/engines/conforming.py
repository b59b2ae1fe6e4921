"""Whether a JSON value satisfies a schema of ours.

Called by ``engines.openai`` to notice a server that takes a schema and does not keep to it. What an
answer means is checked elsewhere, by ``understand.answer``. Knows the same part of JSON Schema as
``gbnf``; what it does not know it takes to hold.
"""

from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


def conforms(value: Any, schema: dict[str, Any]) -> bool:
    """Whether *value* satisfies *schema*."""
    if not schema:
        return True
    if "anyOf" in schema and not any(conforms(value, one) for one in schema["anyOf"]):
        return False
    if "const" in schema and not _same(value, schema["const"]):
        return False
    if "enum" in schema and not any(_same(value, one) for one in schema["enum"]):
        return False
    return _typed(value, schema.get("type")) and _whole(value, schema)


def _typed(value: Any, wanted: str | None) -> bool:
    if wanted is None or wanted not in _TYPES:
        return True
    if isinstance(value, bool) and wanted in ("integer", "number"):
        return False
    return isinstance(value, _TYPES[wanted])


def _whole(value: Any, schema: dict[str, Any]) -> bool:
    if isinstance(value, dict):
        return _object(value, schema)
    if isinstance(value, list):
        return _within(len(value), schema, "Items") and all(
            conforms(item, schema.get("items", {})) for item in value
        )
    return not isinstance(value, str) or _within(len(value), schema, "Length")


def _object(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    known = schema.get("properties", {})
    if not set(schema.get("required", ())) <= set(value):
        return False
    if schema.get("additionalProperties") is False and not set(value) <= set(known):
        return False
    return all(conforms(value[name], one) for name, one in known.items() if name in value)


def _within(size: int, schema: dict[str, Any], what: str) -> bool:
    most = schema.get("max" + what)
    return bool(schema.get("min" + what, 0) <= size and (most is None or size <= most))


def _same(one: Any, other: Any) -> bool:
    """Equal, and of one type: True is 1 in Python."""
    return type(one) is type(other) and bool(one == other)
