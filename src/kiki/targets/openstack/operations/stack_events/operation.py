"""List what happened to a stack and its resources, oldest first.

Called as the other operations that read, see ``things_list``.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.asking import ThingName, client


class Fields(Record, frozen=True):
    """*name* is the stack's name or id."""

    name: ThingName


def risk(fields: Fields) -> Risk:
    """Nothing changes."""
    return "low"


def command(fields: Fields) -> str:
    """The same with OpenStack's client."""
    return client("stack event list --nested-depth 5", fields.name)


def ask(fields: Fields) -> dict[str, Any]:
    """What the cloud is asked."""
    return {"ask": "events", "name": fields.name}
