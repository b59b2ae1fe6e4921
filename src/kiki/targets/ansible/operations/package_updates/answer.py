"""For which packages there is an update: how many each host has, and a row for each of them.

Called by ``targets.ansible.answers``.
"""

import re

from kiki.model.answer import Answer, Column, Table
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.health import lines_under
from kiki.targets.ansible.operations.package_updates.operation import NAME, Fields

_COUNTED = ("host", "updates")
_COLUMNS = ("host", "package", "newer", "installed")
_APT = re.compile(
    r"(?P<package>[^/\s]+)/\S+ (?P<newer>\S+) \S+ \[upgradable from: (?P<installed>\S+)\]"
)
_DNF = re.compile(r"(?P<package>\S+)\.\w+\s+(?P<newer>\S+)\s+\S+")
_OBSOLETE = "Obsoleting"  # dnf's heading of what is replaced by another name
Update = dict[str, str]


def answer(fields: Fields, heard: Heard) -> Answer:
    """Two tables; as JSON, the updates by host."""
    found = {
        host: [*_apt(lines_under(said, "apt")), *_dnf(lines_under(said, "dnf"))]
        for host, said in heard.found(f"ansible.{NAME}", fields).items()
    }
    counts = tuple((host, str(len(updates))) for host, updates in found.items())
    rows = tuple(
        (host, *(heard.masked(one[name]) for name in _COLUMNS[1:]))
        for host, updates in found.items()
        for one in updates
    )
    tables = (_table(_COUNTED, counts), *((_table(_COLUMNS, rows),) if rows else ()))
    return Answer(tables=tables, data=found)


def _table(names: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Table:
    return Table(columns=tuple(Column(name=name) for name in names), rows=rows)


def _apt(lines: list[str]) -> list[Update]:
    return [match.groupdict() for line in lines if (match := _APT.fullmatch(line.strip()))]


def _dnf(lines: list[str]) -> list[Update]:
    """Up to what is obsoleted; dnf does not say which version is there."""
    ends = [index for index, line in enumerate(lines) if line.startswith(_OBSOLETE)]
    found = (_DNF.fullmatch(line.strip()) for line in lines[: ends[0] if ends else None])
    return [{**match.groupdict(), "installed": ""} for match in found if match]
