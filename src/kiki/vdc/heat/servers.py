"""Servers: alike ones as one group, others each with a port, volumes and a floating IP.

Called by ``compiling``. Servers and floating IPs wait for the interfaces of their networks'
routers: what they fetch when they start is then there, and they go before the interfaces do.
"""

from typing import NamedTuple

from kiki.vdc.definition import Definition, Servers
from kiki.vdc.heat.networks import tier_key
from kiki.vdc.heat.stack import Section, Stack, own
from kiki.vdc.names import closed, gibibytes, group_of, members, networks_of, segments


class Group(NamedTuple):
    """One entry of ``servers``. *balanced*: load balancers send to its servers; *disks* are the
    volumes of their own of each server, by its name."""

    name: str
    servers: Servers
    balanced: tuple[str, ...]
    disks: dict[str, tuple[str, ...]]

    @property
    def alike(self) -> bool:
        """Whether nothing is any one server's own, so that they can be one resource."""
        one = self.servers
        owns = one.addresses or one.floating_ip or one.volumes or self.balanced or self.disks
        return one.count > 1 and not owns

    @property
    def ported(self) -> bool:
        """Whether each has a port of its own, whose address outlives the server."""
        return not self.alike

    def weight(self, member: str = "") -> int:
        """How many resources one server is; without a name, one that has no disks."""
        one = self.servers
        ports = len(networks_of(one)) if self.ported else 0
        attached = 2 * len(one.volumes) + len(self.disks.get(member, ()))
        return 1 + ports + bool(one.floating_ip) + attached + len(self.balanced)


def groups(definition: Definition) -> tuple[Group, ...]:
    """Everything under ``servers``."""
    balanced: dict[str, list[str]] = {}
    for name, balancer in definition.load_balancers.items():
        balanced.setdefault(balancer.servers, []).append(name)
    disks: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, volume in definition.volumes.items():
        if volume.server:
            of_group = disks.setdefault(group_of(definition, volume.server), {})
            of_group[volume.server] = (*of_group.get(volume.server, ()), name)
    return tuple(
        Group(name, servers, tuple(balanced.get(name, ())), disks.get(name, {}))
        for name, servers in definition.servers.items()
    )


