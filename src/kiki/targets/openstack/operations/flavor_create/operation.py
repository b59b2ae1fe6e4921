"""Create a flavor: how big a server is. Only administrators may.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack.fields import CatalogueName, Gigabytes
from kiki.targets.openstack.sizes import Memory, check_memory, megabytes
from kiki.targets.openstack.template import Made, Part, Resource, Section, label, output


class Fields(Record, frozen=True):
    """*vcpus*, *ram* (``512M``, ``4G``) and *disk* (GB, 0: as big as the image). *private*: only
    projects that are told may use it."""

    name: CatalogueName
    vcpus: Annotated[int, Meta(ge=1, le=1024)]
    ram: Memory
    disk: Gigabytes = 0
    private: bool = False

    def __post_init__(self) -> None:
        """ValueError for a part of a MiB."""
        check_memory(ram=self.ram)


def risk(fields: Fields) -> Risk:
    """All projects may use it, unless it is private."""
    return "low" if fields.private else "medium"


def part(fields: Fields, profile: Profile) -> Part:
    """The flavor. Heat makes one that everybody may use unless told otherwise."""
    ram = megabytes(fields.ram)
    properties: Section = {
        "name": fields.name,
        "vcpus": fields.vcpus,
        "ram": ram,
        "disk": fields.disk,
    }
    properties |= {"is_public": False} if fields.private else {}
    return Part(
        name=label(fields.name, "flavor"),
        summary=f"Flavor {fields.name}",
        parameters={},
        resources={"flavor": {"type": "OS::Nova::Flavor", "properties": properties}},
        outputs={"flavor_id": output("Id of the flavor", "flavor")},
        makes=(Made(sort="flavor", name=fields.name, value=Resource(name="flavor")),),
    )
