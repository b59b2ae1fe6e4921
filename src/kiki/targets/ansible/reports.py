"""What hosts reported, as files: JSON for each host and for all, and Markdown for a person.

Called by ``target``. Text from hosts is data: it is escaped, shortened and without control
characters in what is to be read, and secrets are masked everywhere. What is
in a report of each kind that reports is in ``health`` and ``facts``.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from kiki.model.intent import Intent
from kiki.model.languages import Lang
from kiki.targets.ansible import facts, health

_ODD = re.compile(r"[^A-Za-z0-9._-]+")
_HEALTH, _FACTS = "health_check", "host_facts"
SUMMARY, EVERY = "report.md", "all.json"


def files(
    intent: Intent, reports: dict[str, Any], lang: Lang, masked: Callable[[str], str]
) -> dict[str, str]:
    """The files by their names, hosts in order of their names."""
    kinds = {operation.kind.partition(".")[2] for operation in intent.operations}
    found: dict[str, dict[str, Any]] = {host: {} for host in sorted(reports)}
    parts: list[str] = []
    if _HEALTH in kinds:
        checked = {host: health.of(reports[host], masked) for host in found}
        found = {host: one | checked[host] for host, one in found.items()}
        parts.append(health.markdown(checked, lang))
    if _FACTS in kinds:
        known = {host: facts.of(_facts(reports[host]), masked) for host in found}
        found = {host: one | {"facts": known[host]} for host, one in found.items()}
        parts.insert(0, facts.markdown(known, lang))
    if not parts:
        return {}
    made = {SUMMARY: "\n".join(parts), EVERY: _json(found)}
    for host, one in found.items():
        made[_name(host, made)] = _json({"host": host, **one})
    return made


def _facts(report: Any) -> Any:
    return report.get("facts") if isinstance(report, dict) else None


def _name(host: str, taken: dict[str, str]) -> str:
    """A file name for *host* that no other one has."""
    base = _ODD.sub("_", host).lstrip(".") or "host"
    name, number = f"{base}.json", 1
    while name in taken:
        number += 1
        name = f"{base}-{number}.json"
    return name


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
