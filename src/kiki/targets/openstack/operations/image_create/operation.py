"""Create an image from an address, which Glance fetches by itself.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from typing import Annotated, Literal

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack.fields import CatalogueName, Gigabytes
from kiki.targets.openstack.sizes import OptionalMemory, check_memory, megabytes
from kiki.targets.openstack.template import Made, Part, Resource, Section, given, label, output

Format = Literal["", "qcow2", "raw", "vmdk", "vdi", "vhd", "vhdx", "iso"]
# What the ending of a file says; clouds' .img are qcow2 (docs.openstack.org/image-guide)
_ENDINGS = {"img": "qcow2", "qcow": "qcow2"}
_FORMATS = ("qcow2", "raw", "vmdk", "vdi", "vhd", "vhdx", "iso")


class Fields(Record, frozen=True):
    """*url* is where Glance finds it. *disk_format* (empty: by the ending of the *url*, otherwise
    qcow2). *public*: for all projects, which only administrators may say."""

    name: CatalogueName
    url: Annotated[str, Meta(pattern=r"^https?://[^\x00-\x20\x7f\"'<>\\]{3,2000}$(?!\n)")]
    disk_format: Format = ""
    public: bool = False
    protected: bool = False
    min_disk: Gigabytes = 0
    min_ram: OptionalMemory = ""

    def __post_init__(self) -> None:
        """ValueError for a part of a MiB."""
        check_memory(min_ram=self.min_ram)


def risk(fields: Fields) -> Risk:
    """Servers will run what comes from there."""
    return "medium"


def part(fields: Fields, profile: Profile) -> Part:
    """The image. Heat makes private ones unless told otherwise."""
    properties: Section = {
        "name": fields.name,
        "location": fields.url,
        "disk_format": fields.disk_format or _format(fields.url),
        "container_format": "bare",
        **given(visibility="public" if fields.public else "", protected=fields.protected),
        **given(min_disk=fields.min_disk),
        **given(min_ram=megabytes(fields.min_ram) if fields.min_ram else 0),
    }
    return Part(
        name=label(fields.name, "image"),
        summary=f"Image {fields.name}",
        parameters={},
        resources={"image": {"type": "OS::Glance::WebImage", "properties": properties}},
        outputs={"image_id": output("Id of the image", "image")},
        makes=(Made(sort="image", name=fields.name, value=Resource(name="image")),),
    )


def _format(url: str) -> str:
    ending = url.partition("?")[0].rpartition(".")[2].lower()
    known = _ENDINGS.get(ending, ending)
    return known if known in _FORMATS else "qcow2"
