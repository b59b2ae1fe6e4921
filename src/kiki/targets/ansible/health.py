"""A host's health from what was read of it, and as a table for a person.

Called by ``reports``. What can't be read is None and said to be unknown. The formats are those of
Linux: proc(5), df(1) with ``-P -T``, and the columns that the operation asks ps(1) for.
"""

import re
from collections.abc import Callable
from typing import Any

from kiki.messages import text
from kiki.model.languages import Lang

HIGH, FULL = 80, 90  # per cent: marked from here on, and marked twice
LINE = 1_000  # characters of a line of a log
_KIB = 1_024
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")

Masked = Callable[[str], str]
Health = dict[str, Any]


def of(read: Any, masked: Masked) -> Health:
    """The health of one host. Keys: cpu (percent, count, load), memory (total and available in
    bytes, percent), disks, processes, log."""
    raw = read if isinstance(read, dict) else {}
    return {
        "cpu": _cpu(raw),
        "memory": _memory(text_under(raw, "memory")),
        "disks": [disk for line in lines_under(raw, "disks")[1:] for disk in _disk(line, masked)],
        "processes": [
            one for line in lines_under(raw, "processes") for one in _process(line, masked)
        ],
        "log": _log(lines_under(raw, "log"), masked),
    }


def text_under(raw: dict[str, Any], key: str) -> str:
    """The text that a host's report has under *key*; empty for anything else."""
    value = raw.get(key, "")
    return value if isinstance(value, str) else ""


def lines_under(raw: dict[str, Any], key: str) -> list[str]:
    """The lines that a host's report has under *key*; none for anything else."""
    value = raw.get(key, [])
    return [str(line) for line in value] if isinstance(value, list) else []


def _cpu(raw: dict[str, Any]) -> Health:
    before, after = _times(text_under(raw, "stat")), _times(text_under(raw, "later"))
    load = text_under(raw, "load").split()
    return {
        "percent": _busy(before, after),
        "count": len(re.findall(r"^cpu\d+ ", text_under(raw, "stat"), re.MULTILINE)) or None,
        "load": [float(value) for value in load[:3] if re.fullmatch(r"\d+\.\d+", value)],
    }


def _times(stat: str) -> list[int]:
    """The ticks of all processors: user, nice, system, idle, iowait, irq, softirq, steal."""
    found = re.match(r"cpu +([\d ]+)", stat)
    return [int(value) for value in found[1].split()][:8] if found else []


def _busy(before: list[int], after: list[int]) -> int | None:
    """The share of time in which the processors were busy between the two, in per cent."""
    spent = [late - early for early, late in zip(before, after, strict=False)]
    total = sum(spent)
    if len(spent) < 5 or total <= 0:
        return None
    return max(0, min(100, round(100 * (total - spent[3] - spent[4]) / total)))


def _memory(meminfo: str) -> Health:
    found = {key: int(kib) * _KIB for key, kib in re.findall(r"^(\w+): +(\d+) kB$", meminfo, re.M)}
    total, free = found.get("MemTotal"), found.get("MemAvailable")
    used = round(100 * (total - free) / total) if total and free is not None else None
    return {"total": total, "available": free, "percent": used}


def _disk(line: str, masked: Masked) -> list[Health]:
    parts = line.split(None, 6)
    if len(parts) < 7 or not (parts[2].isdigit() and parts[4].isdigit()):
        return []
    percent = parts[5].rstrip("%")
    return [
        {
            "mount": masked(parts[6]),
            "device": masked(parts[0]),
            "type": parts[1],
            "total": int(parts[2]) * _KIB,
            "free": int(parts[4]) * _KIB,
            "percent": int(percent) if percent.isdigit() else None,
        }
    ]


def _process(line: str, masked: Masked) -> list[Health]:
    parts = line.split(None, 4)
    if len(parts) < 5 or not parts[0].isdigit():
        return []
    return [
        {"pid": int(parts[0]), "user": parts[1], "cpu": _number(parts[2]),
         "memory": _number(parts[3]), "command": masked(parts[4])}
    ]  # fmt: skip


def _number(value: str) -> float | None:
    return float(value) if re.fullmatch(r"\d+(?:\.\d+)?", value) else None


