"""Delete one thing that is there: a server, an image, a network, a key pair ...

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the act). Stacks go
by ``stack_act``: what one has made goes with it.
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.acting import Act
from kiki.targets.openstack.asking import ThingName, called, client

Deleted = Literal[
    "servers", "images", "flavors", "networks", "subnets", "routers", "security_groups",
    "floating_ips", "keypairs", "volumes", "server_groups",
]  # fmt: skip


class Fields(Record, frozen=True):
    """*name* is the name or id of one of *resource*; a floating IP's is its address."""

    name: ThingName
    resource: Deleted


def risk(fields: Fields) -> Risk:
    """It does not come back."""
    return "high"


def act(fields: Fields) -> Act:
    """What is done."""
    return Act(act="delete", sort=fields.resource, name=fields.name)


def equivalent(fields: Fields) -> str:
    """The same with OpenStack's client."""
    return client(f"{called(fields.resource)} delete", fields.name)
