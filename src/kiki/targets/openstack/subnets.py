"""A subnet: its addresses, checked, and its resource.

Called by the operations that make one: alone on a network that is there, or with its network.
What Neutron refuses or silently does otherwise is refused here: an address range with host bits, a
gateway or a pool outside of it, pools that overlap or hold the gateway (Neutron API, "Subnets").
"""

from ipaddress import ip_address, ip_network
from itertools import pairwise
from typing import Any

from kiki.model.records import Record
from kiki.targets.openstack.template import Section, given


class Addresses(Record, frozen=True):
    """*cidr* is the range, *gateway* its router's address (empty: the first, as Neutron does it;
    *no_gateway*: none). *pools* are ``first-last``; without any all other addresses are given
    out. *dns* are name servers."""

    cidr: str
    gateway: str = ""
    no_gateway: bool = False
    no_dhcp: bool = False
    pools: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()


def check(addresses: Addresses) -> None:
    """ValueError, with the field's name, where the addresses don't fit together."""
    network = _parsed("cidr", ip_network, addresses.cidr)
    if addresses.gateway and addresses.no_gateway:
        raise ValueError("a gateway and none - at `$.gateway`")
    gateway = _parsed("gateway", ip_address, addresses.gateway) if addresses.gateway else None
    if gateway is not None and not _usable(gateway, network):
        raise ValueError("no address of the subnet - at `$.gateway`")
    _check_pools(addresses, network, gateway)
    for server in addresses.dns:
        _parsed("dns", ip_address, server)


def _check_pools(addresses: Addresses, network: Any, gateway: Any) -> None:
    ranges = sorted(_range(pool, network) for pool in addresses.pools)
    for (_, last), (first, _) in pairwise(ranges):
        if first <= last:
            raise ValueError("pools overlap - at `$.pools`")
    for first, last in ranges:
        if gateway is not None and first <= gateway <= last:
            raise ValueError("a pool holds the gateway - at `$.pools`")


def _range(pool: str, network: Any) -> tuple[Any, Any]:
    ends = [_parsed("pools", ip_address, end.strip()) for end in pool.split("-")]
    if len(ends) != 2 or not all(_usable(end, network) for end in ends) or ends[0] > ends[1]:
        raise ValueError("no range in the subnet - at `$.pools`")
    return ends[0], ends[1]


def _usable(address: Any, network: Any) -> bool:
    """Whether a host can have *address*: in IPv4 the first and last name the net and everybody."""
    if address.version != network.version or address not in network:
        return False
    edges = (network.network_address, network.broadcast_address)
    return address.version != 4 or network.prefixlen >= 31 or address not in edges


def _parsed(field: str, read: Any, text: str) -> Any:
    try:
        return read(text)
    except ValueError as error:
        raise ValueError(f"{error} - at `$.{field}`") from error


def resource(name: str, network: Any, addresses: Addresses) -> Section:
    """The OS::Neutron::Subnet. Heat takes an explicit empty gateway for: none."""
    version = ip_network(addresses.cidr).version
    properties = {
        "name": name,
        "network": network,
        "cidr": addresses.cidr,
        **({"ip_version": version} if version != 4 else {}),
        **({"gateway_ip": ""} if addresses.no_gateway else given(gateway_ip=addresses.gateway)),
        **({"enable_dhcp": False} if addresses.no_dhcp else {}),
        **given(allocation_pools=[_pool(pool) for pool in addresses.pools]),
        **given(dns_nameservers=list(addresses.dns)),
    }
    return {"type": "OS::Neutron::Subnet", "properties": properties}


def _pool(pool: str) -> Section:
    first, _, last = pool.partition("-")
    return {"start": first.strip(), "end": last.strip()}


def said(fields: Any) -> Addresses:
    """The addresses of an operation's *fields*, which have those of :class:`Addresses`."""
    return Addresses(**{name: getattr(fields, name) for name in Addresses.__struct_fields__})
