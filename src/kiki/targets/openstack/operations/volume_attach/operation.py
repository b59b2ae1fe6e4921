"""Attach a volume that is there to a server.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack import storage
from kiki.targets.openstack.fields import CatalogueName
from kiki.targets.openstack.template import Named, Part, label


class Fields(Record, frozen=True):
    """*volume* and *server* are names or ids, or what the same message makes."""

    volume: CatalogueName
    server: CatalogueName


def risk(fields: Fields) -> Risk:
    """The server gets a disk while it runs."""
    return "medium"


def part(fields: Fields, profile: Profile) -> Part:
    """The attachment."""
    about = "Volume that is attached"
    volume = Named(sort="volume", name=fields.volume, parameter="volume", about=about)
    return Part(
        name=label(fields.volume, "volume"),
        summary=f"Volume {fields.volume} at server {fields.server}",
        parameters={},
        resources={"attachment": storage.attachment(volume, fields.server)},
        outputs={},
    )
