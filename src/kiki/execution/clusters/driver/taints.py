"""The taints of a node after some were set or taken away.

Called by ``check``; ``targets.kubernetes.program`` hands the very same text to the module that
applies (``module_utils/kiki_taints.py``), as the server keeps the list as one value. Pure, and
imports nothing of Kiki. Not the module k8s_taint: it loses since when another taint is there.
"""

from typing import Any

Taint = dict[str, Any]


def changed(existing: list[Taint], state: str, told: list[Taint]) -> list[Taint]:
    """*existing* with those *told* ``present`` or ``absent``. A taint is known by its key and its
    effect; one to be taken away also by its key alone, and by its value where that is said."""
    if state == "absent":
        return [one for one in existing if not any(_meant(one, other) for other in told)]
    new = [one for one in told if not any(_equal(one, other) for other in existing)]
    return [*(one for one in existing if not any(_same(one, other) for other in new)), *new]


def _equal(one: Taint, other: Taint) -> bool:
    return _same(one, other) and _value(one) == _value(other)


def _same(one: Taint, other: Taint) -> bool:
    return bool(one["key"] == other["key"] and one["effect"] == other["effect"])


def _meant(one: Taint, told: Taint) -> bool:
    return one["key"] == told["key"] and all(
        (one.get(name) or "") == told[name] for name in ("value", "effect") if name in told
    )


def _value(one: Taint) -> str:
    return one.get("value") or ""
