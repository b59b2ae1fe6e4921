"""What nodes or pods use.

Called by ``kubernetes.answers``.
"""

from typing import Any

from kiki.model.answer import Answer
from kiki.targets.kubernetes import shown
from kiki.targets.kubernetes.answers import Heard, Told
from kiki.targets.kubernetes.items import dig, text
from kiki.targets.kubernetes.operations.usage_show.operation import Fields

_MIB = 2.0**20


def answer(fields: Fields, told: Told, heard: Heard) -> Answer:
    """Processor in millicores and memory in MiB; of nodes also their share of what may be used. As
    JSON what the metrics API says."""
    if fields.resource == "nodes":
        rows = [_node(one, told["have"]) for one in told["items"]]
        names: tuple[str, ...] = ("name", "cpu", "cpu%", "memory", "memory%")
    else:
        rows = [_pod(one, everywhere=fields.everywhere) for one in told["items"]]
        names = ("namespace",) * fields.everywhere + ("name", "cpu", "memory")
    rows.sort()
    if fields.sort:
        place = names.index(fields.sort)
        rows.sort(key=lambda row: _number(row[place]), reverse=True)
    return Answer(tables=(shown.table(names, rows),), data=told["items"])


def _number(cell: str) -> int:
    """What is measured, for the order; nothing measured comes last."""
    return int(cell.rstrip("mMi") or -1) if cell != "?" else -1


def _node(one: Any, have: dict[str, Any]) -> tuple[str, ...]:
    name = text(dig(one, "metadata", "name"))
    cells = [name]
    for sort in ("cpu", "memory"):
        used = shown.quantity(dig(one, "usage", sort))
        whole = shown.quantity(dig(have, name, sort))
        cells += [_amount(sort, used), f"{used / whole:.0%}" if used and whole else "?"]
    return tuple(cells)


def _pod(one: Any, *, everywhere: bool) -> tuple[str, ...]:
    found = dig(one, "containers")
    listed = found if isinstance(found, list) else []
    where = (text(dig(one, "metadata", "namespace")),) if everywhere else ()
    used = [
        _amount(sort, sum(shown.quantity(dig(each, "usage", sort)) or 0.0 for each in listed))
        for sort in ("cpu", "memory")
    ]
    return (*where, text(dig(one, "metadata", "name")), *used)


def _amount(sort: str, used: float | None) -> str:
    if used is None:
        return "?"
    return f"{used * 1000:.0f}m" if sort == "cpu" else f"{used / _MIB:.0f}Mi"