class Maker:
    """Adds servers to one stack."""

    def __init__(self, stack: Stack, definition: Definition) -> None:
        self.stack = stack
        self.definition = definition
        self.shut = closed(definition)
        self._subnets: dict[str, list[str]] = {}
        for segment in segments(definition):
            self._subnets.setdefault(segment.network, []).append(segment.name)

    def together(self, group: Group) -> None:
        """All servers of an alike group as one resource."""
        self._placement(group)
        server = self._server(group, f"{group.name}-%index%", self._plain(group))
        count = group.servers.count
        properties = {"count": count, "resource_def": {"type": "OS::Nova::Server", **server}}
        name = f"servers_{group.name}"
        waits = self._waits(group, subnets=True)
        self.stack.add(name, "OS::Heat::ResourceGroup", properties, waits, weight=1 + count)
        self.stack.outputs[f"addresses_{group.name}"] = {
            "description": f"Addresses of {group.name}, by number",
            "value": {"get_attr": [name, "first_address"]},
        }

    def each(self, group: Group, first: int, last: int) -> None:
        """The servers from *first* up to *last* as resources of their own."""
        self._placement(group)
        names = members(group.name, group.servers)[first:last]
        for index, member in enumerate(names, start=first):
            self._member(group, member, index)
        attribute = {name: self._address(group, name) for name in names}
        key = f"addresses_{group.name}"
        told = f"Addresses of {group.name}, by server"
        self.stack.outputs[key] = {"description": told, "value": attribute}
        if group.servers.floating_ip:
            floating = {
                name: {"get_attr": [f"floating_{name}", "floating_ip_address"]} for name in names
            }
            told = f"Floating IPs of {group.name}, by server"
            self.stack.outputs[f"floating_{group.name}"] = {"description": told, "value": floating}

    def _address(self, group: Group, member: str) -> Section:
        if group.ported:
            return {"get_attr": [f"port_{member}", "fixed_ips", 0, "ip_address"]}
        return {"get_attr": [f"server_{member}", "first_address"]}

    def _placement(self, group: Group) -> None:
        if group.servers.placement:
            properties = {"name": group.name, "policies": [group.servers.placement]}
            self.stack.add(f"placement_{group.name}", "OS::Nova::ServerGroup", properties)

    def _member(self, group: Group, member: str, index: int) -> None:
        nics = self._ports(group, member, index) if group.ported else self._plain(group)
        server = self._server(group, member, nics)
        waits = self._waits(group, subnets=not group.ported)
        self.stack.add(f"server_{member}", "OS::Nova::Server", server["properties"], waits)
        if group.servers.floating_ip:
            external = self.stack.ref("network", group.servers.floating_ip)
            properties = {"floating_network": external, "port_id": own("port", member)}
            waits = self._waits(group, subnets=False)
            self.stack.add(f"floating_{member}", "OS::Neutron::FloatingIP", properties, waits)
        self._volumes(group, member)
        for name in group.balanced:
            self._balanced(group, member, name)

    def _server(self, group: Group, member: str, nics: list[Section]) -> Section:
        one = group.servers
        properties: Section = {"name": member}
        image = self.stack.ref("image", one.image)
        if one.boot_volume:
            boot: Section = {"boot_index": 0, "image": image}
            boot["volume_size"] = gibibytes(one.boot_volume.size)
            if one.boot_volume.type:
                boot["volume_type"] = self.stack.ref("type", one.boot_volume.type)
            boot["delete_on_termination"] = not one.boot_volume.keep
            properties["block_device_mapping_v2"] = [boot]
        else:
            properties["image"] = image
        properties |= {"flavor": self.stack.ref("flavor", one.flavor), "networks": nics}
        if not group.ported and one.tier:
            properties["security_groups"] = [self._tier(one.tier)]
        if one.key:
            properties["key_name"] = self.stack.ref("key", one.key)
        if one.placement:
            properties["scheduler_hints"] = {"group": own("placement", group.name)}
        if one.metadata:
            properties["metadata"] = dict(one.metadata)
        # Heat's default wraps user data for its old in-guest agent, which images don't have.
        properties["user_data_format"] = "RAW"
        if one.user_data:
            properties["user_data"] = self._user_data(group)
        return {"properties": properties}

    def _user_data(self, group: Group) -> str | Section:
        """The text, once in a template: as a parameter where several servers have it."""
        if group.servers.count == 1 or group.alike:
            return group.servers.user_data
        key = f"user_data_{group.name}"
        self.stack.parameters[key] = {
            "type": "string",
            "description": f"What {group.name} start with",
            "default": group.servers.user_data,
        }
        return {"get_param": key}

    def _tier(self, tier: str) -> Section:
        called = self.definition.tiers[tier].security_group or tier
        return self.stack.ref("tier", tier_key(tier, self.shut), called)

    def _plain(self, group: Group) -> list[Section]:
        return [{"network": self.stack.ref("network", one)} for one in networks_of(group.servers)]

    def _ports(self, group: Group, member: str, index: int) -> list[Section]:
        one, nics = group.servers, []
        for number, network in enumerate(networks_of(one)):
            key = f"port{number + 1 if number else ''}_{member}"
            properties: Section = {"name": member if not number else f"{member}-{number + 1}"}
            properties["network"] = self.stack.ref("network", network)
            address = one.addresses[index] if one.addresses and not number else ""
            fixed = self._fixed(network, address)
            if fixed:
                properties["fixed_ips"] = [fixed]
            if one.tier:
                properties["security_groups"] = [self._tier(one.tier)]
            waits = [] if "subnet" in fixed else self._subnets_of(network)
            self.stack.add(key, "OS::Neutron::Port", properties, waits)
            nics.append({"port": {"get_resource": key}})
        return nics

    def _fixed(self, network: str, address: str) -> Section:
        subnets = self._subnets.get(network, [])
        fixed: Section = {}
        if len(subnets) == 1:
            fixed["subnet"] = self.stack.ref("subnet", subnets[0])
        if address:
            fixed["ip_address"] = address
        return fixed

    def _subnets_of(self, network: str) -> list[str]:
        names = self._subnets.get(network, [])
        return [f"subnet_{name}" for name in names if self.stack.has("subnet", name)]

    def _waits(self, group: Group, *, subnets: bool) -> list[str]:
        """The interfaces, and subnets that nothing else makes them wait for, in this stack."""
        waits: list[str] = []
        for network in networks_of(group.servers):
            names = self._subnets.get(network, [])
            faced = [f"interface_{name}" for name in names if self.stack.has("interface", name)]
            waits += faced or (self._subnets_of(network) if subnets else [])
        return waits

    def _volumes(self, group: Group, member: str) -> None:
        for key, volume in group.servers.volumes.items():
            name = f"{member}-{key}"
            properties: Section = {"name": name, "size": gibibytes(volume.size)}
            if volume.type:
                properties["volume_type"] = self.stack.ref("type", volume.type)
            self.stack.add(f"volume_{name}", "OS::Cinder::Volume", properties)
            self._attach(name, member)
        for name in group.disks.get(member, ()):
            self._attach(name, member)

    def _attach(self, volume: str, member: str) -> None:
        properties = {
            "instance_uuid": own("server", member), "volume_id": self.stack.ref("volume", volume)
        }  # fmt: skip
        self.stack.add(f"attachment_{volume}", "OS::Cinder::VolumeAttachment", properties)

    def _balanced(self, group: Group, member: str, name: str) -> None:
        balancer = self.definition.load_balancers[name]
        properties = {
            "pool": self.stack.ref("pool", name),
            "address": self._address(group, member),
            "protocol_port": balancer.member_port or balancer.port,
        }
        subnets = self._subnets.get(networks_of(group.servers)[0], [])
        if len(subnets) == 1:
            properties["subnet"] = self.stack.ref("subnet", subnets[0])
        self.stack.add(f"member_{name}_{member}", "OS::Octavia::PoolMember", properties)
