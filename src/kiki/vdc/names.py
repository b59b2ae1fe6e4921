"""What a definition's things are called in the cloud, and amounts as numbers.

Called by the judges, the compiler and the pictures.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kiki.vdc.definition import Definition, Network, ProviderNetwork, Servers, Subnet
from kiki.vdc.rules import Unclear, parse

_MIB = {"MB": 1, "MIB": 1, "GB": 1024, "GIB": 1024, "TB": 1024 * 1024, "TIB": 1024 * 1024}


class Segment(NamedTuple):
    """One subnet of one network: *key* is where it stands in its network (empty: in it itself)."""

    network: str
    name: str
    key: str
    subnet: Subnet


def mebibytes(amount: str) -> int:
    """*amount* in MiB, which is what Nova counts memory in."""
    digits = amount.rstrip("BGMTi ")
    return int(digits) * _MIB[amount[len(digits) :].strip().upper()]


def gibibytes(amount: str) -> int:
    """*amount* in GiB, which is what disks are counted in, rounded up."""
    return -(-mebibytes(amount) // 1024)


def members(name: str, servers: Servers) -> tuple[str, ...]:
    """The names of a group's servers."""
    if servers.count == 1:
        return (name,)
    return tuple(f"{name}-{index}" for index in range(servers.count))


def networks_of(servers: Servers) -> tuple[str, ...]:
    """The networks of each server of a group, the first one first."""
    first = (servers.network,) if servers.network else ()
    return (*first, *(one for one in servers.networks if one not in first))


def segments(definition: Definition) -> Iterator[Segment]:
    """The subnets of the tenant's networks."""
    for name, network in definition.networks.items():
        yield from _segments(name, network)


def _segments(name: str, network: Network) -> Iterator[Segment]:
    if network.cidr:
        own = Subnet(
            cidr=network.cidr, gateway=network.gateway, pool=network.pool, dns=network.dns,
            dhcp=network.dhcp,
        )  # fmt: skip
        yield Segment(name, network.subnet or f"{name}-subnet", "", own)
    for key, subnet in network.subnets.items():
        yield Segment(name, key, key, subnet)


def provided(name: str, network: ProviderNetwork) -> Segment | None:
    """The subnet of a provider network, if it has one."""
    if not network.cidr:
        return None
    own = Subnet(
        cidr=network.cidr, gateway=network.gateway, pool=network.pool, dns=network.dns,
        dhcp=network.dhcp,
    )  # fmt: skip
    return Segment(name, network.subnet or f"{name}-subnet", "", own)


def has_six(definition: Definition) -> bool:
    """Whether any of the tenant's subnets is of IPv6."""
    return any(":" in one.subnet.cidr for one in segments(definition))


def closed(definition: Definition) -> frozenset[str]:
    """The tiers that only reach what rules say: those of which a rule leads out."""
    found: set[str] = set()
    for entry in definition.rules:
        try:
            rule = parse(entry)
        except Unclear:  # which ``judging`` reports
            continue
        found.update(rule.sources if rule.outgoing else ())
    return frozenset(found)


def groups(definition: Definition) -> Iterator[tuple[str, Servers]]:
    """The groups of servers as they stand."""
    return iter(definition.servers.items())


def group_of(definition: Definition, server: str) -> str:
    """The group that the server called *server* is of; empty when there is none."""
    if server in definition.servers:
        return server if definition.servers[server].count == 1 else ""
    name, _, index = server.rpartition("-")
    servers = definition.servers.get(name)
    if servers is None or not index.isdecimal() or index != str(int(index)):
        return ""
    return name if servers.count > max(1, int(index)) else ""
