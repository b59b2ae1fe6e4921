"""The tenant's networks, subnets, routers, groups of rules and keys.

Called by ``compiling`` and, for subnets, by ``admin``.
"""

from kiki.vdc.definition import Definition
from kiki.vdc.heat.stack import Section, Stack, own
from kiki.vdc.names import Segment, closed, has_six, segments
from kiki.vdc.rules import Atom, Exit, Service, atoms, exits, parse

# Where a server asks for its key and its start-up text
METADATA = "169.254.169.254/32"
_RULE = "OS::Neutron::SecurityGroupRule"


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


def tier_key(tier: str, shut: frozenset[str]) -> str:
    """The name of a tier's resource, behind its sort; *shut* are the closed ones. A group that is
    closed is another one: when the group's own rules change, Heat takes away all that it has,
    also those that are resources of their own."""
    return f"{tier}--closed" if tier in shut else tier


def add_tiers(stack: Stack, definition: Definition) -> None:
    """A security group for each tier, and a resource for each rule: groups may name each other."""
    shut, six = closed(definition), has_six(definition)
    for name, tier in definition.tiers.items():
        about = tier.description or f"Tier {name} of {definition.name}"
        properties: Section = {"name": tier.security_group or name, "description": about}
        if name in shut:  # with a rule for what goes out Heat drops those that let all of it
            properties["rules"] = [{"direction": "egress", **_service(Service("tcp", 80, 80), 4),
                                    "remote_ip_prefix": METADATA}]  # fmt: skip
        stack.add(f"tier_{tier_key(name, shut)}", "OS::Neutron::SecurityGroup", properties)
    keys = {name: tier_key(name, shut) for name in definition.tiers}
    for entry in definition.rules:
        rule = parse(entry)
        for atom in atoms(rule, six=six):
            stack.add(f"rule_{atom.key}", _RULE, _in(keys, atom))
        for out in exits(rule, shut, six=six):
            stack.add(f"rule_{out.key}", _RULE, _out(keys, out))


def _service(service: Service, family: int) -> Section:
    """The properties that say what may pass."""
    properties: Section = {"ethertype": f"IPv{family}"}
    if service.protocol:
        icmp_six = service.protocol == "icmp" and family == 6
        properties["protocol"] = "ipv6-icmp" if icmp_six else service.protocol
    if service.low:
        properties |= {"port_range_min": service.low, "port_range_max": service.high}
    return properties


def _in(keys: dict[str, str], atom: Atom) -> Section:
    return _passing(keys, atom, atom.target, "ingress", atom.source)


def _out(keys: dict[str, str], out: Exit) -> Section:
    return _passing(keys, out, out.source, "egress", out.target)


def _passing(
    keys: dict[str, str], rule: Atom | Exit, tier: str, direction: str, other: str
) -> Section:
    """The properties of what passes between the *tier*, whose rule it is, and the *other* side."""
    properties: Section = {"security_group": own("tier", keys[tier]), "direction": direction}
    properties |= _service(rule.service, rule.family)
    if rule.is_tier:
        return properties | {"remote_group": own("tier", keys[other])}
    return properties | {"remote_ip_prefix": other}


def add_keys(stack: Stack, definition: Definition) -> None:
    """The keys whose text is given."""
    for name, key in definition.keys.items():
        if key.public_key:
            text = key.public_key.strip()
            stack.add(f"key_{name}", "OS::Nova::KeyPair", {"name": name, "public_key": text})
