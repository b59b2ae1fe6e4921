"""Create a router, with a way out and with subnets attached.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack import routing
from kiki.targets.openstack.fields import CatalogueName, CatalogueNames, OptionalCatalogueName
from kiki.targets.openstack.template import Made, Named, Part, Resource, Section, label, output


class Fields(Record, frozen=True):
    """*external_network* is the network outside (empty: none), *subnets* what is attached: names
    of subnets, or of networks that the same message makes with one."""

    name: CatalogueName
    external_network: OptionalCatalogueName = ""
    subnets: CatalogueNames = ()


def risk(fields: Fields) -> Risk:
    """What is attached can reach outside from then on."""
    return "medium" if fields.external_network else "low"


def part(fields: Fields, profile: Profile) -> Part:
    """The router and an interface for each subnet."""
    router = Resource(name="router")
    interfaces = routing.interfaces(router, fields.subnets)
    outside = fields.external_network
    return Part(
        name=label(fields.name, "router"),
        summary=f"Router {fields.name}",
        parameters={},
        resources={"router": _router(fields), **interfaces},
        outputs={"router_id": output("Id of the router", "router")},
        makes=(Made(sort="router", name=fields.name, value=router),),
        marks={f"interface to {outside}": tuple(interfaces)} if outside else {},
    )


def _router(fields: Fields) -> Section:
    properties: Section = {"name": fields.name}
    if fields.external_network:
        about = "Network outside, which the router leads to"
        outside = Named(
            sort="network", name=fields.external_network, parameter="external_network", about=about
        )
        properties["external_gateway_info"] = {"network": outside}
    return {"type": "OS::Neutron::Router", "properties": properties}
