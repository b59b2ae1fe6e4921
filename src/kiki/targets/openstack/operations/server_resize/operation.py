"""Give a server that is there another flavor, and confirm it.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the act).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.acting import Act
from kiki.targets.openstack.asking import ThingName, client


class Fields(Record, frozen=True):
    """The server of that *name* or id gets the *flavor* of that name or id."""

    name: ThingName
    flavor: ThingName


def risk(fields: Fields) -> Risk:
    """The server is shut down for it, and may move to another host."""
    return "medium"


def act(fields: Fields) -> Act:
    """What is done."""
    told = {"flavor": fields.flavor}
    aside = f"to {fields.flavor}"
    return Act(act="resize", sort="servers", name=fields.name, told=told, aside=aside)


def equivalent(fields: Fields) -> str:
    """The same with OpenStack's client; without the confirmation."""
    return client("server resize --wait --flavor", fields.flavor, fields.name)
