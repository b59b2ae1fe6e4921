"""One object against its schema: unknown and missing fields, types, allowed values.

Called by ``check``. Strict as ``kubectl --validate=strict``: a field that the schema does not have
is an error. A null is what the API takes it for: a field that is not there.
"""

import re
from typing import Any

from kiki.documents.near import near
from kiki.model.finding import Severity
from kiki.targets.kubernetes import history
from kiki.targets.kubernetes.items import Item, Path
from kiki.targets.kubernetes.schema import Schemas, Type

# k8s.io/apimachinery, pkg/api/resource: the serialisation of a Quantity
QUANTITY = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][-+]?\d+)?"
# Lists of these refuse a second item with the same key; others only merge it in odd ways.
_UNIQUE = ("#core.v1.Container", "#core.v1.ServicePort", "#core.v1.EphemeralContainer")
_RANGES = {"int32": 2**31, "int64": 2**63}
_NAMES = {
    "str": "string", "int32": "integer", "int64": "integer", "number": "number",
    "bool": "boolean", "int-or-str": "integer or string", "quantity": "quantity",
    "time": "string", "base64": "string", "object": "mapping",
}  # fmt: skip


class Validator:
    """Checks one *item* with the definitions of one Kubernetes version."""

    def __init__(self, schemas: Schemas, item: Item) -> None:
        self._schemas = schemas
        self._item = item

    def check(self, definition: str) -> None:
        """Report everything in which the item differs from *definition*."""
        self._object(definition, self._item.data, ())

    def _value(self, kind: Type, value: Any, path: Path) -> None:
        if isinstance(kind, list):
            self._compound(kind, value, path)
        elif kind[0] == "#":
            if self._is(dict, value, "mapping", path):
                self._object(kind[1:], value, path)
        elif kind != "any":
            self._scalar(kind, value, path)

    def _compound(self, kind: list[Any], value: Any, path: Path) -> None:
        if kind[0] == "enum":
            if self._is(str, value, "string", path) and value not in kind[1:]:
                self._not_allowed(value, kind[1:], path)
        elif kind[0] == "map":
            if self._is(dict, value, "mapping", path):
                for key, item in value.items():
                    if item is not None:
                        self._value(kind[1], item, (*path, key))
        elif self._is(list, value, "list", path):
            for index, item in enumerate(value):
                self._value(kind[1], item, (*path, index))
            if len(kind) > 2:
                self._refuse_twins(kind, value, path)

    def _object(self, name: str, value: dict[Any, Any], path: Path) -> None:
        definition = self._schemas.definition(name)
        for key, item in value.items():
            kind = definition.fields.get(key)
            if kind is None:
                self._unknown(key, name, path)
            elif item is not None:
                self._value(kind, item, (*path, key))
                if note := definition.deprecated.get(key):
                    self._item.report("k8s.field_deprecated", "warning", (*path, key), note=note)
        for key in definition.required:
            if value.get(key) is None:
                self._item.report("k8s.field_missing", "error", path, field=key)

    def _unknown(self, key: Any, definition: str, path: Path) -> None:
        where, version = (*path, key), self._schemas.version
        if since := history.field_since(definition, str(key), version):
            params = {"since": since, "version": version}
            self._item.report("k8s.field_newer", "error", where, **params)
        elif last := history.field_until(definition, str(key), version):
            self._item.report("k8s.field_removed", "error", where, last=last)
        else:
            close = near(str(key), tuple(self._schemas.definition(definition).fields))
            code = "k8s.field_unknown_near" if close else "k8s.field_unknown"
            self._item.report(code, "error", where, field=str(key), near=close)

    def _scalar(self, kind: str, value: Any, path: Path) -> None:
        if not _fits(kind, value):
            self._wrong_type(_NAMES[kind], value, path)
        elif kind in _RANGES and not -_RANGES[kind] <= value < _RANGES[kind]:
            self._item.report("k8s.number_too_large", "error", path, value=str(value))
        elif kind == "quantity" and not re.fullmatch(QUANTITY, str(value)):
            self._item.report("k8s.quantity_invalid", "error", path, value=str(value))
        elif kind == "base64" and not _is_base64(value):
            self._item.report("k8s.base64_invalid", "error", path)

    def _is(self, kind: type, value: Any, name: str, path: Path) -> bool:
        if isinstance(value, kind):
            return True
        self._wrong_type(name, value, path)
        return False

    def _wrong_type(self, wanted: str, value: Any, path: Path) -> None:
        quote = wanted == "string" and isinstance(value, bool | int | float)
        code = "k8s.type_quote" if quote else "k8s.type_wrong"
        self._item.report(code, "error", path, wanted=wanted, value=brief(value))

    def _not_allowed(self, value: str, allowed: list[str], path: Path) -> None:
        params = {"value": value, "allowed": ", ".join(filter(None, allowed))}
        self._item.report("k8s.value_not_allowed", "error", path, **params)

    def _refuse_twins(self, kind: list[Any], items: list[Any], path: Path) -> None:
        seen: set[tuple[str, ...]] = set()
        for index, item in enumerate(items):
            twin = _identity(item, kind[2])
            if twin and twin in seen:
                severity: Severity = "error" if kind[1] in _UNIQUE else "warning"
                where = (*path, index)
                self._item.report("k8s.item_twice", severity, where, key=", ".join(twin))
            seen.add(twin)


def _identity(item: Any, keys: list[str]) -> tuple[str, ...]:
    """What tells *item* from its neighbours; empty when that is not there to be compared."""
    if not isinstance(item, dict) or keys[0] not in item:
        return ()
    values = (item.get(key, "TCP" if key == "protocol" else "") for key in keys)
    return tuple(str(value) for value in values if value != "")


def _fits(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "bool"
    match kind:
        case "str" | "time" | "base64":
            return isinstance(value, str)
        case "int32" | "int64":
            return isinstance(value, int)
        case "number":
            return isinstance(value, int | float)
        case "int-or-str":
            return isinstance(value, int | str)
        case "quantity":
            return isinstance(value, int | float | str)
        case "object":
            return isinstance(value, dict)
    return False


def _is_base64(value: str) -> bool:
    from binascii import Error, a2b_base64  # noqa: PLC0415 -- lazy: few objects hold any

    try:
        a2b_base64(value.replace("\n", "").replace("\r", ""), strict_mode=True)
    except (Error, ValueError):
        return False
    return True


def brief(value: Any) -> str:
    """*value* as a message shows it."""
    if isinstance(value, str):
        return f'"{value[:60]}"'
    if isinstance(value, dict | list):
        return "mapping" if isinstance(value, dict) else "list"
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)[:60]
