"""What podman lists, asked of hosts and laid out as tables.

Called by the kinds that read. Podman says it as JSON, whose keys differ little from version to
version; what one does not say stays empty.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from kiki.model.answer import Answer, Column, Excerpt, Table
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.collecting import answer_task, lines_of, program_asked
from kiki.targets.ansible.tasks import SEEN, Task

Row = dict[str, Any]
Cells = dict[str, Callable[[Row], str]]


def asked(title: str, name: str, kind: str, fields: Any, words: list[str]) -> tuple[Task, ...]:
    """Tasks that run ``podman`` with *words*, as the user who connects, and hand on its lines."""
    look = program_asked(title, name, ["podman", *words])
    # A container writes on both; what podman itself complains of is told in this way, too.
    parts = (f"({SEEN}{name}.{part} | default([]))" for part in ("stdout_lines", "stderr_lines"))
    lines = "{{ " + " + ".join(parts) + " }}"
    found = lines if words[0] == "logs" else lines_of(name)
    told = answer_task(f"Answer with {title}", f"podman.{kind}", fields, found)
    return replace(look, root=False), replace(told, root=False)


def items(text: str) -> list[Row]:
    """What podman says as a list of JSON; nothing where it says something else."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def table(text: str) -> list[Row]:
    """What podman says in columns under their names, which are apart by two spaces or more."""
    head, *lines = [re.split(r" {2,}", line.strip()) for line in text.splitlines()] or [[]]
    return [dict(zip(head, line, strict=False)) for line in lines]


def listed(
    kind: str, fields: Any, heard: Heard, cells: Cells, read: Callable[[str], list[Row]] = items
) -> Answer:
    """A row for each thing that a host lists, with *cells* by the names of their columns; *read*
    makes rows of what podman printed."""
    found = {
        host: read(heard.masked("\n".join(map(str, lines))))
        for host, lines in heard.found(f"podman.{kind}", fields).items()
    }
    return Answer(tables=(laid_out(found, cells),), data=found)


def laid_out(found: dict[str, list[Row]], cells: Cells) -> Table:
    """What was *found* on each host as one table, a row for each thing."""
    rows = tuple(
        (host, *(cell(row) for cell in cells.values()))
        for host, several in found.items()
        for row in several
    )
    return Table(columns=tuple(Column(name=name) for name in ("host", *cells)), rows=rows)


def told(kind: str, fields: Any, heard: Heard) -> Answer:
    """The lines of each host as they are."""
    found = {
        host: [heard.masked(str(line)) for line in lines]
        for host, lines in heard.found(f"podman.{kind}", fields).items()
    }
    excerpts = tuple(Excerpt(title=host, lines=tuple(lines)) for host, lines in found.items())
    return Answer(excerpts=excerpts, data=found)


def said(*keys: str) -> Callable[[Row], str]:
    """A cell with the first of *keys* that the row has; a list as its items."""

    def cell(row: Row) -> str:
        value = next((row[key] for key in keys if row.get(key) not in (None, "", [])), "")
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    return cell


def subnets(row: Row) -> str:
    """Those of a network: podman 4 says them as it keeps them, podman 3 within its plugins."""
    plugins = [one.get("ipam", {}).get("ranges", []) for one in row.get("plugins") or []]
    older = [one for ranges in plugins for several in ranges for one in several]
    return ", ".join(str(one.get("subnet")) for one in [*(row.get("subnets") or []), *older])


def ports(row: Row) -> str:
    """As ``podman ps`` shows them: ``8080->80/tcp``."""
    return ", ".join(map(_port, row.get("Ports") or []))


def _port(one: Row) -> str:
    address = one.get("host_ip")
    host = f"{address}:{one.get('host_port')}" if address else str(one.get("host_port"))
    return f"{host}->{one.get('container_port')}/{one.get('protocol')}"
