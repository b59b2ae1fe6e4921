"""Attach subnets to a router that is there.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack import routing
from kiki.targets.openstack.fields import CatalogueName, CatalogueNames
from kiki.targets.openstack.template import Named, Part, label


class Fields(Record, frozen=True):
    """*router* and *subnets* are names or ids."""

    router: CatalogueName
    subnets: CatalogueNames

    def __post_init__(self) -> None:
        """ValueError for nothing to attach."""
        if not self.subnets:
            raise ValueError("which subnet - at `$.subnets`")


def risk(fields: Fields) -> Risk:
    """The networks reach each other, and outside, from then on."""
    return "medium"


def part(fields: Fields, profile: Profile) -> Part:
    """An interface for each subnet. Of which network outside is not known: it is for all."""
    about = "Router that the subnets are attached to"
    router = Named(sort="router", name=fields.router, parameter="router", about=about)
    interfaces = routing.interfaces(router, fields.subnets)
    return Part(
        name=label(fields.router, "router"),
        summary=f"Subnets {', '.join(fields.subnets)} at router {fields.router}",
        parameters={},
        resources=interfaces,
        outputs={},
        marks={"interface": tuple(interfaces)},
    )