def _log(lines: list[str], masked: Masked) -> list[str]:
    """The lines without secrets: masked as one text, as a key may go over several lines; what is
    too long is cut after that."""
    return [line[:LINE] for line in masked("\n".join(lines)).split("\n")] if lines else []


def markdown(hosts: dict[str, Health], lang: Lang) -> str:
    """The report for a person."""
    parts = [f"# {_say('title', lang)}", _say("marks", lang, high=HIGH, full=FULL)]
    parts.append(_overview(hosts, lang))
    for host, one in hosts.items():
        parts += [f"## {safe(host)}", _disks(one, lang)]
        parts += [_processes(one, lang)] if one["processes"] else []
        parts += [_log_block(one, lang)] if one["log"] else []
    return "\n\n".join(parts) + "\n"


def _overview(hosts: dict[str, Health], lang: Lang) -> str:
    names = ("host", "cpu", "load", "memory", "disk")
    rows = [[_say(name, lang) for name in names]]
    for host, one in hosts.items():
        cpu, fullest = one["cpu"], fullest_of(one["disks"])
        rows.append(
            [
                safe(host),
                marked(cpu["percent"]),
                _load(cpu),
                marked(one["memory"]["percent"]),
                f"{marked(fullest['percent'])} {safe(fullest['mount'])}" if fullest else "?",
            ]
        )
    return table(rows)


def _load(cpu: Health) -> str:
    """The load, marked by its share of the processors."""
    if not cpu["load"]:
        return "?"
    share = 100 * cpu["load"][0] / cpu["count"] if cpu["count"] else 0
    said = " ".join(f"{value:.2f}" for value in cpu["load"])
    return said + _mark(share) + (f" / {cpu['count']}" if cpu["count"] else "")


def fullest_of(disks: list[Health]) -> Health | None:
    """The disk that is fullest; None where there is none."""
    return max(disks, key=lambda disk: disk["percent"] or 0, default=None)


def _disks(one: Health, lang: Lang) -> str:
    rows = [[_say(name, lang) for name in ("mount", "type", "size", "free", "used")]]
    rows += [
        [safe(disk["mount"]), safe(disk["type"]), size(disk["total"]), size(disk["free"]),
         marked(disk["percent"])]
        for disk in one["disks"]
    ]  # fmt: skip
    return table(rows) if len(rows) > 1 else _say("no_disks", lang)


def _processes(one: Health, lang: Lang) -> str:
    rows = [[_say(name, lang) for name in ("process", "pid", "user", "cpu", "memory")]]
    rows += [
        [safe(run["command"]), str(run["pid"]), safe(run["user"]), f"{run['cpu']}%",
         f"{run['memory']}%"]
        for run in one["processes"]
    ]  # fmt: skip
    return table(rows)


def _log_block(one: Health, lang: Lang) -> str:
    """The log as an indented block: nothing in it can end the block, or be read as Markdown."""
    lines = (f"    {_CONTROL.sub(' ', line)}" for line in one["log"])
    return f"### {_say('log', lang, count=len(one['log']))}\n\n" + "\n".join(lines)


def marked(percent: int | None) -> str:
    """*percent* with its mark; a question mark where it is not known."""
    return "?" if percent is None else f"{percent}%{_mark(percent)}"


def percent(value: int | None) -> str:
    """*value* without a mark; a question mark where it is not known."""
    return "?" if value is None else f"{value}%"


def _mark(percent: float) -> str:
    return " **!!**" if percent >= FULL else " **!**" if percent >= HIGH else ""


def size(count: int) -> str:
    """*count* bytes as a person reads it: ``3.4 GiB``."""
    value, units = float(count), ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while value >= _KIB and len(units) > 1:
        value, units = value / _KIB, units[1:]
    return f"{value:.1f} {units[0]}"


def safe(said: str) -> str:
    """A host's text in a cell of a table: one line, and nothing that Markdown or HTML reads."""
    return _SPECIAL.sub(r"\\\1", _CONTROL.sub(" ", said)[:LINE])


def table(rows: list[list[str]]) -> str:
    """*rows* as a table of Markdown; the first one is its head."""
    head, *rest = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join((head, "|" + " --- |" * len(rows[0]), *rest))


def _say(code: str, lang: Lang, **params: object) -> str:
    return text(f"health.{code}", lang, params).text
