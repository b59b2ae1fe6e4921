"""Keep the disk of a server that is there as an image.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the act).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.acting import Act
from kiki.targets.openstack.asking import ThingName, client


class Fields(Record, frozen=True):
    """The server of that *name* or id is kept as a new image called *image*."""

    name: ThingName
    image: ThingName


def risk(fields: Fields) -> Risk:
    """The server stands still for a moment, and the image takes room."""
    return "low"


def act(fields: Fields) -> Act:
    """What is done."""
    told = {"image": fields.image}
    aside = f"as {fields.image}"
    return Act(act="snapshot", sort="servers", name=fields.name, told=told, aside=aside)


def equivalent(fields: Fields) -> str:
    """The same with OpenStack's client."""
    return client("server image create --wait --name", fields.image, fields.name)
