"""Networks, gateways, pools and fixed addresses: whether they lie where they must.

Called by ``judging``. What Neutron refuses is an error; what goes wrong by chance is a
warning.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from kiki.vdc.definition import Definition, Subnet
from kiki.vdc.names import networks_of, provided, segments
from kiki.vdc.source import Path, Source

IpNetwork = IPv4Network | IPv6Network
IpAddress = IPv4Address | IPv6Address
Range = tuple[IpAddress, IpAddress]


class Placed(NamedTuple):
    """A subnet whose network is a valid one; *reach* is what its router connects it with."""

    name: str
    path: Path
    cidr: IpNetwork
    gateway: IpAddress | None
    pools: tuple[Range, ...]
    reach: str


def judge(source: Source, definition: Definition) -> None:
    """Report what does not lie where it must."""
    placed = tuple(_placed(source, definition))
    _overlaps(source, placed)
    by_network: dict[str, list[Placed]] = {}
    for one in placed:
        by_network.setdefault(str(one.path[1]), []).append(one)
    _fixed(source, definition, by_network)
    _room(source, definition, by_network)


def _placed(source: Source, definition: Definition) -> Iterator[Placed]:
    for one in segments(definition):
        inside: Path = ("subnets", one.key) if one.key else ()
        router = definition.networks[one.network].router
        reach = f"router {router}" if router else f"network {one.network}"
        path: Path = ("networks", one.network, *inside)
        if router and one.subnet.gateway.lower() == "none":
            source.report("vdc.router_no_gateway", "error", (*path, "gateway"))
        if found := _subnet(source, one.name, one.subnet, path, reach):
            yield found
    reached = {router.external: f"router {name}" for name, router in definition.routers.items()}
    for name, network in definition.provider_networks.items():
        segment = provided(name, network)
        if segment:
            reach = reached.get(name, f"network {name}")
            path = ("provider_networks", name)
            if found := _subnet(source, segment.name, segment.subnet, path, reach):
                yield found


def _subnet(source: Source, name: str, subnet: Subnet, path: Path, reach: str) -> Placed | None:
    cidr = _cidr(source, subnet.cidr, (*path, "cidr"))
    for index, one in enumerate(subnet.dns):
        _address(source, one, (*path, "dns", index))
    if cidr is None:
        return None
    gateway = _gateway(source, subnet, cidr, path)
    pools = tuple(_pools(source, subnet.pool, cidr, gateway, (*path, "pool")))
    return Placed(name, path, cidr, gateway, pools or _whole(cidr, gateway), reach)


def _cidr(source: Source, text: str, path: Path) -> IpNetwork | None:
    if "/" not in text:  # which Python takes for a network of one address
        source.report("vdc.cidr_invalid", "error", path, value=text)
        return None
    try:
        return ip_network(text)
    except ValueError:
        pass
    try:
        near = str(ip_network(text, strict=False))
        source.report("vdc.cidr_host_bits", "error", path, value=text, near=near)
    except ValueError:
        source.report("vdc.cidr_invalid", "error", path, value=text)
    return None


def _address(source: Source, text: str, path: Path) -> IpAddress | None:
    try:
        return ip_address(text)
    except ValueError:
        source.report("vdc.address_invalid", "error", path, value=text)
        return None


def _gateway(source: Source, subnet: Subnet, cidr: IpNetwork, path: Path) -> IpAddress | None:
    if not subnet.gateway:
        return cidr.network_address + (1 if cidr.num_addresses > 2 else 0)
    if subnet.gateway.lower() == "none":
        return None
    at = (*path, "gateway")
    gateway = _address(source, subnet.gateway, at)
    if gateway is not None and not _usable(gateway, cidr):
        params = {"value": str(gateway), "cidr": str(cidr)}
        source.report("vdc.gateway_outside", "error", at, **params)
    return gateway


def _usable(address: IpAddress, cidr: IpNetwork) -> bool:
    """Whether a host may have *address*."""
    if address.version != cidr.version or address not in cidr:
        return False
    ends = (cidr.network_address, cidr.broadcast_address)
    return cidr.num_addresses <= 2 or address not in ends


def _pools(
    source: Source, text: str, cidr: IpNetwork, gateway: IpAddress | None, path: Path
) -> Iterator[Range]:
    before: list[Range] = []
    for part in text.split(",") if text else ():
        ends = [one.strip() for one in part.split("-")]
        both = [_address(source, one, path) for one in ends] if len(ends) == 2 else []
        if len(ends) != 2:
            source.report("vdc.pool_invalid", "error", path, value=part.strip())
        if len(both) != 2 or both[0] is None or both[1] is None:
            continue
        first, last = both[0], both[1]
        params = {"value": f"{first}-{last}", "cidr": str(cidr)}
        if first.version != last.version or not all(_usable(one, cidr) for one in (first, last)):
            source.report("vdc.pool_outside", "error", path, **params)
        elif int(first) > int(last):
            source.report("vdc.pool_backwards", "error", path, **params)
        elif gateway is not None and int(first) <= int(gateway) <= int(last):
            source.report("vdc.pool_gateway", "error", path, gateway=str(gateway), **params)
        elif any(int(a) <= int(last) and int(first) <= int(b) for a, b in before):
            source.report("vdc.pool_overlap", "error", path, **params)
        else:
            before.append((first, last))
            yield first, last


def _whole(cidr: IpNetwork, gateway: IpAddress | None) -> tuple[Range, ...]:
    """The pools that Neutron makes by itself: all hosts but the gateway."""
    first, last = cidr.network_address, cidr.broadcast_address
    low, high = (first + 1, last - 1) if cidr.num_addresses > 2 else (first, last)
    if gateway is None or gateway not in cidr:
        return ((low, high),)
    parts = []
    if int(low) < int(gateway):
        parts.append((low, gateway - 1))
    if int(gateway) < int(high):
        parts.append((gateway + 1, high))
    return tuple(parts)


def _overlaps(source: Source, placed: tuple[Placed, ...]) -> None:
    """Every subnet that begins inside another one; they can't be on one router, and are hard to
    keep apart on two."""
    ordered = sorted(placed, key=lambda one: (one.cidr.version, int(one.cidr.network_address)))
    widest: Placed | None = None
    for one in ordered:
        if widest is not None and widest.cidr.overlaps(one.cidr):
            severity = "error" if widest.reach == one.reach else "warning"
            params = {"cidr": str(one.cidr), "other": widest.name, "other_cidr": str(widest.cidr)}
            at, line = (*one.path, "cidr"), source.line((*widest.path, "cidr"))
            if severity == "error":
                source.report("vdc.cidr_overlap", "error", at, line=line, **params)
            else:
                source.report("vdc.cidr_overlap_apart", "warning", at, line=line, **params)
        if widest is None or not widest.cidr.overlaps(one.cidr) or _ends_later(one, widest):
            widest = one


def _ends_later(one: Placed, other: Placed) -> bool:
    return int(one.cidr.broadcast_address) > int(other.cidr.broadcast_address)


def _fixed(source: Source, definition: Definition, placed: dict[str, list[Placed]]) -> None:
    taken: dict[tuple[str, IpAddress], Path] = {}
    drawing = _drawing(definition)
    for name, group in definition.servers.items():
        network = next(iter(networks_of(group)), "")
        for index, text in enumerate(group.addresses):
            path: Path = ("servers", name, "addresses", index)
            address = _address(source, text, path)
            if address is None or network not in placed:
                continue
            subnet = next((one for one in placed[network] if _usable(address, one.cidr)), None)
            _judge_fixed(source, address, subnet, network, path)
            if (network, address) in taken:
                first = source.line(taken[network, address])
                source.report("vdc.address_twice", "error", path, value=text, first=first)
            elif subnet and network in drawing and _pooled(address, subnet):
                source.report("vdc.address_in_pool", "warning", path, value=text, network=network)
            taken.setdefault((network, address), path)


def _judge_fixed(
    source: Source, address: IpAddress, subnet: Placed | None, network: str, path: Path
) -> None:
    if subnet is None:
        params = {"value": str(address), "network": network}
        source.report("vdc.address_outside", "error", path, **params)
    elif address == subnet.gateway:
        source.report("vdc.address_gateway", "error", path, value=str(address))


def _pooled(address: IpAddress, subnet: Placed) -> bool:
    return any(int(low) <= int(address) <= int(high) for low, high in subnet.pools)


def _drawing(definition: Definition) -> frozenset[str]:
    """Networks in which some server gets its address from the pool."""
    return frozenset(
        one
        for group in definition.servers.values()
        for index, one in enumerate(networks_of(group))
        if index or not group.addresses
    )


def _room(source: Source, definition: Definition, placed: dict[str, list[Placed]]) -> None:
    """A pool must have as many addresses as are asked from it, and one for DHCP."""
    wanted: dict[str, int] = {}
    for group in definition.servers.values():
        for index, network in enumerate(networks_of(group)):
            if index or not group.addresses:
                wanted[network] = wanted.get(network, 0) + group.count
        if group.floating_ip:
            wanted[group.floating_ip] = wanted.get(group.floating_ip, 0) + group.count
    for router in definition.routers.values():
        if router.external:
            wanted[router.external] = wanted.get(router.external, 0) + 1
    for network, count in wanted.items():
        found = placed.get(network, ())
        dhcp = 1 if network in definition.networks else 0
        room = sum(int(high) - int(low) + 1 for one in found for low, high in one.pools)
        if found and count + dhcp > room:
            params = {"network": network, "wanted": str(count + dhcp), "room": str(max(room, 0))}
            source.report("vdc.pool_too_small", "error", found[0].path, **params)
