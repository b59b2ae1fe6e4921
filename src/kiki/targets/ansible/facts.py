"""What a host is, from what was read of it, and as a table for a person.

Called by ``reports``. What can't be read is None and said to be unknown. The formats are those of
Linux: os-release(5), proc(5), ip-address(8) with ``-o``, uname(1).
"""

import re
from typing import Any

from kiki.messages import text
from kiki.model.languages import Lang
from kiki.targets.ansible.health import Masked, lines_under, safe, size, table, text_under

_KIB = 1_024
_DAY, _HOUR = 86_400, 3_600
Facts = dict[str, Any]


def of(read: Any, masked: Masked) -> Facts:
    """What one host is. Keys: name, system, kernel, architecture, processor (count, model), memory
    (bytes), addresses (with their interfaces), uptime (seconds)."""
    raw = read if isinstance(read, dict) else {}
    kernel = (lines_under(raw, "kernel") or [""])[0].split()
    return {
        "name": masked((lines_under(raw, "name") or [""])[0]) or None,
        "system": _system(text_under(raw, "release"), masked),
        "kernel": masked(" ".join(kernel[:2])) or None,
        "architecture": masked(kernel[-1]) if len(kernel) > 2 else None,
        "processor": _processor(text_under(raw, "processors"), masked),
        "memory": _memory(text_under(raw, "memory")),
        "addresses": [one for line in lines_under(raw, "addresses") for one in _address(line)],
        "uptime": _uptime(text_under(raw, "uptime")),
    }


def _system(release: str, masked: Masked) -> str | None:
    """The name that a distribution has for people; without one, name and version."""
    found = dict(re.findall(r'^([A-Z_]+)="?([^"\n]*)"?$', release, re.MULTILINE))
    plain = f"{found.get('NAME', '')} {found.get('VERSION_ID', '')}".strip()
    return masked(found.get("PRETTY_NAME", "") or plain) or None


def _processor(cpuinfo: str, masked: Masked) -> Facts:
    model = re.search(r"^(?:model name|Model|cpu model)\s*: (.+)$", cpuinfo, re.MULTILINE)
    return {
        "count": len(re.findall(r"^processor\s*:", cpuinfo, re.MULTILINE)) or None,
        "model": masked(" ".join(model[1].split())) if model else None,
    }


def _memory(meminfo: str) -> int | None:
    found = re.search(r"^MemTotal: +(\d+) kB$", meminfo, re.MULTILINE)
    return int(found[1]) * _KIB if found else None


def _address(line: str) -> list[Facts]:
    found = re.match(r"\d+: +(\S+) +inet6? +([0-9a-fA-F.:]+)(?:/(\d+))?", line)
    return [{"interface": found[1], "address": found[2]}] if found else []


def _uptime(read: str) -> int | None:
    found = re.match(r"(\d+)\.\d+ ", read)
    return int(found[1]) if found else None


def markdown(hosts: dict[str, Facts], lang: Lang) -> str:
    """The table for a person, one row for each host."""
    names = ("host", "system", "kernel", "processor", "memory", "addresses", "uptime")
    rows = [[_say(name, lang) for name in names]]
    rows += [[safe(cell) for cell in row(host, one, lang)] for host, one in hosts.items()]
    return f"# {_say('title', lang)}\n\n{table(rows)}\n"


def row(host: str, one: Facts, lang: Lang) -> tuple[str, ...]:
    """The cells of one host: name, system, kernel, processor, memory, addresses, uptime."""
    return (
        host if one["name"] in (None, host) else f"{host} ({one['name']})",
        one["system"] or "?",
        " ".join(filter(None, (one["kernel"], one["architecture"]))) or "?",
        _processors(one["processor"]),
        size(one["memory"]) if one["memory"] is not None else "?",
        ", ".join(each["address"] for each in one["addresses"]) or "?",
        _up(one["uptime"], lang),
    )


def _processors(one: Facts) -> str:
    """``4 x Xeon``: how many and which."""
    known = [str(one[key]) for key in ("count", "model") if one[key]]
    return " x ".join(known) or "?"


def _up(seconds: int | None, lang: Lang) -> str:
    if seconds is None:
        return "?"
    return _say("up", lang, days=seconds // _DAY, hours=seconds % _DAY // _HOUR)


def _say(code: str, lang: Lang, **params: object) -> str:
    return text(f"facts.{code}", lang, params).text
