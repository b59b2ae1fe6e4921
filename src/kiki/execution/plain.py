"""Simple inventories without Ansible: comma lists and INI with groups, ranges and variables.

Called by ``recorded`` alone. It reads less than Ansible does and says so: what it does not know is
``inventory.invalid``. Values are text, numbers or booleans.
"""

import fnmatch
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiki.execution.freezing import frozen_text, members
from kiki.execution.sources import host_items, without_secrets
from kiki.model.errors import UsageError
from kiki.model.inventory import Inventory
from kiki.model.request import InventorySource, Scope

_RANGE = re.compile(r"\[(\d+):(\d+)\]")
_SECTION = re.compile(r"\[([\w.-]+)(?::(vars|children))?\]")


def read(scope: Scope) -> Inventory:
    """The scope's inventory, limited."""
    if scope.inventory is None:
        raise UsageError("inventory.missing")
    listed, variables = _read(scope.inventory)
    groups = members(listed)
    every = groups.get("all", ())
    hosts = tuple(host for host in every if _within(host, scope.limit, groups))
    unmatched = [part for part in _patterns(scope.limit) if not _reaches(part, every, groups)]
    if unmatched or not hosts:
        shown = scope.inventory.origin or scope.inventory.text
        raise UsageError(
            "inventory.no_hosts", path=shown, limit=[*unmatched, scope.limit][0] or "-"
        )
    return Inventory(
        text=frozen_text(listed, variables),
        hosts=tuple(sorted(hosts)),
        groups=groups,
        hostvars=variables,
    )


def _read(given: InventorySource) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    match given.form:
        case "hosts":
            hosts = [host for item in host_items(given.text) for host in _spread(item)]
            return {"all": {"hosts": hosts}}, {host: {} for host in hosts}
        case "path":
            return _Ini(given.text, _text_at(given.text)).read()
        case _:
            return _Ini(given.origin or "--inventory", given.text).read()


def _text_at(path: str) -> str:
    try:
        return Path(path).expanduser().read_text("utf-8", "replace")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError("inventory.unreadable", path=path, why=why) from error


class _Ini:
    """One INI inventory while it is read."""

    def __init__(self, shown: str, text: str) -> None:
        self._shown = shown
        self._lines = text.splitlines()
        self._listed: dict[str, Any] = {"all": {"hosts": [], "children": []}}
        self._variables: dict[str, dict[str, Any]] = {}
        self._of_groups: dict[str, dict[str, Any]] = {}

    def read(self) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        group, kind = "ungrouped", ""
        for number, raw in enumerate(self._lines, start=1):
            line = raw.strip()
            if not line or line[0] in "#;":
                continue
            section = _SECTION.fullmatch(line)
            if section:
                group, kind = section[1], section[2] or ""
                self._listed.setdefault(group, {"hosts": [], "children": []})
            else:
                self._take(group, kind, line, number)
        self._check_children()
        return self._listed, self._merged()

    def _take(self, group: str, kind: str, line: str, number: int) -> None:
        if kind == "vars":
            name, equals, value = line.partition("=")
            self._need(bool(equals), line, number)
            self._of_groups.setdefault(group, {})[name.strip()] = _value(value.strip())
        elif kind == "children":
            self._listed[group]["children"].append(line)
        else:
            self._take_host(group, line, number)

    def _take_host(self, group: str, line: str, number: int) -> None:
        pattern, *pairs = shlex.split(line, comments=True)
        named = {}
        for pair in pairs:
            name, equals, value = pair.partition("=")
            self._need(bool(equals), pair, number)
            named[name] = _value(value)
        for host in _spread(pattern):
            self._listed.setdefault(group, {"hosts": [], "children": []})["hosts"].append(host)
            self._listed["all"]["hosts"].append(host)
            self._variables.setdefault(host, {}).update(named)

    def _need(self, holds: bool, what: str, number: int) -> None:
        if not holds:
            why = without_secrets(f"Expected key=value, got: {what}", self._lines[number - 1])
            raise UsageError("inventory.invalid", path=f"{self._shown}:{number}", why=why)

    def _check_children(self) -> None:
        for name in self._listed:
            self._descend(name, ())

    def _descend(self, name: str, above: tuple[str, ...]) -> None:
        if name in above:
            circle = " > ".join([*above[above.index(name) :], name])
            raise UsageError("inventory.circular", path=self._shown, groups=circle)
        if name not in self._listed:
            raise UsageError("inventory.invalid", path=self._shown, why=f"no group '{name}'")
        for child in self._listed[name].get("children", []):
            self._descend(child, (*above, name))

    def _merged(self) -> dict[str, dict[str, Any]]:
        """Each host's variables over those of its groups, ``all`` first."""
        groups = members(self._listed)
        order = sorted(self._of_groups, key=lambda name: name != "all")
        return {
            host: {
                key: value
                for name in order
                if host in groups.get(name, ())
                for key, value in self._of_groups[name].items()
            }
            | own
            for host, own in self._variables.items()
        }


def _spread(pattern: str) -> Iterator[str]:
    """``node[1:3]`` as three names."""
    found = _RANGE.search(pattern)
    if found is None:
        yield pattern
        return
    start, end = found[1], found[2]
    width = len(start) if start.startswith("0") else 0
    for number in range(int(start), int(end) + 1):
        yield pattern[: found.start()] + str(number).zfill(width) + pattern[found.end() :]


def _value(text: str) -> Any:
    if text in ("True", "False"):
        return text == "True"
    return int(text) if re.fullmatch(r"-?\d{1,15}", text) else text.strip("'\"")


def _within(host: str, limit: str, groups: dict[str, tuple[str, ...]]) -> bool:
    """Whether a limit of names, groups and shell patterns, ``!`` excluding, leaves *host*."""
    patterns = _patterns(limit)
    wanted = [part for part in patterns if part[0] != "!"]
    unwanted = [part[1:] for part in patterns if part[0] == "!"]
    inside = not wanted or any(_matches(host, part, groups) for part in wanted)
    return inside and not any(_matches(host, part, groups) for part in unwanted)


def _patterns(limit: str) -> list[str]:
    return [part for part in re.split(r"[,:]", limit) if part]


def _reaches(part: str, hosts: tuple[str, ...], groups: dict[str, tuple[str, ...]]) -> bool:
    return any(_matches(host, part.lstrip("!"), groups) for host in hosts)


def _matches(host: str, pattern: str, groups: dict[str, tuple[str, ...]]) -> bool:
    return host in groups.get(pattern, ()) or fnmatch.fnmatchcase(host, pattern)
