"""Rules of security groups, from words to what Neutron takes.

Called by the operations that make them. Neutron API, "Security group rules": a rule lets traffic
through; *ingress* is to the server. Without a source a rule is for the whole world.
"""

from ipaddress import ip_network
from typing import Any, Literal

from kiki.model.records import Record
from kiki.targets.openstack.fields import OptionalCatalogueName, PortSpec
from kiki.targets.openstack.template import Named, Section, given

Direction = Literal["ingress", "egress"]
_WORLD = ("", "0.0.0.0/0", "::/0")
_MAX_PORT = 65535


class Allowed(Record, frozen=True):
    """*icmp* and *ports* (``22/tcp``, ``8000-8010/tcp``, ``53/udp``) are let through; *everything*
    is any protocol. From or to *remote* (a network) or the servers of *remote_group*; with neither
    anybody."""

    icmp: bool = False
    ports: tuple[PortSpec, ...] = ()
    everything: bool = False
    remote: str = ""
    remote_group: OptionalCatalogueName = ""
    direction: Direction = "ingress"


def said(fields: Any) -> Allowed:
    """What an operation's *fields*, which have those of :class:`Allowed`, let through."""
    return Allowed(**{name: getattr(fields, name) for name in Allowed.__struct_fields__})


def check(allowed: Allowed) -> None:
    """ValueError, with the field's name, for ports that are none and for two sources."""
    for port in allowed.ports:
        first, last = _ends(port)
        if not 1 <= first <= last <= _MAX_PORT:
            raise ValueError("no ports - at `$.ports`")
    if allowed.remote and allowed.remote_group:
        raise ValueError("a network or a group - at `$.remote`")
    if allowed.remote:
        _network(allowed.remote)


def _network(text: str) -> Any:
    try:
        return ip_network(text)
    except ValueError as error:
        raise ValueError(f"{error} - at `$.remote`") from error


def is_open(allowed: Allowed) -> bool:
    """Whether the whole world may come in."""
    anybody = allowed.remote in _WORLD and not allowed.remote_group
    something = allowed.icmp or allowed.ports or allowed.everything
    return bool(anybody and something and allowed.direction == "ingress")


def rules(allowed: Allowed) -> list[Section]:
    """Each rule without its source and direction, which :func:`common` has."""
    made: list[Section] = [{}] if allowed.everything else []
    if allowed.icmp:
        v6 = _version(allowed) == "IPv6"
        made.append({"protocol": "ipv6-icmp" if v6 else "icmp"})
    for port in allowed.ports:
        first, last = _ends(port)
        protocol = port.partition("/")[2]
        made.append({"protocol": protocol, "port_range_min": first, "port_range_max": last})
    return made


def common(allowed: Allowed) -> Section:
    """What all rules of *allowed* have."""
    made: Section = {"direction": allowed.direction}
    if _version(allowed) == "IPv6":
        made["ethertype"] = "IPv6"
    return made | given(remote_ip_prefix=allowed.remote)


def group(allowed: Allowed) -> Any:
    """The other group, which may be made by the same message."""
    about = "Security group whose servers may come in"
    return Named(
        sort="security_group", name=allowed.remote_group, parameter="remote_group", about=about
    )


def _version(allowed: Allowed) -> str:
    return "IPv6" if ":" in allowed.remote else "IPv4"


def _ends(port: str) -> tuple[int, int]:
    first, _, last = port.partition("/")[0].partition("-")
    return int(first), int(last or first)
