"""Create one server, or several alike, on a network.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack.fields import CatalogueName, Count, OptionalCatalogueName, ServerName
from kiki.targets.openstack.template import Param, Part, Resource, Section, parameter

_MANY = 10  # servers at once that deserve a second look: they are paid for


class Fields(Record, frozen=True):
    """*image*, *flavor*, *network*, *key_name* and *security_groups* are names or ids that the
    cloud knows. With *count* over 1 the servers are called ``<name>-0``, ``<name>-1`` ..."""

    name: ServerName
    image: CatalogueName
    flavor: CatalogueName
    network: CatalogueName
    count: Count = 1
    key_name: OptionalCatalogueName = ""
    security_groups: tuple[CatalogueName, ...] = ()


def risk(fields: Fields) -> Risk:
    """Adds servers beside what is there."""
    return "medium" if fields.count >= _MANY else "low"


def part(fields: Fields, profile: Profile) -> Part:
    """Parameters with the asked values as defaults, the servers, and what one needs to reach
    them."""
    one = fields.count == 1
    resource = "server" if one else "servers"
    return Part(
        name=fields.name,
        summary=f"Server {fields.name}" if one else f"{fields.count} servers {fields.name}",
        parameters=_parameters(fields, profile),
        resources={resource: _server(fields) if one else _group(fields)},
        outputs=_outputs(resource, "the server" if one else "each server"),
    )


def _parameters(fields: Fields, profile: Profile) -> Section:
    image = profile.images.get(fields.image, fields.image)
    parameters = {
        "image": parameter("Image to boot from", image, "glance.image"),
        "flavor": parameter("Size of a server", fields.flavor, "nova.flavor"),
        "network": parameter("Network to attach to", fields.network, "neutron.network"),
    }
    if fields.key_name:
        about = "Key pair for the image's user"
        parameters["key_name"] = parameter(about, fields.key_name, "nova.keypair")
    return parameters


def _server(fields: Fields, name: str = "") -> Section:
    properties: Section = {
        "name": name or fields.name,
        "image": Param(name="image"),
        "flavor": Param(name="flavor"),
        "networks": [{"network": Param(name="network")}],
    }
    if fields.key_name:
        properties["key_name"] = Param(name="key_name")
    if fields.security_groups:
        properties["security_groups"] = list(fields.security_groups)
    # Heat's default wraps user data for its old in-guest agent, which current images don't have.
    properties["user_data_format"] = "RAW"
    return {"type": "OS::Nova::Server", "properties": properties}


def _group(fields: Fields) -> Section:
    server = _server(fields, name=f"{fields.name}-%index%")
    properties = {"count": fields.count, "resource_def": server}
    return {"type": "OS::Heat::ResourceGroup", "properties": properties}


def _outputs(resource: str, whose: str) -> Section:
    return {
        "names": {
            "description": f"Name of {whose}",
            "value": Resource(name=resource, attribute="name"),
        },
        "addresses": {
            "description": f"Addresses of {whose} by network",
            "value": Resource(name=resource, attribute="addresses"),
        },
    }
