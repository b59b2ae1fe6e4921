"""Create a subnet on a network that is there, or that the same message makes.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack import subnets
from kiki.targets.openstack.fields import CatalogueName
from kiki.targets.openstack.template import Made, Named, Part, Resource, label, output


class Fields(Record, frozen=True):
    """*network* is the name or id of the network that it is of; for the others see
    ``subnets.Addresses``."""

    name: CatalogueName
    network: CatalogueName
    cidr: str
    gateway: str = ""
    no_gateway: bool = False
    no_dhcp: bool = False
    pools: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """ValueError for addresses that don't fit together."""
        subnets.check(subnets.said(self))


def risk(fields: Fields) -> Risk:
    """New ports of the network may get an address of it."""
    return "low"


def part(fields: Fields, profile: Profile) -> Part:
    """The subnet."""
    about = "Network that the subnet is of"
    network = Named(sort="network", name=fields.network, parameter="network", about=about)
    return Part(
        name=label(fields.name, "subnet"),
        summary=f"Subnet {fields.name}",
        parameters={},
        resources={"subnet": subnets.resource(fields.name, network, subnets.said(fields))},
        outputs={"subnet_id": output("Id of the subnet", "subnet")},
        makes=(Made(sort="subnet", name=fields.name, value=Resource(name="subnet")),),
        marks={f"subnet of {fields.network}": ("subnet",)},
    )
