"""Whether a file has the form of a definition: every mistake, with its place.

Called by ``reading``. Compares with ``schema.json``, which is made of the types; it knows as much
of JSON Schema as that file uses. A text that may be a secret is never repeated.
"""

import re
from functools import cache
from typing import Any

import msgspec

from kiki.documents.near import near
from kiki.model.languages import Lang
from kiki.vdc.source import Path, Source, brief, listed

_FILE = __file__.removesuffix("shape.py") + "schema"
_SECRETIVE = frozenset(("public_key", "user_data"))
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "boolean": (bool,), "array": (list,), "object": (dict,),
    "null": (type(None),),
}  # fmt: skip
Schema = dict[str, Any]


@cache
def published(lang: Lang = "en") -> bytes:
    """The schema as it is shipped, with its descriptions in *lang*."""
    name = f"{_FILE}.json" if lang == "en" else f"{_FILE}.{lang}.json"
    with open(name, "rb") as file:  # noqa: PTH123 -- pathlib costs start-up time
        return file.read()


@cache
def _schema() -> Schema:
    found: Schema = msgspec.json.decode(published())
    return found


def judge(source: Source, data: dict[Any, Any]) -> None:
    """Report everything in *data* that does not fit."""
    _value(source, data, _schema(), ())


def _value(source: Source, value: Any, schema: Schema, path: Path) -> None:
    if "$ref" in schema:
        schema = _schema()["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        schema = _fitting(value, schema["anyOf"])
        if "$ref" in schema:
            schema = _schema()["$defs"][schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        _enum(source, value, schema["enum"], path)
    elif not _is(value, schema["type"]):
        params = {"reason": f"vdc.wanted_{schema['type']}", "value": _shown(value, path)}
        source.report("vdc.type_wrong", "error", path, **params)
    elif isinstance(value, dict):
        _mapping(source, value, schema, path)
    elif isinstance(value, list):
        _list(source, value, schema, path)
    elif isinstance(value, str):
        _text(source, value, schema, path)
    else:
        _number(source, value, schema, path)


def _fitting(value: Any, choices: list[Schema]) -> Schema:
    """The first of *choices* for values of this type; the first of all when there is none."""
    for one in choices:
        kind = one.get("type") or ("object" if "$ref" in one else "string")
        if _is(value, kind):
            return one
    return choices[0]


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _shown(value: Any, path: Path) -> str:
    if path and path[-1] in _SECRETIVE:
        return "…"
    kind = next((name for name, types in _TYPES.items() if isinstance(value, types)), "-")
    return kind if isinstance(value, dict | list | None) else brief(value)


def _enum(source: Source, value: Any, allowed: list[Any], path: Path) -> None:
    if value not in allowed or isinstance(value, bool):
        params = {"value": _shown(value, path), "allowed": ", ".join(map(str, allowed))}
        source.report("vdc.value_not_allowed", "error", path, **params)


def _mapping(source: Source, value: dict[Any, Any], schema: Schema, path: Path) -> None:
    if "properties" not in schema and "additionalProperties" not in schema:
        return  # the fields of a kind, which are judged by it
    known: dict[str, Schema] = schema.get("properties", {})
    free = schema.get("additionalProperties")
    names = schema.get("propertyNames")
    for key, item in value.items():
        at: Path = (*path, key if isinstance(key, str) else str(key))
        if key in known:
            _value(source, item, known[key], at)
        elif not free:
            _unknown(source, str(key), tuple(known), at)
        elif not isinstance(key, str):
            source.report("vdc.name_not_text", "error", at, name=brief(key))
        else:
            if names:
                _text(source, key, names, at)
            _value(source, item, free, at)
    for key in schema.get("required", ()):
        if key not in value:
            source.report("vdc.missing", "error", path, key=key)


def _unknown(source: Source, key: str, known: tuple[str, ...], path: Path) -> None:
    close = near(key, known)
    if close:
        source.report("vdc.key_unknown_near", "error", path, key=brief(key), near=close)
    else:
        source.report("vdc.key_unknown", "error", path, key=brief(key), known=listed(known))


def _list(source: Source, value: list[Any], schema: Schema, path: Path) -> None:
    if len(value) < schema.get("minItems", 0):
        source.report("vdc.list_empty", "error", path)
    for index, item in enumerate(value):
        _value(source, item, schema["items"], (*path, index))


def _text(source: Source, value: str, schema: Schema, path: Path) -> None:
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    if len(value) < low or (high is not None and len(value) > high):
        params = {"low": str(low), "high": str(high or "-"), "length": str(len(value))}
        source.report("vdc.length_wrong", "error", path, **params)
        return
    pattern = schema.get("pattern", "")
    if pattern and (value.endswith("\n") or not re.search(pattern, value)):
        code = _pattern_code(pattern)
        source.report(code, "error", path, value=_shown(value, path))


def _pattern_code(pattern: str) -> str:
    """What explains a text that does not match *pattern*."""
    if "TiB" in pattern:
        return "vdc.amount_invalid"
    if "http" in pattern:
        return "vdc.url_invalid"
    return "vdc.path_invalid" if pattern.startswith("^/") else "vdc.name_invalid"


def _number(source: Source, value: int, schema: Schema, path: Path) -> None:
    low, high = schema.get("minimum"), schema.get("maximum")
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = {"low": str(low), "high": "-" if high is None else str(high)}
        source.report("vdc.number_wrong", "error", path, value=str(value), **bounds)
