"""Create a role. Only administrators may; what a role may do is in the services' own policies.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack.fields import CatalogueName
from kiki.targets.openstack.template import Made, Part, Resource, label, output


class Fields(Record, frozen=True):
    """A role of all domains."""

    name: CatalogueName


def risk(fields: Fields) -> Risk:
    """Nobody has it yet."""
    return "low"


def part(fields: Fields, profile: Profile) -> Part:
    """The role."""
    role = {"type": "OS::Keystone::Role", "properties": {"name": fields.name}}
    return Part(
        name=label(fields.name, "role"),
        summary=f"Role {fields.name}",
        parameters={},
        resources={"role": role},
        outputs={"role_id": output("Id of the role", "role")},
        makes=(Made(sort="role", name=fields.name, value=Resource(name="role")),),
    )
