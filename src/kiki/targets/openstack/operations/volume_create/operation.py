"""Create a volume, empty or from an image, and attach it to a server.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack import storage
from kiki.targets.openstack.fields import CatalogueName, OptionalCatalogueName
from kiki.targets.openstack.sizes import Memory, check_storage, gigabytes
from kiki.targets.openstack.template import Made, Part, Resource, Section, label, output


class Fields(Record, frozen=True):
    """*size* as ``10G``. *volume_type* and *image* are names or ids, *server* is what it is
    attached to; each empty: the cloud's default, none and none."""

    name: CatalogueName
    size: Memory
    volume_type: OptionalCatalogueName = ""
    image: OptionalCatalogueName = ""
    server: OptionalCatalogueName = ""

    def __post_init__(self) -> None:
        """ValueError for a part of a GB."""
        check_storage(size=self.size)


def risk(fields: Fields) -> Risk:
    """Adds a volume beside what is there."""
    return "medium" if fields.server else "low"


def part(fields: Fields, profile: Profile) -> Part:
    """The volume, and its attachment."""
    size = gigabytes(fields.size)
    image = storage.image(fields.image, profile) if fields.image else ""
    resources: Section = {"volume": storage.volume(fields.name, size, fields.volume_type, image)}
    if fields.server:
        resources["attachment"] = storage.attachment(Resource(name="volume"), fields.server)
    return Part(
        name=label(fields.name, "volume"),
        summary=f"Volume {fields.name}",
        parameters={},
        resources=resources,
        outputs={"volume_id": output("Id of the volume", "volume")},
        makes=(Made(sort="volume", name=fields.name, value=Resource(name="volume")),),
    )
