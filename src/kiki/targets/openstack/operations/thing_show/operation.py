"""Show one thing of a cloud by its name or id, with what it consists of.

Called as the other operations that read, see ``things_list``.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.asking import Shown, ThingName, called, client


class Fields(Record, frozen=True):
    """*name* is a name or an id of one of *resource*."""

    name: ThingName
    resource: Shown


def risk(fields: Fields) -> Risk:
    """Nothing changes."""
    return "low"


def command(fields: Fields) -> str:
    """The same with OpenStack's client."""
    return client(f"{called(fields.resource)} show", fields.name)


def ask(fields: Fields) -> dict[str, Any]:
    """What the cloud is asked."""
    return {"ask": "described", "resource": fields.resource, "name": fields.name}
