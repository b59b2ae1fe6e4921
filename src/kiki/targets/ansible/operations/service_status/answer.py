"""How services are: a row for each service of each host, and the journal where one has failed.

Called by ``targets.ansible.answers``. A service that a host does not have is said to be missing.
"""

from typing import Any

from kiki.model.answer import Answer, Column, Excerpt, Table
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.health import lines_under
from kiki.targets.ansible.operations.service_status.operation import NAME, Fields, native

_COLUMNS = ("host", "service", "state", "enabled", "since", "pid")
_WIDE = ("pid",)
Unit = dict[str, str]


def answer(fields: Fields, heard: Heard) -> Answer:
    """The table; as JSON, the units by host and by the name that was asked for."""
    found = {
        host: _units(fields, said, heard)
        for host, said in heard.found(f"ansible.{NAME}", fields).items()
    }
    rows = (_row(host, name, one) for host, units in found.items() for name, one in units.items())
    columns = tuple(Column(name=name, wide=name in _WIDE) for name in _COLUMNS)
    excerpts = (
        Excerpt(title=host, lines=tuple(map(heard.masked, lines_under(said, "journal"))))
        for host, said in heard.found(f"ansible.{NAME}", fields).items()
        if any(one["active"] in ("failed", "activating") for one in found[host].values())
    )
    tables = (Table(columns=columns, rows=tuple(rows)),)
    return Answer(tables=tables, excerpts=tuple(excerpts), data=found)


def _units(fields: Fields, said: Any, heard: Heard) -> dict[str, Unit]:
    blocks = _blocks(list(map(heard.masked, lines_under(said, "states"))))
    return {name: _unit(name, blocks) for name in fields.names}


def _blocks(lines: list[str]) -> list[Unit]:
    """What ``systemctl show`` says of each unit, by property; empty lines stand between units."""
    blocks: list[Unit] = [{}]
    for line in lines:
        key, found, value = line.partition("=")
        if not line.strip():
            blocks.append({})
        elif found:
            blocks[-1][key] = value
    return [block for block in blocks if block]


def _unit(name: str, blocks: list[Unit]) -> Unit:
    """The unit that a host has under one of *name*'s names; without one, it is ``not-found``."""
    called = {f"{one.removesuffix('.service')}.service" for one in native((name,))}
    mine = [block for block in blocks if called & {block.get("Id", ""), *_names(block)}]
    here = [block for block in mine if block.get("LoadState") != "not-found"]
    block = next(iter(here), {"LoadState": "not-found" if mine else "unknown"})
    return {
        "unit": block.get("Id", ""),
        "load": block.get("LoadState", "unknown"),
        "active": block.get("ActiveState", ""),
        "sub": block.get("SubState", ""),
        "enabled": block.get("UnitFileState", ""),
        "result": block.get("Result", ""),
        "since": block.get("StateChangeTimestamp", ""),
        "pid": block.get("MainPID", ""),
    }


def _names(block: Unit) -> list[str]:
    return block.get("Names", "").split()


def _row(host: str, name: str, unit: Unit) -> tuple[str, ...]:
    failed = f"{unit['sub']}: {unit['result']}" if unit["active"] == "failed" else unit["sub"]
    state = f"{unit['active']} ({failed})" if unit["active"] else unit["load"]
    pid = "" if unit["pid"] == "0" else unit["pid"]
    return (host, unit["unit"] or name, state, unit["enabled"], unit["since"], pid)
