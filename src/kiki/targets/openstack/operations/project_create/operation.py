"""Create a project. Only administrators may.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack.fields import CatalogueName, OptionalCatalogueName
from kiki.targets.openstack.template import Made, Part, Resource, Section, given, label, output


class Fields(Record, frozen=True):
    """*domain* empty: that of whoever makes it."""

    name: CatalogueName
    description: OptionalCatalogueName = ""
    domain: OptionalCatalogueName = ""


def risk(fields: Fields) -> Risk:
    """Nobody is in it yet."""
    return "low"


def part(fields: Fields, profile: Profile) -> Part:
    """The project."""
    more = given(description=fields.description, domain=fields.domain)
    properties: Section = {"name": fields.name, **more}
    return Part(
        name=label(fields.name, "project"),
        summary=f"Project {fields.name}",
        parameters={},
        resources={"project": {"type": "OS::Keystone::Project", "properties": properties}},
        outputs={"project_id": output("Id of the project", "project")},
        makes=(Made(sort="project", name=fields.name, value=Resource(name="project")),),
    )
