"""What a selector of an object chooses, as a query of the API.

Called by ``reading`` and ``budgets``. Pure.
"""

from typing import Any

Selector = dict[str, Any]


def query(wanted: Selector) -> str:
    """*wanted*, with its labels and expressions, as a ``labelSelector``."""
    labels = [f"{key}={value}" for key, value in (wanted.get("matchLabels") or {}).items()]
    return ",".join([*labels, *map(_expression, wanted.get("matchExpressions") or [])])


def _expression(one: Selector) -> str:
    key, values = one["key"], ",".join(one.get("values") or [])
    said: dict[str, str] = {
        "In": f"{key} in ({values})",
        "NotIn": f"{key} notin ({values})",
        "Exists": key,
        "DoesNotExist": f"!{key}",
    }
    return said[one["operator"]]
