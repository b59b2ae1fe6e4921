"""Names that two things have, or that mean something else.

Called by ``judging``. A name that comes twice in one section is the YAML reader's to find; here are
those that only come out when groups are counted out.
"""

from kiki.vdc.definition import Definition
from kiki.vdc.names import members, provided, segments
from kiki.vdc.rules import OUTSIDE
from kiki.vdc.source import Path, Source

MOST_SERVERS = 20_000


def judge(source: Source, definition: Definition) -> None:
    """Report doubles, reserved words, and more servers than are counted out."""
    count = sum(one.count for one in definition.servers.values())
    if count > MOST_SERVERS:
        limit = str(MOST_SERVERS)
        source.report("vdc.too_many", "error", ("servers",), count=str(count), limit=limit)
        return
    for tier in definition.tiers:
        if tier in OUTSIDE:
            source.report("vdc.tier_reserved", "error", ("tiers", tier), name=tier)
    _servers(source, definition)
    _volumes(source, definition)
    _subnets(source, definition)
    _networks(source, definition)
    _groups(source, definition)


def _servers(source: Source, definition: Definition) -> None:
    seen: dict[str, Path] = {}
    for name, group in definition.servers.items():
        path: Path = ("servers", name)
        for member in members(name, group):
            _once(source, seen, member, path)


def _volumes(source: Source, definition: Definition) -> None:
    seen: dict[str, Path] = {}
    for name, group in definition.servers.items():
        for volume in group.volumes:
            path: Path = ("servers", name, "volumes", volume)
            for member in members(name, group):
                _once(source, seen, f"{member}-{volume}", path)
    for name in definition.volumes:
        _once(source, seen, name, ("volumes", name))


def _subnets(source: Source, definition: Definition) -> None:
    seen: dict[str, Path] = {}
    for one in segments(definition):
        inside: Path = ("subnets", one.key) if one.key else ()
        _once(source, seen, one.name, ("networks", one.network, *inside))
    for name, network in definition.provider_networks.items():
        if found := provided(name, network):
            _once(source, seen, found.name, ("provider_networks", name))


def _networks(source: Source, definition: Definition) -> None:
    seen: dict[str, Path] = {name: ("networks", name) for name in definition.networks}
    for name in definition.provider_networks:
        _once(source, seen, name, ("provider_networks", name))


def _groups(source: Source, definition: Definition) -> None:
    """The security groups of two tiers may not have one name: rules name them."""
    seen: dict[str, Path] = {}
    for name, tier in definition.tiers.items():
        _once(source, seen, tier.security_group or name, ("tiers", name))


def _once(source: Source, seen: dict[str, Path], name: str, path: Path) -> None:
    if name not in seen:
        seen[name] = path
    elif seen[name] != path:
        source.report("vdc.name_twice", "error", path, name=name, first=source.line(seen[name]))
