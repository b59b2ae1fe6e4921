"""How hosts are: an overview, then disks, busiest processes and the log of each.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer, Column, Excerpt, Table
from kiki.targets.ansible import health
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.health import Health, percent, size
from kiki.targets.ansible.operations.health_check.operation import Fields

_OVERVIEW = ("host", "cpu", "load", "memory", "disk")
_DISKS = ("mount", "device", "type", "size", "free", "used")
_PROCESSES = ("process", "pid", "user", "cpu", "memory")
_WIDE = ("device",)


def answer(fields: Fields, heard: Heard) -> Answer:
    """Tables for people; as JSON, what ``health.of`` gives by host."""
    known = {host: health.of(one, heard.masked) for host, one in heard.reports.items()}
    tables = [_table("", _OVERVIEW, [_overview(host, one) for host, one in known.items()])]
    for host, one in known.items():
        tables.append(_table(host, _DISKS, [_disk(disk) for disk in one["disks"]]))
        tables.append(_table(host, _PROCESSES, [_process(run) for run in one["processes"]]))
    excerpts = tuple(
        Excerpt(title=host, lines=tuple(one["log"])) for host, one in known.items() if one["log"]
    )
    shown = tuple(table for table in tables if table.rows)
    return Answer(tables=shown, excerpts=excerpts, data=known)


def _table(title: str, names: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    columns = tuple(Column(name=name, wide=name in _WIDE) for name in names)
    return Table(title=title, columns=columns, rows=tuple(rows))


def _overview(host: str, one: Health) -> tuple[str, ...]:
    fullest = health.fullest_of(one["disks"])
    disk = f"{percent(fullest['percent'])} {fullest['mount']}" if fullest else "?"
    load = " ".join(f"{value:.2f}" for value in one["cpu"]["load"]) or "?"
    return (host, percent(one["cpu"]["percent"]), load, percent(one["memory"]["percent"]), disk)


def _disk(disk: Health) -> tuple[str, ...]:
    sizes = (size(disk["total"]), size(disk["free"]), percent(disk["percent"]))
    return (disk["mount"], disk["device"], disk["type"], *sizes)


def _process(run: Health) -> tuple[str, ...]:
    return (run["command"], str(run["pid"]), run["user"], f"{run['cpu']}%", f"{run['memory']}%")
