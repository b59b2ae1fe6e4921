"""The frozen inventory's text: JSON in the form of Ansible's YAML plugin.

Called by ``inventories``, ``plain`` and ``orders``. *listed* is what ``ansible-inventory --list``
prints: groups with ``hosts`` and ``children``. Variables are written at each host.
"""

import json
from typing import Any

from kiki.execution import config
from kiki.model.inventory import Inventory

_OWN = frozenset({"all", "ungrouped", "_meta"})  # groups that Ansible makes by itself


def members(listed: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Each group with its hosts and those of its children; ``all`` has every host, in the
    inventory's order."""
    return {name: tuple(dict.fromkeys(_walk(listed, name))) for name in listed if name != "_meta"}


def frozen_text(listed: dict[str, Any], variables: dict[str, dict[str, Any]]) -> str:
    """The inventory file."""
    fallback = {"ansible_interpreter_python_fallback": list(config.PYTHONS)}
    frozen: dict[str, Any] = {"all": {"hosts": variables, "vars": fallback}}
    frozen |= {name: _group(group) for name, group in listed.items() if name not in _OWN}
    return _written(frozen) + "\n"


def _written(frozen: dict[str, Any]) -> str:
    """JSON with a line for each host and group: Python writes no other indentation in C."""
    every = frozen["all"]
    hosts = _lines(every["hosts"], "   ")
    groups = _lines({name: group for name, group in frozen.items() if name != "all"}, " ")
    rest = json.dumps(every["vars"], ensure_ascii=False)
    whole = f'{{\n "all": {{\n  "hosts": {{{hosts}\n  }},\n  "vars": {rest}\n }}'
    return f"{whole},{groups}\n}}" if groups else f"{whole}\n}}"


def _lines(named: dict[str, Any], pad: str) -> str:
    write = json.JSONEncoder(ensure_ascii=False).encode
    return ",".join(f"\n{pad}{write(name)}: {write(value)}" for name, value in named.items())


def every_host(inventory: Inventory) -> tuple[str, ...]:
    """All hosts of the frozen text, within the limit or not."""
    return tuple(json.loads(inventory.text)["all"]["hosts"])


def children(inventory: Inventory) -> dict[str, tuple[str, ...]]:
    """Each group of the frozen text with the groups that it contains."""
    frozen = json.loads(inventory.text)
    return {name: tuple(group.get("children", ())) for name, group in frozen.items()
            if group.get("children")}  # fmt: skip


def _group(group: dict[str, Any]) -> dict[str, Any]:
    return {key: {name: {} for name in group[key]} for key in ("hosts", "children") if key in group}


def _walk(listed: dict[str, Any], name: str) -> list[str]:
    group = listed.get(name, {})
    found = list(group.get("hosts", []))
    for child in group.get("children", []):
        found += _walk(listed, child)
    return found
