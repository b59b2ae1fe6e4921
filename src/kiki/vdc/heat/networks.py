"""The tenant's networks, subnets, routers, groups of rules and keys.

Called by ``compiling`` and, for subnets, by ``admin``.
"""

from kiki.vdc.definition import Definition
from kiki.vdc.heat.stack import Section, Stack, own
from kiki.vdc.names import Segment, has_six, segments
from kiki.vdc.rules import Atom, atoms, parse


def add_networks(stack: Stack, definition: Definition) -> None:
    """Networks with their subnets, routers, and the routers' interfaces."""
    for name in definition.networks:
        stack.add(f"network_{name}", "OS::Neutron::Net", {"name": name})
    for segment in segments(definition):
        properties = subnet_properties(stack, segment)
        stack.add(f"subnet_{segment.name}", "OS::Neutron::Subnet", properties)
    for name, router in definition.routers.items():
        properties = {"name": name}
        if router.external:
            gateway = {"network": stack.ref("network", router.external)}
            properties["external_gateway_info"] = gateway
        stack.add(f"router_{name}", "OS::Neutron::Router", properties)
    for segment in segments(definition):
        attached = definition.networks[segment.network].router
        if attached:
            stack.add(
                f"interface_{segment.name}", "OS::Neutron::RouterInterface",
                {"router": own("router", attached),
                 "subnet": stack.ref("subnet", segment.name)},
            )  # fmt: skip


def subnet_properties(stack: Stack, segment: Segment) -> Section:
    """The properties of one subnet."""
    subnet, six = segment.subnet, ":" in segment.subnet.cidr
    properties: Section = {
        "name": segment.name,
        "network": stack.ref("network", segment.network),
        "cidr": subnet.cidr,
        "ip_version": 6 if six else 4,
        "enable_dhcp": subnet.dhcp,
    }
    if subnet.gateway:
        none = subnet.gateway.lower() == "none"
        properties["gateway_ip"] = None if none else subnet.gateway
    if subnet.pool:
        properties["allocation_pools"] = [_pool(part) for part in subnet.pool.split(",")]
    if six and subnet.dhcp:
        modes = ("ipv6_ra_mode", "ipv6_address_mode")
        properties |= dict.fromkeys(modes, "dhcpv6-stateful")
    return properties | ({"dns_nameservers": list(subnet.dns)} if subnet.dns else {})


def _pool(text: str) -> Section:
    first, _, last = text.partition("-")
    return {"start": first.strip(), "end": last.strip()}


def add_tiers(stack: Stack, definition: Definition) -> None:
    """A security group for each tier, and a resource for each rule: groups may name each other."""
    for name, tier in definition.tiers.items():
        about = tier.description or f"Tier {name} of {definition.name}"
        properties = {"name": tier.security_group or name, "description": about}
        stack.add(f"tier_{name}", "OS::Neutron::SecurityGroup", properties)
    six = has_six(definition)
    for entry in definition.rules:
        for atom in atoms(parse(entry), six=six):
            kind = "OS::Neutron::SecurityGroupRule"
            stack.add(f"rule_{atom.key}", kind, _rule(stack, atom))


def _rule(stack: Stack, atom: Atom) -> Section:
    service = atom.service
    properties: Section = {
        "security_group": own("tier", atom.target),
        "direction": "ingress",
        "ethertype": f"IPv{atom.family}",
    }
    if service.protocol:
        icmp_six = service.protocol == "icmp" and atom.family == 6
        properties["protocol"] = "ipv6-icmp" if icmp_six else service.protocol
    if service.low:
        properties |= {"port_range_min": service.low, "port_range_max": service.high}
    if atom.is_tier:
        return properties | {"remote_group": own("tier", atom.source)}
    return properties | {"remote_ip_prefix": atom.source}


def add_keys(stack: Stack, definition: Definition) -> None:
    """The keys whose text is given."""
    for name, key in definition.keys.items():
        if key.public_key:
            text = key.public_key.strip()
            stack.add(f"key_{name}", "OS::Nova::KeyPair", {"name": name, "public_key": text})
