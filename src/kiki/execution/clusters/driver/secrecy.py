"""What never leaves this process: values of secrets.

Called by ``reading`` for every object. Keys and sizes are told. Standard library only.
"""

import binascii
from typing import Any

_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_VALUES = ("data", "stringData")


def without_values(tree: Any) -> Any:
    """*tree* with the values of all secrets in it replaced by their sizes, and without the copies
    that clients leave in annotations; managed fields, which nobody reads, are left out too."""
    if isinstance(tree, list):
        return [without_values(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    made = {key: without_values(value) for key, value in tree.items()}
    if isinstance(made.get("metadata"), dict):
        made["metadata"] = {k: v for k, v in made["metadata"].items() if k != "managedFields"}
    return _hidden(made) if _is_secret(tree) else made


def _is_secret(tree: dict[str, Any]) -> bool:
    """Also one whose kind is not said, as in a list: only secrets have texts as data and a type."""
    if tree.get("kind") == "Secret":
        return True
    return "kind" not in tree and "type" in tree and any(key in tree for key in _VALUES)


def _hidden(secret: dict[str, Any]) -> dict[str, Any]:
    for key in _VALUES:
        if isinstance(secret.get(key), dict):
            secret[key] = {name: _size(value, key) for name, value in secret[key].items()}
    notes = (secret.get("metadata") or {}).get("annotations")
    if isinstance(notes, dict) and _APPLIED in notes:
        secret["metadata"]["annotations"] = {k: v for k, v in notes.items() if k != _APPLIED}
    return secret


def _size(value: Any, key: str) -> str:
    text = str(value)
    if key == "stringData":
        return f"{len(text.encode())} bytes"
    try:
        return f"{len(binascii.a2b_base64(text))} bytes"
    except binascii.Error:
        return f"{len(text)} characters"
