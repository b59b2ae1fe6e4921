"""Create a server group, which says whether servers run on one host or on different ones.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack.fields import CatalogueName
from kiki.targets.openstack.template import Made, Part, Resource, Section, label, output


class Fields(Record, frozen=True):
    """*policy*: apart or together; *soft-* is only tried."""

    name: CatalogueName
    policy: Literal["anti-affinity", "affinity", "soft-anti-affinity", "soft-affinity"]


def risk(fields: Fields) -> Risk:
    """No server is in it yet."""
    return "low"


def part(fields: Fields, profile: Profile) -> Part:
    """The group."""
    properties: Section = {"name": fields.name, "policies": [fields.policy]}
    return Part(
        name=label(fields.name, "server-group"),
        summary=f"Server group {fields.name}",
        parameters={},
        resources={"server_group": {"type": "OS::Nova::ServerGroup", "properties": properties}},
        outputs={"server_group_id": output("Id of the server group", "server_group")},
        makes=(Made(sort="server_group", name=fields.name, value=Resource(name="server_group")),),
    )
