"""Create a load balancer (Octavia) with a listener, a pool, its members and a health check.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template). Octavia takes one change at a time of a load balancer; Heat waits for each by itself.
"""

from ipaddress import ip_address
from typing import Annotated, Any, Literal

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack.fields import CatalogueName, CatalogueNames, OptionalCatalogueName
from kiki.targets.openstack.template import Named, Part, Resource, Section, given, label, output

Port = Annotated[int, Meta(ge=1, le=65535)]
Protocol = Literal["HTTP", "HTTPS", "TCP", "UDP"]
Algorithm = Literal["ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP"]
# How Octavia asks a member of each protocol whether it lives; HTTPS is passed on, not opened
_MONITORS = {"HTTP": "HTTP", "HTTPS": "TCP", "TCP": "TCP", "UDP": "UDP-CONNECT"}


class Fields(Record, frozen=True):
    """*subnet* is where its address is. *members* are addresses, or servers that the same message
    makes; they are reached at *member_port* (0: the same as *port*)."""

    name: CatalogueName
    subnet: CatalogueName
    port: Port
    members: CatalogueNames = ()
    member_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    protocol: Protocol = "TCP"
    algorithm: Algorithm = "ROUND_ROBIN"
    address: OptionalCatalogueName = ""


def risk(fields: Fields) -> Risk:
    """What is behind it is reached at one more address."""
    return "medium"


def needs(fields: Fields) -> tuple[tuple[str, str], ...]:
    """Members by name are servers of the same message."""
    return tuple(("address", name) for name in fields.members if not _is_address(name))


def part(fields: Fields, profile: Profile) -> Part:
    """The load balancer and what belongs to it."""
    return Part(
        name=label(fields.name, "load-balancer"),
        summary=f"Load balancer {fields.name}",
        parameters={},
        resources={
            "load_balancer": _balancer(fields),
            "listener": _listener(fields),
            "pool": _pool(fields),
            "health_monitor": _monitor(fields),
            **_members(fields),
        },
        outputs={"load_balancer_address": output("Its address", "load_balancer", "vip_address")},
    )


def _balancer(fields: Fields) -> Section:
    about = "Subnet that the load balancer's address is of"
    subnet = Named(sort="subnet", name=fields.subnet, parameter="subnet", about=about)
    more = given(vip_address=fields.address)
    return _of("LoadBalancer", name=fields.name, vip_subnet=subnet, **more)


def _listener(fields: Fields) -> Section:
    balancer = Resource(name="load_balancer")
    return _of(
        "Listener", name=f"{fields.name}-{fields.port}", loadbalancer=balancer,
        protocol=fields.protocol, protocol_port=fields.port,
    )  # fmt: skip


def _pool(fields: Fields) -> Section:
    listener = Resource(name="listener")
    return _of(
        "Pool", name=f"{fields.name}-pool", listener=listener, lb_algorithm=fields.algorithm,
        protocol=fields.protocol,
    )  # fmt: skip


def _monitor(fields: Fields) -> Section:
    """Every five seconds; three misses, and nothing is sent to a member any more."""
    kind, pool = _MONITORS[fields.protocol], Resource(name="pool")
    return _of("HealthMonitor", pool=pool, type=kind, delay=5, timeout=3, max_retries=3)


def _members(fields: Fields) -> Section:
    made: Section = {}
    for index, name in enumerate(fields.members, 1):
        address: Any = name if _is_address(name) else Named(sort="address", name=name)
        made[f"member_{index}"] = _of(
            "PoolMember", pool=Resource(name="pool"), address=address,
            protocol_port=fields.member_port or fields.port,
        )  # fmt: skip
    return made


def _of(kind: str, **properties: Any) -> Section:
    return {"type": f"OS::Octavia::{kind}", "properties": properties}


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
