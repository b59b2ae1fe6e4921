"""Let a user of the cloud log in, or no more. Only administrators may.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the act).
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.acting import Act
from kiki.targets.openstack.asking import ThingName, client


class Fields(Record, frozen=True):
    """*action* is done to the user of that *name* or id."""

    name: ThingName
    action: Literal["enable", "disable"]


def risk(fields: Fields) -> Risk:
    """Who is shut out can do nothing any more: what runs in that name stops, too."""
    return "medium"


def act(fields: Fields) -> Act:
    """What is done."""
    return Act(act=fields.action, sort="users", name=fields.name)


def equivalent(fields: Fields) -> str:
    """The same with OpenStack's client."""
    return client(f"user set --{fields.action}", fields.name)
