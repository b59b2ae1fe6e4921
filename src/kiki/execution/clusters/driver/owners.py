"""Who owns which field of an object, from the server's managedFields.

Called by ``check``. Pure. https://kubernetes.io/docs/reference/using-api/server-side-apply/: keys
are ``f:name``, ``k:{...}`` for an item of a list by its keys, ``v:...`` for a value of a set.
"""

import json
from typing import Any

Path = tuple[str | int, ...]


def owners(one: dict[str, Any], path: Path) -> list[str]:
    """The managers of the field at *path*, or of anything below it; sorted, without doubles."""
    entries = (one.get("metadata") or {}).get("managedFields") or []
    names = {
        str(entry.get("manager", "?"))
        for entry in entries
        if not entry.get("subresource") and _has(entry.get("fieldsV1") or {}, one, path)
    }
    return sorted(names)


def _has(tree: dict[str, Any], value: Any, path: Path) -> bool:
    """Whether *tree*, a set of fields, has the one at *path* of *value* or something below it."""
    if not path:
        return True
    step, rest = path[0], path[1:]
    if isinstance(step, str):
        below = tree.get(f"f:{step}")
        inner = value.get(step) if isinstance(value, dict) else None
        if below is None:
            return False
        return not below or _has(below, inner, rest)  # a field that is owned as a whole
    item = value[step] if isinstance(value, list) and step < len(value) else None
    keyed = [key for key in tree if key.startswith("k:") and _matches(key[2:], item)]
    if not keyed:
        return not any(key.startswith("k:") for key in tree)
    return any(not rest or _has(tree[key], item, rest) for key in keyed)


def _matches(keys: str, item: Any) -> bool:
    try:
        wanted = json.loads(keys)
    except ValueError:
        return False
    return isinstance(item, dict) and all(item.get(key) == wanted[key] for key in wanted)
