"""Create a network, alone or with a subnet: a project's own, a shared one, or an external one.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from typing import Annotated, Literal

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack import subnets
from kiki.targets.openstack.fields import CatalogueName, OptionalCatalogueName
from kiki.targets.openstack.template import Made, Part, Resource, Section, given, label, output

Segment = Annotated[int, Meta(ge=0, le=16_777_215)]
_MAX_VLAN = 4094  # IEEE 802.1Q


class Fields(Record, frozen=True):
    """With a *cidr* it has a subnet, called *subnet* or ``<name>-subnet``. *physical_network*,
    *provider* (empty: vlan where there is a *segment*, otherwise flat) and *segment* say where in
    the real network it is; only administrators may."""

    name: CatalogueName
    cidr: str = ""
    subnet: OptionalCatalogueName = ""
    gateway: str = ""
    no_gateway: bool = False
    no_dhcp: bool = False
    pools: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    shared: bool = False
    external: bool = False
    provider: Literal["", "flat", "vlan", "vxlan", "geneve"] = ""
    physical_network: OptionalCatalogueName = ""
    segment: Segment = 0

    def __post_init__(self) -> None:
        """ValueError for addresses without a subnet, and for half a provider's network."""
        if self.cidr:
            subnets.check(subnets.said(self))
        elif self.subnet or self.gateway or self.pools or self.dns or self.no_dhcp:
            raise ValueError("a subnet needs its addresses - at `$.cidr`")
        kind = provider(self)
        if kind in ("flat", "vlan") and not self.physical_network:
            raise ValueError("on which physical network - at `$.physical_network`")
        if kind in ("vxlan", "geneve") and self.physical_network:
            raise ValueError("tunnels have no physical network - at `$.physical_network`")
        if (kind == "flat" and self.segment) or (kind == "vlan" and not _is_vlan(self.segment)):
            raise ValueError("no segment of this sort - at `$.segment`")


def _is_vlan(segment: int) -> bool:
    return 1 <= segment <= _MAX_VLAN


def provider(fields: Fields) -> str:
    """Which sort of provider network; empty for none."""
    if fields.provider or not (fields.physical_network or fields.segment):
        return fields.provider
    return "vlan" if fields.segment else "flat"


def risk(fields: Fields) -> Risk:
    """A network of everybody's, or one that reaches outside, is more than the project's own."""
    everybodys = fields.shared or fields.external or provider(fields)
    return "medium" if everybodys else "low"


def part(fields: Fields, profile: Profile) -> Part:
    """The network and its subnet."""
    resources: Section = {"network": _network(fields)}
    outputs = {"network_id": output("Id of the network", "network")}
    makes = [Made(sort="network", name=fields.name, value=Resource(name="network"))]
    if fields.cidr:
        name = fields.subnet or f"{fields.name}-subnet"
        inside = Resource(name="network")
        resources["subnet"] = subnets.resource(name, inside, subnets.said(fields))
        outputs["subnet_id"] = output("Id of the subnet", "subnet")
        # A router is said to be attached to the network, too
        names = dict.fromkeys((name, fields.name))
        makes += [Made(sort="subnet", name=one, value=Resource(name="subnet")) for one in names]
    return Part(
        name=label(fields.name, "network"),
        summary=f"Network {fields.name}",
        parameters={},
        resources=resources,
        outputs=outputs,
        makes=tuple(makes),
        marks={f"subnet of {fields.name}": ("subnet",)} if fields.cidr else {},
    )


def _network(fields: Fields) -> Section:
    """Only a provider's network has a property for "external"; others are told Neutron's own."""
    properties: Section = {"name": fields.name, **given(shared=fields.shared)}
    kind = provider(fields)
    if not kind:
        specs = {"router:external": True} if fields.external else {}
        properties |= given(value_specs=specs)
        return {"type": "OS::Neutron::Net", "properties": properties}
    properties |= {"network_type": kind, **given(physical_network=fields.physical_network)}
    properties |= given(segmentation_id=str(fields.segment or ""), router_external=fields.external)
    return {"type": "OS::Neutron::ProviderNet", "properties": properties}
